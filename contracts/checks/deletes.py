"""Rule of the promise `methods`: DELETE removes its target and nothing else (RFC 9110, 9.3.5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from contracts.checks.answers import json_value, server_error
from contracts.checks.effects import differences, said, wrote
from contracts.checks.replay import Prepared, Replayer, accepted, reading, size
from contracts.checks.scope import Scope
from contracts.checks.ways import attempts
from contracts.contract import Contract, Operation
from contracts.exchange import Corpus, Difference, Exchange, Lab
from contracts.finding import ExchangeCheck, Finding, Outcome

# How many requests are tried until one can be made again.
CANDIDATES = 4

# 202 promises to do it later.
DONE = (200, 204)
# The root of one after which its target is there as before.
STILL_THERE = "still there"


def reader_of(contract: Contract, operation: Operation) -> Operation | None:
    """The GET that the contract has at the same path."""
    here = (each for each in contract.operations if each.path == operation.path)
    return next((each for each in here if each.method == "GET"), None)


@dataclass(frozen=True, slots=True)
class DeleteRemovesItsTarget:
    """
    What a DELETE answered 200 or 204 is gone, nothing else is, and a second one does no more.

    Attributes:
        documented: Judges the status of the second DELETE.
    """

    scope: Scope
    documented: ExchangeCheck
    promise: ClassVar[str] = "methods"
    name: ClassVar[str] = "delete-removes-its-target"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """Delete something that exists, beside something that must stay, twice."""
        replayer = Replayer.of(corpus, lab, phase=self.name)
        for operation in self.scope.operations:
            if operation.method == "DELETE":
                yield from self._explored(operation, replayer)
        lab.restore(replayer.fresh)

    def _explored(self, operation: Operation, replayer: Replayer) -> Iterator[Finding]:
        existing = [each for each in accepted(replayer.corpus.of(operation)) if each.case.references]
        existing.sort(key=lambda each: sum(size(past) for past in replayer.history(each)))
        for exchange in existing[:CANDIDATES]:
            prepared = replayer.prepared(exchange)
            if prepared is None or not any(_gained(each) for each in prepared.history):
                continue
            trial = _Trial(self, operation, prepared, replayer)
            if trial.deletes():
                yield from trial.findings()
                return


@dataclass(slots=True)
class _Trial:
    """One DELETE of something that exists, and what was there before and after."""

    check: DeleteRemovesItsTarget
    operation: Operation
    prepared: Prepared
    replayer: Replayer
    bystander: Exchange | None = None
    before: Exchange | None = None
    deleted: Exchange | None = None

    def deletes(self) -> bool:
        """Make the DELETE; whether it says that it did it."""
        self.bystander = self._bystander()
        self.before = self._read()
        self.deleted = self.replayer.conduct(self.operation, self.prepared.case.request)
        return self.deleted.response.status in DONE and self.deleted.unavailable is None

    def findings(self) -> Iterator[Finding]:
        assert self.deleted is not None
        left = self._left(self.deleted)
        if left is not None:
            yield left
            return  # what follows is about something that is gone
        yield from self._too_much(self.deleted)
        yield from self._again(self.deleted)

    def _left(self, deleted: Exchange) -> Finding | None:
        """The target is still there, as it was: by what a GET finds, else by the state."""
        name, status = self.operation.name, deleted.response.status
        if self.before is None:
            if deleted.change is None or deleted.change or wrote(deleted):
                return None
            return self._finding(f"{name} answered {status} but changed nothing", "nothing", deleted)
        after = self._read()
        if not 200 <= self.before.response.status < 300 or after is None or not _same(self.before, after):
            return None
        answered = after.response.status
        message = f"{name} answered {status} but a GET of the same path is still answered {answered}, as before"
        return self._finding(message, STILL_THERE, deleted, after)

    def _too_much(self, deleted: Exchange) -> Iterator[Finding]:
        """What another create had made is gone, too."""
        if self.bystander is None:
            return
        others = {_identity(each) for each in _gained(self.bystander)}
        made = {_identity(each) for exchange in self.prepared.history for each in _gained(exchange)}
        for each in deleted.change.lost if deleted.change is not None else ():
            if _identity(each) in others - made:
                message = f"{self.operation.name} also {said(each)}, which another request had made"
                yield self._finding(message, f"also {each.store}", self.bystander, deleted)
                return

    def _again(self, deleted: Exchange) -> Iterator[Finding]:
        second = self.replayer.conduct(self.operation, self.prepared.case.request)
        if second.unavailable is not None:
            return
        evidence = (*self.prepared.history, deleted, second)
        broken = server_error(second, self.operation.name)
        if broken is not None and self.check.scope.asks("payloads"):
            yield replace(broken, exchanges=evidence)
        if self.check.scope.asks("statuses"):
            yield from (replace(each, exchanges=evidence) for each in self.check.documented.after_exchange(second))
        lost = second.change.lost if second.change is not None else ()
        if lost:
            message = f"a second {self.operation.name} {said(lost[0])}"
            yield self._finding(message, f"again {lost[0].store}", deleted, second)

    def _finding(self, message: str, root: str, *exchanges: Exchange) -> Finding:
        evidence = (*self.prepared.history, *exchanges)
        return Finding(self.check.promise, self.check.name, self.operation.name, message, evidence, root)

    def _read(self) -> Exchange | None:
        reader = reader_of(self.check.scope.contract, self.operation)
        if reader is None:
            return None
        request = self.prepared.case.request
        return self.replayer.conduct(reader, reading(request.path, request))

    def _bystander(self) -> Exchange | None:
        """Something else of the same kind, made as the target was; under another name where clients choose it."""
        made = next((each for each in reversed(self.prepared.history) if _gained(each)), None)
        if made is None or made.case.operation is None:
            return None
        request, operation = made.case.request, made.case.operation
        if operation.method != "POST":
            ways = attempts(self.check.scope.requests, operation, 404, made)
            request = next((way.change(request) for way in ways), request)
            if request == made.case.request:
                return None
        other = self.replayer.conduct(operation, request)
        return other if 200 <= other.response.status < 300 else None


def _gained(exchange: Exchange) -> list[Difference]:
    return [each for each in differences(exchange) if each.before is None]


def _identity(difference: Difference) -> tuple[str, str, str]:
    return difference.kind, difference.store, repr(sorted(difference.key.items(), key=str))


def _same(one: Exchange, other: Exchange) -> bool:
    """Whether two answers are the same one."""
    if one.response.status != other.response.status:
        return False
    told, tells = json_value(one.response.body), json_value(other.response.body)
    return one.response.body == other.response.body or (told is not None and told == tells)
