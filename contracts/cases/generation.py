"""Generation: what to generate, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from contracts.contract import Operation
from contracts.exchange import Corpus
from contracts.finding import Finding, Unavailable
from contracts.http import Request

PHASES = ("examples", "coverage", "fuzzing", "stateful")


@dataclass(frozen=True, slots=True)
class Generation:
    """
    What to generate.

    Attributes:
        base_url: Where the requests go, stage included; nothing listens there.
        phases: Some of `PHASES`, in order.
        examples: Cases an operation in the fuzzing phase.
        scenarios: Scenarios of the stateful phase; `steps` is how long one may be.
        operations: Those to exercise; the others are not called.
        credentials: Whether requests are given credentials; else the engine makes some up, as it does for parameters.
        supporting: Those called in the stateful phase alone, since they make what the others need.
    """

    base_url: str
    seed: int
    operations: tuple[Operation, ...]
    supporting: tuple[Operation, ...] = ()
    phases: tuple[str, ...] = PHASES
    examples: int = 60
    scenarios: int = 60
    steps: int = 8
    credentials: bool = False


@dataclass(frozen=True, slots=True)
class Generated:
    """
    What the phases produced: all exchanges, what the checks found in them, what could not run.

    Attributes:
        interrupted: Whether somebody ended it before its end.
        crash: What else ended it before its end: an exception that is no defect of the service.
    """

    corpus: Corpus
    findings: tuple[Finding, ...]
    unavailable: tuple[Unavailable, ...]
    interrupted: bool = False
    crash: Exception | None = None


Showing = Callable[[Operation | None, Request], Request]
"""A request to an operation with the credentials that it needs."""

Judge = Callable[[Finding], Finding | None]
