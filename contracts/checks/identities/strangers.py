"""Rule of the promise `sequences`: what one made is out of reach for a stranger, who cannot tell that it exists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import ClassVar

from contracts.checks.answers import before_any_handler
from contracts.checks.declared import IF_MATCH, IF_NONE_MATCH, declares_header
from contracts.checks.effects import differences, is_safe, said, verb
from contracts.checks.identities.borrowing import Lists, repeated
from contracts.checks.identities.parties import CALLER, OWNERSHIP, Parties, accepted_status, stranger_of
from contracts.checks.identities.telling import difference
from contracts.checks.paths import with_variable
from contracts.checks.replay import accepted, reading, with_header
from contracts.checks.scope import Scope
from contracts.checks.things import Bases, Thing, Workshop, confirmed, workshops
from contracts.checks.ways import neighbours
from contracts.contract import Operation
from contracts.exchange import Corpus, Exchange, Lab
from contracts.finding import Gap, Outcome
from contracts.http import Request
from contracts.identities import Identity


@dataclass(frozen=True, slots=True)
class ThingsOfOthersAreOutOfReach:
    """A stranger neither reads, lists, changes, deletes nor replays what another made, nor learns that it exists."""

    scope: Scope
    bases: Bases
    promise: ClassVar[str] = Parties.promise
    name: ClassVar[str] = Parties.name

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """Make a thing of each resource, and let a stranger ask for it and for what never existed."""
        scope, callers = self.scope, self.scope.callers
        if not any(stranger_of(scope, each, mine) for each in scope.operations for mine in callers.identities):
            yield from self._no_strangers()
            return
        for workshop in workshops(scope, corpus, lab, phase=self.name, bases=self.bases):
            maker = callers.of(workshop.creating)
            if maker is not None:
                yield from confirmed(workshop, partial(_asked, scope, maker))

    def _no_strangers(self) -> Iterator[Gap]:
        """The contract says that things belong to somebody, and nobody is configured to whom they do not."""
        said_by = [(self.scope.contract.extensions, self.scope.contract.location)]
        said_by += [(each.extensions, each.location) for each in self.scope.operations]
        for extensions, location in said_by:
            if extensions.get(OWNERSHIP) == CALLER:
                message = "things belong to whoever made them, says the contract, and no two identities are configured"
                yield Gap(self.promise, self.name, None, message, location)
                return


def _asked(scope: Scope, maker: Identity, workshop: Workshop) -> Iterator[Outcome]:
    parties = Parties(scope, workshop, maker)
    yield from _of_thing(parties)
    found = repeated(parties)
    if found is not None:
        yield found


def _of_thing(parties: Parties) -> Iterator[Outcome]:
    """Make a thing, and have a stranger ask for it in every way."""
    workshop = parties.workshop
    shown = workshop.lists()
    if not workshop.begin():
        return
    lister = None if shown is None else parties.stranger(shown.operation)
    lists = Lists(parties, shown, lister) if shown is not None and lister is not None else None
    if lists is not None and shown is not None:
        workshop.listed(shown)  # a warm function may take the next caller for the one that it knows
    before = None if lists is None else lists.listed()
    thing = workshop.make()
    if thing is None:
        return
    for operation in _operations(parties):
        stranger = parties.stranger(operation)
        if stranger is not None:
            yield from _Question(parties, operation, stranger, thing).outcomes()
    found = None if lists is None or before is None else lists.finding(thing, before)
    if found is not None:
        yield found


def _operations(parties: Parties) -> list[Operation]:
    """The operations on one thing, and on what belongs to it; those that change it last."""
    resource = parties.workshop.resource
    here = [
        each for each in parties.scope.operations if each.path.rstrip("/") == resource.item or resource.has_below(each)
    ]
    return sorted(here, key=lambda each: (not is_safe(each, each.method), each.method == "DELETE"))


@dataclass(frozen=True, slots=True)
class _Question:
    """One operation, asked by a stranger about a thing that one made and about what never existed."""

    parties: Parties
    operation: Operation
    stranger: Identity
    thing: Thing

    def outcomes(self) -> Iterator[Outcome]:
        names = self._unknown()
        if len(names) < 2:
            return
        for request in self._requests():
            if is_safe(self.operation, self.operation.method):
                # A warm function may take the next caller for the one that it knows.
                self.parties.workshop.conduct(self.operation, request)
            unknown, foreign, other = (
                self.parties.ask(self.stranger, self.operation, self._named(request, name))
                for name in (names[0], self.thing.name, names[1])
            )
            if any(each.unavailable is not None for each in (unknown, foreign, other)):
                return
            if before_any_handler(foreign) and before_any_handler(unknown):
                yield self._not_let_in(foreign)
                return
            wrong = self._wrong(foreign, unknown, other)
            if wrong is not None:
                yield self.parties.found(self.operation, *wrong, self.thing.made, unknown, foreign)
                return

    def _not_let_in(self, foreign: Exchange) -> Gap:
        name, status = self.operation.name, foreign.response.status
        message = f"{name} answered {status} to {self.stranger.name}: what a stranger who is let in sees was not asked"
        return Gap(Parties.promise, Parties.name, name, message, self.operation.location)

    def _wrong(self, foreign: Exchange, unknown: Exchange, other: Exchange) -> tuple[str, str] | None:
        """What the stranger did or learnt, and the root; None when nothing."""
        status, never = foreign.response.status, unknown.response.status
        who, maker = self.stranger.name, self.parties.maker.name
        what = f"{self.operation.name} answered {status} to {who} for what {maker} had made"
        touched = _touched(foreign, self.thing.made)
        if touched is not None:
            return f"{what}, and {touched}", "touched"
        if status != never:
            root = "let in" if accepted_status(status) else "told apart"
            allowed = not accepted_status(status) and _may_tell(self.operation, status)
            return None if allowed else (f"{what}, and {never} for what never existed", root)
        if accepted_status(status) and not is_safe(self.operation, self.operation.method):
            return None  # it made something of the stranger's own
        where = difference(foreign, unknown, other)
        if where is None:
            return None
        return f"{what}; {where} is not the one for what never existed", "told apart"

    def _requests(self) -> Iterator[Request]:
        """What the maker would ask: as it is, and with the conditions that the operation knows."""
        workshop, operation = self.parties.workshop, self.operation
        request = self._request()
        if request is None:
            return
        yield request
        if declares_header(operation, IF_MATCH):
            yield with_header(request, IF_MATCH, '"stale"')
        if operation.method in ("GET", "HEAD") and "304" in operation.responses:
            found = workshop.read(self.thing)
            tag = found.response.headers.get("etag") if found is not None else None
            if tag is not None:
                yield with_header(request, IF_NONE_MATCH, tag)

    def _request(self) -> Request | None:
        workshop, operation, thing = self.parties.workshop, self.operation, self.thing
        resource = workshop.resource
        if operation is resource.replace:
            found = workshop.replacing(thing)
            return None if found is None else workshop.matching(operation, thing, found)
        if operation is resource.delete:
            return workshop.matching(operation, thing, workshop.deleting(operation, thing))
        if operation.method in ("GET", "HEAD"):
            rest = operation.path.rstrip("/").removeprefix(resource.item)
            return replace(reading(f"{thing.target}{rest}", workshop.request), method=operation.method)
        sample = next(iter(accepted(workshop.replayer.corpus.of(operation))), None)
        if sample is None:
            return None
        request = self._named(sample.case.request, thing.name)
        return workshop.matching(operation, thing, workshop.with_new_key(operation, request))

    def _unknown(self) -> list[str]:
        """Two names of the same form that nothing has."""
        variable, rules = self.parties.workshop.resource.variable, self.parties.workshop.rules
        schemas = [each.schema for each in self.operation.parameters if each.place == "path" and each.name == variable]
        others = (each for each in dict.fromkeys(neighbours(self.thing.name)) if each != self.thing.name)
        allowed = (each for each in others if all(rules.accepts(one, each) is not False for one in schemas))
        return list(islice(allowed, 2))

    def _named(self, request: Request, name: str) -> Request:
        variable = self.parties.workshop.resource.variable
        target = with_variable(self.operation.path, request.target, variable, change=lambda _: name)
        return replace(request, target=target)


def _may_tell(operation: Operation, status: int) -> bool:
    """Whether the contract says that strangers are told of what exists: by a 403 without a 404, or of the handler's."""
    documented = operation.responses.get("403")
    if status != 403 or documented is None:
        return False
    return "404" not in operation.responses or documented.owner == "handler"


def _touched(exchange: Exchange, made: Exchange) -> str | None:
    """What of a thing's state an exchange changed or removed, in words."""
    own = {(each.store, str(sorted(each.key.items()))) for each in differences(made) if each.before is None}
    for each in differences(exchange):
        if verb(each) != "added" and (each.store, str(sorted(each.key.items()))) in own:
            return said(each)
    return None
