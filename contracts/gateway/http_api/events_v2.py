"""Events, payload format 2.0: what a Lambda integration of an HTTP API receives by default.

* What is empty is absent and never null: `cookies`, `queryStringParameters`, `pathParameters`, `stageVariables`, `body`
  (LGO, MS).
* Paths and their parameters are decoded; `rawPath` is not raw, and has the stage unless that is `$default` (DN, VK,
  FL). `rawQueryString` is as sent; `queryStringParameters` are decoded, the values of one name joined by a comma (DN,
  VK).
* Header names are in lower case, lines of one name joined by a comma (DN, VK). Cookies have a list of their own, and
  no header (DN, VK).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from contracts.exchange import Event
from contracts.gateway.calls import Call, grouped
from contracts.gateway.clock import request_time
from contracts.gateway.http_api.bodies import body_of
from contracts.gateway.http_api.headers import headers_in
from contracts.gateway.http_api.routing import route_key


def event(call: Call) -> Event:
    """The event of a call whose route was found."""
    headers = headers_in(call)
    body, encoded = body_of(call.request.body, headers.get("content-type"))
    cookies = [each for line in headers.pop("cookie", ()) for each in line.split("; ") if each]
    context = request_context(call, user_agent=",".join(headers.get("user-agent", ())))
    made: dict[str, Any] = {
        "version": "2.0",
        "routeKey": context["routeKey"],
        "rawPath": call.place.full_path,
        "rawQueryString": call.request.query,
        "headers": _joined(headers),
        "requestContext": context,
        "isBase64Encoded": encoded,
    }
    if cookies:
        made["cookies"] = cookies
    if call.query:
        made["queryStringParameters"] = _joined(grouped(call.query))
    if call.path_parameters:
        made["pathParameters"] = call.path_parameters
    if call.deployment.stage_variables:
        made["stageVariables"] = dict(call.deployment.stage_variables)
    if body is not None:
        made["body"] = body
    return made


def _joined(values: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {name: each[0] if len(each) == 1 else ",".join(each) for name, each in values.items()}


def request_context(call: Call, *, user_agent: str) -> dict[str, Any]:
    """`requestContext` of a call (VK, LGO, DN); `userAgent` is "" when there is none (DN)."""
    deployment, moment = call.deployment, call.moment
    known = call.caller.context_v2 if call.caller is not None else None
    return {
        **({} if known is None else {"authorizer": dict(known)}),  # FL; D
        "accountId": deployment.account_id,
        "apiId": deployment.api_id,
        "domainName": deployment.host,
        "domainPrefix": deployment.host.partition(".")[0],
        "http": {
            "method": call.method,
            "path": call.place.full_path,
            "protocol": "HTTP/1.1",
            "sourceIp": deployment.source_ip,
            "userAgent": user_agent,
        },
        "requestId": moment.extended_request_id,
        "routeKey": _route_key(call),
        "stage": deployment.stage,
        "time": request_time(moment.epoch_milliseconds // 1000),
        "timeEpoch": moment.epoch_milliseconds,
    }


def _route_key(call: Call) -> str | None:
    return None if call.operation is None else route_key(call.operation.method, call.operation.path)
