"""Rule of the promise `methods`: what a 201 says it created is found where it says (RFC 9110, 15.3.2 and 10.2.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar
from urllib.parse import urljoin, urlsplit

from contracts.checks.answers import before_any_handler, json_value, route_missing, server_error
from contracts.checks.comparing import same
from contracts.checks.paths import filled, match, operations_at, variable_names
from contracts.checks.replay import MISSING, Replay, Replayer, accepted, evaluated, pointed, reading
from contracts.checks.resources import SERVER_FIELDS, answered_schema, resources
from contracts.checks.scope import Scope
from contracts.contract import Operation, Schema
from contracts.exchange import Corpus, Exchange, Lab
from contracts.finding import Finding, Gap, Outcome

# How many creates of an operation are followed: different requests may be stored by different code.
FOLLOWED = 3


@dataclass(frozen=True, slots=True)
class _Whereto:
    """Where a 201 leads: the target to GET, what the contract has there, and what named it."""

    target: str
    operation: Operation | None
    named: str


@dataclass(frozen=True, slots=True)
class LocationFindsWhatWasCreated:
    """A GET of the Location (or of the documented link) of a 201 finds what was created, as it was answered."""

    scope: Scope
    promise: ClassVar[str] = "methods"
    name: ClassVar[str] = "location-finds-what-was-created"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """Make the smallest creates again in a fresh world and follow where they lead."""
        created: dict[int, list[Exchange]] = {}
        for exchange in corpus:
            if exchange.response.status == 201 and exchange.case.operation is not None:
                created.setdefault(id(exchange.case.operation), []).append(exchange)
        replayer = Replayer.of(corpus, lab, phase=self.name)
        said: set[tuple[type, str | None, str]] = set()
        for operation in self.scope.operations:
            for exchange in _different(accepted(created.get(id(operation), []))):
                for outcome in self._followed(operation, replayer.replay(exchange), replayer):
                    key = (type(outcome), outcome.operation, getattr(outcome, "root", "") or outcome.check)
                    if isinstance(outcome, Finding) or key not in said:
                        said.add(key)
                        yield outcome
        lab.restore(replayer.fresh)

    def _followed(self, operation: Operation, create: Replay | None, replayer: Replayer) -> Iterator[Finding | Gap]:
        """Follow a create, then the same beside it: where there is one thing alone, every path may lead to it."""
        outcomes = list(self._follow(operation, create, replayer))
        yield from outcomes
        if create is not None and not outcomes:
            beside = replayer.conduct(operation, create.exchange.case.request)
            yield from self._follow(operation, Replay(create.exchanges, beside), replayer)

    def _follow(self, operation: Operation, create: Replay | None, replayer: Replayer) -> Iterator[Finding | Gap]:
        if create is None or create.exchange.response.status != 201 or create.exchange.unavailable is not None:
            return
        whereto = self._whereto(operation, create.exchange)
        if isinstance(whereto, Gap):
            yield whereto
        if not isinstance(whereto, _Whereto):
            return
        request = create.exchange.case.request
        found = replayer.conduct(whereto.operation, reading(whereto.target, request))
        prefix = _prefix(operation, create.exchange)
        if before_any_handler(found) and prefix and not whereto.target.startswith(f"{prefix}/"):
            below = self._reader(operation, create.exchange, f"{prefix}{whereto.target.partition('?')[0]}")
            again = replayer.conduct(below, reading(f"{prefix}{whereto.target}", request))
            if again.unavailable is not None:
                return  # its function could not run: whether it would have found anything, nobody knows
            if 200 <= again.response.status < 300:
                yield self._without_prefix(operation, create, whereto=whereto, found=found, prefix=prefix)
                return
        if found.unavailable is None:
            yield from self._judged(operation, create, whereto=whereto, found=found)

    def _without_prefix(
        self, operation: Operation, create: Replay, *, whereto: _Whereto, found: Exchange, prefix: str
    ) -> Finding | Gap:
        """Behind a custom domain it may be right, unless the contract says that there is nothing but the prefix."""
        if not self._all_below(prefix):
            message = f"{whereto.named} of {operation.name} leaves out {prefix}: right on a custom domain only"
            return self._gap(operation, message)
        message = (
            f"{operation.name} answered 201, but {whereto.named} leaves out {prefix}, "
            "below which the contract's `servers` have everything"
        )
        evidence = (*create.exchanges, found)
        return Finding(self.promise, self.name, operation.name, message, evidence, "without prefix")

    def _all_below(self, prefix: str) -> bool:
        """Whether every server of the contract has this base path."""
        servers = self.scope.contract.document.get("servers")
        urls = [each.get("url") if isinstance(each, Mapping) else None for each in servers or ()]
        # A variable (`{basePath}`) or an intrinsic function could be anything.
        return bool(urls) and all(isinstance(url, str) and urlsplit(url).path.rstrip("/") == prefix for url in urls)

    def _whereto(self, operation: Operation, create: Exchange) -> _Whereto | Gap | None:
        location = create.response.headers.get("location")
        if location is None:
            return self._linked(operation, create) or self._named(operation, create)
        request = create.case.request
        host = request.headers.get("host") or "localhost"
        url = urlsplit(urljoin(f"https://{host}{request.target}", location.strip()))
        if url.netloc.lower() != host.lower() or url.scheme not in ("http", "https"):
            return self._gap(operation, f"the Location of {operation.name} leads to another host, {url.netloc}")
        target = f"{url.path or '/'}{f'?{url.query}' if url.query else ''}"
        return _Whereto(target, self._reader(operation, create, url.path), f"the Location `{location}`")

    def _reader(self, operation: Operation, create: Exchange, path: str) -> Operation | None:
        prefix = _prefix(operation, create)
        here = operations_at(self.scope.contract, path, prefix)
        return next((each for each in here if each.method in ("GET", "ANY")), None)

    def _linked(self, operation: Operation, create: Exchange) -> _Whereto | None:
        """Where an OpenAPI link of the 201 to a GET leads."""
        documented = operation.documented(201)
        for link in documented.links.values() if documented is not None else ():
            reader = self._link_target(link)
            values = _link_values(link, create)
            path = filled(reader.path, values) if reader is not None and values is not None else None
            if reader is not None and path is not None:
                return _Whereto(f"{_prefix(operation, create)}{path}", reader, f"the documented link to {reader.name}")
        return None

    def _named(self, operation: Operation, create: Exchange) -> _Whereto | None:
        """Where the contract has the item below the collection, by the member that is called as its variable is."""
        for resource in resources(self.scope.contract):
            reader, answer = resource.read, json_value(create.response.body)
            name = resource.name_of(create) if resource.create is operation and not resource.chosen else None
            target = resource.target(create, name) if name is not None else None
            member = resource.naming_member(answer, name)
            if reader is not None and target is not None and member is not None:
                return _Whereto(target, reader, f"the item that its `{member}` names")
        return None

    def _link_target(self, link: Any) -> Operation | None:
        wanted = link.get("operationId") if isinstance(link, Mapping) else None
        operations = self.scope.contract.operations
        return next(
            (each for each in operations if wanted and each.operation_id == wanted and each.method == "GET"), None
        )

    def _judged(
        self, operation: Operation, create: Replay, *, whereto: _Whereto, found: Exchange
    ) -> Iterator[Finding | Gap]:
        status = found.response.status
        evidence = (*create.exchanges, found)
        if 200 <= status < 300:
            yield from self._compared(operation, create, whereto=whereto, found=found)
        elif self._absent(found, whereto.operation):
            yield self._nothing(operation, create, whereto=whereto, found=found)
        elif status >= 500 and whereto.operation is not None and self.scope.asks("payloads"):
            broken = server_error(found, whereto.operation.name)
            if broken is not None:
                yield replace(broken, exchanges=evidence)
        else:
            yield self._gap(operation, f"a GET of {whereto.named} of {operation.name} was answered {status}")

    def _absent(self, found: Exchange, reader: Operation | None) -> bool:
        """Whether the answer of a GET says that nothing is there: no such thing, no such route, or no such id."""
        status = found.response.status
        if status == 400 and reader is not None:
            wrong = self.scope.requests.read(reader, found.case.request).violations
            return not any(each.place != "path" for each in wrong)  # else the GET wants more than a path
        # Without a route a REST API answers 403, and so it does outside of every stage ("Forbidden").
        outside = status == 403 and reader is None and found.invocations == ()
        return status in (400, 404, 410) or route_missing(found) or outside

    def _compared(
        self, operation: Operation, create: Replay, *, whereto: _Whereto, found: Exchange
    ) -> Iterator[Finding | Gap]:
        if whereto.operation is None:
            yield self._gap(operation, f"{whereto.named} of {operation.name} leads to no documented GET")
            return
        other = self._other_thing(operation, create.exchange, reader=whereto.operation, found=found)
        # What comes back of what was sent is another promise's, where it is asked for.
        compared = None if self.scope.asks("sequences") else whereto.operation
        lost = self._different_member(operation, create.exchange, reader=compared, found=found) if compared else None
        wrong = f"finds another thing, with another `{other}`" if other is not None else lost[1] if lost else None
        if wrong is not None:
            root = "another" if other is not None or lost is None else f"member {lost[0]}"
            message = f"{operation.name} answered 201, but a GET of {whereto.named} {wrong}"
            yield Finding(self.promise, self.name, operation.name, message, (*create.exchanges, found), root)

    def _nothing(self, operation: Operation, create: Replay, *, whereto: _Whereto, found: Exchange) -> Finding | Gap:
        """Nothing is there: broken where the contract says that it can be read, else it says too little."""
        if whereto.operation is None and not self._readable(operation, create.exchange):
            return self._gap(operation, f"{whereto.named} of {operation.name} leads to no documented GET")
        message = f"{operation.name} answered 201, but a GET of {whereto.named} was answered {found.response.status}"
        evidence = (*create.exchanges, found)
        return Finding(self.promise, self.name, operation.name, message, evidence, f"not found {found.response.status}")

    def _readable(self, operation: Operation, create: Exchange) -> bool:
        """Whether the contract has a GET for what was created, by a link or as an item below the collection."""
        if self._linked(operation, create) is not None:
            return True
        above = operation.path.rstrip("/")
        return any(
            each.method in ("GET", "ANY")
            and each.path.startswith(f"{above}/{{")
            and each.path.count("/") == above.count("/") + 1
            for each in self.scope.contract.operations
        )

    def _other_thing(self, operation: Operation, create: Exchange, *, reader: Operation, found: Exchange) -> str | None:
        """The member by which what was found is another thing: what a path to it is made of, or is called alike."""
        one = answered_schema(operation, create)
        if one is None or one != answered_schema(reader, found) or "$ref" not in one:
            return None
        documented = operation.documented(201)
        links = list(documented.links.values()) if documented is not None else []
        expressions = [
            str(expression)
            for link in links
            if self._link_target(link) is reader
            for expression in (link.get("parameters") or {}).values()
        ]
        pointers = [each.partition("#")[2] for each in expressions if each.startswith("$response.body#")]
        pointers += [f"/{name}" for name in variable_names([reader.path])[-1:]]
        made, read = json_value(create.response.body), json_value(found.response.body)
        for pointer in pointers:
            before, after = pointed(made, pointer), pointed(read, pointer)
            if MISSING not in (before, after) and before != after:
                return pointer[1:]
        return None

    def _different_member(
        self, operation: Operation, create: Exchange, *, reader: Operation, found: Exchange
    ) -> tuple[str, str] | None:
        """The first member that the two answers, both promised as one schema, do not agree on."""
        one, other = answered_schema(operation, create), answered_schema(reader, found)
        if one is None or one != other or "$ref" not in one:
            return None
        made, read = json_value(create.response.body), json_value(found.response.body)
        if not isinstance(made, dict) or not isinstance(read, dict):
            return None
        if self.scope.asks("payloads") and self.scope.requests.accepts(other, read) is False:
            return None  # the answer of the GET breaks its schema, and that is said once, by `payloads`
        free = self._server_fields(operation, one)
        sent = json_value(create.case.request.body or b"")
        for name, value in made.items():
            if name in free or not isinstance(sent, dict) or name not in sent:
                continue
            if name not in read:
                return name, f"does not have the `{name}` that was sent and answered"
            if not same(value, read[name]):
                return name, f"has another `{name}` than was answered"
        return None

    def _server_fields(self, operation: Operation, schema: Schema) -> set[str]:
        resolved = self.scope.requests.resolved(schema)
        places = (self.scope.contract.extensions, operation.extensions, resolved)
        return {str(name) for place in places for name in place.get(SERVER_FIELDS) or ()}

    def _gap(self, operation: Operation, message: str) -> Gap:
        return Gap(self.promise, self.name, operation.name, message, operation.location)


def _different(exchanges: list[Exchange]) -> list[Exchange]:
    """The smallest, and then those that send other members than the ones before."""
    chosen: list[Exchange] = []
    seen: set[tuple[str, ...]] = set()
    for exchange in exchanges:
        sent = json_value(exchange.case.request.body or b"")
        members = tuple(sorted(sent)) if isinstance(sent, dict) else ()
        if members not in seen and len(chosen) < FOLLOWED:
            seen.add(members)
            chosen.append(exchange)
    return chosen


def _prefix(operation: Operation, exchange: Exchange) -> str:
    """The stage or base path that stands before the operation's own path in a request."""
    found = match(operation.path, exchange.case.request.path)
    return found.prefix if found is not None else ""


def _link_values(link: Any, create: Exchange) -> dict[str, str] | None:
    parameters = link.get("parameters") if isinstance(link, Mapping) else None
    values: dict[str, str] = {}
    for name, expression in (parameters if isinstance(parameters, Mapping) else {}).items():
        value = evaluated(str(expression), create)
        if value is MISSING:
            return None
        values[str(name).removeprefix("path.")] = str(value)
    return values
