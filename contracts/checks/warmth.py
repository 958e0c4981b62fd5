"""Rule of the promise `methods`: a request is understood in isolation (RFC 9110, 3.3), be the function warm or cold.

Lambda keeps a function's process between invocations, and may start another at any time. Both must give the same
answer to the same request in the same state. The two are compared in the same world, at the same time, with the same
randomness; only the process differs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from contracts.checks.answers import handler_invocation, json_value, server_error
from contracts.checks.effects import is_safe
from contracts.checks.keys import key_header, key_of
from contracts.checks.paths import reaches
from contracts.checks.replay import Prepared, Replayer, accepted, with_header
from contracts.checks.scope import Scope
from contracts.checks.variants import fuller
from contracts.contract import Operation
from contracts.exchange import Case, Corpus, Exchange, Lab, Snapshot
from contracts.finding import Finding, Outcome

# How many requests of an operation are compared, and how many others a function answers before.
COMPARED = 2
BEFORE = 4
# How many reads with other queries a function answers before one.
OTHER_READS = 2

# What a function may answer by what it remembers: limits of rates, and conflicts with what it has just seen.
OF_MEMORY = frozenset({409, 412, 429, 503})

# Headers that tell of a function's memory and of what it counts there.
_OF_CACHES_AND_RATES = ("age", "x-cache", "cache-status", "ratelimit", "x-ratelimit", "x-rate-limit", "retry-after")

# A time, a number, or an id: no word of a language.
_MADE_UP = re.compile(r"[\W\d_]*|[0-9]{4}-[0-9]{2}-[0-9]{2}[T ].*|[0-9A-Fa-f-]{8,}|[0-9A-HJKMNP-TV-Z]{26}")


@dataclass(frozen=True, slots=True)
class WarmAndColdAnswerAlike:
    """A function that has answered other requests gives the answer that it gives when it has just started."""

    scope: Scope
    promise: ClassVar[str] = "methods"
    name: ClassVar[str] = "warm-and-cold-functions-answer-alike"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """Compare the smallest accepted requests of each operation."""
        replayer = Replayer.of(corpus, lab, phase=self.name)
        functions = _by_function(corpus)
        makers = [each for each in accepted(corpus) if not each.case.references and each.change and each.change.gained]
        for operation in self.scope.operations:
            exchanges = [each for each in corpus.of(operation) if reaches(operation, each.case.request.path)]
            # A function that fails by itself is said elsewhere, and a cold start may be all that it needs.
            if self.scope.asks("payloads") and any(server_error(each, operation.name) for each in exchanges):
                continue
            for exchange in _different(accepted(exchanges)):
                before = _before(exchange, functions.get(_function(exchange), ()))
                finding = self._compared(operation, exchange, before, makers[:1], replayer)
                finding = finding or self._mistaken(operation, exchange, _other_reads(exchange, exchanges), replayer)
                if finding is not None:
                    yield finding
                    break
        lab.restore(replayer.fresh)

    def _compared(
        self,
        operation: Operation,
        exchange: Exchange,
        before: Sequence[Exchange],
        makers: Sequence[Exchange],
        replayer: Replayer,
    ) -> Finding | None:
        """
        Args:
            makers: Requests that make something, so that a read that refers to nothing has something to find.
        """
        prepared = replayer.prepared(exchange)
        if prepared is None:
            return None
        if is_safe(operation, exchange.case.request.method) and not prepared.history:
            made = tuple(replayer.conduct(each.case.operation, each.case.request) for each in makers)
            prepared = replace(prepared, history=made)
        trial = _Trial(prepared, replayer, replayer.lab.snapshot())
        own = prepared.case
        full = replace(own, request=fuller(self.scope.requests, operation, own.request))
        everything = [own, *([full] if full != own else []), *self._repeated(operation, own)]
        everything += [each.case for each in before]
        if trial.difference(everything) is None:
            return None
        # The first of them that makes the difference by itself; else it takes all of them.
        for cases in (*([case] for case in everything), everything):
            found = trial.difference(cases)
            if found is not None:
                message = f"{operation.name} {found.what} in a function that had answered other requests before"
                return Finding(self.promise, self.name, operation.name, message, found.evidence, "warm")
        return None

    def _mistaken(
        self, operation: Operation, exchange: Exchange, others: Sequence[Exchange], replayer: Replayer
    ) -> Finding | None:
        """That a read is answered as another one was, of the same operation."""
        prepared = replayer.prepared(exchange) if others else None
        if prepared is None:
            return None
        trial = _Trial(prepared, replayer, replayer.lab.snapshot())
        for other in others:
            found = trial.mistaken(other.case)
            if found is not None:
                message = f"{operation.name} {found.what} in a function that had answered that before"
                return Finding(self.promise, self.name, operation.name, message, found.evidence, "warm")
        return None

    def _repeated(self, operation: Operation, own: Case) -> list[Case]:
        """The request twice with an idempotency key: an answer that is repeated says so, and others do not."""
        header = key_header(operation)
        key = None if header is None else key_of(self.scope.requests, operation, header, 1)
        if header is None or key is None or header in own.request.headers:
            return []
        return [replace(own, request=with_header(own.request, header, key))] * 2


@dataclass(frozen=True, slots=True)
class _Found:
    what: str
    evidence: tuple[Exchange, ...]


@dataclass(frozen=True, slots=True)
class _Trial:
    """One request in one world, asked of a warm and of a cold function."""

    prepared: Prepared
    replayer: Replayer
    world: Snapshot

    def difference(self, before: Sequence[Case]) -> _Found | None:
        """How the warm function's answer differs, once it has answered these; None when it does not."""
        lab, operation, request = self.replayer.lab, self.prepared.case.operation, self.prepared.case.request
        lab.restore(self.world)
        cold = self.replayer.conduct(operation, request)
        lab.restore(self.world)
        made = [self.replayer.conduct(case.operation, case.request) for case in before]
        lab.restore(self.world, warm=True)
        warm = self.replayer.conduct(operation, request)
        if cold.unavailable is not None or warm.unavailable is not None:
            return None
        what = differs(cold, warm) or other_headers(operation, cold, warm)
        return None if what is None else _Found(what, (*self.prepared.history, *made, warm))

    def mistaken(self, other: Case) -> _Found | None:
        """That the answer shows what another read was answered with; a cold function answers the two differently."""
        lab, operation, request = self.replayer.lab, self.prepared.case.operation, self.prepared.case.request
        lab.restore(self.world)
        cold = self.replayer.conduct(operation, request)
        lab.restore(self.world)
        before = self.replayer.conduct(other.operation, other.request)
        lab.restore(self.world, warm=True)
        warm = self.replayer.conduct(operation, request)
        if any(each.unavailable is not None or each.response.status != 200 for each in (cold, before, warm)):
            return None
        member = mistaken_member(*(json_value(each.response.body) for each in (cold, before, warm)))
        if member is None:
            return None
        of = f" with the `{member}`" if member else ""
        return _Found(f"gave an answer{of} of another request", (*self.prepared.history, before, warm))


