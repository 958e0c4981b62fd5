"""Rule of the promise `payloads`: one logical request gets one answer, however clients and gateways render it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from contracts.checks.answers import before_any_handler, handler_invocation, payload_format, server_error
from contracts.checks.declared import IF_MATCH, IF_NONE_MATCH, declares_header
from contracts.checks.formats import replied_in_both
from contracts.checks.keys import key_header, key_of
from contracts.checks.paths import reaches
from contracts.checks.renderings import (
    DOMAIN,
    Rendering,
    groups,
    is_written_otherwise,
    of_other_format,
    through,
    together,
    without_headers,
)
from contracts.checks.replay import Prepared, Replayer, accepted, with_header
from contracts.checks.scope import Scope
from contracts.checks.warmth import differs
from contracts.contract import Operation
from contracts.exchange import Corpus, Exchange, Lab, Snapshot
from contracts.finding import Finding, Gap, Outcome
from contracts.http import Request

FORMATS = "x-contract-payload-formats"
FIRST, SECOND = "1.0", "2.0"
CANDIDATES = 4
# How many custom domains are tried: one way in is as good as another.
DOMAINS = 2

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
        failing: list[str] = []
        for operation in self.scope.operations:
            exchanges = [each for each in corpus.of(operation) if reaches(operation, each.case.request.path)]
            # A function that fails by itself is said elsewhere.
            if any(server_error(each, operation.name) for each in exchanges):
                continue
            # A path that clients write in several ways first.
            ways = sorted(accepted(exchanges), key=lambda each: not is_written_otherwise(operation, each.case.request))
            for exchange in ways[:CANDIDATES]:
                prepared, invocation = replayer.prepared(exchange), handler_invocation(exchange)
                if prepared is not None and invocation is not None:
                    unheard = failing if payload_format(invocation) is None else None
                    yield from self._of(operation, prepared, replayer, unheard)
                    break
        if failing:
            message = (
                f"an event whose headers are null, as a test in the console of API Gateway makes it and no client, is "
                f"more than these cope with: {', '.join(failing)} (`{FORMATS}` says which events they are written for)"
            )
            yield Gap(self.promise, self.name, None, message, self.scope.contract.location)
        lab.restore(replayer.fresh)

    def _of(
        self, operation: Operation, prepared: Prepared, replayer: Replayer, failing: list[str] | None
    ) -> Iterator[Finding]:
        """
        Args:
            failing: Where the names of operations are added that fail over what no client sends; None where their
                events always have headers.
        """
        world = replayer.lab.snapshot()
        for request, before in self._requests(operation, prepared, replayer, world):
            history = (*prepared.history, *before)
            trial = _Trial(self.scope, operation, request, history, replayer, replayer.lab.snapshot())
            found = trial.finding()
            if found is None and failing is not None and request is prepared.case.request:
                unheard = trial.without_headers()
                if unheard is not None and FIRST in trial.formats:
                    found = unheard
                elif unheard is not None and operation.name not in failing:
                    failing.append(operation.name)
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
        encodes = version is not None or "2.0" in self.formats
        forms = [*groups(self.operation, self.request, invocation.event, encodes=encodes)]
        stage = str((invocation.event.get("requestContext") or {}).get("stage"))
        forms += [[through(domain, stage)] for domain in self.scope.domains[:DOMAINS]]
        if {FIRST, SECOND} <= self.formats and replied_in_both(invocation):
            forms += [[each] for each in of_other_format(invocation.event)]
        for position, group in enumerate(forms):
            # The first group is asked of a function that has answered before, the second of one that has just started.
            if self._difference(plain, together(group), warm=position == 0) is not None:
                found = self._named(plain, group)
                if found is not None:
                    return found
        return None

    @property
    def formats(self) -> frozenset[str]:
        """The payload formats that the contract says the function is written for; none where it does not say it."""
        said = self.operation.extensions.get(FORMATS, self.scope.contract.extensions.get(FORMATS))
        return frozenset(map(str, said)) if isinstance(said, list) else frozenset()

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

    def without_headers(self) -> Finding | None:
        """
        That a function of a REST API fails over an event whose `headers` are null.

        Only a test in the console makes such an event, or whoever invokes a function without a gateway. So it breaks
        a promise where the contract says that the function is written for this format, and else it is a gap.
        Null maps of queries and of the path's parameters are what any client causes: requests without them are made.
        """
        rendering = Rendering("whose event has no headers (null)", event=without_headers)
        made = self._made(rendering, warm=True)
        invocation = handler_invocation(made)
        if made.response.status < 500 or made.unavailable is not None or invocation is None:
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
    return differs(plain, made) or _astray(plain, made)


def _astray(plain: Exchange, made: Exchange) -> str | None:
    """A Location that leads below what was asked for by one way, and past it by another: nothing else is there."""
    location = made.response.headers.get("location") or ""
    below, leads = (
        urlsplit(each.response.headers.get("location") or "").path.startswith(each.case.request.path.rstrip("/"))
        for each in (plain, made)
    )
    asked_otherwise = plain.case.request.headers.get("host") != made.case.request.headers.get("host")
    if asked_otherwise and below and not leads and location.startswith(("/", "http://", "https://")):
        return f"answered the Location {location}"
    return None
