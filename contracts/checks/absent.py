"""Rules about what is not there: what was deleted, and what never existed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from contracts.checks.declared import IF_MATCH, is_as_promised
from contracts.checks.deletes import DONE
from contracts.checks.inferring import of_entries
from contracts.checks.listings import Listing, is_filter
from contracts.checks.scope import Scope
from contracts.checks.sequences.walking import has_grown, walk
from contracts.checks.things import Bases, Thing, Workshop, confirmed, shown, workshops
from contracts.contract import Operation
from contracts.exchange import Corpus, Exchange, Lab
from contracts.finding import ExchangeCheck, Finding, Outcome

# Conflicts and wrong requests: what nobody can have with a thing that does not exist.
OF_WHAT_EXISTS = frozenset({400, 409, 422})


@dataclass(frozen=True, slots=True)
class DeletedIsGone:
    """What a DELETE answered 200 or 204 is in no list any more, and no GET finds it or its parts (RFC 9110, 9.3.5)."""

    scope: Scope
    bases: Bases
    promise: ClassVar[str] = "methods"
    name: ClassVar[str] = "deleted-is-gone"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """Make two things, delete one, and look where both were."""
        for workshop in workshops(self.scope, corpus, lab, phase=self.name, bases=self.bases):
            if workshop.resource.delete is not None:
                yield from confirmed(workshop, self._about)

    def _about(self, workshop: Workshop) -> Iterator[Outcome]:
        found = list(self._deleted(workshop))
        # Code that deletes by what it knows of the first state may leave what came after it.
        if not found and workshop.resource.replace is not None and not workshop.resource.chosen:
            found = list(self._deleted(workshop, replaced=True))
        yield from found or self._below(workshop)

    def _deleted(self, workshop: Workshop, *, replaced: bool = False) -> Iterator[Finding]:
        """Make two things, replace one where that is asked for, and delete it."""
        thing = workshop.make() if workshop.begin() else None
        beside = workshop.make(varied=1) if thing is not None else None
        listing = workshop.lists()
        if thing is None or beside is None:
            return
        request = workshop.replacing(thing) if replaced else None
        listed = walk(workshop, listing, [thing]) if replaced and listing is not None else None
        put = workshop.put(thing, request) if request is not None else None
        if replaced and (put is None or not 200 <= put.response.status < 300):
            return
        before = dict(_entries(workshop, listing, thing)) if listing is not None else {}
        after = walk(workshop, listing, [thing]) if listed is not None and listing is not None else None
        if listed is not None and after is not None and has_grown(listed, after):
            return  # the PUT made another thing, and that is said elsewhere
        deleted = workshop.delete(thing)
        if deleted is None or deleted.response.status not in DONE or deleted.unavailable is not None:
            return
        operation, read = workshop.resource.delete, workshop.read(thing)
        assert operation is not None, "something was deleted"
        evidence = workshop.evidence(thing.made, *((put,) if put is not None else ()), deleted)
        if read is not None and 200 <= read.response.status < 300:
            # Unchanged, it was not deleted at all, and that is said elsewhere.
            unchanged = shown(read) is not None and shown(read) == shown(put or thing.made)
            elsewhere = unchanged and (put is None or not _is_deleted(workshop))
            if not elsewhere and not _shown_anyway(workshop, thing):
                message = f"{operation.name} answered {deleted.response.status}, and a GET still {read.response.status}"
                yield self._finding(operation, message, "found", (*evidence, read))
            return
        for query in before:
            assert listing is not None, "it was listed before"
            page = _listing_it(workshop, listing, thing, query)
            workshop.cool()  # what a function keeps in its memory is another rule's
            if page is not None and _listing_it(workshop, listing, thing, query) is not None:
                how = f" with `{query[0]}` {query[1]}" if query else ""
                message = (
                    f"{operation.name} answered {deleted.response.status}, and {listing.operation.name}{how} still"
                )
                found = self._finding(operation, f"{message} lists what it deleted", "listed", (*evidence, page))
                yield replace(found, inferred=of_entries(listing.operation))
                return

    def _below(self, workshop: Workshop) -> Iterator[Finding]:
        """What belongs to a thing goes with it, where the contract says that there may be none (404)."""
        operation = workshop.resource.delete
        for reader in self.scope.operations:
            if reader.method != "GET" or "404" not in reader.responses or not workshop.resource.has_below(reader):
                continue
            thing = workshop.make() if workshop.begin() else None
            if operation is None or thing is None or not _found(_ask_below(workshop, reader, thing)):
                continue
            deleted, read = workshop.delete(thing), workshop.read(thing)
            if deleted is None or deleted.response.status not in DONE or (read is not None and _found(read)):
                continue
            still = _ask_below(workshop, reader, thing)
            # What is answered for a name that nothing ever had says nothing of what was deleted.
            if _found(still) and workshop.begin() and not _found(_ask_below(workshop, reader, thing)):
                answers = f"{deleted.response.status}, and {reader.name} still {still.response.status}"
                evidence = workshop.evidence(thing.made, deleted, still)
                yield self._finding(operation, f"{operation.name} answered {answers}", "found below", evidence)

    def _finding(self, operation: Operation, message: str, root: str, evidence: tuple[Exchange, ...]) -> Finding:
        return Finding(self.promise, self.name, operation.name, message, evidence, root)


def _ask_below(workshop: Workshop, operation: Operation, thing: Thing) -> Exchange:
    rest = operation.path.rstrip("/").removeprefix(workshop.resource.item)
    return workshop.ask(operation, f"{thing.target}{rest}")


def _found(exchange: Exchange) -> bool:
    return exchange.unavailable is None and 200 <= exchange.response.status < 300


def _is_deleted(workshop: Workshop) -> bool:
    """Whether a DELETE removes a thing that was not replaced before."""
    thing = workshop.make() if workshop.begin() else None
    deleted = workshop.delete(thing) if thing is not None else None
    read = workshop.read(thing) if thing is not None else None
    return deleted is not None and deleted.response.status in DONE and shown(read) is None


def _shown_anyway(workshop: Workshop, thing: Thing) -> bool:
    """Whether a GET finds something even in a world where the thing was never made."""
    read = workshop.read(thing) if workshop.begin() else None
    return read is not None and 200 <= read.response.status < 300


Query = tuple[str, str] | tuple[()]


def _entries(workshop: Workshop, listing: Listing, thing: Thing) -> Iterator[tuple[Query, Any]]:
    """The lists that a thing stands in: the whole one, and those of each filter that selects it."""
    found = _listing_it(workshop, listing, thing, ())
    if found is None:
        return
    yield (), found
    entries = listing.entries(found.response.body) or []
    own = next(each for each in entries if workshop.resource.naming_member(each, thing.name) is not None)
    for parameter in listing.operation.parameters:
        value = own.get(parameter.name)
        if value is None or not is_filter(workshop.rules, listing, parameter):
            continue
        query = parameter.name, str(value).lower() if isinstance(value, bool) else str(value)
        page = _listing_it(workshop, listing, thing, query)
        if page is not None:
            yield query, page


def _listing_it(workshop: Workshop, listing: Listing, thing: Thing, query: Query) -> Exchange | None:
    """The page of a list that has a thing; None when none has."""
    walked = walk(workshop, listing, [thing], dict([query]) if query else {})
    for page, keys in zip(walked.pages, walked.keys, strict=False) if walked is not None else ():
        if thing.name in keys:
            return page
    return None


@dataclass(frozen=True, slots=True)
class PutDoesNotCreate:
    """A PUT makes nothing where the contract has a 404 for it and no 201."""

    scope: Scope
    bases: Bases
    promise: ClassVar[str] = "methods"
    name: ClassVar[str] = "put-does-not-create"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """Replace what never existed, and what was deleted."""
        for workshop in workshops(self.scope, corpus, lab, phase=self.name, bases=self.bases):
            operation = workshop.resource.replace
            if operation is not None and "404" in operation.responses and "201" not in operation.responses:
                yield from confirmed(workshop, self._about)

    def _about(self, workshop: Workshop) -> Iterator[Outcome]:
        for what, thing, before in absent(workshop):
            operation, put = workshop.resource.replace, _put(workshop, thing)
            if operation is not None and put is not None and 200 <= put.response.status < 300:
                message = f"{operation.name} answered {put.response.status} for what {what}, and its contract says 404"
                evidence = workshop.evidence(*before, put)
                yield Finding(self.promise, self.name, operation.name, message, evidence, "creates")
                return


@dataclass(frozen=True, slots=True)
class UnknownIsNotFound:
    """
    Who asks for what never existed, or was deleted, is answered 404 where the contract documents it.

    Attributes:
        documented: Judges statuses that the contract does not have at all.
    """

    scope: Scope
    bases: Bases
    documented: ExchangeCheck
    promise: ClassVar[str] = "statuses"
    name: ClassVar[str] = "unknown-is-not-found"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """Read, replace and delete what is not there: its name is one that the service gives itself."""
        for workshop in workshops(self.scope, corpus, lab, phase=self.name, bases=self.bases):
            yield from confirmed(workshop, self._about)

    def _about(self, workshop: Workshop) -> Iterator[Outcome]:
        resource = workshop.resource
        for what, thing, before in absent(workshop):
            for operation in (resource.read, resource.head, resource.replace, resource.delete):
                if operation is None or "404" not in operation.responses or operation is workshop.creating:
                    continue
                exchange = self._asked(workshop, operation, thing)
                if exchange is None or not self._is_wrong(workshop, operation, exchange):
                    continue
                status, unknown = exchange.response.status, list(self.documented.after_exchange(exchange))
                yield from (replace(each, exchanges=workshop.evidence(*before, exchange)) for each in unknown)
                if unknown:
                    continue
                message = f"{operation.name} answered {status} for what {what}, and its contract has 404 for that"
                evidence = workshop.evidence(*before, exchange)
                yield Finding(self.promise, self.name, operation.name, message, evidence, str(status))

    def _asked(self, workshop: Workshop, operation: Operation, thing: Thing) -> Exchange | None:
        if operation is workshop.resource.replace:
            return _put(workshop, thing)
        if operation is workshop.resource.delete:
            request = workshop.deleting(operation, thing)
            return workshop.conduct(operation, replace(request, headers=request.headers.without(IF_MATCH)))
        return workshop.ask(operation, thing.target)

    def _is_wrong(self, workshop: Workshop, operation: Operation, exchange: Exchange) -> bool:
        status = exchange.response.status
        if exchange.unavailable is not None:
            return False
        if status == 400 and self.scope.asks("payloads"):
            # A valid request was answered so when requests were generated, and that is said there.
            generated = workshop.replayer.corpus.of(operation)
            if any(each.case.valid and each.response.status == 400 for each in generated):
                return False
        if operation.method in ("GET", "HEAD") and 200 <= status < 300:
            return not self.scope.asks("payloads") or is_as_promised(workshop.rules, operation, exchange)
        return status in OF_WHAT_EXISTS


def absent(workshop: Workshop) -> Iterator[tuple[str, Thing, tuple[Exchange, ...]]]:
    """
    Things that are not there, in the world of now, with what happened to them in words and in exchanges.

    The name of what never existed is one that the service gave in another world: it has the right form.
    """
    thing = workshop.make() if workshop.begin() else None
    if thing is None:
        return
    deleted = workshop.delete(thing)
    gone = deleted is not None and deleted.response.status in DONE
    if workshop.begin():
        yield "never existed", thing, ()
    again = workshop.make() if gone and workshop.begin() else None
    deleted = workshop.delete(again) if again is not None else None
    read = workshop.read(again) if again is not None else None
    if again is None or deleted is None or deleted.response.status not in DONE:
        return
    if read is None or shown(read) is None:  # else the DELETE is to blame
        yield "was deleted", again, (again.made, deleted)


def _put(workshop: Workshop, thing: Thing) -> Exchange | None:
    request = workshop.replacing(thing)
    operation = workshop.resource.replace
    if request is None or operation is None:
        return None
    return workshop.conduct(operation, replace(request, headers=request.headers.without(IF_MATCH)))