def differs(cold: Exchange, warm: Exchange) -> str | None:
    """
    How a warm function's answer differs from a cold one's in what no server makes up; None when it does not.

    Statuses, the members of JSON answers with their types and the lengths of lists, and what the client sent
    and both should give back. Values that a server makes (times, counts, ids) may differ.
    """
    one, other = cold.response.status, warm.response.status
    if one != other:
        return None if {one, other} & OF_MEMORY else f"answered {other} instead of {one}"
    if not 200 <= one < 300:
        return None
    told, tells = json_value(cold.response.body), json_value(warm.response.body)
    where = _other_shape(told, tells, "")
    if where is not None:
        return f"answered another {f'`{where[1:]}`' if where else 'body'}"
    sent = json_value(cold.case.request.body or b"")
    if isinstance(sent, dict) and isinstance(told, dict) and isinstance(tells, dict):
        for name, value in sent.items():
            if told.get(name) == value != tells.get(name):
                return f"answered another `{name}` than was sent"
    return None


def mistaken_member(cold: Any, before: Any, warm: Any) -> str | None:
    """
    The list or object of an answer that is that of the request before; "" for the whole, None for none.

    Times, numbers and ids do not count: a function may remember since when it knows something.
    """
    if not isinstance(warm, dict) or not isinstance(cold, dict) or not isinstance(before, dict):
        return "" if _is_mistaken(cold, before, warm) else None
    names = (name for name in warm if _is_mistaken(cold.get(name), before.get(name), warm[name]))
    return next(names, None)


def _is_mistaken(cold: Any, before: Any, warm: Any) -> bool:
    if not isinstance(warm, (list, dict)) or not warm:
        return False
    words = _words(before)
    return bool(_words(warm) == words and words != _words(cold))


