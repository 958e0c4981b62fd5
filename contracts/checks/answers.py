"""Answers: who gave one, whether the contract documents it, and what went wrong when it is a 5xx.

Sources: the API Gateway developer guide and recorded answers of REST and HTTP APIs (gateway responses,
`x-amzn-ErrorType`, the output format of Lambda proxy integrations).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from contracts.contract import DocumentedResponse, Operation
from contracts.exchange import AwsCall, Exchange, FunctionError, Invocation
from contracts.finding import Finding
from contracts.http import Response

# REST APIs: "API Gateway only accepts these members"; `base64Encoded` is an old spelling of the last one. HTTP APIs
# ignore what they do not know.
REPLY_MEMBERS = frozenset({"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded", "base64Encoded"})

# What an HTTP API says itself, by status: the reason phrase in JSON, to the byte (recorded for 401, 403 and 404).
HTTP_REFUSALS: Mapping[int, bytes] = {
    400: b'{"message":"Bad Request"}',
    401: b'{"message":"Unauthorized"}',
    403: b'{"message":"Forbidden"}',
    404: b'{"message":"Not Found"}',
    413: b'{"message":"Request Entity Too Large"}',
    429: b'{"message":"Too Many Requests"}',
    431: b'{"message":"Request Header Fields Too Large"}',
}

# What Lambda calls a result that it cannot turn into JSON.
UNMARSHALLABLE = "Runtime.MarshalError"
# A result that is longer than Lambda passes on.
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
TOO_LARGE = "Function.ResponseSizeTooLarge"
# A function that did not end in its time.
TIMED_OUT = "Sandbox.Timedout"
LONGEST = 160

_NOT_SERIALIZABLE = re.compile(r"Object of type (\w+) is not JSON serializable")


def handler_invocation(exchange: Exchange) -> Invocation | None:
    """The invocation that was to answer: the last that is not an authorizer's, whose event has the ARN asked for."""
    for invocation in reversed(exchange.invocations or ()):
        if not _is_authorizers(invocation):
            return invocation
    return None


def authorizer_invocation(exchange: Exchange) -> Invocation | None:
    """The invocation of the authorizer, or None."""
    invocations = exchange.invocations or ()
    return next((each for each in invocations if _is_authorizers(each)), None)


def _is_authorizers(invocation: Invocation) -> bool:
    """An authorizer is told the ARN of what is asked for."""
    return "methodArn" in invocation.event or "routeArn" in invocation.event


def called(exchange: Exchange) -> tuple[tuple[str, str], ...]:
    """The AWS operations that the operation's function called, or the gateway in its place, each once, in order."""
    invocation = handler_invocation(exchange)
    return _named(invocation.calls) if invocation is not None else called_by_gateway(exchange)


def called_by_gateway(exchange: Exchange) -> tuple[tuple[str, str], ...]:
    """The AWS operations that the gateway called itself, each once, in order."""
    return _named(exchange.gateway_calls)


def _named(calls: Iterable[AwsCall]) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys((call.service, call.operation) for call in calls))


def before_any_handler(exchange: Exchange) -> bool:
    """
    Whether the gateway answered by itself, without asking what stands behind the operation.

    Where no function could be seen (a live endpoint, a mock or service integration), the gateway's own error header
    decides: an integration's answer has none. An HTTP API has no such header, but refuses in words of its own.
    """
    if handler_invocation(exchange) is not None:
        return False
    integration = exchange.case.operation.integration if exchange.case.operation is not None else None
    if exchange.invocations is None or (integration is not None and integration.kind != "aws_proxy"):
        return "x-amzn-errortype" in exchange.response.headers or _refused_by_http_api(exchange.response)
    return True


def _refused_by_http_api(response: Response) -> bool:
    return "apigw-requestid" in response.headers and HTTP_REFUSALS.get(response.status) == response.body


def route_missing(exchange: Exchange) -> bool:
    """
    Whether the gateway knows no route for the method and path.

    REST: 403 "Missing Authentication Token" (with an Authorization header, a complaint about its form);
    HTTP: 404 "Not Found".
    """
    if not before_any_handler(exchange):
        return False
    kind = exchange.response.headers.get("x-amzn-errortype") or ""
    refused = kind.partition(":")[0] in {"MissingAuthenticationTokenException", "IncompleteSignatureException"}
    missing = json_value(exchange.response.body) == {"message": "Not Found"}
    return (exchange.response.status == 403 and refused) or (exchange.response.status == 404 and missing)


