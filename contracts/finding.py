"""What a run concludes: findings of checks, gaps, what could not run, and the verdict over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

from contracts.errors import Location
from contracts.exchange import Corpus, Exchange, Lab

Standing = Literal["kept", "broken", "could not run", "not asked"]


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One exchange (or a sequence of them) that breaks a promise.

    Attributes:
        promise: `payloads`, `statuses`, `methods` ...
        check: The rule, in words with dashes: `safe-method-writes-nothing`.
        operation: `Operation.name`.
        message: One sentence: what was promised and what happened instead.
        exchanges: The evidence, in order; the last one is where it shows.
        root: What makes two findings one bug: findings of one check and operation with equal roots are one failure.
        alone: False where a replay of the evidence in a fresh world did not show it again: what other requests of the
            run left behind may have had a part in it.
        rule: The sentence of the promise that it breaks; empty where there is none beside the message.
        inferred: What was taken for granted where the contract does not say it, each in one sentence.
    """

    promise: str
    check: str
    operation: str
    message: str
    exchanges: tuple[Exchange, ...]
    root: str = ""
    alone: bool = True
    rule: str = ""
    inferred: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that the contract leaves open, or that the run did not reach; never a failure."""

    promise: str
    check: str
    operation: str | None
    message: str
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Something that was asked for and could not run; `operation` and `promise` None mean all of them."""

    reason: str
    operation: str | None = None
    promise: str | None = None
    location: Location | None = None
    cure: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """
    All findings of one bug: the smallest one stands for them.

    Attributes:
        consequences: What else was found, but only because of this bug; never a failure beside it.
    """

    finding: Finding
    count: int
    consequences: tuple[Failure, ...] = ()


Outcome = Finding | Gap | Unavailable


@runtime_checkable
class ExchangeCheck(Protocol):
    """A check that judges one exchange by itself; what it finds is made smaller by the engine."""

    @property
    def promise(self) -> str: ...

    @property
    def name(self) -> str: ...

    def after_exchange(self, exchange: Exchange) -> Iterable[Finding]:
        """The promises that this exchange breaks; empty when none."""
        ...


@runtime_checkable
class HistoryCheck(Protocol):
    """A check that judges all exchanges of a run together."""

    @property
    def promise(self) -> str: ...

    @property
    def name(self) -> str: ...

    def after_run(self, corpus: Corpus) -> Iterable[Outcome]:
        """What the exchanges together show."""
        ...


@runtime_checkable
class ActiveCheck(Protocol):
    """A check that makes requests of its own, usually by replaying the corpus."""

    @property
    def promise(self) -> str: ...

    @property
    def name(self) -> str: ...

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """What the replays show."""
        ...


Check = ExchangeCheck | HistoryCheck | ActiveCheck


@dataclass(frozen=True, slots=True)
class OperationRow:
    """One row of the table: an operation, how often it was reached, and where each promise stands."""

    operation: str
    method: str
    path: str
    exchanges: int
    statuses: Mapping[int, int]
    """How often each status was answered."""
    standings: Mapping[str, Standing]
    """By promise, in the order of the run."""
    reason: str | None = None
    """Why the operation could not run, or None."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    The one value that all reports are written from.

    Attributes:
        seed: What the run was seeded with.
        exchanges: How many requests were made and answered.
        fingerprint: SHA-256 over all requests in order, in hexadecimal: equal for equal runs.
        promises: The promises that were asked for, in order.
        interrupted: Whether the run was ended before its end.
    """

    contract: str
    template: str | None
    title: str
    seed: int
    exchanges: int
    fingerprint: str
    duration_seconds: float
    promises: tuple[str, ...]
    operations: tuple[OperationRow, ...]
    failures: tuple[Failure, ...] = ()
    gaps: tuple[Gap, ...] = ()
    unavailable: tuple[Unavailable, ...] = ()
    interrupted: bool = False
    notes: tuple[str, ...] = field(default_factory=tuple)

    @property
    def standing(self) -> Standing:
        """Broken if anything is; else could not run if anything that was asked for could not; else kept."""
        if self.failures:
            return "broken"
        return "could not run" if self.unavailable or self.interrupted else "kept"

    def exit_status(self, *, fail_on_gaps: bool = False) -> int:
        """1 if anything is broken; else 2 if something that was asked for could not run; else 0."""
        if self.failures or (fail_on_gaps and self.gaps):
            return 1
        return 2 if self.standing == "could not run" else 0
