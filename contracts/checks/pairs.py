"""Pairs: two requests that clients may make at the same time to one thing, be it there or not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from urllib.parse import unquote

from contracts.checks.answers import json_value
from contracts.checks.deletes import reader_of
from contracts.checks.effects import is_safe
from contracts.checks.paths import match, variable_names, with_variable
from contracts.checks.replay import (
    MISSING,
    Prepared,
    Replayer,
    accepted,
    evaluated,
    reading,
    rewritten,
    with_body,
    with_header,
)
from contracts.checks.scope import Scope
from contracts.checks.variants import is_valid, members_of
from contracts.contract import Operation
from contracts.exchange import Case, Exchange, Snapshot
from contracts.http import Request

# How many accepted requests of an operation are interrupted, and by how many others each.
BASES = 3
PAIRS = 8
KEYS = frozenset({"idempotency-key", "x-idempotency-key"})


@dataclass(frozen=True, slots=True)
class Pair:
    """
    Two requests that may meet.

    Attributes:
        history: What had to happen before, oldest first.
        world: The state before both.
        deletes: Whether the first deletes what the second writes to: what is kept of a deleted thing is for nobody.
        apart: Whether the two are about different things: that one takes the other's away needs no race.
    """

    first: Case
    second: Case
    history: tuple[Exchange, ...]
    world: Snapshot
    deletes: bool = False
    apart: bool = False


def pairs_of(
    scope: Scope, operation: Operation, replayer: Replayer, *, interruptible: Callable[[Exchange], bool]
) -> Iterator[Pair]:
    """The pairs whose first request is one of the operation, those with itself first; each in its world."""
    known = [each for each in accepted(replayer.corpus.of(operation)) if each.case.valid is not False]
    for base in islice(_different(each for each in known if interruptible(each)), BASES):
        yield from islice(_Meeting(scope, operation, replayer, base, tuple(known)).pairs(), PAIRS)


def _different(exchanges: Iterator[Exchange]) -> Iterator[Exchange]:
    """The smallest of each kind: by what it makes of the state, and whether it is about something that is there."""
    seen: set[tuple[int, bool]] = set()
    for exchange in exchanges:
        kind = exchange.response.status, bool(exchange.case.references)
        if kind not in seen:
            seen.add(kind)
            yield exchange


@dataclass(frozen=True, slots=True)
class _Meeting:
    """One accepted request, and whom it may meet."""

    scope: Scope
    operation: Operation
    replayer: Replayer
    base: Exchange
    known: tuple[Exchange, ...]

    def pairs(self) -> Iterator[Pair]:
        """All that there are."""
        method = self.operation.method
        if method != "DELETE":
            yield from self._with_itself()
        else:
            yield from self._with_another_target()
        if self._named_by_client or method != "PUT":
            yield from self._with_others()

    @property
    def _named_by_client(self) -> bool:
        return "{" in self.operation.path

    def _prepared(self, *, there: bool = False) -> Prepared | None:
        """
        The world before the request.

        Args:
            there: With what a PUT makes in it, where nothing else does.
        """
        prepared = self.replayer.prepared(self.base)
        if prepared is None or not there or prepared.history:
            return prepared
        request = prepared.case.request
        # As neither of the two will have it, where there are so many bodies.
        bodies = self._other_bodies(request)
        made = self.replayer.conduct(self.operation, with_body(request, bodies[1]) if len(bodies) > 1 else request)
        return replace(prepared, history=(made,)) if 200 <= made.response.status < 300 else None

    def _pair(self, prepared: Prepared, first: Request, second: Request, operation: Operation | None = None) -> Pair:
        replayer = self.replayer
        one = replayer.case(self.operation, first)
        other = replayer.case(operation or self.operation, second)
        return Pair(one, other, prepared.history, replayer.lab.snapshot())

    def _with_itself(self) -> Iterator[Pair]:
        prepared = self._prepared()
        if prepared is None:
            return
        request = prepared.case.request
        others = list(self._others_of(request))
        if self.operation.method == "POST":
            yield self._pair(prepared, request, request)
        for first, second in others:
            yield self._pair(prepared, first, second)
        if self.operation.method == "PUT" and not prepared.history:
            there = self._prepared(there=True)
            for first, second in others if there is not None else ():
                yield self._pair(there or prepared, first, second)
        yield from self._with_entity_tag(others)

    def _others_of(self, request: Request) -> Iterator[tuple[Request, Request]]:
        """The request and a like one with another body, or with other members; or with another key alone."""
        keys = [name for name, _ in request.headers if name.lower() in KEYS]
        for name in keys:
            yield request, with_header(request, name, f"{request.headers.get(name)}-2")
        if not request.body:
            return
        bodies = self._other_bodies(request)
        if self.operation.method == "PATCH":
            yield from self._halves(request, [request.body, *bodies])
        for body in bodies[:1]:
            other = with_body(request, body)
            yield request, (with_header(other, keys[0], "another") if keys else other)

    def _other_bodies(self, request: Request) -> list[bytes]:
        """Other bodies that were accepted, of the same media type; each says something else."""
        found: list[bytes] = []
        values = [json_value(request.body or b"")]
        for each in self.known:
            body, value = each.case.request.body, json_value(each.case.request.body or b"")
            if body and _same_type(each.case.request, request) and value not in values:
                values.append(value)
                found.append(body)
        return found

    def _halves(self, request: Request, bodies: list[bytes]) -> Iterator[tuple[Request, Request]]:
        """Two requests that each set one member, and not the same."""
        for body in bodies:
            members = members_of(with_body(request, body))
            single = [with_body(request, json.dumps({name: value}).encode()) for name, value in members.items()]
            valid = [each for each in single if is_valid(self.scope.requests, self.operation, each)]
            if len(valid) > 1:
                yield valid[0], valid[1]
                return

    def _with_entity_tag(self, others: list[tuple[Request, Request]]) -> Iterator[Pair]:
        """Both with the ETag of now in If-Match: one of them comes too late."""
        reader = reader_of(self.scope.contract, self.operation)
        declared = any(each.place == "header" and each.name.lower() == "if-match" for each in self.operation.parameters)
        prepared = self._prepared(there=self.operation.method == "PUT") if declared and reader is not None else None
        if prepared is None or reader is None:
            return
        found = self.replayer.conduct(reader, reading(prepared.case.request.path, prepared.case.request))
        tag = found.response.headers.get("etag")
        for first, second in others[-1:] if tag is not None else ():
            known = replace(prepared, history=(*prepared.history, found))
            yield self._pair(
                known, with_header(first, "If-Match", tag or ""), with_header(second, "If-Match", tag or "")
            )

    def _with_another_target(self) -> Iterator[Pair]:
        """The same for another thing that was made in the same way."""
        prepared = self._prepared()
        if prepared is None:
            return
        reference = next((each for each in prepared.case.references if each.place == "path"), None)
        maker = next((each for each in prepared.history if reference and each.case.id == reference.parent), None)
        if reference is None or maker is None or maker.case.operation is None:
            return
        again = self.replayer.conduct(maker.case.operation, maker.case.request)
        value = evaluated(reference.expression, again)
        if value is MISSING or value == reference.value:
            return
        first = prepared.case.request
        second = rewritten(first, reference, value, template=self.operation.path)
        pair = self._pair(replace(prepared, history=(*prepared.history, again)), first, second)
        yield replace(pair, apart=True)

    def _with_others(self) -> Iterator[Pair]:
        """Other operations that write to the same thing, or to what belongs to it."""
        for other in self.scope.contract.operations:
            if other is self.operation or is_safe(other, other.method) or not _related(self.operation, other):
                continue
            known = [each for each in accepted(self.replayer.corpus.of(other)) if each.case.valid is not False]
            prepared = self._prepared(there=self.operation.method == "PUT") if known else None
            if prepared is not None:
                second = _to_the_same(prepared.case.request, self.operation, known[0].case.request, other)
                pair = self._pair(prepared, prepared.case.request, second, other)
                yield replace(pair, deletes=self.operation.method == "DELETE")


def _same_type(one: Request, other: Request) -> bool:
    return bool(one.body) and one.headers.get("content-type") == other.headers.get("content-type")


def _related(one: Operation, other: Operation) -> bool:
    """Whether the path of the one is that of the other or lies below it, and names one thing."""
    shorter, longer = sorted((one.path.rstrip("/"), other.path.rstrip("/")), key=len)
    return shorter.endswith("}") and f"{longer}/".startswith(f"{shorter}/")


def _to_the_same(request: Request, operation: Operation, other: Request, other_operation: Operation) -> Request:
    """The other request with the variables of the path that the first one has."""
    found = match(operation.path, request.path)
    variables = found.variables if found is not None else {}
    target = other.target
    for name in variable_names([other_operation.path]):
        if name in variables:
            target = with_variable(
                other_operation.path, target, name, change=partial(_instead, unquote(variables[name]))
            )
    return replace(other, target=target)


def _instead(value: str, _before: str) -> str:
    return value
