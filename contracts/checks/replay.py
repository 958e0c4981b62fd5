"""Replays: an exchange of the corpus made again in a fresh world, its references rewritten to the new ids."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, unquote, unquote_plus

from contracts.checks.answers import injected, json_value
from contracts.checks.paths import match, with_variable
from contracts.contract import Operation
from contracts.exchange import Case, Corpus, Exchange, FaultPlan, Lab, Reference, Snapshot
from contracts.http import Headers, Request

Change = Callable[[Request], Request]
MISSING = object()

# What a client would not repeat in a GET of the thing that it just made or changed.
_OF_ITS_BODY = ("content-type", "content-length", "content-encoding", "transfer-encoding", "idempotency-key")
_CONDITIONS = ("if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range", "range", "accept")


@dataclass(frozen=True, slots=True)
class Replay:
    """A replayed exchange and what had to happen before it, oldest first."""

    history: tuple[Exchange, ...]
    exchange: Exchange

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """All of it, as the evidence of a finding."""
        return (*self.history, self.exchange)


@dataclass(frozen=True, slots=True)
class Prepared:
    """
    The world just before an exchange is made again.

    Attributes:
        history: What had to happen before, oldest first.
        case: The exchange's own, its references rewritten.
    """

    history: tuple[Exchange, ...]
    case: Case


@dataclass(slots=True)
class Replayer:
    """
    Replays exchanges of one corpus in one lab, each in the world that `fresh` remembers.

    Attributes:
        phase: The name of the check that asks: the phase of all cases that are made here.
    """

    corpus: Corpus
    lab: Lab
    phase: str
    fresh: Snapshot
    _order: dict[str, int] = field(default_factory=dict)
    _made: int = 0
    _named: dict[tuple[str, str], list[int]] | None = None

    @classmethod
    def of(cls, corpus: Corpus, lab: Lab, *, phase: str) -> Replayer:
        """A replayer whose fresh world is the lab's world of now."""
        order = {exchange.case.id: index for index, exchange in enumerate(corpus.exchanges)}
        return cls(corpus, lab, phase, lab.snapshot(), order)

    def replay(
        self,
        exchange: Exchange,
        change: Change | None = None,
        *,
        plan: FaultPlan | None = None,
        earlier: Mapping[str, Change] | None = None,
        warm: bool = False,
    ) -> Replay | None:
        """
        Restore the fresh world, make what the exchange refers to, then the exchange itself.

        Args:
            change: What to do to the request once its references are rewritten.
            plan: How AWS fails while the exchange itself is made.
            earlier: What to do to requests of its history, by the ids of their cases in the corpus.
            warm: Keep functions that have handled events as they are, which saves their cold start.

        Returns:
            None when an earlier answer, or a value in it, does not come again.
        """
        made = self._past(exchange, earlier or {}, warm=warm)
        again = None if made is None else self._rewritten(exchange, made, change=change)
        if made is None or again is None:
            return None
        with self.lab.faults(plan) if plan is not None else nullcontext():
            return Replay(tuple(made.values()), self.lab.conduct(again))

    def failing(self, exchange: Exchange, plan: FaultPlan) -> Replay | None:
        """
        Replay the exchange while AWS fails; where a warm function does not make the call that is to fail, a cold one.

        Returns:
            None when the fault struck no call, or the exchange does not come again.
        """
        for warm in (True, False):
            replay = self.replay(exchange, plan=plan, warm=warm)
            if replay is not None and injected(replay.exchange):
                return replay
        return None

    def prepared(self, exchange: Exchange, *, warm: bool = False) -> Prepared | None:
        """
        Restore the fresh world and make what the exchange refers to, but not the exchange itself.

        Args:
            warm: Keep functions that have handled events as they are, which saves their cold start.

        Returns:
            None when an earlier answer, or a value in it, does not come again.
        """
        made = self._past(exchange, {}, warm=warm)
        again = None if made is None else self._rewritten(exchange, made)
        return None if made is None or again is None else Prepared(tuple(made.values()), again)

    def conduct(self, operation: Operation | None, request: Request, *, verbatim: bool = False) -> Exchange:
        """Make a request of the check's own, in the world as it is now; `verbatim` leaves its signature as it is."""
        return self.lab.conduct(replace(self.case(operation, request), verbatim=verbatim))

    def case(self, operation: Operation | None, request: Request) -> Case:
        """A case of the check's own, to be made when it pleases."""
        return Case(self._id(), operation, request, self.phase)

    def _past(
        self, exchange: Exchange, changes: Mapping[str, Change], *, warm: bool = False
    ) -> dict[str, Exchange] | None:
        """What the exchange refers to, made again in the fresh world, by the ids of their cases in the corpus."""
        self.lab.restore(self.fresh, warm=warm)
        made: dict[str, Exchange] = {}
        for parent in self.history(exchange):
            case = self._rewritten(parent, made, change=changes.get(parent.case.id))
            again = None if case is None else self.lab.conduct(case)
            if again is None or again.response.status // 100 != parent.response.status // 100:
                return None
            made[parent.case.id] = again
        return made

    def _rewritten(
        self, exchange: Exchange, made: Mapping[str, Exchange], *, change: Change | None = None
    ) -> Case | None:
        case = exchange.case
        references = []
        request = case.request
        for reference in case.references:
            parent = made.get(reference.parent)
            value = evaluated(reference.expression, parent) if parent is not None else MISSING
            if parent is None or value is MISSING:
                return None
            request = rewritten(request, reference, value, template=case.operation.path if case.operation else "")
            references.append(replace(reference, parent=parent.case.id, value=value))
        for name, again in made.items():
            before = self.corpus.exchanges[self._order[name]].response
            request = _with_tag(request, before.headers.get("etag"), again.response.headers.get("etag"))
        if change is not None:
            request = change(request)
        return Case(
            self._id(),
            case.operation,
            request,
            self.phase,
            valid=case.valid if change is None else None,
            broken=case.broken if change is None else None,
            references=tuple(references),
        )

    def history(self, exchange: Exchange) -> tuple[Exchange, ...]:
        """
        The exchanges of the corpus that it needs, oldest first: those that its references lead back to, and those that
        made what its body names by a name that clients give.
        """
        wanted = [reference.parent for reference in exchange.case.references]
        wanted += self._makers(exchange)
        found: set[int] = set()
        while wanted:
            index = self._order.get(wanted.pop())
            if index is not None and index not in found:
                found.add(index)
                earlier = self.corpus.exchanges[index]
                wanted.extend(each.parent for each in earlier.case.references)
                wanted.extend(self._makers(earlier))
        return tuple(self.corpus.exchanges[index] for index in sorted(found))

    def _makers(self, exchange: Exchange) -> list[str]:
        """
        The cases of earlier PUTs that created what members of a body or query parameters name:
        `?glossary_name=products` names what `PUT /glossaries/{glossary_name}` made. Such a name is in no answer before
        it is in a request.
        """
        if self._named is None:
            self._named = _names(self.corpus)
        end = self._order.get(exchange.case.id, len(self.corpus.exchanges))
        makers = []
        for name, member in _said(exchange.case.request) if self._named else ():
            indexes = self._named.get((name, member), ())
            latest = max((index for index in indexes if index < end), default=None)
            if latest is not None:
                makers.append(self.corpus.exchanges[latest].case.id)
        return makers

    def _id(self) -> str:
        self._made += 1
        return f"{self.phase}-{self._made}"


