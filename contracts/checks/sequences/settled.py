"""Rules of the promise `sequences`: what the server sets, a client cannot; and what is settled stays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from contracts.checks.comparing import same
from contracts.checks.effects import differences
from contracts.checks.inferring import BY_NAME
from contracts.checks.requests import body_schema, types_of
from contracts.checks.resources import answered_schema, members_of_schema, server_members
from contracts.checks.scope import Scope
from contracts.checks.sequences.times import CREATED, UPDATED, is_coarse, is_less, letters, moment_of
from contracts.checks.things import Bases, Thing, Workshop, confirmed, shown, workshops
from contracts.checks.variants import is_named, is_valid, members_of, optional_members, others_for, with_top
from contracts.contract import Operation, Schema
from contracts.exchange import Corpus, Exchange, Lab
from contracts.finding import Finding, Outcome
from contracts.http import Request

REVISIONS = frozenset({"version", "revision"})

MARK = "set-by-a-client"

# The root of a revision that stays where a thing is changed.
REVISION = "revision"


@dataclass(frozen=True, slots=True)
class ServerMembersAreTheServers:
    """A member that only the server sets is refused or ignored when a client sends it."""

    scope: Scope
    bases: Bases
    promise: ClassVar[str] = "sequences"
    name: ClassVar[str] = "server-members-are-the-servers"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """Send each of them in a create and in a replacement."""
        for workshop in workshops(self.scope, corpus, lab, phase=self.name, bases=self.bases):
            yield from confirmed(workshop, self._about)

    def _about(self, workshop: Workshop) -> Iterator[Outcome]:
        thing = workshop.make() if workshop.begin() else None
        if thing is None:
            return
        yield from self._of_create(workshop, thing)
        request = workshop.replacing(thing)
        operation = workshop.resource.replace
        if operation is None or request is None or workshop.resource.chosen:
            return
        for name, value in self._foreign(workshop, operation, request, thing):
            exchange = workshop.put(thing, with_top(request, name, value))
            if exchange is not None:
                yield from self._taken(workshop, operation, thing, exchange, (name, value))

    def _of_create(self, workshop: Workshop, thing: Thing) -> Iterator[Finding]:
        creating = workshop.creating
        for name, value in self._foreign(workshop, creating, workshop.request, thing):
            made = workshop.try_to_make(partial(with_top, name=name, value=value), varied=1)
            yield from self._taken(workshop, creating, workshop.thing_of(made), made, (name, value))
        yield from self._keys(workshop, thing)

    def _foreign(
        self, workshop: Workshop, operation: Operation, request: Request, thing: Thing
    ) -> Iterator[tuple[str, Any]]:
        """The members that the contract says are the server's, each with a value that no server would give."""
        answer = shown(workshop.read(thing)) or shown(thing.made) or {}
        reader = workshop.resource.read
        read = workshop.read(thing) if reader is not None else None
        schema = answered_schema(reader, read) if reader is not None and read is not None else None
        schema = schema or answered_schema(workshop.creating, thing.made)
        body = body_schema(operation, request)
        own = server_members(workshop.rules, operation, body, schema)
        members = {**members_of_schema(workshop.rules, body), **members_of_schema(workshop.rules, schema)}
        for name, value in answer.items():
            other = _other(workshop, members.get(name, {}), value)
            if name not in own or name in members_of(request) or other is None:
                continue
            # What the contract refuses anyway is asked elsewhere.
            if not workshop.scope.asks("payloads") or is_valid(
                workshop.rules, operation, with_top(request, name, other)
            ):
                yield name, other

    def _taken(
        self, workshop: Workshop, operation: Operation, thing: Thing | None, write: Exchange, sent: tuple[str, Any]
    ) -> Iterator[Finding]:
        """A finding where a GET, or else the answer, shows what the client set."""
        if thing is None or not 200 <= write.response.status < 300:
            return
        name, value = sent
        read = workshop.read(thing)
        seen = shown(read) if read is not None else shown(write)
        if seen is None or not same(seen.get(name), value):
            return
        message = f"{operation.name} lets a client set `{name}`, which is the server's"
        before = (thing.made,) if thing.made is not write else ()
        evidence = workshop.evidence(*before, write, *((read,) if read is not None else ()))
        yield Finding(self.promise, self.name, operation.name, message, evidence, "taken")

    def _keys(self, workshop: Workshop, thing: Thing) -> Iterator[Finding]:
        """No undeclared member of a body becomes part of the key that a thing is stored by."""
        creating, request = workshop.creating, workshop.request
        schema = body_schema(creating, request)
        declared = members_of_schema(workshop.rules, schema)
        gained = [each for each in differences(thing.made) if each.before is None and each.kind == "item"]
        for name in dict.fromkeys(name for each in gained for name in each.key):
            mark = with_top(request, name, MARK)
            if not declared or name in declared or name in members_of(request):
                continue
            if workshop.scope.asks("payloads") and not is_valid(workshop.rules, creating, mark):
                continue
            made = workshop.try_to_make(partial(with_top, name=name, value=MARK), varied=1)
            keys = [each.key.get(name) for each in differences(made)]
            if {"S": MARK} in keys:
                message = (
                    f"{creating.name} stores under the `{name}` that a client sent, which its contract does not have"
                )
                evidence = workshop.evidence(made)
                yield Finding(self.promise, self.name, creating.name, message, evidence, "taken")