def injected(exchange: Exchange) -> bool:
    """Whether a fault of ours had a part in the answer."""
    return any(call.error is not None and call.error.injected for call in exchange.calls)


def crashed(exchange: Exchange) -> bool:
    """Whether the gateway answered in place of a function that failed or returned what is no reply."""
    return exchange.response.status >= 500 and failure_of_function(exchange) is not None


def failure_of_function(exchange: Exchange) -> str | None:
    """What the function did instead of replying, after its name; None when it replied (or nobody looked)."""
    invocation = handler_invocation(exchange)
    if invocation is None:
        return None
    error = invocation.reply.error
    if error is None:
        return _defect(exchange, invocation)
    if error.kind == UNMARSHALLABLE:
        return _unmarshallable(error)
    if error.kind == TOO_LARGE:
        return "returned more than the 6 MB that Lambda passes on"
    if error.kind == TIMED_OUT:
        return f"did not end within its {invocation.function.timeout_seconds} s"
    return f"raised {error.kind}: {shortened(error.message)}"


def _defect(exchange: Exchange, invocation: Invocation) -> str | None:
    reply = json_value((invocation.reply.payload or "null").encode())
    passed_on = isinstance(reply, dict) and str(reply.get("statusCode")) == str(exchange.response.status)
    if passed_on or exchange.response.status < 500:
        return None
    return reply_defect(invocation.reply.payload, payload_format(invocation))


def payload_format(invocation: Invocation) -> str | None:
    """The payload format version of an HTTP API, `1.0` or `2.0`, as the event has it; None for a REST API."""
    version = invocation.event.get("version")
    return version if version in ("1.0", "2.0") else None


def _unmarshallable(error: FunctionError) -> str:
    named = _NOT_SERIALIZABLE.search(error.message)
    what = f"{_article(named[1])} {named[1]}" if named else f"a result ({shortened(error.message)})"
    return f"returned {what}, which Lambda cannot turn into JSON"


def _article(word: str) -> str:
    return "an" if word[0].lower() in "aeiou" else "a"


def reply_defect(payload: str | None, version: str | None = None) -> str | None:
    """
    Why a function's result is no reply for a proxy integration; None when it is one.

    A result without `statusCode` is one for a REST API, which answers 200, and for payload format 2.0, which infers.

    Args:
        version: The payload format version of an HTTP API; None for a REST API.
    """
    reply = json_value((payload or "null").encode())
    if version == "2.0" and not (isinstance(reply, dict) and "statusCode" in reply):
        return None
    if not isinstance(reply, dict):
        return f"returned {_kind(reply)} where API Gateway wants an object with `statusCode`, `headers` and `body`"
    return next(_defects(reply, version), None)


def _defects(reply: Mapping[str, Any], version: str | None) -> Iterator[str]:
    for name in sorted(set(reply) - REPLY_MEMBERS) if version is None else ():
        yield f"returned an object with `{name}`, a member that API Gateway refuses in a reply"
    if version is not None and "statusCode" not in reply:
        yield "returned an object without `statusCode`, which payload format 1.0 wants"
    status = reply.get("statusCode", 200)
    if not re.fullmatch(r"[1-9]\d\d", str(status)):
        yield f"returned the status {json.dumps(status)}, which is none"
    yield from _header_defects(reply, version)
    if not isinstance(reply.get("isBase64Encoded"), (bool, type(None))):
        yield f"returned `isBase64Encoded` as {_kind(reply['isBase64Encoded'])}, not as a boolean"
    if not isinstance(reply.get("body"), (str, type(None))):
        yield f"returned `body` as {_kind(reply['body'])}, not as text"


def _header_defects(reply: Mapping[str, Any], version: str | None) -> Iterator[str]:
    for name in ("headers",) if version == "2.0" else ("headers", "multiValueHeaders"):
        if not isinstance(reply.get(name), (dict, type(None))):
            yield f"returned `{name}` as {_kind(reply[name])}, not as an object"
            return
    for name, value in (reply.get("headers") or {}).items():
        if isinstance(value, (dict, list)):
            yield f"returned the header `{name}` as {_kind(value)}, not as text"
    if version == "2.0" and not isinstance(reply.get("cookies"), (list, type(None))):
        yield f"returned `cookies` as {_kind(reply['cookies'])}, not as a list"
    multiple = (reply.get("multiValueHeaders") or {}) if version != "2.0" else {}
    if any(not isinstance(value, list) for value in multiple.values()):
        yield "returned a value of `multiValueHeaders` that is no list"


