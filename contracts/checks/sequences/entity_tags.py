"""Rules of the promise `sequences`: entity tags and the conditions that name them (RFC 9110, 8.8.3 and 13.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from contracts.checks.answers import json_value
from contracts.checks.comparing import same
from contracts.checks.declared import IF_MATCH, IF_NONE_MATCH, declares_header
from contracts.checks.replay import with_header
from contracts.checks.scope import Scope
from contracts.checks.sequences.settled import changed, revisions_of
from contracts.checks.things import Bases, Thing, Workshop, confirmed, shown, workshops
from contracts.contract import Operation
from contracts.exchange import Corpus, Exchange, Lab
from contracts.finding import Finding, Outcome
from contracts.http import Request

# entity-tag = [ weak ] opaque-tag (RFC 9110, 8.8.3); obs-text is what bytes above 127 are read as.
GRAMMAR = re.compile(r'(W/)?"[\x21\x23-\x7e\x80-\xff]*"')
STALE = '"of-long-ago"'


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
            yield self._finding(workshop.creating, message, "answered", workshop.evidence(thing.made, first))
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
                yield self._finding(operation, message, "answered", workshop.evidence(thing.made, replaced, after))
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


@dataclass(frozen=True, slots=True)
class ConditionsHold:
    """If-Match and If-None-Match let through what they name, and nothing else."""

    scope: Scope
    bases: Bases
    promise: ClassVar[str] = "sequences"
    name: ClassVar[str] = "conditions-hold"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """Ask with the tag of now, with that of before a change, with another, with `*`, and with none."""
        for workshop in workshops(self.scope, corpus, lab, phase=self.name, bases=self.bases):
            yield from confirmed(workshop, self._about)

    def _about(self, workshop: Workshop) -> Iterator[Outcome]:
        thing = workshop.make() if workshop.begin() else None
        tag = tag_of(workshop.read(thing)) if thing is not None else None
        if thing is None or tag is None or GRAMMAR.fullmatch(tag) is None or tag_of(workshop.read(thing)) != tag:
            return
        trial = _Conditions(self, workshop, thing)
        yield from trial.of_read(tag)
        yield from trial.of_replace()
        yield from trial.of_delete()


@dataclass(frozen=True, slots=True)
class _Conditions:
    """One thing, asked about and changed under conditions."""

    check: ConditionsHold
    workshop: Workshop
    thing: Thing

    def of_read(self, tag: str) -> Iterator[Finding]:
        """A GET with the tag of now is answered 304 where the contract documents it; with another, 200."""
        reader = self.workshop.resource.read
        if reader is None or "304" not in reader.responses:
            return
        known = self._ask(reader, IF_NONE_MATCH, tag)
        if known is not None and known.response.status == 200:
            message = f"{reader.name} answered 200 to If-None-Match with the ETag of now, {tag}, and documents 304"
            yield self._finding(reader, message, "known", known)
        elif (
            known is not None and known.response.status == 304 and known.response.headers.get("etag") not in (None, tag)
        ):
            message = f"{reader.name} answered 304 with the ETag {known.response.headers.get('etag')} for {tag}"
            yield self._finding(reader, message, "tag of 304", known)
        elif (
            known is not None
            and known.response.status == 304
            and self._allows(reader, IF_NONE_MATCH, f"{STALE}, {tag}")
        ):
            among = self._ask(reader, IF_NONE_MATCH, f"{STALE}, {tag}")
            if among is not None and among.response.status == 200:
                message = f"{reader.name} answered 200 to If-None-Match with two ETags, of which one is that of now"
                yield self._finding(reader, message, "list", among)
        stale = self._ask(reader, IF_NONE_MATCH, STALE)
        if stale is not None and stale.response.status == 304:
            message = f"{reader.name} answered 304 to If-None-Match with {STALE}, though the ETag is {tag}"
            yield self._finding(reader, message, "unknown", stale)

    def of_replace(self) -> Iterator[Finding]:
        """A PUT under If-Match and If-None-Match."""
        operation, request = self.workshop.resource.replace, self.workshop.replacing(self.thing)
        if operation is None or request is None:
            return
        plain = replace(request, headers=request.headers.without(IF_MATCH, IF_NONE_MATCH))
        if declares_header(operation, IF_NONE_MATCH):
            there = self._conduct(operation, with_header(plain, IF_NONE_MATCH, "*"))
            if 200 <= there.response.status < 300:
                message = f"{operation.name} with `If-None-Match: *` answered {there.response.status} for what exists"
                yield self._finding(operation, message, "exists", there)
        if not declares_header(operation, IF_MATCH):
            return
        yield from self._without(operation, plain)
        now = tag_of(self.workshop.read(self.thing))
        before = self.workshop.read(self.thing)
        other = next(changed(self.workshop, operation, plain, shown(before) or {}), None)
        if other is None or now is None:
            return
        current = self._conduct(operation, with_header(other, IF_MATCH, now))
        after = tag_of(self.workshop.read(self.thing))
        if current.response.status == 412 and not now.startswith("W/"):
            yield self._finding(
                operation, f"{operation.name} answered 412 to the ETag of now, {now}", "current", current
            )
        if not 200 <= current.response.status < 300 or after is None:
            return
        if after != now:
            stale = self._conduct(operation, with_header(plain, IF_MATCH, now))
            yield from self._stale(operation, stale, current)
        yield from self._weak(operation, plain, after)
        yield from self._star(operation, plain)

    def of_delete(self) -> Iterator[Finding]:
        """A DELETE under If-Match; the last thing that is asked."""
        operation = self.workshop.resource.delete
        if operation is None or not declares_header(operation, IF_MATCH):
            return
        request = self.workshop.deleting(operation, self.thing)
        plain = replace(request, headers=request.headers.without(IF_MATCH, IF_NONE_MATCH))
        yield from self._stale(operation, self._conduct(operation, with_header(plain, IF_MATCH, STALE)))
        now = tag_of(self.workshop.read(self.thing))
        if now is None:
            return
        if "428" in operation.responses:
            yield from self._without(operation, plain)
        current = self._conduct(operation, with_header(plain, IF_MATCH, now))
        if current.response.status == 412 and not now.startswith("W/"):
            yield self._finding(
                operation, f"{operation.name} answered 412 to the ETag of now, {now}", "current", current
            )

    def _stale(self, operation: Operation, stale: Exchange, *before: Exchange) -> Iterator[Finding]:
        status = stale.response.status
        if 200 <= status < 300:
            message = f"{operation.name} answered {status} to If-Match with an ETag that is not the one of now"
            yield self._finding(operation, message, "stale", *before, stale)
        elif "412" in operation.responses and status != 412 and status < 500:
            message = f"{operation.name} answered {status} to If-Match with an old ETag, and documents 412 for that"
            yield self._finding(operation, message, "stale", *before, stale)

    def _without(self, operation: Operation, plain: Request) -> Iterator[Finding]:
        """Where the contract documents 428, a request without a condition is answered so."""
        if "428" not in operation.responses:
            return
        missing = self._conduct(operation, plain)
        if 200 <= missing.response.status < 300:
            message = (
                f"{operation.name} answered {missing.response.status} without If-Match, and documents 428 for that"
            )
            yield self._finding(operation, message, "unconditional", missing)

    def _weak(self, operation: Operation, plain: Request, now: str) -> Iterator[Finding]:
        """If-Match compares strongly: a tag that says that it is weak is that of no state (RFC 9110, 13.1.1)."""
        if now.startswith("W/") or not self._allows(operation, IF_MATCH, f"W/{now}"):
            return
        weak = self._conduct(operation, with_header(plain, IF_MATCH, f"W/{now}"))
        if 200 <= weak.response.status < 300:
            message = f"{operation.name} answered {weak.response.status} to If-Match with a weak ETag, W/{now}"
            yield self._finding(operation, message, "weak", weak)

    def _allows(self, operation: Operation, name: str, value: str) -> bool:
        """Whether the contract lets a header have a value."""
        declared = [each for each in operation.parameters if each.name.lower() == name.lower()]
        return all(self.workshop.rules.accepts(each.schema, value) is not False for each in declared)

    def _star(self, operation: Operation, plain: Request) -> Iterator[Finding]:
        if not self._allows(operation, IF_MATCH, "*"):
            return
        there = self._conduct(operation, with_header(plain, IF_MATCH, "*"))
        if there.response.status == 412:
            message = f"{operation.name} answered 412 to `If-Match: *` for what exists"
            yield self._finding(operation, message, "any", there)

    def _ask(self, operation: Operation, header: str, value: str) -> Exchange | None:
        found = self.workshop.ask(operation, self.thing.target, headers={header: value})
        return None if found.unavailable is not None else found

    def _conduct(self, operation: Operation, request: Request) -> Exchange:
        return self.workshop.conduct(operation, self.workshop.with_new_key(operation, request))

    def _finding(self, operation: Operation, message: str, root: str, *exchanges: Exchange) -> Finding:
        evidence = self.workshop.evidence(self.thing.made, *exchanges)
        return Finding(self.check.promise, self.check.name, operation.name, message, evidence, root)
