"""Rule of the promise `sequences`: conditions let through what they name, and nothing else (RFC 9110, 13.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from contracts.checks.answers import handler_invocation
from contracts.checks.declared import IF_MATCH, IF_NONE_MATCH, declares_header
from contracts.checks.replay import with_header
from contracts.checks.scope import Scope
from contracts.checks.sequences.entity_tags import GRAMMAR, tag_of
from contracts.checks.sequences.settled import changed
from contracts.checks.things import Bases, Thing, Workshop, confirmed, shown, workshops
from contracts.contract import Operation
from contracts.exchange import Corpus, Exchange, Lab
from contracts.finding import Finding, Outcome
from contracts.http import Request

STALE = '"of-long-ago"'

# What says something else of a thing that exists, and of a request that is accepted without the condition.
_OTHER = frozenset({404, 409, 410, 412, 422})


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
        if known is not None and known.response.status in (200, *_OTHER):
            status = known.response.status
            message = f"{reader.name} answered {status} to If-None-Match with the ETag of now, {tag}, and documents 304"
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
        if stale is not None and stale.response.status in (304, *_OTHER):
            status = stale.response.status
            message = f"{reader.name} answered {status} to If-None-Match with {STALE}, though the ETag is {tag}"
            yield self._finding(reader, message, "unknown", stale)

    def of_replace(self) -> Iterator[Finding]:
        """A PUT under If-Match and If-None-Match."""
        operation, request = self.workshop.resource.replace, self.workshop.replacing(self.thing)
        if operation is None or request is None:
            return
        plain = replace(request, headers=request.headers.without(IF_MATCH, IF_NONE_MATCH))
        if declares_header(operation, IF_NONE_MATCH):
            yield from self._exists(operation, plain)
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
        yield from self._current(operation, now, current)
        if not 200 <= current.response.status < 300 or after is None:
            return
        if after != now:
            stale = self._conduct(operation, with_header(plain, IF_MATCH, now))
            ignored = list(self._stale(operation, stale, current))
            yield from ignored
            # Whoever does not look at the tag does not look at how it is written.
            if ignored:
                return
        yield from self._weak(operation, plain, after)
        yield from self._among(operation, plain)
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
        yield from self._current(operation, now, self._conduct(operation, with_header(plain, IF_MATCH, now)))

    def _exists(self, operation: Operation, plain: Request) -> Iterator[Finding]:
        """
        `If-None-Match: *` lets nothing through for what exists, and is answered 412 where the contract has that.

        A condition counts only where the request without it is accepted (RFC 9110, 13.2.1).
        """
        there = self._conduct(operation, with_header(plain, IF_NONE_MATCH, "*"))
        status = there.response.status
        wrong = status == 304 or (status in _OTHER and status != 412)
        if 200 <= status < 300:
            message = f"{operation.name} with `If-None-Match: *` answered {status} for what exists"
            yield self._finding(operation, message, "exists", there)
        elif "412" in operation.responses and wrong:
            accepted = self._conduct(operation, plain)
            if 200 <= accepted.response.status < 300:
                message = (
                    f"{operation.name} with `If-None-Match: *` answered {status} for what exists, and documents 412"
                )
                yield self._finding(operation, message, "exists", there)

    def _current(self, operation: Operation, now: str, current: Exchange) -> Iterator[Finding]:
        """The ETag of now is no stale one, and neither is it none."""
        status = current.response.status
        if status in (412, 428) and not now.startswith("W/"):
            message = f"{operation.name} answered {status} to If-Match with the ETag of now, {now}"
            yield self._finding(operation, message, "current", current)

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
        status = missing.response.status
        # Of a 412 without a condition, and of a 400 to a request that the contract allows, other rules speak.
        wanted = any(each.required and each.name.lower() == IF_MATCH.lower() for each in operation.parameters)
        unlike = status in _OTHER - {412} or (status == 400 and wanted and handler_invocation(missing) is not None)
        if 200 <= status < 300 or unlike:
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

    def _among(self, operation: Operation, plain: Request) -> Iterator[Finding]:
        """If-Match may name several tags, of which one need be that of now (RFC 9110, 13.1.1)."""
        now = tag_of(self.workshop.read(self.thing))
        several = f"{STALE}, {now}"
        if now is None or now.startswith("W/") or not self._allows(operation, IF_MATCH, several):
            return
        among = self._conduct(operation, with_header(plain, IF_MATCH, several))
        if among.response.status == 412:
            message = f"{operation.name} answered 412 to If-Match with two ETags, of which one is that of now"
            yield self._finding(operation, message, "list", among)

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