def _kind(value: Any) -> str:
    names = {type(None): "null", bool: "a boolean", str: "a text", list: "an array", dict: "an object"}
    return names.get(type(value), "a number")


def server_error(exchange: Exchange, operation: str) -> Finding | None:
    """
    The broken promise of a 5xx that no fault of ours explains, whatever the contract documents.

    None also where the function's reply is the cause and the rule for replies names it.
    """
    status = exchange.response.status
    if status < 500 or exchange.unavailable is not None or injected(exchange) or malformed_reply(exchange):
        return None
    if _mock_of_another_media_type(exchange):
        return None
    invocation = handler_invocation(exchange)
    error = invocation.reply.error if invocation is not None else None
    cause = failure_of_function(exchange)
    if cause is not None:
        message = f"{operation} answered {status}: its function {cause}"
    elif invocation is None and (guard := authorizer_invocation(exchange)) is not None:
        failed = guard.reply.error
        what = "gave an answer that API Gateway takes for none"
        if failed is not None:
            what = f"raised {failed.kind}: {shortened(failed.message)}"
        message = f"{operation} answered {status}: its authorizer {guard.function.logical_id} {what}"
    elif invocation is None and before_any_handler(exchange):
        message = f"{operation} answered {status} before any function was asked"
    else:
        message = f"{operation} answered {status}{_said(exchange)} though no AWS call was made to fail"
    root = error.kind if error is not None else f"{status} {problem_type(exchange)}".rstrip()
    return Finding("payloads", "server-error", operation, message, (exchange,), root)


def _mock_of_another_media_type(exchange: Exchange) -> bool:
    """
    Whether a mock integration was sent a media type that the contract does not have, and its templates need not.

    API Gateway then answers 500, as it does on every preflight with a Content-Type that SAM's own CORS method gets.
    """
    operation = exchange.case.operation
    if operation is None or operation.integration is None or operation.integration.kind != "mock":
        return False
    sent = (exchange.case.request.headers.get("content-type") or "").partition(";")[0].strip().lower()
    body = operation.request_body
    return sent not in {"", "application/json", *(name.lower() for name in (body.content if body else ()))}


def malformed_reply(exchange: Exchange) -> bool:
    """Whether the function returned, but nothing that the gateway can turn into a response."""
    invocation = handler_invocation(exchange)
    if invocation is None or exchange.response.status < 500:
        return False
    error = invocation.reply.error
    return error.kind == UNMARSHALLABLE if error is not None else _defect(exchange, invocation) is not None


def result_too_large(exchange: Exchange) -> bool:
    """Whether the function returned more than Lambda passes on."""
    invocation = handler_invocation(exchange)
    error = invocation.reply.error if invocation is not None else None
    return error is not None and error.kind == TOO_LARGE


def _said(exchange: Exchange) -> str:
    body = exchange.response.body.decode("utf-8", "replace").strip()
    return f" ({shortened(body)})" if body else ""


def problem_type(exchange: Exchange) -> str:
    """The `type` of an RFC 9457 problem: the part of an error that is equal for equal errors; else empty."""
    problem = json_value(exchange.response.body)
    named = problem.get("type") if isinstance(problem, dict) else None
    return named if isinstance(named, str) else ""


def speaks_of_gateway(operations: Iterable[Operation]) -> bool:
    """Whether the contract says anywhere that the gateway answers something."""
    return any(each.owner in ("gateway", "both") for operation in operations for each in operation.responses.values())


def shape_is_promised(exchange: Exchange, documented: DocumentedResponse, *, strictly: bool = False) -> bool:
    """
    Whether the documented shape of a status is meant for this answer.

    A gateway's own error keeps its own form unless the contract says that the gateway gives it; its 413 is
    plain text that nobody can change.

    Args:
        strictly: Only what the contract gives to the gateway alone counts, as with headers that functions set.
    """
    if not before_any_handler(exchange):
        return True
    owners = ("gateway",) if strictly or exchange.response.status == 413 else ("gateway", "both")
    return documented.owner in owners


def json_value(body: bytes) -> Any:
    """The JSON value of a body; None when it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def shortened(text: str) -> str:
    """One line of at most `LONGEST` characters."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
