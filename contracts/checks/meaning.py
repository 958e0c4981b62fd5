"""Rule of the promise `statuses`: what a status says is so (RFC 9110, 15; RFC 6585)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import ClassVar

from contracts.checks.answers import handler_invocation, json_value
from contracts.checks.paths import reaches
from contracts.checks.payloads import MAX_BYTES
from contracts.checks.requests import Violation, body_schema, media_type
from contracts.contract import Operation
from contracts.exchange import Exchange
from contracts.finding import Finding
from contracts.http import Request

PROMISE = "statuses"
NAME = "status-means-what-http-says"

# RFC 9110, 13.1: what a 304 or a 412 is the answer to.
CONDITIONS = ("if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range")

# Keywords that a request can break by being large.
_OF_SIZE = frozenset({"maxLength", "maxItems", "maxProperties", "maximum", "exclusiveMaximum", MAX_BYTES})
# Nobody calls a body of fewer bytes too large for what it lacks or for a value of another type.
_SMALL = 4_000


@dataclass(frozen=True, slots=True)
class StatusMeansWhatHttpSays:
    """
    A status is answered where HTTP has it, and with what HTTP wants beside it.

    204 and 304 have no content (15.3.5, 15.4.5), a 304 or a 412 answers a condition (13.1), a 405 says in `Allow` what
    is allowed (15.5.6), `Retry-After` is a number of seconds or a date (10.2.3), and a problem says the status that it
    has (RFC 9457, 3.1.2).
    """

    promise: ClassVar[str] = PROMISE
    name: ClassVar[str] = NAME

    def after_exchange(self, exchange: Exchange) -> Iterable[Finding]:
        """What a status of the handler does not mean here."""
        operation = exchange.case.operation
        if operation is None or exchange.unavailable is not None:
            return
        for what, root in _wrong(operation, exchange):
            message = f"the {exchange.response.status} answer of {operation.name} {what}"
            yield Finding(PROMISE, self.name, operation.name, message, (exchange,), root)


def _wrong(operation: Operation, exchange: Exchange) -> Iterator[tuple[str, str]]:
    """What is wrong, in words after "the answer", and its root."""
    status, headers = exchange.response.status, exchange.response.headers
    if status in (204, 304) and (exchange.response.body or _replied_body(exchange)):
        yield f"has a body, and HTTP allows a {status} none", f"{status} body"
    if handler_invocation(exchange) is None or not reaches(operation, exchange.case.request.path):
        return
    conditional = any(name in exchange.case.request.headers for name in CONDITIONS)
    if status == 304 and not conditional:
        yield "answers a request without a condition: there is nothing that the client is known to have", "304"
    if status == 412 and not conditional and _knows_conditions(operation):
        yield "answers a request without a condition: no precondition can have failed", "412"
    if status == 405 and "allow" not in headers:
        yield "has no `Allow`, and HTTP wants one with every 405", "405 Allow"
    told = _told_status(exchange)
    if told is not None and told != status:
        yield f"says {told} in the `status` of its problem (RFC 9457, 3.1.2)", f"{status} problem"
    after = headers.get("retry-after")
    if after is not None and not _is_retry_after(after):
        yield f"has `Retry-After: {after}`, which is neither a number of seconds nor a date", "Retry-After"


def _knows_conditions(operation: Operation) -> bool:
    """Whether its preconditions are those of HTTP: others may be members or headers of its own."""
    return any(each.place == "header" and each.name.lower() in CONDITIONS for each in operation.parameters)


def _told_status(exchange: Exchange) -> int | None:
    """The status that a problem of RFC 9457 says it was answered with; None where it says none."""
    if media_type(exchange.response.headers.get("content-type")) != "application/problem+json":
        return None
    problem = json_value(exchange.response.body)
    told = problem.get("status") if isinstance(problem, dict) else None
    return told if isinstance(told, int) and not isinstance(told, bool) else None


def _is_retry_after(text: str) -> bool:
    if re.fullmatch(r"\d+", text.strip(), re.ASCII):
        return True
    try:
        parsedate_to_datetime(text)
    except ValueError:
        return False
    return True


def _replied_body(exchange: Exchange) -> bool:
    invocation = handler_invocation(exchange)
    reply = json_value((invocation.reply.payload or "").encode()) if invocation is not None else None
    return isinstance(reply, dict) and str(reply.get("statusCode")) in ("204", "304") and bool(reply.get("body"))


def misnamed(operation: Operation, exchange: Exchange, violation: Violation) -> Finding | None:
    """
    The finding that a request with one thing wrong was refused for another: 413 for a small body, 415 for JSON.

    Only where the contract has a status for what is wrong.
    """
    status, request = exchange.response.status, exchange.case.request
    if (
        violation.place != "body"
        or not {"400", "422"} & set(operation.responses)
        or handler_invocation(exchange) is None
    ):
        return None
    if status == 413 and violation.rule not in _OF_SIZE and len(request.body or b"") < _SMALL:
        why = f"answered 413 to a body of {len(request.body or b'')} bytes"
    elif status == 415 and _has_a_documented_type(operation, request) and violation.rule not in ("json", "required"):
        why = f"answered 415 to {media_type(request.headers.get('content-type'))}, which its contract takes"
    else:
        return None
    message = f"{operation.name} {why}: what is wrong with it is {violation}"
    return Finding(PROMISE, NAME, operation.name, message, (exchange,), f"{status} for another")


def _has_a_documented_type(operation: Operation, request: Request) -> bool:
    return body_schema(operation, request) is not None