@dataclass(frozen=True, slots=True)
class WhatIsSettledStays:
    """A replacement changes neither the name of a thing nor when it was made, nor what it has no member for."""

    scope: Scope
    bases: Bases
    promise: ClassVar[str] = "sequences"
    name: ClassVar[str] = "what-is-settled-stays"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """Read, replace, read."""
        for workshop in workshops(self.scope, corpus, lab, phase=self.name, bases=self.bases):
            yield from confirmed(workshop, self._about)

    def _about(self, workshop: Workshop) -> Iterator[Outcome]:
        thing = workshop.make() if workshop.begin() else None
        operation = workshop.resource.replace
        request = workshop.replacing(thing) if thing is not None else None
        if thing is None or operation is None or request is None:
            return
        before = shown(workshop.read(thing))
        for _ in range(11):  # so that more than a second has gone by
            workshop.read(thing)
        request = next(changed(workshop, operation, request, before or {}), request)
        replaced = workshop.put(thing, request)
        read = workshop.read(thing)
        after = shown(read)
        if replaced is None or read is None or before is None or after is None or shown(replaced) is None:
            return
        trial = _Replaced(workshop, request, thing, before, after)
        for wrong, root in (*trial.settled(), *trial.times(), *trial.revision()):
            message = f"{operation.name} {wrong}"
            evidence = workshop.evidence(thing.made, replaced, read)
            own = root.startswith("settled ") and letters(root.removeprefix("settled ")) not in CREATED
            inferred = () if own else (BY_NAME,)
            yield Finding(self.promise, self.name, operation.name, message, evidence, root, inferred=inferred)


def changed(workshop: Workshop, operation: Operation, request: Request, now: Mapping[str, Any]) -> Iterator[Request]:
    """Requests that replace a thing by something else than it is now, by what a GET shows of it."""
    if any(name in now and now[name] != value for name, value in members_of(request).items()):
        yield request
    names = dict.fromkeys([*members_of(request), *optional_members(workshop.rules, operation, request)])
    # Another value of an enum may not go with the rest of the request, so those come last.
    for name in sorted(names, key=lambda each: is_named(workshop.rules, operation, request, each)):
        sent = members_of(request).get(name)
        known = [f"{sent} again"] if isinstance(sent, str) else []
        for value in others_for(workshop.rules, operation, request, name, known):
            other = with_top(request, name, value)
            if value != now.get(name) and value != sent and is_valid(workshop.rules, operation, other):
                yield other
                break


