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
    * DefectError          this package failed, whatever it was given
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Self

TRACEBACK_VARIABLE = "CONTRACTS_TRACEBACK"
"""The environment variable that, set to anything, has the traceback of a defect shown."""

_ISSUES = "https://github.com/lambda-contracts/lambda-contracts/issues"
_PACKAGE = Path(__file__).parent


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


class DefectError(ContractsError):
    """This package failed, whatever it was given: the defect is ours, and nobody's contract or service."""

    @classmethod
    def of(cls, error: Exception, doing: str) -> Self:
        """
        An exception that nobody foresaw, in words that can be reported.

        Args:
            doing: What was being done, as in "while ...".
        """
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if Path(frame.filename).is_relative_to(_PACKAGE)]
        place = ""
        if own:
            file = Path(own[-1].filename).relative_to(_PACKAGE.parent).as_posix()
            place = f" ({file}, line {own[-1].lineno})"
        told = traceback.format_exception_only(error)[-1].strip()
        return cls(
            f"contracts itself failed while {doing}: {told}{place}",
            cure=f"Please report it at {_ISSUES}, with the traceback that {TRACEBACK_VARIABLE}=1 shows.",
        )
