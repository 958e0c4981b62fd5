"""Things: made, read, listed, replaced and deleted as the corpus shows that it is done, in a world of their own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from urllib.parse import quote

from contracts.checks.answers import json_value, server_error
from contracts.checks.declared import (
    IF_MATCH,
    IF_NONE_MATCH,
    declares_header,
    free_texts,
    required_headers,
    required_query,
)
from contracts.checks.effects import is_safe
from contracts.checks.keys import key_header, key_of
from contracts.checks.listings import Listing, listing
from contracts.checks.paths import with_variable
from contracts.checks.replay import Change, Replayer, accepted, reading, with_body, with_header
from contracts.checks.requests import Requests, body_schema
from contracts.checks.resources import Resource, members_of_schema, resources, server_members
from contracts.checks.scope import Scope
from contracts.checks.traces import RefusedRequestLeavesNoTrace
from contracts.checks.variants import fuller, is_valid, members_of, with_top, without_top
from contracts.checks.ways import neighbours
from contracts.contract import Operation
from contracts.exchange import Corpus, Exchange, Lab
from contracts.finding import Finding, Outcome
from contracts.http import Request

# How many accepted requests are tried until one can be made again.
CANDIDATES = 4


@dataclass(frozen=True, slots=True)
class Thing:
    """What an accepted request made: its name, where it is found, and the exchange that made it."""

    name: str
    target: str
    made: Exchange


@dataclass(frozen=True, slots=True)
class Basis:
    """
    An accepted request that things can be made by.

    Attributes:
        varied: The text member of its body that may be another, so that things can be told apart; None: none may.
        full: Optional members that were accepted as well, by plain values.
    """

    create: Exchange
    varied: str | None = None
    full: Mapping[str, Any] = field(default_factory=dict)


Bases = dict[str, Basis | None]
"""What was found out about resources, by their item's path; shared by the checks of a run."""


