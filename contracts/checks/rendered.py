"""Rule of the promise `payloads`: one logical request gets one answer, however clients and gateways render it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from contracts.checks.answers import before_any_handler, handler_invocation, payload_format, server_error
from contracts.checks.declared import IF_MATCH, IF_NONE_MATCH, declares_header
from contracts.checks.keys import key_header, key_of
from contracts.checks.paths import reaches
from contracts.checks.renderings import DOMAIN, Rendering, groups, together, without_headers
from contracts.checks.replay import Prepared, Replayer, accepted, with_header
from contracts.checks.scope import Scope
from contracts.checks.warmth import differs
from contracts.contract import Operation
from contracts.exchange import Corpus, Exchange, Lab, Snapshot
from contracts.finding import Finding, Outcome
from contracts.http import Request

FORMATS = "x-contract-payload-formats"
CANDIDATES = 4

# What depends on when one asks.
OF_THE_MOMENT = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class RenderingsAnswerAlike:
    """The same request in the forms that clients and gateways give it is answered alike, warm or cold."""

    scope: Scope
    promise: ClassVar[str] = "payloads"
    name: ClassVar[str] = "renderings-answer-alike"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """Render a request of each operation in other ways, and those whose headers decide what is done."""
        replayer = Replayer.of(corpus, lab, phase=self.name)
        for operation in self.scope.operations:
            exchanges = [each for each in corpus.of(operation) if reaches(operation, each.case.request.path)]
            # A function that fails by itself is said elsewhere.
            if any(server_error(each, operation.name) for each in exchanges):
                continue
            for exchange in accepted(exchanges)[:CANDIDATES]:
                prepared = replayer.prepared(exchange)
                if prepared is not None and handler_invocation(exchange) is not None:
                    yield from self._of(operation, prepared, replayer)
                    break
        lab.restore(replayer.fresh)

    def _of(self, operation: Operation, prepared: Prepared, replayer: Replayer) -> Iterator[Finding]:
        world = replayer.lab.snapshot()
        for request, before in self._requests(operation, prepared, replayer, world):
            history = (*prepared.history, *before)
            trial = _Trial(self.scope, operation, request, history, replayer, replayer.lab.snapshot())
            found = trial.finding()
            if found is not None:
                yield found
                return

    def _requests(
        self, operation: Operation, prepared: Prepared, replayer: Replayer, world: Snapshot
    ) -> Iterator[tuple[Request, tuple[Exchange, ...]]]:
        """The accepted request, then those whose headers decide what is done; and what was done before each."""
        request = prepared.case.request
        yield request, ()
        if declares_header(operation, IF_MATCH):
            replayer.lab.restore(world)
            yield with_header(request, IF_MATCH, '"stale"'), ()
        if operation.method == "GET" and "304" in operation.responses:
            replayer.lab.restore(world)
            tag = replayer.conduct(operation, request).response.headers.get("etag")
            if tag is not None:
                replayer.lab.restore(world)
                yield with_header(request, IF_NONE_MATCH, tag), ()
        header = key_header(operation)
        key = None if header is None else key_of(self.scope.requests, operation, header, 1)
        if header is not None and key is not None:
            replayer.lab.restore(world)
            first = replayer.conduct(operation, with_header(request, header, key))
            if 200 <= first.response.status < 300:
                yield first.case.request, (first,)


@dataclass(frozen=True, slots=True)
class _Trial:
    """One request in one world, in its different forms."""

    scope: Scope
    operation: Operation
    request: Request
    before: tuple[Exchange, ...]
    replayer: Replayer
    world: Snapshot

    def finding(self) -> Finding | None:
        plain = self._made(Rendering("as it is"))
        invocation = handler_invocation(plain)
        if invocation is None or plain.unavailable is not None:
            return None
        version = payload_format(invocation)
        formats = self.operation.extensions.get(FORMATS, self.scope.contract.extensions.get(FORMATS))
        encodes = version is not None or (isinstance(formats, list) and "2.0" in map(str, formats))
        for position, group in enumerate(groups(self.request, invocation.event, encodes=encodes)):
            # The first group is asked of a function that has answered before, the second of one that has just started.
            if self._difference(plain, together(group), warm=position == 0) is not None:
                found = self._named(plain, group)
                if found is not None:
                    return found
        return self._without_headers(plain) if version is None else None

    def _made(self, rendering: Rendering, *, warm: bool = False) -> Exchange:
        lab = self.replayer.lab
        lab.restore(self.world, warm=warm)
        request = self.request if rendering.request is None else rendering.request(self.request)
        with lab.rendering(rendering.event) if rendering.event is not None else nullcontext():
            return self.replayer.conduct(self.operation, request)

    def _difference(self, plain: Exchange, rendering: Rendering, *, warm: bool = False) -> tuple[str, Exchange] | None:
        made = self._made(rendering, warm=warm)
        what = different(plain, made)
        return None if what is None else (what, made)

    def _named(self, plain: Exchange, group: list[Rendering]) -> Finding | None:
        """The one form that makes the difference, in a function that has just started; else all of them together."""
        for rendering in (*group, together(group)):
            found = self._difference(plain, rendering)
            if found is not None:
                what, made = found
                return self._found(
                    f"{self.operation.name} {what} to the same request {rendering.what}", rendering, made
                )
        return None

    def _without_headers(self, plain: Exchange) -> Finding | None:
        """A function of a REST API does not fail over an event whose `headers` are null."""
        rendering = Rendering("whose event has no headers (null)", event=without_headers)
        if self.before or plain.response.status >= 500:
            return None
        made = self._made(rendering, warm=True)
        if made.response.status < 500 or made.unavailable is not None:
            return None
        message = f"{self.operation.name} answered {made.response.status} to the same request {rendering.what}"
        return self._found(message, rendering, made)

    def _found(self, message: str, rendering: Rendering, made: Exchange) -> Finding:
        check = RenderingsAnswerAlike
        return Finding(check.promise, check.name, self.operation.name, message, (*self.before, made), rendering.what)


def different(plain: Exchange, made: Exchange) -> str | None:
    """How the answer to another form of a request differs from that to the request; None when it does not."""
    if made.unavailable is not None or plain.unavailable is not None:
        return None
    # What the gateway makes of a form is not the function's affair.
    if before_any_handler(made) and not before_any_handler(plain):
        return None
    one, other = plain.response.status, made.response.status
    if one != other:
        return None if {one, other} & OF_THE_MOMENT else f"answered {other} instead of {one}"
    if bool(plain.change) != bool(made.change):
        return f"answered {other} as well, and {'changed' if made.change else 'did not change'} the state"
    host = urlsplit(made.response.headers.get("location") or "").netloc
    invocation = handler_invocation(made)
    domain = ((invocation.event.get("requestContext") or {}) if invocation is not None else {}).get("domainName")
    if host.endswith(".amazonaws.com") and domain == DOMAIN:
        return f"answered the Location {made.response.headers.get('location')}"
    return differs(plain, made)
