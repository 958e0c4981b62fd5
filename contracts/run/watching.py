"""Watching: who is told how far a run has come, and a lab that tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from contracts.coverage import Sent
from contracts.exchange import Case, Change, Exchange, FaultPlan, Lab, Rendering, Snapshot
from contracts.http import Request


class Watcher(Protocol):
    """Somebody who is told how far the run has come."""

    def begin(self, operations: Collection[str]) -> None:
        """The run is about to ask these operations, by `Operation.name`; it may call others on the way."""
        ...

    def phase(self, name: str) -> None:
        """A phase begins: one of the engine's, or that of a check."""
        ...

    def exchange(self, exchange: Exchange) -> None:
        """A request was made and answered."""
        ...


class Nobody:
    """A watcher that is not interested."""

    def begin(self, operations: Collection[str]) -> None:
        """Nothing."""

    def phase(self, name: str) -> None:
        """Nothing."""

    def exchange(self, exchange: Exchange) -> None:
        """Nothing."""


@dataclass(slots=True)
class WatchedLab:
    """
    A lab whose every exchange is counted and told, a check's and a replay's too.

    Attributes:
        answered: How often each status was answered, by `Operation.name`.
        go_on: Asked before each exchange; raises KeyboardInterrupt when the run is to end.
        renewed: Renews the signature of a request, which replays change and make again later.
        sent: What accepted requests sent, of all that were made.
        hear: Is told what a single request was answered by a service that nothing was done to.
    """

    lab: Lab
    watcher: Watcher
    go_on: Callable[[], None] = lambda: None
    renewed: Callable[[Request], Request] = lambda request: request
    exchanges: int = 0
    answered: dict[str, Counter[int]] = field(default_factory=dict)
    sent: Sent = field(default_factory=Sent)
    hear: Callable[[Exchange], None] = lambda _: None
    _disturbed: int = 0

    def conduct(self, case: Case) -> Exchange:
        """Make the request and watch what it does."""
        self.go_on()
        exchange = self._told(self.lab.conduct(self._now(case)))
        if not self._disturbed:
            self.hear(exchange)
        return exchange

    def interleaved(self, first: Case, second: Case, *, call: int | None) -> tuple[Exchange, Exchange] | None:
        """Make the second request just before an AWS call of the first, or after its end."""
        self.go_on()
        made = self.lab.interleaved(self._now(first), self._now(second), call=call)
        return None if made is None else (self._told(made[0]), self._told(made[1]))

    def snapshot(self) -> Snapshot:
        """The state of all stores now."""
        return self.lab.snapshot()

    def restore(self, snapshot: Snapshot, *, warm: bool = False) -> None:
        """Bring the stores back to that state."""
        self.lab.restore(snapshot, warm=warm)

    def difference(self, before: Snapshot, after: Snapshot) -> Change:
        """What is in `after` that was not in `before`, and the reverse."""
        return self.lab.difference(before, after)

    def faults(self, plan: FaultPlan) -> AbstractContextManager[None]:
        """While the context is open, AWS fails by this plan."""
        return self._disturbing(self.lab.faults(plan))

    def rendering(self, rendering: Rendering) -> AbstractContextManager[None]:
        """While the context is open, functions that answer are handed another rendering of the event."""
        return self._disturbing(self.lab.rendering(rendering))

    def set_clock(self, moment: datetime) -> None:
        """Set what time it is, until the next `restore`."""
        self.lab.set_clock(moment)

    @contextmanager
    def _disturbing(self, context: AbstractContextManager[None]) -> Iterator[None]:
        self._disturbed += 1
        try:
            with context:
                yield
        finally:
            self._disturbed -= 1

    def _now(self, case: Case) -> Case:
        return case if case.verbatim else replace(case, request=self.renewed(case.request))

    def _told(self, exchange: Exchange) -> Exchange:
        self.exchanges += 1
        operation = exchange.case.operation
        if operation is not None:
            self.answered.setdefault(operation.name, Counter())[exchange.response.status] += 1
        self.sent.note(exchange)
        self.watcher.exchange(exchange)
        return exchange
