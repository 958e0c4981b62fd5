"""Rule of the promise `methods`: a request is what its method says (RFC 9110, 9.1), whatever it says of another method.

A REST API lets the header X-HTTP-Method-Override name the method before it looks for a route; that is its own rule
(https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html), and no function's. Other
headers and the parameter `_method` mean nothing to it, nor does the first to an HTTP API.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from contracts.checks.answers import before_any_handler, handler_invocation, payload_format
from contracts.checks.effects import differences, said, verb
from contracts.checks.replay import Prepared, Replayer, accepted, with_header
from contracts.checks.scope import Scope
from contracts.contract import Operation
from contracts.exchange import Corpus, Exchange, Lab
from contracts.finding import Finding, Outcome
from contracts.http import Request

OTHER = "DELETE"
HEADERS = ("X-Method-Override", "X-HTTP-Method")
OF_REST = "X-HTTP-Method-Override"
PARAMETER = "_method"
CANDIDATES = 4


@dataclass(frozen=True, slots=True)
class MethodIsNotOverridden:
    """A request that names DELETE beside its method does what it does without."""

    scope: Scope
    promise: ClassVar[str] = "methods"
    name: ClassVar[str] = "method-is-not-overridden"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """Make an accepted request of each operation again, with headers and then a parameter that name DELETE."""
        replayer = Replayer.of(corpus, lab, phase=self.name)
        for operation in self.scope.operations:
            if operation.method in (OTHER, "ANY"):
                continue
            found = sorted(accepted(corpus.of(operation)), key=lambda each: not each.case.references)
            for exchange in found[:CANDIDATES]:
                prepared = replayer.prepared(exchange)
                if prepared is not None and handler_invocation(exchange) is not None:
                    yield from self._compared(operation, prepared, replayer)
                    break
        lab.restore(replayer.fresh)

    def _compared(self, operation: Operation, prepared: Prepared, replayer: Replayer) -> Iterator[Finding]:
        world, request = replayer.lab.snapshot(), prepared.case.request
        plain = replayer.conduct(operation, request)
        invocation = handler_invocation(plain)
        if invocation is None or plain.unavailable is not None or not 200 <= plain.response.status < 300:
            return
        names = (*HEADERS, *((OF_REST,) if payload_format(invocation) is not None else ()))
        for what, changed in (
            (f"the headers {', '.join(names)}", _with_headers(request, names)),
            *_with_parameter(request),
        ):
            replayer.lab.restore(world, warm=True)
            made = replayer.conduct(operation, changed)
            wrong = _difference(plain, made)
            if wrong is not None:
                message = f"{operation.name} {wrong} when {what} named {OTHER}"
                evidence = (*prepared.history, made)
                yield Finding(self.promise, self.name, operation.name, message, evidence, "overridden")
                return


def _with_headers(request: Request, names: Iterable[str]) -> Request:
    for name in names:
        request = with_header(request, name, OTHER)
    return request


def _with_parameter(request: Request) -> Iterator[tuple[str, Request]]:
    mark = "&" if request.query else "?"
    yield f"the parameter {PARAMETER}", replace(request, target=f"{request.target}{mark}{PARAMETER}={OTHER}")


def _difference(plain: Exchange, made: Exchange) -> str | None:
    """What a request did otherwise than without another method; None when nothing: it may be refused."""
    if made.unavailable is not None or before_any_handler(made):
        return None
    known = {verb(each) for each in differences(plain)}
    for each in differences(made):
        if verb(each) not in known:
            return said(each)
    one, other = plain.response.status, made.response.status
    return f"answered {other}, and not {one}," if one != other and 200 <= other < 300 else None
