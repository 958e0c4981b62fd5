"""Rule of the promise `sequences`: an idempotency key repeats the answer and not the effect."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from contracts.checks.answers import json_value, server_error
from contracts.checks.declared import free_texts
from contracts.checks.effects import differences, said, wrote
from contracts.checks.keys import key_header, key_of
from contracts.checks.replay import Replayer, accepted, with_header
from contracts.checks.scope import Scope
from contracts.checks.variants import is_valid, members_of, optional_members, values_for, with_top
from contracts.contract import Operation
from contracts.exchange import AwsCall, Corpus, Difference, Exchange, Lab
from contracts.finding import Finding, Outcome
from contracts.http import Request

# How many accepted requests are tried until one can be made again.
CANDIDATES = 4
# Headers of an answer that say what it is about: they are repeated as the body is.
REPEATED = ("location", "etag", "content-type")
# What `Exchange.change` sees better than a recorded call.
OBSERVED = ("dynamodb:", "s3:")
# What AWS does for each call anew and counts: to have it done twice is an effect, whatever its access level.
WORK = ("translate:Translate", "comprehend:", "polly:", "rekognition:", "textract:", "bedrock:Invoke", "transcribe:")
# What says that a key belongs to another request, or to one that is not answered yet.
OF_KEYS = frozenset({409, 422})


@dataclass(frozen=True, slots=True)
class IdempotencyKeysHold:
    """The same key and request twice: one answer, one effect. Another request is refused, another key is another."""

    scope: Scope
    promise: ClassVar[str] = "sequences"
    name: ClassVar[str] = "idempotency-keys-hold"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """Make one request twice, then another with the same key, then the same with another key."""
        replayer = Replayer.of(corpus, lab, phase=self.name)
        for operation in self.scope.operations:
            header = key_header(operation)
            if header is not None and operation.method not in ("GET", "HEAD", "ANY"):
                yield from self._explored(operation, header, replayer)
        lab.restore(replayer.fresh)

    def _explored(self, operation: Operation, header: str, replayer: Replayer) -> Iterator[Finding]:
        keys = [key_of(self.scope.requests, operation, header, number) for number in (1, 2)]
        found = [each for each in accepted(replayer.corpus.of(operation)) if each.case.valid is not False]
        if None in keys:
            return
        for exchange in found[:CANDIDATES]:
            trial = _Trial(self, operation, replayer, exchange, (header, str(keys[0]), str(keys[1])))
            if trial.begin():
                yield from trial.findings()
                return
            refused = trial.refused()
            if refused is not None:
                yield refused
                return


@dataclass(slots=True)
class _Trial:
    """One request with a key, and those after it."""

    check: IdempotencyKeysHold
    operation: Operation
    replayer: Replayer
    exchange: Exchange
    keys: tuple[str, str, str]
    request: Request | None = None
    history: tuple[Exchange, ...] = ()
    first: Exchange | None = None

    def begin(self) -> bool:
        """Make the request for the first time; whether it was accepted."""
        prepared = self.replayer.prepared(self.exchange)
        if prepared is None:
            return False
        header, key, _ = self.keys
        self.history, self.request = prepared.history, with_header(prepared.case.request, header, key)
        self.first = self.replayer.conduct(self.operation, self.request)
        return 200 <= self.first.response.status < 300 and self.first.unavailable is None

    def refused(self) -> Finding | None:
        """The finding that a key which nobody has sent is taken for one that was; None when that is not certain."""
        if self.first is None or self.first.response.status not in OF_KEYS or self.first.unavailable is not None:
            return None
        plain = self.replayer.replay(self.exchange, lambda request: _without(request, self.keys[0]))
        if plain is None or not 200 <= plain.exchange.response.status < 300:
            return None
        message = (
            f"{self.operation.name} answered {self.first.response.status} to the first request with an Idempotency-Key,"
            " and accepts the same request without one"
        )
        return self._finding(message, "first", self.first)

    def findings(self) -> Iterator[Finding]:
        """The first that is wrong: what follows is about a key that is not kept."""
        assert self.first is not None, "it has begun"
        assert self.request is not None, "it has begun"
        again = self.replayer.conduct(self.operation, self.request)
        wrong = self._again(self.first, again)
        if wrong is not None:
            yield wrong
            return
        if again.unavailable is not None or not 200 <= again.response.status < 300:
            return
        refused = yield from self._other_request(self.first, self.request)
        if refused is not None:
            yield from self._counted(self.first, again, refused)
        yield from self._other_key(self.first, self.request)

    def _again(self, first: Exchange, again: Exchange) -> Finding | None:
        name = self.operation.name
        if again.unavailable is not None or self._is_reported(again):
            return None
        effect = _repeated(first, again)
        if effect is not None:
            message = f"{name} {effect} once more when it was sent the same Idempotency-Key again"
            return self._finding(message, "effect", first, again)
        other = _other_answer(first, again)
        if other is not None:
            message = f"{name} answered another {other} when it was sent the same request and Idempotency-Key again"
            return self._finding(message, "answer", first, again)
        return None

    def _other_request(self, first: Exchange, request: Request) -> Generator[Finding, None, Exchange | None]:
        """Another request with the key, by each member in turn; the last that was refused, where all were."""
        name, refused = self.operation.name, None
        for changed in self._changed(request):
            other = self.replayer.conduct(self.operation, changed)
            status = other.response.status
            if other.unavailable is not None or self._is_reported(other):
                return None
            if not 200 <= status < 300:
                refused = other
                continue
            if other.response.body == first.response.body:
                message = f"{name} gave the old answer to another request with the Idempotency-Key of the first one"
                yield self._finding(message, "old answer", first, other)
            else:
                message = f"{name} answered {status} to another request with the Idempotency-Key of the first one"
                yield self._finding(message, "key used twice", first, other)
            return None
        return refused

    def _counted(self, first: Exchange, again: Exchange, refused: Exchange) -> Iterator[Finding]:
        """
        What the first request changed, the second changes again, and a refused one does not: it counts effects.

        What the record of the key itself says (how often it was asked for, until when it is kept) is nobody's effect.
        """
        key = self.keys[1]
        touched = {_place(each) for each in differences(first)} - {_place(each) for each in differences(refused)}
        for each in differences(again):
            if _place(each) in touched and key not in repr((each.key, each.before, each.after)):
                message = (
                    f"{self.operation.name} {said(each)} once more when it was sent the same Idempotency-Key again"
                )
                yield self._finding(message, "effect", first, again)
                return

    def _other_key(self, first: Exchange, request: Request) -> Iterator[Finding]:
        """Another key is another request, be it another in one character alone."""
        header, known, key = self.keys
        if first.response.status != 201 or not first.response.body:
            return
        nearest = key_of(self.check.scope.requests, self.operation, header, 0, known=known, near=True)
        for each in dict.fromkeys((key, nearest)):
            if each is None:
                continue
            other = self.replayer.conduct(self.operation, with_header(request, header, each))
            same = other.response.status == 201 and other.response.body == first.response.body
            if same and other.unavailable is None and not _gained(other, first):
                message = f"{self.operation.name} gave the old answer to a request with another Idempotency-Key"
                yield self._finding(message, "another key", first, other)
                return

    def _changed(self, request: Request) -> Iterator[Request]:
        """The request with one member of its body another, as the contract allows."""
        rules = self.check.scope.requests
        texts = free_texts(rules, self.operation, self.exchange)
        for name in dict.fromkeys([*texts, *members_of(request), *optional_members(rules, self.operation, request)]):
            sent = members_of(request).get(name)
            known = [f"{sent}2"] if isinstance(sent, str) else []
            for value in values_for(rules, self.operation, request, name, known):
                changed = with_top(request, name, value)
                if value != sent and is_valid(rules, self.operation, changed):
                    yield changed
                    break

    def _is_reported(self, exchange: Exchange) -> bool:
        """Whether the answer is a failure, which is said elsewhere."""
        return server_error(exchange, self.operation.name) is not None

    def _finding(self, message: str, root: str, *exchanges: Exchange) -> Finding:
        evidence = (*self.history, *exchanges)
        return Finding(self.check.promise, self.check.name, self.operation.name, message, evidence, root)


def _without(request: Request, header: str) -> Request:
    return replace(request, headers=request.headers.without(header))


def _place(difference: Difference) -> tuple[str, str, str]:
    return difference.kind, difference.store, repr(sorted(difference.key.items(), key=str))


def _gained(exchange: Exchange, first: Exchange) -> str | None:
    """The store in which an exchange made something, as the first one had."""
    stores = {(each.kind, each.store) for each in differences(first) if each.before is None}
    made = (each for each in differences(exchange) if each.before is None and (each.kind, each.store) in stores)
    return next((f"added an {each.kind} to {each.store}" for each in made), None)


def _repeated(first: Exchange, again: Exchange) -> str | None:
    """What an exchange did that the first one had done already."""
    gained = _gained(again, first)
    if gained is not None:
        return gained
    done = {call.action for call in (*wrote(first), *_worked(first)) if not call.action.startswith(OBSERVED)}
    repeated = (call.action for call in (*wrote(again), *_worked(again)) if call.action in done)
    return next((f"called {action}" for action in repeated), None)


def _worked(exchange: Exchange) -> Iterator[AwsCall]:
    """The calls that had work done, which is paid for though it changes nothing."""
    return (call for call in exchange.calls if call.error is None and call.action.startswith(WORK))


def _other_answer(first: Exchange, again: Exchange) -> str | None:
    """What of an answer is another, in words."""
    one, other = first.response, again.response
    if one.status != other.status:
        return f"status, {other.status} instead of {one.status},"
    for name in REPEATED:
        if one.headers.get(name) != other.headers.get(name):
            return f"`{name}`"
    if one.body == other.body:
        return None
    told, tells = json_value(one.body), json_value(other.body)
    if isinstance(told, dict) and isinstance(tells, dict):
        names = [each for each in {**told, **tells} if told.get(each, ...) != tells.get(each, ...)]
        return f"`{names[0]}`" if names else "body"
    return "body"
