"""Events, payload format 1.0, of an HTTP API: those of a REST API with differences.

* There is a `version` (D). The path is as sent, `requestContext.path` and the path's parameters are decoded (DN).
* `resourceId` is the route key, and the two request ids are one short id (DN). A missing User-Agent is "" (DN).
  There is no `deploymentId`, and `identity` has a `cognitoAmr`; the `$default` route is its own `resource` (CAP:
  spring-cloud-function's capture of 2023-03-08).
* A stage that has a name is part of the path (R: serverless-http 143).
* Header names are in title case, Content-Length stays, and so does Cookie (DN).
"""

from __future__ import annotations

from typing import Any

from contracts.exchange import Event
from contracts.gateway.calls import Call, grouped
from contracts.gateway.clock import request_time
from contracts.gateway.events_v1 import IDENTITY
from contracts.gateway.http_api.bodies import body_of
from contracts.gateway.http_api.headers import headers_in, title
from contracts.gateway.http_api.routing import DEFAULT_ROUTE, is_default, route_key


def event(call: Call) -> Event:
    """The event of a call whose route was found."""
    headers = headers_in(call)
    values = {title(name): lines for name, lines in headers.items()}
    query = grouped(call.query) if call.query else None
    body, encoded = body_of(call.request.body, headers.get("content-type"))
    return {
        "version": "1.0",
        "resource": _resource(call),
        "path": call.place.path,
        "httpMethod": call.method,
        "headers": {name: lines[-1] for name, lines in values.items()},
        "multiValueHeaders": values,
        "queryStringParameters": {name: each[-1] for name, each in query.items()} if query else None,
        "multiValueQueryStringParameters": query,
        "requestContext": request_context(call, user_agent=headers.get("user-agent", [""])[-1]),
        "pathParameters": call.path_parameters or None,
        "stageVariables": dict(call.deployment.stage_variables) or None,
        "body": body,
        "isBase64Encoded": encoded,
    }


def request_context(call: Call, *, user_agent: str) -> dict[str, Any]:
    """`requestContext` of a call."""
    deployment, moment, operation = call.deployment, call.moment, call.operation
    identity = {**IDENTITY, "cognitoAmr": None, "sourceIp": deployment.source_ip, "userAgent": user_agent}
    if call.caller is not None:
        identity |= call.caller.identity
    known = call.caller.context if call.caller is not None else None
    return {
        **({} if known is None else {"authorizer": dict(known)}),  # D
        "accountId": deployment.account_id,
        "apiId": deployment.api_id,
        "domainName": deployment.host,
        "domainPrefix": deployment.host.partition(".")[0],
        "extendedRequestId": moment.extended_request_id,
        "httpMethod": call.method,
        "identity": identity,
        "path": call.place.full_path,
        "protocol": "HTTP/1.1",
        "requestId": moment.extended_request_id,
        "requestTime": request_time(moment.epoch_milliseconds // 1000),
        "requestTimeEpoch": moment.epoch_milliseconds,
        "resourceId": None if operation is None else route_key(operation.method, operation.path),
        "resourcePath": _resource(call),
        "stage": deployment.stage,
    }


def _resource(call: Call) -> str | None:
    operation = call.operation
    if operation is None:
        return None
    return DEFAULT_ROUTE if is_default(operation.method, operation.path) else operation.path
