"""Rule of the promise `methods`: PUT replaces the whole of its target (RFC 9110, 9.3.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from contracts.checks.answers import json_value
from contracts.checks.deletes import reader_of
from contracts.checks.replay import MISSING, Replayer, accepted, reading, with_header
from contracts.checks.scope import Scope
from contracts.checks.variants import members_of, optional_members, values_for, with_top, without_top
from contracts.contract import Operation
from contracts.exchange import Corpus, Exchange, Lab, Snapshot
from contracts.finding import Finding, Outcome
from contracts.http import Request

# How many accepted requests are tried until one can be made again, and how many members are left out, one at a time.
CANDIDATES = 4
MEMBERS = 6


@dataclass(frozen=True, slots=True)
class PutReplacesTheWhole:
    """
    A member that a PUT leaves out does not keep the value that an earlier one gave it.

    It is broken only where what a GET finds follows the earlier value, whichever that was: a default does not.
    """

    scope: Scope
    promise: ClassVar[str] = "methods"
    name: ClassVar[str] = "put-replaces-the-whole"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """Put with a member, then without it, then look; the same with another value."""
        replayer = Replayer.of(corpus, lab, phase=self.name)
        for operation in self.scope.operations:
            reader = reader_of(self.scope.contract, operation)
            if operation.method == "PUT" and reader is not None:
                yield from self._explored(operation, reader, replayer)
        lab.restore(replayer.fresh)

    def _explored(self, operation: Operation, reader: Operation, replayer: Replayer) -> Iterator[Finding]:
        rules = self.scope.requests
        exchanges = [each for each in accepted(replayer.corpus.of(operation)) if each.case.valid is not False]
        prepared = next((each for each in map(replayer.prepared, exchanges[:CANDIDATES]) if each is not None), None)
        if prepared is None:
            return
        world = replayer.lab.snapshot()
        request = prepared.case.request
        optional = optional_members(rules, operation, request)
        for name in optional:
            request = without_top(request, name)
        for name in optional[:MEMBERS]:
            known = [members_of(each.case.request).get(name) for each in exchanges]
            values = values_for(rules, operation, request, name, known)[:2]
            trial = _Trial(operation, reader, request, prepared.history, replayer, world, name)
            kept = [trial.kept(value) for value in values]
            if len(kept) == 2 and all(kept):
                message = f"{operation.name} keeps the `{name}` of before when it is left out: PUT replaces the whole"
                yield Finding(self.promise, self.name, operation.name, message, kept[-1] or (), f"keeps {name}")
                return


@dataclass(frozen=True, slots=True)
class _Trial:
    """A PUT with a member and one without it, in the world before the first."""

    operation: Operation
    reader: Operation
    request: Request
    history: tuple[Exchange, ...]
    replayer: Replayer
    world: Snapshot
    name: str

    def kept(self, value: Any) -> tuple[Exchange, ...] | None:
        """The exchanges that show that a value outlives a PUT without it; None when they do not."""
        lab = self.replayer.lab
        lab.restore(self.world)
        first = self._put(with_top(self.request, self.name, value))
        if first is None or self._read() != value:
            return None
        # What a function keeps in its memory is another rule's.
        lab.restore(lab.snapshot())
        second = self._put(self.request)
        if second is None or self._read() != value:
            return None
        return (*self.history, first, second, self._look())

    def _put(self, request: Request) -> Exchange | None:
        if "if-match" in request.headers:
            tag = self._look().response.headers.get("etag")
            request = request if tag is None else with_header(request, "If-Match", tag)
        made = self.replayer.conduct(self.operation, request)
        return made if 200 <= made.response.status < 300 and made.unavailable is None else None

    def _look(self) -> Exchange:
        return self.replayer.conduct(self.reader, reading(self.request.path, self.request))

    def _read(self) -> Any:
        found = self._look()
        value = json_value(found.response.body) if 200 <= found.response.status < 300 else None
        return value.get(self.name, MISSING) if isinstance(value, dict) else MISSING
