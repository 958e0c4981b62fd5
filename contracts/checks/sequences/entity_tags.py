"""Rule of the promise `sequences`: entity tags tell one representation from another (RFC 9110, 8.8.3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from contracts.checks.answers import json_value
from contracts.checks.comparing import same
from contracts.checks.scope import Scope
from contracts.checks.sequences.settled import changed, revisions_of
from contracts.checks.things import Bases, Thing, Workshop, confirmed, shown, workshops
from contracts.contract import Operation
from contracts.exchange import Corpus, Exchange, Lab
from contracts.finding import Finding, Outcome

# entity-tag = [ weak ] opaque-tag (RFC 9110, 8.8.3); obs-text is what bytes above 127 are read as.
GRAMMAR = re.compile(r'(W/)?"[\x21\x23-\x7e\x80-\xff]*"')
# The root of an operation that answers its own request with another tag than a GET has.
ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class EntityTagsTell:
    """An entity tag has the form of one, and is another exactly when the representation is."""

    scope: Scope
    bases: Bases
    promise: ClassVar[str] = "sequences"
    name: ClassVar[str] = "entity-tags-tell"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """Read a thing twice, replace it, read it again."""
        for workshop in workshops(self.scope, corpus, lab, phase=self.name, bases=self.bases):
            yield from confirmed(workshop, self._about)

    def _about(self, workshop: Workshop) -> Iterator[Outcome]:
        thing = workshop.make() if workshop.begin() else None
        first = workshop.read(thing) if thing is not None else None
        tag = tag_of(first)
        reader = workshop.resource.read
        if thing is None or first is None or tag is None or reader is None:
            return
        if GRAMMAR.fullmatch(tag) is None:
            message = (
                f'{reader.name} answers the ETag `{tag}`, which is none: an entity tag stands in quotes, `"{tag}"`'
            )
            yield self._finding(reader, message, "form", workshop.evidence(thing.made, first))
            return
        again = workshop.read(thing)
        if again is None or again.response.body != first.response.body:
            return
        if tag_of(again) != tag:
            message = f"{reader.name} answers two ETags, {tag} and {tag_of(again)}, for one representation"
            yield self._finding(reader, message, "changes", workshop.evidence(thing.made, first, again))
            return
        answered = tag_of(thing.made)
        if answered not in (None, tag):
            message = f"{workshop.creating.name} answers the ETag {answered}, and {reader.name} {tag}"
            yield self._finding(workshop.creating, message, ANSWERED, workshop.evidence(thing.made, first))
        yield from self._replaced(workshop, thing, reader, first)

    def _replaced(self, workshop: Workshop, thing: Thing, reader: Operation, first: Exchange) -> Iterator[Finding]:
        operation, request = workshop.resource.replace, workshop.replacing(thing)
        if operation is None or request is None:
            return
        for other in changed(workshop, operation, request, shown(first) or {}):
            replaced = workshop.put(thing, other)
            after = workshop.read(thing)
            if replaced is None or after is None or shown(after) is None or shown(replaced) is None:
                continue
            evidence = workshop.evidence(thing.made, first, replaced, after)
            if self._is_settled(workshop, first, after):
                return  # that its revision stays is said elsewhere
            if tag_of(after) == tag_of(first) and not _same_but(first, after):
                message = f"{operation.name} changed the thing, and its ETag is still {tag_of(first)}"
                yield self._finding(operation, message, "stays", evidence)
            elif tag_of(replaced) not in (None, tag_of(after)):
                message = f"{operation.name} answers the ETag {tag_of(replaced)}, and {reader.name} {tag_of(after)}"
                yield self._finding(operation, message, ANSWERED, workshop.evidence(thing.made, replaced, after))
            return

    def _is_settled(self, workshop: Workshop, first: Exchange, after: Exchange) -> bool:
        """Whether a number that counts the revisions of the thing stayed as it was, as its tag did."""
        one, other = shown(first) or {}, shown(after) or {}
        revisions = revisions_of(workshop, one)
        return any(one.get(name) == other.get(name) for name in revisions) and tag_of(first) == tag_of(after)

    def _finding(self, operation: Operation, message: str, root: str, evidence: tuple[Exchange, ...]) -> Finding:
        return Finding(self.promise, self.name, operation.name, message, evidence, root)


def tag_of(exchange: Exchange | None) -> str | None:
    """The entity tag of a successful answer."""
    if exchange is None or exchange.unavailable is not None or not 200 <= exchange.response.status < 300:
        return None
    return exchange.response.headers.get("etag")


def _same_but(one: Exchange, other: Exchange) -> bool:
    """Whether two answers show the same."""
    return same(json_value(one.response.body), json_value(other.response.body))