@dataclass(slots=True)
class Workshop:
    """
    Makes things of one resource and asks about them.

    Attributes:
        basis: What they are made by.
        warm: Whether functions are kept as they are when the world begins anew.
        history: What had to happen before anything could be made: the parents of things.
        request: What makes a thing in the world of now.
    """

    scope: Scope
    resource: Resource
    replayer: Replayer
    basis: Basis
    warm: bool = True
    history: tuple[Exchange, ...] = ()
    request: Request = field(default_factory=lambda: Request("POST", "/"))
    failed: list[Finding] = field(default_factory=list)
    _trail: list[Exchange] = field(default_factory=list)
    _names: int = 0
    _keys: int = 0

    @property
    def rules(self) -> Requests:
        """The contract's word on requests."""
        return self.scope.requests

    @property
    def fullest(self) -> Request:
        """What makes a thing with all members that are known to be accepted."""
        request = self.request
        for name, value in self.basis.full.items():
            request = with_top(request, name, value)
        return request

    @property
    def creating(self) -> Operation:
        """The operation that makes things."""
        assert self.resource.create is not None, "a workshop is made for what can be made"
        return self.resource.create

    def begin(self) -> bool:
        """Begin anew, in the world of the run's beginning with the parents of things in it; whether that worked."""
        prepared = self.replayer.prepared(self.basis.create, warm=self.warm)
        self._trail, self._names, self._keys = [], 0, 0
        if prepared is None:
            return False
        self.history, self.request = prepared.history, prepared.case.request
        return True

    def cool(self) -> None:
        """Have functions start anew, in the world as it is now."""
        self.replayer.lab.restore(self.replayer.lab.snapshot())

    def conduct(self, operation: Operation | None, request: Request) -> Exchange:
        """Make a request; what fails by itself is noted, once for each cause."""
        exchange = self.replayer.conduct(operation, request)
        broken = server_error(exchange, operation.name) if operation is not None else None
        for each in (
            *([broken] if broken is not None else ()),
            *RefusedRequestLeavesNoTrace().after_exchange(exchange),
        ):
            if self.scope.asks(each.promise):
                evidence = (*self.history, *(() if operation is self.creating else self._trail), exchange)
                self.failed.append(replace(each, exchanges=evidence))
        if operation is None or not is_safe(operation, request.method):
            self._trail.append(exchange)
        return exchange

    def make(self, change: Change | None = None, *, varied: int = 0) -> Thing | None:
        """
        Make a thing.

        Args:
            change: What to do to the request.
            varied: Which of the texts that tell things apart; 0 is the one of the basis.
        """
        exchange = self.try_to_make(change, varied=varied)
        return self.thing_of(exchange)

    def try_to_make(self, change: Change | None = None, *, varied: int = 0) -> Exchange:
        """Ask for a thing, whatever is answered."""
        request = self.with_new_key(self.creating, self.request)
        if self.resource.chosen:
            request = self._named(request)
        if varied and self.basis.varied is not None:
            text = f"{members_of(request).get(self.basis.varied, '')}{varied}"
            request = with_top(request, self.basis.varied, text)
        return self.conduct(self.creating, change(request) if change is not None else request)

    def thing_of(self, exchange: Exchange) -> Thing | None:
        """The thing that an exchange made; None when it was not accepted, or nothing names it."""
        made = (201,) if self.resource.chosen else (200, 201)
        if exchange.response.status not in made or exchange.unavailable is not None:
            return None
        name = self.resource.name_of(exchange)
        target = None if name is None else self.resource.target(exchange, name)
        return None if name is None or target is None else Thing(name, target, exchange)

    def evidence(self, *exchanges: Exchange) -> tuple[Exchange, ...]:
        """The exchanges that show something, after what had to happen before."""
        return (*self.history, *exchanges)

    def read(self, thing: Thing, **headers: str) -> Exchange | None:
        """GET a thing; None where the contract has no such operation."""
        return None if self.resource.read is None else self.ask(self.resource.read, thing.target, headers=headers)

    def representation(self, thing: Thing) -> Mapping[str, Any] | None:
        """The thing as a GET shows it; None when it does not."""
        found = self.read(thing)
        return shown(found) if found is not None else None

    def ask(
        self,
        operation: Operation,
        target: str,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Exchange:
        """Make a request without a body, by the client that makes the things."""
        request = self.scope.callers.showing(operation, reading(target, self.request), 0)
        request = replace(request, method=operation.method)
        sample = next(iter(accepted(self.replayer.corpus.of(operation))), None)
        pairs = [] if sample is None else required_query(operation, sample.case.request)
        pairs += [f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in (query or {}).items()]
        if pairs:
            mark = "&" if request.query else "?"
            request = replace(request, target=f"{request.target}{mark}{'&'.join(pairs)}")
        for name, value in required_headers(operation, sample).items():
            request = request if name in request.headers else with_header(request, name, value)
        for name, value in (headers or {}).items():
            request = with_header(request, name, value)
        return self.conduct(operation, request)

    def filled(self, operation: Operation, request: Request) -> Request:
        """A request with every optional member that a client may set."""
        own = server_members(self.rules, operation, body_schema(operation, request)) - set(members_of(request))
        full = fuller(self.rules, operation, request)
        for name in own & set(members_of(full)):
            full = without_top(full, name)
        return full

    def replacing(self, thing: Thing) -> Request | None:
        """A request that replaces a thing, as one was accepted; None where nothing shows how."""
        operation = self.resource.replace
        if operation is None:
            return None
        found = [each for each in accepted(self.replayer.corpus.of(operation)) if each.case.valid is not False]
        if found:
            request = found[0].case.request
            query = f"?{request.query}" if request.query else ""
            return self.with_new_key(operation, replace(request, target=f"{thing.target}{query}"))
        if operation is self.creating:
            return replace(self.request, target=thing.target)
        request = replace(self.request, method="PUT", target=thing.target)
        allowed = members_of_schema(self.rules, body_schema(operation, request))
        for name in [each for each in members_of(request) if allowed and each not in allowed]:
            request = without_top(request, name)
        return request if is_valid(self.rules, operation, request) else None

    def put(self, thing: Thing, request: Request, *, tag: str | None = None) -> Exchange | None:
        """
        Replace a thing.

        Args:
            tag: What If-Match says; None: the thing's entity tag of now, where the contract asks for one.
        """
        operation = self.resource.replace
        if operation is None:
            return None
        return self.conduct(operation, self.matching(operation, thing, request, tag=tag))

    def delete(self, thing: Thing) -> Exchange | None:
        """Delete a thing."""
        operation = self.resource.delete
        if operation is None:
            return None
        request = self.with_new_key(operation, self.deleting(operation, thing))
        return self.conduct(operation, self.matching(operation, thing, request))

    def deleting(self, operation: Operation, thing: Thing) -> Request:
        """A request that deletes a thing."""
        request = self.scope.callers.showing(operation, reading(thing.target, self.request), 0)
        request = replace(request, method=operation.method)
        sample = next(iter(accepted(self.replayer.corpus.of(operation))), None)
        for name, value in required_headers(operation, sample).items():
            request = request if name in request.headers else with_header(request, name, value)
        return request

    def matching(self, operation: Operation, thing: Thing, request: Request, *, tag: str | None = None) -> Request:
        """A request with the thing's entity tag in If-Match, where the operation has that parameter."""
        request = replace(request, headers=request.headers.without(IF_MATCH, IF_NONE_MATCH))
        if not declares_header(operation, IF_MATCH):
            return request
        if tag is None:
            found = self.read(thing)
            tag = found.response.headers.get("etag") if found is not None else None
        return request if tag is None else with_header(request, IF_MATCH, tag)

    def lists(self) -> Listing | None:
        """How the contract lists the things; None when it does not for certain."""
        return listing(self.rules, self.resource.lists) if self.resource.lists is not None else None

    def listed(self, shown: Listing, query: Mapping[str, str] | None = None) -> Exchange:
        """GET the list, or a page of it."""
        target = self.resource.collection_target(self.creating, self.request)
        return self.ask(shown.operation, target or shown.operation.path, query=query)

    def with_new_key(self, operation: Operation, request: Request) -> Request:
        """A request with an idempotency key that was not sent before, where it has one."""
        header = key_header(operation)
        if header is None or header not in request.headers:
            return request
        self._keys += 1
        key = key_of(self.rules, operation, header, self._keys, known=request.headers.get(header) or "")
        return request if key is None else with_header(request, header, key)

    def _named(self, request: Request) -> Request:
        """The request for another name than those before, in the form that the contract gives names."""
        self._names += 1
        if self._names == 1:
            return request
        declared = [each for each in self.creating.parameters if each.name == self.resource.variable]

        def other(text: str) -> str:
            forms = (f"{text}{self._names}", f"thing{self._names}", f"thing-{self._names}", *neighbours(text))
            fitting = (each for each in forms if all(self.rules.accepts(one.schema, each) for one in declared))
            return next(fitting, text)

        target = with_variable(self.resource.item, request.target, self.resource.variable, change=other)
        return replace(request, target=target)


def shown(exchange: Exchange | None) -> Mapping[str, Any] | None:
    """The object that a successful answer shows; None when it shows none."""
    if exchange is None or exchange.unavailable is not None or not 200 <= exchange.response.status < 300:
        return None
    value = json_value(exchange.response.body)
    return value if isinstance(value, dict) else None


def workshops(scope: Scope, corpus: Corpus, lab: Lab, *, phase: str, bases: Bases) -> Iterator[Workshop]:
    """A workshop for each resource that something can be made of, as far as the run asks for one of its operations."""
    replayer = Replayer.of(corpus, lab, phase=phase)
    asked = {each.name for each in scope.operations}
    for resource in resources(scope.contract):
        if resource.create is None or resource.create.method == "ANY":
            continue
        known = (resource.create, resource.read, resource.replace, resource.delete, resource.lists, resource.head)
        if not asked & {each.name for each in known if each is not None}:
            continue
        if resource.item not in bases:
            bases[resource.item] = _basis(scope, resource, replayer)
        basis = bases[resource.item]
        if basis is not None:
            yield Workshop(scope, resource, replayer, basis)
    lab.restore(replayer.fresh)


Rule = Callable[[Workshop], Iterator[Outcome]]


def confirmed(workshop: Workshop, rule: Rule) -> Iterator[Outcome]:
    """
    What a rule finds, its findings only where functions that have just started show them as well.

    Functions that go on from one world to the next may remember what the other world held.
    """
    workshop.warm, workshop.failed = True, []
    found = list(rule(workshop)) + workshop.failed
    if not any(isinstance(each, Finding) for each in found):
        yield from found
        return
    known = {_key(each) for each in found if isinstance(each, Finding)}
    workshop.warm, workshop.failed = False, []
    again = list(rule(workshop))
    again += workshop.failed
    yield from (each for each in again if not isinstance(each, Finding) or _key(each) in known)


def _key(finding: Finding) -> tuple[str, str, str]:
    return finding.check, finding.operation, finding.root


def _basis(scope: Scope, resource: Resource, replayer: Replayer) -> Basis | None:
    """The smallest accepted request that makes something which is then found, and the member that may be another."""
    assert resource.create is not None, "asked for what can be made"
    found = [each for each in accepted(replayer.corpus.of(resource.create)) if each.case.valid is not False]
    for exchange in found[:CANDIDATES]:
        workshop = Workshop(scope, resource, replayer, Basis(exchange))
        thing = workshop.make() if workshop.begin() else None
        if thing is None or (resource.read is not None and shown(workshop.read(thing)) is None):
            continue
        return replace(_varied(workshop, exchange), full=_full(workshop))
    return None


def _varied(workshop: Workshop, exchange: Exchange) -> Basis:
    """The basis with the first text member that may be another."""
    rules, create = workshop.rules, workshop.creating
    for name in free_texts(rules, create, exchange):
        changed = with_top(workshop.request, name, f"{members_of(workshop.request)[name]}1")
        varied = replace(workshop, basis=Basis(exchange, name))
        if is_valid(rules, create, changed) and varied.begin() and varied.make(varied=1) is not None:
            return varied.basis
    return workshop.basis


def _full(workshop: Workshop) -> dict[str, Any]:
    """Optional members that a create may have as well: all at once, else those that are accepted one by one."""
    full = members_of(workshop.filled(workshop.creating, workshop.request))
    own = members_of(workshop.request)
    more = {name: value for name, value in full.items() if own.get(name) != value}
    if not more or not workshop.begin():
        return {}
    body = json.dumps({**own, **more}).encode()
    if workshop.make(partial(with_body, body=body)) is not None:
        return more
    found: dict[str, Any] = {}
    for name, value in more.items():
        body = json.dumps({**own, **found, name: value}).encode()
        if workshop.make(partial(with_body, body=body)) is not None:
            found[name] = value
    return found
