"""Contract tests for serverless services: one OpenAPI document, the real handlers, a verdict.

The public names are resolved when they are first asked for (PEP 562): importing this package costs nothing,
which matters to a pytest plugin that everybody's pytest imports.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contracts.contract import Contract, Operation
    from contracts.errors import ContractsError
    from contracts.exchange import Case, Exchange
    from contracts.finding import Failure, Finding, Gap, Verdict
    from contracts.http import Headers, Request, Response
    from contracts.run import ServiceUnderTest, Settings
    from contracts.run import run as verify

__all__ = [
    "Case",
    "Contract",
    "ContractsError",
    "Exchange",
    "Failure",
    "Finding",
    "Gap",
    "Headers",
    "Operation",
    "Request",
    "Response",
    "ServiceUnderTest",
    "Settings",
    "Verdict",
    "verify",
]

# No public name is a module's name: `contracts.run` stays the module whoever imported what first.
_HOMES = {
    "Case": ("contracts.exchange", "Case"),
    "Contract": ("contracts.contract", "Contract"),
    "ContractsError": ("contracts.errors", "ContractsError"),
    "Exchange": ("contracts.exchange", "Exchange"),
    "Failure": ("contracts.finding", "Failure"),
    "Finding": ("contracts.finding", "Finding"),
    "Gap": ("contracts.finding", "Gap"),
    "Headers": ("contracts.http", "Headers"),
    "Operation": ("contracts.contract", "Operation"),
    "Request": ("contracts.http", "Request"),
    "Response": ("contracts.http", "Response"),
    "ServiceUnderTest": ("contracts.run", "ServiceUnderTest"),
    "Settings": ("contracts.run", "Settings"),
    "Verdict": ("contracts.finding", "Verdict"),
    "verify": ("contracts.run", "run"),
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _HOMES[name]
    value = getattr(import_module(module), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
