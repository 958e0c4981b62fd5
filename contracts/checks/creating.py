"""Rule of the promise `methods`: a POST that answers 201 creates one thing (RFC 9110, 9.3.3 and 15.3.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from contracts.checks.answers import json_value
from contracts.checks.deletes import reader_of
from contracts.checks.inferring import of_entries
from contracts.checks.replay import Replayer, accepted, reading
from contracts.checks.scope import Scope
from contracts.contract import Operation
from contracts.exchange import Corpus, Exchange, Lab
from contracts.finding import Finding, Outcome

CANDIDATES = 4


@dataclass(frozen=True, slots=True)
class CreateMakesOneThing:
    """The list at the same path has one more entry with what was sent, not two."""

    scope: Scope
    promise: ClassVar[str] = "methods"
    name: ClassVar[str] = "create-makes-one-thing"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """List, create, list."""
        replayer = Replayer.of(corpus, lab, phase=self.name)
        for operation in self.scope.operations:
            reader = reader_of(self.scope.contract, operation)
            if operation.method == "POST" and reader is not None:
                for exchange in _with_members(accepted(corpus.of(operation)))[:CANDIDATES]:
                    finding = self._explored(exchange, reader, replayer)
                    if finding is not None:
                        yield finding
                        break
        lab.restore(replayer.fresh)

    def _explored(self, exchange: Exchange, reader: Operation, replayer: Replayer) -> Finding | None:
        prepared = replayer.prepared(exchange)
        operation = exchange.case.operation
        if prepared is None or operation is None:
            return None
        request = prepared.case.request
        listing = reading(request.path, request)
        before = _entries(replayer.conduct(reader, listing))
        created = replayer.conduct(operation, request)
        listed = replayer.conduct(reader, listing)
        after = _entries(listed)
        if before is None or after is None or created.response.status != 201 or created.unavailable is not None:
            return None
        sent = json_value(request.body or b"")
        gained = [each for each in after if each not in before and _carries(each, sent)]
        if len(gained) < 2:
            return None
        message = f"{operation.name} answered 201 once, and {reader.name} lists {len(gained)} more with what was sent"
        evidence = (*prepared.history, created, listed)
        inferred = of_entries(reader)
        return Finding(self.promise, self.name, operation.name, message, evidence, "twice", inferred=inferred)


def _with_members(exchanges: list[Exchange]) -> list[Exchange]:
    """Those that send an object: what they made can be told from what others made."""
    return [each for each in exchanges if each.response.status == 201 and _members(each)]


def _members(exchange: Exchange) -> Any:
    value = json_value(exchange.case.request.body or b"")
    return value if isinstance(value, dict) else None


def _entries(exchange: Exchange) -> list[Any] | None:
    """The entries of a list: the answer itself, or its only member that is an array."""
    if not 200 <= exchange.response.status < 300 or exchange.unavailable is not None:
        return None
    value = json_value(exchange.response.body)
    if isinstance(value, dict):
        arrays = [member for member in value.values() if isinstance(member, list)]
        return arrays[0] if len(arrays) == 1 else None
    return value if isinstance(value, list) else None


def _carries(entry: Any, sent: Any) -> bool:
    """Whether an entry has everything that it shares with what was sent, and shares something."""
    if not isinstance(entry, Mapping) or not isinstance(sent, Mapping):
        return False
    shared = entry.keys() & sent.keys()
    return bool(shared) and all(entry[name] == sent[name] for name in shared)
