"""Rule of the promise `sequences`: what was written comes back, in every answer that shows it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar

from contracts.checks.comparing import TEXTS, Different, View, differing, stored
from contracts.checks.inferring import of_answers
from contracts.checks.replay import with_body
from contracts.checks.requests import body_schema
from contracts.checks.resources import members_of_schema, server_members
from contracts.checks.scope import Scope
from contracts.checks.sequences.kinds import (
    longest_text,
    number_of,
    objects_of,
    several_objects,
    several_texts,
    text_of,
)
from contracts.checks.sequences.views import Places, noted, views_of
from contracts.checks.things import Bases, Thing, Workshop, confirmed, shown, workshops
from contracts.checks.variants import is_valid, members_of
from contracts.contract import Operation
from contracts.exchange import Corpus, Exchange, Lab
from contracts.finding import Finding, Outcome
from contracts.http import Request

# The root of an operation that answers what the thing was before.
OF_BEFORE = "of before"


@dataclass(frozen=True, slots=True)
class WhatWasWrittenComesBack:
    """The members of a create or a replacement stand in its answer, in a GET of the thing, and in the list."""

    scope: Scope
    bases: Bases
    promise: ClassVar[str] = "sequences"
    name: ClassVar[str] = "what-was-written-comes-back"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """Write plain values, then texts that code likes to change; look at each place where they should stand."""
        for workshop in workshops(self.scope, corpus, lab, phase=self.name, bases=self.bases):
            yield from confirmed(workshop, self._about)

    def _about(self, workshop: Workshop) -> Iterator[Outcome]:
        if not workshop.begin():
            return
        places: Places = {}
        creating = _Writing(self, workshop, workshop.creating, workshop.request, places)
        yield from creating.plain()
        if creating.thing is None:
            return
        yield from creating.kinds()
        operation, request = workshop.resource.replace, workshop.replacing(creating.thing)
        if operation is not None and request is not None and not workshop.resource.chosen:
            replacing = _Writing(self, workshop, operation, request, places, creating.thing)
            yield from replacing.plain()
            yield from replacing.kinds()


@dataclass(slots=True)
class _Writing:
    """
    Requests of one operation that writes, and what became of what they say.

    Attributes:
        base: An accepted request of it; `plainest` is the first of them.
        places: What is known about the places where things are shown.
        thing: What is replaced; of a create, what it made last.
        lost: The members that have come back otherwise already.
        before: What a GET showed before the last request.
        is_of_before: Whether it has answered what the thing was before.
    """

    check: WhatWasWrittenComesBack
    workshop: Workshop
    operation: Operation
    base: Request
    places: Places
    thing: Thing | None = None
    lost: set[str] = field(default_factory=set)
    before: Mapping[str, Any] | None = None
    is_of_before: bool = False
    plainest: Request = field(init=False)

    def __post_init__(self) -> None:
        self.plainest = self.base
        self.before = shown(self.thing.made) if self.thing is not None else None

    def plain(self) -> Iterator[Finding]:
        """With every optional member, else as it was accepted; and with other texts, so that echoes can be told."""
        for request in self._fullest():
            exchange = self._written(request)
            if exchange is not None:
                self.base = request
                yield from self._compared(exchange)
                break
        texts = {name: text for name, text in members_of(self.base).items() if isinstance(text, str)}
        for name, text in texts.items():
            request_again = self._with({name: f"{text}2"}) if name not in self.lost else None
            exchange = self._written(request_again) if request_again is not None else None
            if exchange is not None:
                yield from self._compared(exchange)

    def _fullest(self) -> Iterator[Request]:
        """What is known to be accepted of a create; of a replacement, with every optional member or as it was."""
        if self.operation is self.workshop.creating:
            yield self.workshop.fullest
            return
        full = self.workshop.filled(self.operation, self.base)
        yield from (full, self.base) if full != self.base else (full,)

    def kinds(self) -> Iterator[Finding]:
        """With every kind of value, in all members that may hold it, else in one after the other."""
        rules = self.workshop.rules
        schemas = members_of_schema(rules, body_schema(self.operation, self.base))
        referred = {each.name for each in self.workshop.basis.create.case.references}
        servers = server_members(rules, self.operation, body_schema(self.operation, self.base))
        names = [name for name in schemas if f"/{name}" not in referred and name not in servers]
        kinds = [{name: text_of(rules, schemas[name], text) for name in names} for text in TEXTS.values()]
        kinds += [{name: longest_text(rules, schemas[name]) for name in names}]
        kinds += [{name: number_of(rules, schemas[name], index) for name in names} for index in (0, 1)]
        kinds += [{name: several_texts(rules, schemas[name]) for name in names}]
        sent = members_of(self.base)
        kinds += [
            {name: objects_of(rules, schemas[name], sent.get(name), text) for name in names} for text in TEXTS.values()
        ]
        kinds += [{name: several_objects(rules, schemas[name], sent.get(name)) for name in names}]
        for kind in kinds:
            values = {name: value for name, value in kind.items() if value is not None and name not in self.lost}
            alone = [{name: value} for name, value in values.items()] if len(values) > 1 else []
            for chosen in (values, *alone):
                request = self._with(chosen)
                exchange = self._written(request) if request is not None else None
                if exchange is not None:
                    yield from self._compared(exchange)
                if chosen is values and exchange is not None:
                    break

    def _with(self, values: Mapping[str, Any]) -> Request | None:
        """The base with these values; None when there are none, or the contract does not allow it."""
        if not values:
            return None
        request = with_body(self.base, json.dumps({**members_of(self.base), **values}).encode())
        return request if is_valid(self.workshop.rules, self.operation, request) else None

    def _written(self, request: Request) -> Exchange | None:
        """The exchange when the request is accepted."""
        if self.operation is self.workshop.creating:
            body = request.body or b""
            made = self.workshop.make(partial(with_body, body=body))
            self.thing = made or self.thing
            return made.made if made is not None else None
        assert self.thing is not None, "what is replaced exists"
        exchange = self.workshop.put(self.thing, request)
        accepted = exchange is not None and 200 <= exchange.response.status < 300 and exchange.unavailable is None
        return exchange if accepted else None

    def _compared(self, write: Exchange) -> Iterator[Finding]:
        """What is shown otherwise than it was sent, and whose fault it is; several members in one go are one."""
        views = self._seen(write)
        yield from self._of_before(write, views)
        for where, members in self._blamed(write, views).items():
            self.lost.update(members)
            plainer = self._plainer(write, members, where)
            yield self._finding(*(plainer or (write, views)), members, where)

    def _seen(self, write: Exchange) -> dict[str, View]:
        """The answers that show the thing now."""
        assert self.thing is not None, "what was accepted made or changed something"
        return noted(views_of(self.workshop, self.thing, write), members_of(write.case.request), self.places)

    def _of_before(self, write: Exchange, views: dict[str, View]) -> Iterator[Finding]:
        """
        A replacement that answers, to the letter, what the thing was before; what is wrong with such an answer is one.

        Args:
            views: Where things are shown; an answer of before is taken out.
        """
        assert self.thing is not None, "what was accepted made or changed something"
        own, read, before = views.get("answer"), views.get("read"), self.before
        self.before = read.shown if read is not None else None
        if self.operation is self.workshop.creating or own is None or read is None:
            return
        if own.shown != before or own.shown == read.shown:
            return
        del views["answer"]
        if not self.is_of_before:
            self.is_of_before = True
            message = f"{self.operation.name} answers the thing as it was before"
            evidence = self.workshop.evidence(self.thing.made, write, read.exchange)
            yield Finding(self.check.promise, self.check.name, self.operation.name, message, evidence, OF_BEFORE)

    def _blamed(self, write: Exchange, views: Mapping[str, View]) -> dict[_Where, list[str]]:
        """The members that came back otherwise, by where they did."""
        sent, body = members_of(write.case.request), body_schema(self.operation, write.case.request)
        wrong = {
            place: {each.member: each for each in differing(self.workshop.rules, self.operation, body, sent, view)}
            for place, view in views.items()
        }
        blamed: dict[_Where, list[str]] = {}
        for member in dict.fromkeys(name for each in wrong.values() for name in each):
            for place, is_writers in _places_to_blame(member, wrong, is_stored=stored(write, member, sent[member])):
                how = wrong[place][member].how
                guilty = self.operation if is_writers else views[place].operation
                blamed.setdefault((place, guilty.name, how), []).append(member)
        return blamed

    def _plainer(
        self, write: Exchange, members: Sequence[str], where: _Where
    ) -> tuple[Exchange, Mapping[str, View]] | None:
        """The same with a request that has no other members than it must; None where it does not show so."""
        sent = members_of(write.case.request)
        values = members_of(self.plainest) | {name: sent[name] for name in members}
        request = with_body(self.plainest, json.dumps(values).encode())
        if values == sent or not is_valid(self.workshop.rules, self.operation, request):
            return None
        again = self._written(request)
        views = self._seen(again) if again is not None else {}
        same = again is not None and self._blamed(again, views).get(where) == list(members)
        return (again, views) if again is not None and same else None

    def _finding(self, write: Exchange, views: Mapping[str, View], members: Sequence[str], where: _Where) -> Finding:
        assert self.thing is not None, "what was accepted made or changed something"
        place, guilty, how = where
        before = () if self.thing.made is write else (self.thing.made,)
        after = () if views[place].exchange is write else (views[place].exchange,)
        evidence = self.workshop.evidence(*before, write, *after)
        message = _message(self.operation, views[place], members, how)
        inferred = of_answers([views[place].operation]) if views[place].schema is None else ()
        return Finding(self.check.promise, self.check.name, guilty, message, evidence, how, inferred=inferred)


_Where = tuple[str, str, str]
"""The place of an answer, the operation to blame, and how what is shown differs."""


def _places_to_blame(
    member: str, wrong: Mapping[str, Mapping[str, Different]], *, is_stored: bool
) -> list[tuple[str, bool]]:
    """The places that show a member wrongly, each with whether the writer is to blame rather than who answers there."""
    readers = [place for place in wrong if place != "answer"]
    guilty = [place for place in readers if member in wrong[place]]
    answered = member in wrong.get("answer", {})
    if not guilty:
        return [("answer", True)]
    if len(guilty) < len(readers) or (is_stored and not answered):
        return [*((place, False) for place in guilty), *([("answer", True)] if answered else [])]
    return [(guilty[0], True)]


def _message(writer: Operation, view: View, members: Sequence[str], how: str) -> str:
    named = " and ".join(f"`{each}`" for each in members)
    are = "is" if len(members) == 1 else "are"
    where = "its own answer" if view.operation is writer else f"what {view.operation.name} shows"
    return f"{named}, as {writer.name} was sent, {are} {'not in' if how == 'lost' else f'{how} in'} {where}"
