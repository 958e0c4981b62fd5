"""Rule of the promise `sequences`: two requests at once have the outcome of one after the other.

Lambda answers two requests at once in two processes, and nothing keeps an AWS call of the one from coming between two
calls of the other. HTTP knows how such races end: one request after the other, or one is refused (RFC 9110, 13.1.1:
If-Match "prevents accidental overwrites when multiple user agents might be acting in parallel").

One switch shows it: the second request, from its beginning to its end, just before each AWS call of the first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from contracts.checks.effects import is_safe
from contracts.checks.outcomes import Outcome, differs, outcome_of
from contracts.checks.pairs import KEYS, Pair, pairs_of
from contracts.checks.replay import Replayer
from contracts.checks.scope import Scope
from contracts.contract import Operation
from contracts.exchange import Change, Corpus, Exchange, Lab
from contracts.finding import Finding
from contracts.finding import Outcome as Reported

PROMISE = "sequences"
# A function that makes more calls is switched before its first ones: what is read there is what others overwrite.
SWITCHES = 6
# What loses a race may be told so: gone, in conflict, not what If-Match says, locked, try later.
REFUSED = frozenset({404, 409, 410, 412, 423, 425, 428, 429, 503})
# What a request about another thing is never told because of the first one, unless the first one took that, too.
GONE = frozenset({404, 410})
# Services whose calls touch what others see; a switch after any other call is one before it.
STORES = frozenset({"dynamodb", "s3"})


@dataclass(frozen=True, slots=True)
class TwoAtOnceTakeTurns:
    """What two requests at once leave and answer is what they leave and answer one after the other, in some order."""

    scope: Scope
    promise: ClassVar[str] = PROMISE
    name: ClassVar[str] = "two-at-once-take-turns"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Reported]:
        """Interrupt each operation that writes by others of the same thing, and by itself."""
        replayer = Replayer.of(corpus, lab, phase=self.name)
        for operation in self.scope.operations:
            if not is_safe(operation, operation.method):
                finding = self._explored(operation, replayer)
                if finding is not None:
                    yield finding
        lab.restore(replayer.fresh)

    def _explored(self, operation: Operation, replayer: Replayer) -> Finding | None:
        for pair in pairs_of(self.scope, operation, replayer, interruptible=lambda each: bool(switches(each))):
            found = _Trial(pair, replayer.lab).found()
            if found is not None:
                return Finding(self.promise, self.name, operation.name, found.message, found.evidence, "at once")
        return None


def switches(exchange: Exchange) -> list[int]:
    """Before which AWS calls of an exchange another request may change something: those after one of a store."""
    calls = exchange.calls
    return [number + 1 for number in range(1, len(calls)) if calls[number - 1].service in STORES][:SWITCHES]


@dataclass(frozen=True, slots=True)
class _Found:
    message: str
    evidence: tuple[Exchange, ...]


@dataclass(frozen=True, slots=True)
class _Made:
    """Both requests, made in some order, and what came of it."""

    first: Exchange
    second: Exchange
    outcome: Outcome


@dataclass
class _Trial:
    """
    Two requests in one world, in all orders.

    Attributes:
        warm: Whether functions stay as they are between two orders; what is reported was seen with cold ones.
    """

    pair: Pair
    lab: Lab
    warm: bool = True

    def found(self) -> _Found | None:
        """The first switch that shows it."""
        if self._in_order is None:
            return None
        wrong = (self._wrong(call) for call in switches(self._in_order.first))
        found = next((each for each in wrong if each is not None), None)
        return _Trial(self.pair, self.lab, warm=False).found() if found is not None and self.warm else found

    @cached_property
    def _in_order(self) -> _Made | None:
        made = self._made(None)
        # What is wrong without a race is said elsewhere; and only who is accepted says what it calls.
        usable = made is not None and made.outcome.classes[0] == 2 and made.outcome.classes[1] in (2, 4)
        gone = self.pair.apart and made is not None and made.outcome.statuses[1] in GONE
        return made if usable and not gone else None

    @cached_property
    def _in_other_order(self) -> _Made | None:
        # Before its first call the first has seen nothing yet; and each draws the ids that it draws elsewhere.
        return self._made(1)

    def _made(self, call: int | None) -> _Made | None:
        self.lab.restore(self.pair.world, warm=self.warm)
        made = self.lab.interleaved(self.pair.first, self.pair.second, call=call)
        if made is None or any(each.unavailable is not None for each in made):
            return None
        return _Made(*made, self._of(self.lab.difference(self.pair.world, self.lab.snapshot()), *made))

    def _of(self, change: Change, *made: Exchange) -> Outcome:
        return outcome_of(made, Change((*change.gained, *change.lost)) if self.pair.deletes else change)

    def _wrong(self, call: int) -> _Found | None:
        """What is wrong with the outcome of a switch; None when it is that of an order, or a race that one lost."""
        made, in_order = self._made(call), self._in_order
        if made is None or in_order is None or made.outcome.equals(in_order.outcome):
            return None
        other = self._in_other_order
        if other is None or made.outcome.equals(other.outcome):
            return None
        if self._lost(made) or _repeated(made, alone=self._of(other.second.change or Change(), other.second)):
            return None
        first, second = (str(each.case.operation and each.case.operation.name) for each in (made.first, made.second))
        before = made.first.calls[call - 1].action if len(made.first.calls) >= call else "its end"
        difference = differs(made.outcome, (in_order.outcome, other.outcome))
        message = f"{first}, with {second} made before its {before}, {difference}"
        return _Found(message, (*self.pair.history, made.second, made.first))

    def _lost(self, made: _Made) -> bool:
        """Whether one of the two was refused, as documented, and only the other one's effect is there."""
        first, second = (_refused(each) for each in (made.first, made.second))
        if first and second:
            return not made.outcome.differences
        if first:
            assert made.second.change is not None, "a lab sees what changes"
            return made.outcome.same_state(self._of(made.second.change, made.second))
        return second and not made.second.change and made.outcome.same_state(self._first_alone)

    @cached_property
    def _first_alone(self) -> Outcome:
        """What the first did before the second came, in order: at the same time, and with the same ids as elsewhere."""
        in_order = self._in_order
        assert in_order is not None, "a trial begins with both in order"
        assert in_order.first.change is not None, "a lab sees what changes"
        return self._of(in_order.first.change, in_order.first)


def _refused(exchange: Exchange) -> bool:
    operation, status = exchange.case.operation, exchange.response.status
    return status in REFUSED and operation is not None and operation.documented(status) is not None


def _repeated(made: _Made, *, alone: Outcome) -> bool:
    """Whether two requests with one Idempotency-Key were taken for one: what else a repetition notes is nobody's."""
    first, second = made.first, made.second
    keyed = any(name.lower() in KEYS for name, _ in first.case.request.headers)
    same = first.case.request == second.case.request and first.response.body == second.response.body
    return keyed and same and made.outcome.classes == (2, 2) and made.outcome.same_state(alone)
