"""Rule of the promise `sequences`: entity tags of what is only read (RFC 9110, 8.8.3 and 13.1.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from contracts.checks.declared import IF_MATCH, IF_NONE_MATCH
from contracts.checks.replay import Prepared, Replayer, accepted, with_header
from contracts.checks.resources import resources
from contracts.checks.scope import Scope
from contracts.checks.sequences.conditions import STALE
from contracts.checks.sequences.entity_tags import tag_of
from contracts.contract import Operation
from contracts.exchange import Corpus, Exchange, Lab
from contracts.finding import Finding, Outcome

# How many accepted requests of an operation are tried until one can be made again and is answered with an entity tag.
CANDIDATES = 3


@dataclass(frozen=True, slots=True)
class TagsOfReadsTell:
    """
    What nobody makes or replaces has one entity tag for as long as it is the same, and is not sent to who has it.

    Of what can be made, the rules `entity-tags-tell` and `conditions-hold` speak.
    """

    scope: Scope
    promise: ClassVar[str] = "sequences"
    name: ClassVar[str] = "entity-tags-of-reads-tell"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """Read twice, then with If-None-Match."""
        replayer = Replayer.of(corpus, lab, phase=self.name)
        made = {id(each.read) for each in resources(self.scope.contract) if each.create is not None}
        for operation in self.scope.operations:
            if operation.method == "GET" and id(operation) not in made:
                yield from self._explored(operation, replayer)
        lab.restore(replayer.fresh)

    def _explored(self, operation: Operation, replayer: Replayer) -> Iterator[Finding]:
        found = [each for each in accepted(replayer.corpus.of(operation)) if each.response.headers.get("etag")]
        for exchange in found[:CANDIDATES]:
            prepared = replayer.prepared(exchange)
            if prepared is not None:
                yield from self._asked(operation, _plain(prepared), replayer)
                return

    def _asked(self, operation: Operation, prepared: Prepared, replayer: Replayer) -> Iterator[Finding]:
        request = prepared.case.request
        first, again = (replayer.conduct(operation, request) for _ in range(2))
        tag = tag_of(first)
        if tag is None or first.response.body != again.response.body:
            return
        if tag_of(again) != tag:
            message = f"{operation.name} answers two ETags, {tag} and {tag_of(again)}, for one representation"
            yield self._finding(operation, message, "changes", prepared, first, again)
            return
        if "304" not in operation.responses:
            return
        known = replayer.conduct(operation, with_header(request, IF_NONE_MATCH, tag))
        if known.response.status == 200:
            message = f"{operation.name} answered 200 to If-None-Match with the ETag of now, {tag}, and documents 304"
            yield self._finding(operation, message, "known", prepared, first, known)
        stale = replayer.conduct(operation, with_header(request, IF_NONE_MATCH, STALE))
        if stale.response.status == 304:
            message = f"{operation.name} answered 304 to If-None-Match with {STALE}, though the ETag is {tag}"
            yield self._finding(operation, message, "unknown", prepared, first, stale)

    def _finding(
        self, operation: Operation, message: str, root: str, prepared: Prepared, *exchanges: Exchange
    ) -> Finding:
        evidence = (*prepared.history, *exchanges)
        return Finding(self.promise, self.name, operation.name, message, evidence, root)


def _plain(prepared: Prepared) -> Prepared:
    """Without conditions, which would be answered 304."""
    request = prepared.case.request
    headers = request.headers.without(IF_MATCH, IF_NONE_MATCH)
    return replace(prepared, case=replace(prepared.case, request=replace(request, headers=headers)))
