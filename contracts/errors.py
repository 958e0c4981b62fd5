"""Why a run could not happen: bad input, said once, with its place and its cure.

Two families that never mix: everything here means *could not run* (exit status 2).
A broken promise is a value, `contracts.finding.Failure`, and never an exception.

* ContractsError
    * DocumentError        a file that is not readable YAML or JSON, or a reference to nowhere
        * ContractError    a document that is not a usable OpenAPI contract
        * TemplateError    a document that is not a usable SAM or CloudFormation template
    * HandlerError         a function whose code cannot be loaded
    * ConfigurationError   an option or a configuration key that means nothing
    * EmulationError       the mocked cloud cannot do what the template or the handler asks of it
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a file; `line` counts from 1 and is None where only the file is known."""

    path: str
    line: int | None = None

    def __str__(self) -> str:
        return self.path if self.line is None else f"{self.path}:{self.line}"


class ContractsError(Exception):
    """
    What happened, where, and what to do about it.

    Args:
        message: One sentence that says what is wrong, with the value that is wrong.
        location: The file and line, where there is one.
        cure: One sentence that says what to do.
    """

    def __init__(self, message: str, *, location: Location | None = None, cure: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.location = location
        self.cure = cure

    def __str__(self) -> str:
        place = f"{self.location}: " if self.location is not None else ""
        cure = f"\n  {self.cure}" if self.cure else ""
        return f"{place}{self.message}{cure}"


class DocumentError(ContractsError):
    """A file cannot be read as YAML or JSON, or a reference in it leads nowhere."""


class ContractError(DocumentError):
    """A document is not a usable OpenAPI contract."""


class TemplateError(DocumentError):
    """A document is not a usable SAM or CloudFormation template."""


class HandlerError(ContractsError):
    """The code of a function cannot be loaded."""


class ConfigurationError(ContractsError):
    """An option or a configuration key means nothing here."""


class EmulationError(ContractsError):
    """The mocked cloud cannot do what is asked of it."""