def _names(corpus: Corpus) -> dict[tuple[str, str], list[int]]:
    """Where in a corpus things were made under names that clients gave, by the variable of their path and the name."""
    found: dict[tuple[str, str], list[int]] = {}
    for index, exchange in enumerate(corpus.exchanges):
        operation = exchange.case.operation
        if operation is None or operation.method != "PUT" or exchange.response.status != 201:
            continue
        here = match(operation.path, exchange.case.request.path)
        for name, value in list(here.variables.items())[-1:] if here is not None else ():
            found.setdefault((name, unquote(value)), []).append(index)
    return found


def _with_tag(request: Request, before: str | None, now: str | None) -> Request:
    """The request with the entity tag of now where its conditions name the one of before (RFC 9110, 13.1)."""
    if before is None or now is None or before == now:
        return request
    lines = tuple(
        (name, now if name.lower() in ("if-match", "if-none-match") and value == before else value)
        for name, value in request.headers
    )
    return replace(request, headers=replace(request.headers, lines=lines))


def _said(request: Request) -> list[tuple[str, str]]:
    """The texts of a request's query parameters and of the members of its JSON body, by their names."""
    body = json_value(request.body or b"")
    members = body.items() if isinstance(body, dict) else ()
    query = [(unquote_plus(name), unquote_plus(value)) for name, _, value in _pairs(request.query)]
    return [*query, *((name, value) for name, value in members if isinstance(value, str))]


def evaluated(expression: str, exchange: Exchange) -> Any:
    """
    The value of an OpenAPI runtime expression (OpenAPI 3.0, Link Object) over an exchange.

    `MISSING` when there is none; what is no expression stands for itself.
    """
    if not expression.startswith("$"):
        return expression
    source, _, pointer = expression.partition("#")
    root, _, name = source.partition(".")
    message = exchange.response if root == "$response" else exchange.case.request
    if name == "body":
        return pointed(json_value(message.body or b""), pointer)
    if name.startswith("header."):
        value = message.headers.get(name.removeprefix("header."))
        return MISSING if value is None else value
    if root == "$request" and name.startswith("path."):
        template = exchange.case.operation.path if exchange.case.operation is not None else ""
        found = match(template, exchange.case.request.path)
        value = found.variables.get(name.removeprefix("path.")) if found is not None else None
        return MISSING if value is None else unquote(value)
    if root == "$request" and name.startswith("query."):
        return query_value(exchange.case.request, name.removeprefix("query."))
    return MISSING


