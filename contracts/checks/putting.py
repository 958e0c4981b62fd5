"""Rule of the promise `methods`: a PUT says whether it created its target (RFC 9110, 9.3.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from contracts.checks.declared import IF_MATCH, IF_NONE_MATCH
from contracts.checks.deletes import reader_of
from contracts.checks.replay import Replayer, accepted, reading
from contracts.checks.scope import Scope
from contracts.contract import Operation
from contracts.exchange import Corpus, Exchange, Lab
from contracts.finding import Finding, Outcome

CANDIDATES = 4
REPLACED = ("200", "204")


@dataclass(frozen=True, slots=True)
class PutSaysWhetherItCreated:
    """Where the contract has 201 and 200 or 204 for a PUT, the first one is answered 201 and the next one is not."""

    scope: Scope
    promise: ClassVar[str] = "methods"
    name: ClassVar[str] = "put-says-whether-it-created"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """Put what a GET does not find, and put it again."""
        replayer = Replayer.of(corpus, lab, phase=self.name)
        for operation in self.scope.operations:
            reader = reader_of(self.scope.contract, operation)
            both = "201" in operation.responses and any(each in operation.responses for each in REPLACED)
            if operation.method == "PUT" and both and reader is not None:
                yield from self._explored(operation, reader, replayer)
        lab.restore(replayer.fresh)

    def _explored(self, operation: Operation, reader: Operation, replayer: Replayer) -> Iterator[Finding]:
        found = [each for each in accepted(replayer.corpus.of(operation)) if each.case.valid is not False]
        for exchange in found[:CANDIDATES]:
            prepared = replayer.prepared(exchange)
            if prepared is None:
                continue
            request = prepared.case.request
            plain = replace(request, headers=request.headers.without(IF_MATCH, IF_NONE_MATCH))
            read = reading(plain.path, plain)
            before, first = replayer.conduct(reader, read), replayer.conduct(operation, plain)
            between, second = replayer.conduct(reader, read), replayer.conduct(operation, plain)
            if before.response.status not in (404, 410) or not _done(first, second) or not _done(between):
                continue
            evidence = (*prepared.history, before, first)
            if first.response.status in (200, 204):
                message = f"{operation.name} answered {first.response.status} for what it created, and documents 201"
                yield self._finding(operation, message, "created", evidence)
            if second.response.status == 201:
                message = f"{operation.name} answered 201 for what was there, and documents"
                message = f"{message} {' and '.join(each for each in REPLACED if each in operation.responses)}"
                yield self._finding(operation, message, "replaced", (*evidence, second))
            return

    def _finding(self, operation: Operation, message: str, root: str, evidence: tuple[Exchange, ...]) -> Finding:
        return Finding(self.promise, self.name, operation.name, message, evidence, root)


def _done(*exchanges: Exchange) -> bool:
    return all(200 <= each.response.status < 300 and each.unavailable is None for each in exchanges)
