"""Events, payload format 1.0: what a Lambda proxy integration of a REST API receives (an HTTP API: `http_api`).

Rules and their sources, most of them recorded on AWS (LS, DN, VK):

* Top-level keys are exactly those of `event`; there is no `version` (LS).
* What is empty is null and never `{}`; `isBase64Encoded` is always a boolean (LS). An empty body is null (DN).
* Paths as sent (LS, DN, VK); queries decoded, the last value in `queryStringParameters`, all of them in order in
  `multiValueQueryStringParameters` (LS, VK).
* Header names keep the client's spelling, but for a few that have one of their own (LS); of a repeated header the
  last line counts in `headers`, all are in `multiValueHeaders` (VK); commas split nothing (LS).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from typing import Any

from contracts.contract import Operation
from contracts.exchange import Event
from contracts.gateway.calls import Call, grouped
from contracts.gateway.clock import request_time
from contracts.gateway.media_types import DEFAULT_MEDIA_TYPE, essence, is_binary

# LS test_apigateway_header_remapping_aws[AWS_PROXY], 2024-12-11: dropped on the way in.
DROPPED = frozenset(
    {"connection", "content-length", "content-md5", "expect", "max-forwards", "proxy-authenticate", "server", "te"}
    | {"trailer", "transfer-encoding", "upgrade", "www-authenticate"}
)
# LS: these have one spelling, however the client writes them.
SPELLED = {
    "authorization": "Authorization",
    "host": "Host",
    "user-agent": "User-Agent",
    "x-amzn-trace-id": "X-Amzn-Trace-Id",
    "x-forwarded-for": "X-Forwarded-For",
    "x-forwarded-port": "X-Forwarded-Port",
    "x-forwarded-proto": "X-Forwarded-Proto",
}
# LS: all null but those of the connection; `apiKey` and `apiKeyId` only on methods that require a key (D).
IDENTITY: Mapping[str, None] = dict.fromkeys(
    [
        *("cognitoIdentityPoolId", "accountId", "cognitoIdentityId", "caller", "sourceIp", "principalOrgId"),
        *("accessKey", "cognitoAuthenticationType", "cognitoAuthenticationProvider", "userArn", "userAgent", "user"),
    ]
)
TRACE_ROOT = re.compile(r"(?:^|;)\s*Root=(1-[0-9a-fA-F]{8}-[0-9a-fA-F]{24})(?=\s*(?:;|$))")
OVERRIDING_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{1,128}")


def event(call: Call) -> Event:
    """The event of a call whose operation was found."""
    request = call.request
    values = headers_in(call)
    query = grouped(call.query) if call.query else None
    media_type = essence(_last(values, "content-type")) or DEFAULT_MEDIA_TYPE
    body, encoded = _body(request.body, is_binary(media_type, call.binary_media_types))
    return {
        "resource": _resource(call.operation),
        # LS: behind a custom domain it is `requestContext.path` (see `domains`).
        "path": call.place.path if call.deployment.base_path is None else call.place.full_path,
        "httpMethod": call.method,
        "headers": {name: lines[-1] for name, lines in values.items()},
        "multiValueHeaders": values,
        "queryStringParameters": {name: each[-1] for name, each in query.items()} if query else None,
        "multiValueQueryStringParameters": query,
        "pathParameters": call.path_parameters or None,
        "stageVariables": dict(call.deployment.stage_variables) or None,
        "requestContext": request_context(call, user_agent=_last(values, "user-agent")),
        "body": body,
        "isBase64Encoded": encoded,
    }


def request_context(call: Call, *, user_agent: str | None) -> dict[str, Any]:
    """`requestContext`, also of a call for which no operation was found (LS, DN; keys of an API without authorizer)."""
    deployment, moment = call.deployment, call.moment
    identity = {**IDENTITY, "sourceIp": deployment.source_ip, "userAgent": user_agent}
    if call.caller is not None:
        identity |= call.caller.identity
    if call.api_key is not None:
        identity |= {"apiKey": call.api_key.value, "apiKeyId": call.api_key.id}
    context: dict[str, Any] = {
        "resourceId": call.resource_id,
        "resourcePath": _resource(call.operation),
        "httpMethod": call.method,
        "extendedRequestId": moment.extended_request_id,
        "requestTime": request_time(moment.epoch_milliseconds // 1000),
        "path": call.place.full_path,
        "accountId": deployment.account_id,
        "protocol": "HTTP/1.1",  # on HTTP/2 too (VK)
        "stage": deployment.stage,
        "domainPrefix": deployment.host.partition(".")[0],
        "requestTimeEpoch": moment.epoch_milliseconds,
        "requestId": request_id(call),
        "identity": identity,
        "domainName": deployment.host,
        "deploymentId": call.deployment.api_id[:6],
        "apiId": deployment.api_id,
    }
    if call.caller is not None and call.caller.context is not None:
        context["authorizer"] = dict(call.caller.context)  # CH
    if call.operation is not None and call.operation.operation_id is not None:
        context["operationName"] = call.operation.operation_id  # D: only if the method has one
    return context


def request_id(call: Call) -> str:
    """The request's id; a client can override it with the header x-amzn-requestid (D: $context.requestId)."""
    for name, value in call.request.headers.lines:
        if len(name) == 16 and name.lower() == "x-amzn-requestid" and OVERRIDING_REQUEST_ID.fullmatch(value):
            return value
    return call.moment.request_id


def headers_in(call: Call) -> dict[str, list[str]]:
    """What of the request's headers reaches the function, and what the gateway adds (LS, DN, VK)."""
    values: dict[str, list[str]] = {}
    spelling: dict[str, str] = {}
    dropped = DROPPED | {"authorization"} if call.caller is not None and call.caller.signed else DROPPED  # D
    for name, value in call.request.headers.lines:
        lower = name.lower()
        if lower in dropped:
            continue
        known = spelling.get(lower)
        if known is None:
            known = spelling[lower] = SPELLED.get(lower, name)
            values[known] = [value]
        else:
            values[known].append(value)
    deployment = call.deployment
    values.setdefault("Host", [deployment.host])
    values["X-Amzn-Trace-Id"] = [trace(values.get("X-Amzn-Trace-Id"), call)]
    # R: what a client claims is kept, and the true source appended.
    values["X-Forwarded-For"] = [", ".join([*values.get("X-Forwarded-For", ()), deployment.source_ip])]
    values["X-Forwarded-Port"] = ["443"]
    values["X-Forwarded-Proto"] = ["https"]
    return values


def trace(sent: Sequence[str] | None, call: Call) -> str:
    """The client's trace header if it names a root, else a new root (LS)."""
    if sent and TRACE_ROOT.search(sent[-1]):
        return sent[-1]
    return f"Root={call.moment.trace_root}"


def _last(values: Mapping[str, Sequence[str]], name: str) -> str | None:
    return next((lines[-1] for known, lines in values.items() if known.lower() == name), None)


def _resource(operation: Operation | None) -> str | None:
    return None if operation is None else operation.path


def _body(body: bytes | None, binary: bool) -> tuple[str | None, bool]:
    """
    The body as text, and whether that is base64.

    Base64 if the request's type is one of the API's binary media types (MS, DN), else UTF-8 text, where bytes that
    are no UTF-8 are damaged (I, from LS' S3 tests): U+FFFD.
    """
    if not body:
        return None, False
    if binary:
        return base64.b64encode(body).decode("ascii"), True
    return body.decode("utf-8", "replace"), False