def query_value(request: Request, name: str) -> Any:
    """The last value of a query parameter; `MISSING` when there is none."""
    values = [value for key, _, value in _pairs(request.query) if unquote_plus(key) == name]
    return unquote_plus(values[-1]) if values else MISSING


def pointed(value: Any, pointer: str) -> Any:
    """The member of a JSON value at a pointer (RFC 6901); `MISSING` when there is none."""
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            return MISSING
    return value


def rewritten(request: Request, reference: Reference, value: Any, *, template: str) -> Request:
    """The request with another value where the reference stands; all else stays byte for byte where it can."""
    if reference.place == "path":
        target = with_variable(template, request.target, reference.name, change=lambda _: str(value))
        return replace(request, target=target)
    if reference.place == "query":
        return replace(request, target=_with_query(request, reference, str(value)))
    if reference.place == "header":
        lines = tuple(
            (name, str(value) if name.lower() == reference.name.lower() else text) for name, text in request.headers
        )
        return replace(request, headers=replace(request.headers, lines=lines))
    return with_member(request, reference.name, value)


def _with_query(request: Request, reference: Reference, value: str) -> str:
    path, mark, query = request.target.partition("?")
    pairs = [
        f"{name}={quote(value, safe='')}"
        if unquote_plus(name) == reference.name and unquote_plus(text) == str(reference.value)
        else f"{name}{equals}{text}"
        for name, equals, text in _pairs(query)
    ]
    return f"{path}{mark}{'&'.join(pairs)}"


def _pairs(query: str) -> list[tuple[str, str, str]]:
    return [pair.partition("=") for pair in query.split("&")] if query else []


def with_member(request: Request, pointer: str, value: Any) -> Request:
    """The request with one member of its JSON body replaced; unchanged when the body has no such member."""
    document = json_value(request.body or b"")
    if pointer == "":
        return with_body(request, json.dumps(value).encode())
    above, _, token = pointer.rpartition("/")
    container, name = pointed(document, above), token.replace("~1", "/").replace("~0", "~")
    if isinstance(container, dict) and name in container:
        container[name] = value
    elif isinstance(container, list) and name.isdecimal() and int(name) < len(container):
        container[int(name)] = value
    else:
        return request
    return with_body(request, json.dumps(document).encode())


def with_body(request: Request, body: bytes) -> Request:
    """The request with another body and the Content-Length that belongs to it."""
    lines = tuple(
        (name, str(len(body)) if name.lower() == "content-length" else text) for name, text in request.headers
    )
    return replace(request, headers=replace(request.headers, lines=lines), body=body)


def with_header(request: Request, name: str, value: str) -> Request:
    """The request with one header line of that name."""
    return replace(request, headers=request.headers.without(name).adding(name, value))


def reading(target: str, request: Request) -> Request:
    """A GET of a target by the client that made another request: its headers, but those that are about that one."""
    headers = request.headers.without(*_OF_ITS_BODY, *_CONDITIONS)
    return Request("GET", target, Headers((*headers.lines, ("Accept", "*/*"))))


def size(exchange: Exchange) -> int:
    """How big a request is, in characters and bytes: the smaller of two says the same in less."""
    request = exchange.case.request
    headers = sum(len(name) + len(value) for name, value in request.headers)
    return len(request.target) + len(request.body or b"") + headers


def accepted(exchanges: Iterable[Exchange]) -> list[Exchange]:
    """
    Those answered 2xx, valid ones first, the smallest first.

    What came before an exchange may not come again, where it needed something that nothing refers to. So one exchange
    of each past, and with each choice of query parameters, stands before a second of the same.
    """
    found = [each for each in exchanges if 200 <= each.response.status < 300 and each.unavailable is None]
    found.sort(key=lambda each: (each.case.valid is False, len(each.case.references), size(each)))
    seen: Counter[tuple[frozenset[str], frozenset[str]]] = Counter()
    turns: dict[int, int] = {}
    for each in found:
        past = frozenset(reference.parent for reference in each.case.references)
        kind = (past, frozenset(name for name, _, _ in _pairs(each.case.request.query)))
        turns[id(each)] = seen[kind] if any(kind) else 0
        seen[kind] += 1
    return sorted(found, key=lambda each: (each.case.valid is False, turns[id(each)]))