def revisions_of(workshop: Workshop, shown: Mapping[str, Any]) -> list[str]:
    """The members of a thing that count its revisions: whole numbers that are called so and are the server's."""
    reader = workshop.resource.read
    documented = reader.documented(200) if reader is not None else None
    schema = next(iter(documented.content.values()), None) if documented is not None else None
    own = server_members(workshop.rules, workshop.resource.replace or workshop.creating, schema)
    return [
        name for name, value in shown.items() if letters(name) in REVISIONS and name in own and isinstance(value, int)
    ]


@dataclass(frozen=True, slots=True)
class _Replaced:
    """A thing before and after it was replaced, as GETs show it."""

    workshop: Workshop
    request: Request
    thing: Thing
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    def _is_settable(self, name: str) -> bool:
        schema, operation = self._schema(), self.workshop.resource.replace or self.workshop.creating
        if name in server_members(self.workshop.rules, operation, schema):
            return False
        return name in members_of(self.request) or name in members_of_schema(self.workshop.rules, schema)

    def _schema(self) -> Schema | None:
        operation = self.workshop.resource.replace
        return body_schema(operation, self.request) if operation is not None else None

    def settled(self) -> Iterator[tuple[str, str]]:
        """What changed though nothing may change it, or nothing that was sent has a member for it."""
        created, schema = members_of(self.thing.made.case.request), self._schema()
        closed = schema is not None and self.workshop.rules.resolved(schema).get("additionalProperties") is False
        naming = self.workshop.resource.naming_member(self.before, self.thing.name)
        for name, value in self.before.items():
            if self._is_settable(name) or (name in self.after and same(self.after[name], value)):
                continue
            if name == naming or letters(name) in CREATED:
                yield f"changed `{name}`, which nothing changes", f"settled {name}"
            elif closed and name in created and same(created[name], value):
                what = "changed" if name in self.after else "lost"
                yield f"{what} `{name}`, which it has no member for", f"settled {name}"

    def times(self) -> Iterator[tuple[str, str]]:
        """The time of the last change goes on when the thing changes, and is not before that of the creation."""
        created = next((moment_of(value) for name, value in self.after.items() if letters(name) in CREATED), None)
        for name, value in self.after.items():
            if letters(name) not in UPDATED or self._is_settable(name):
                continue
            now, then = moment_of(value), moment_of(self.before.get(name))
            if now is not None and then is not None and is_less(now, then):
                yield f"put `{name}` back", "updated back"
            elif now is not None and created is not None and is_less(now, created):
                yield f"left `{name}` before the time of the creation", "updated before created"
            elif now is not None and now == then and self._is_changed() and not is_coarse(now):
                yield f"changed the thing, and its `{name}` stayed {value}", "updated stays"

    def revision(self) -> Iterator[tuple[str, str]]:
        """A number that says which revision of the thing it is differs where the thing does."""
        for name in revisions_of(self.workshop, self.before):
            if self._is_changed() and self.after.get(name) == self.before[name]:
                yield f"changed the thing, and its `{name}` stayed {self.before[name]}", REVISION

    def _is_changed(self) -> bool:
        return any(not same(self.before.get(name), self.after.get(name)) for name in members_of(self.request))


def _other(workshop: Workshop, schema: Schema, value: Any) -> Any:
    """Another value than the server gave, of the same form; None when none is found."""
    candidates: tuple[Any, ...] = ()
    if isinstance(value, bool):
        candidates = (not value,)
    elif isinstance(value, int):
        candidates = (value + 41, value - 1)
    elif isinstance(value, str):
        digits = value.translate(str.maketrans("0123456789", "1234567890"))
        candidates = ("2001-02-03T04:05:06.789Z", "2001-02-03T04:05:06Z", digits, f"{value}-of-mine", MARK)
    allowed = (each for each in candidates if each != value and workshop.rules.accepts(schema, each) is not False)
    return next(allowed, None) if types_of(workshop.rules.resolved(schema)) else None