def _words(value: Any) -> Any:
    """A JSON value without what a server may make up."""
    if isinstance(value, dict):
        return {name: _words(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_words(each) for each in value]
    return value if isinstance(value, str) and not _MADE_UP.fullmatch(value) else None


def other_headers(operation: Operation | None, cold: Exchange, warm: Exchange) -> str | None:
    """
    The documented header that one answer has and the other lacks, as the end of a sentence; None when there is none.

    What the contract does not speak of may say how warm a function is, and so may what a cache or a rate adds.
    """
    documented = operation.documented(cold.response.status) if operation is not None else None
    if documented is None or cold.response.status != warm.response.status:
        return None
    for header in documented.headers:
        has = header.name in warm.response.headers
        if has != (header.name in cold.response.headers) and not header.name.lower().startswith(_OF_CACHES_AND_RATES):
            return f"answered {'with' if has else 'without'} `{header.name}`"
    return None


def _other_shape(one: Any, other: Any, where: str) -> str | None:
    """Where two JSON values have other types, members or numbers of items; None when nowhere."""
    if isinstance(one, dict) and isinstance(other, dict):
        if one.keys() != other.keys():
            return f"{where}/{min(one.keys() ^ other.keys())}"
        found = (_other_shape(one[name], other[name], f"{where}/{name}") for name in one)
        return next((each for each in found if each is not None), None)
    if isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            return where
        found = (_other_shape(each, other[index], where) for index, each in enumerate(one))
        return next((each for each in found if each is not None), None)
    numbers = (int, float)
    alike = type(one) is type(other) or (
        isinstance(one, numbers) and isinstance(other, numbers) and not isinstance(one, bool) | isinstance(other, bool)
    )
    return None if alike else where


def _function(exchange: Exchange) -> str:
    invocation = handler_invocation(exchange)
    return invocation.function.logical_id if invocation is not None else ""


def _by_function(corpus: Corpus) -> dict[str, list[Exchange]]:
    """The exchanges that can be made anywhere, by the function that answered them."""
    found: dict[str, list[Exchange]] = {}
    for exchange in corpus:
        name = _function(exchange)
        # A path that clients choose is the same in every world; an id that a server made is not.
        chosen = all(each.expression.startswith("$request.") for each in exchange.case.references)
        if name and exchange.unavailable is None and chosen:
            found.setdefault(name, []).append(exchange)
    return found


def _before(exchange: Exchange, others: Sequence[Exchange]) -> list[Exchange]:
    """
    What a function answers before: requests that do different things, the smallest of each.

    Before a read only what changes nothing: a function may remember for a while what was true when it looked.
    """
    operation = exchange.case.operation
    reads = operation is not None and is_safe(operation, exchange.case.request.method)
    chosen: dict[tuple[Any, ...], Exchange] = {}
    for each in accepted(others):
        if not reads or not each.change:
            sent = json_value(each.case.request.body or b"")
            members = tuple(sorted(name for name, value in sent.items() if value)) if isinstance(sent, dict) else ()
            chosen.setdefault((each.case.operation is not operation, each.case.request.method, members), each)
    # Those of the same operation first, and of them the ones that say most.
    kinds = sorted(chosen, key=lambda kind: (kind[0], -len(kind[2]), kind))
    return [chosen[kind] for kind in kinds][:BEFORE]


def _other_reads(exchange: Exchange, others: Sequence[Exchange]) -> list[Exchange]:
    """Accepted reads of the same path whose queries say something else; none for what is no read."""
    operation, request = exchange.case.operation, exchange.case.request
    if operation is None or not is_safe(operation, request.method) or exchange.case.references:
        return []
    chosen: dict[tuple[str, ...], Exchange] = {}
    for each in accepted(others):
        names = tuple(sorted(name for name, _ in parse_qsl(each.case.request.query, keep_blank_values=True)))
        asked = each.case.request
        if asked.path == request.path and asked.query != request.query and not each.case.references:
            chosen.setdefault(names, each)
    return list(chosen.values())[:OTHER_READS]


def _different(exchanges: Sequence[Exchange]) -> Iterator[Exchange]:
    """The smallest, and the smallest of another status or with something that exists."""
    seen: set[tuple[int, bool]] = set()
    for exchange in exchanges:
        kind = exchange.response.status, bool(exchange.case.references)
        if kind not in seen and len(seen) < COMPARED:
            seen.add(kind)
            yield exchange
