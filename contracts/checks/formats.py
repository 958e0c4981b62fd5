"""Payload formats: the event of one kind of API as the other kind makes it of the same request.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html has both formats;
what else is said of them stands beside the gateway's own events.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

from contracts.exchange import Event, Invocation

# What API Gateway says of a caller by IAM, by its names in a REST API and in an HTTP API.
_IAM = {
    "accessKey": "accessKey",
    "accountId": "accountId",
    "caller": "callerId",
    "user": "userId",
    "userArn": "userArn",
}


def of_http_api(event: Event) -> Event | None:
    """
    The event of a REST API (1.0) in format 2.0.

    Returns:
        None where it cannot be said: what a Lambda authorizer told of the caller may come from another kind of
        authorizer in an HTTP API, and stand elsewhere.
    """
    context: Mapping[str, Any] = event.get("requestContext") or {}
    caller = _caller_in_v2(context)
    if caller is None:
        return None
    path = unquote(str(context.get("path") or event.get("path")))
    method, identity = event.get("httpMethod"), context.get("identity") or {}
    route = f"{method} {event.get('resource')}"
    query: Mapping[str, Any] = event.get("multiValueQueryStringParameters") or {}
    headers = {str(name).lower(): values for name, values in (event.get("multiValueHeaders") or {}).items()}
    cookies = [each for line in headers.pop("cookie", ()) for each in str(line).split("; ") if each]
    made: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
        "rawQueryString": urlencode(query, doseq=True, quote_via=quote),
        "headers": _joined(headers),
        "requestContext": {
            **({"authorizer": caller} if caller else {}),
            **{name: context.get(name) for name in ("accountId", "apiId", "domainName", "domainPrefix", "stage")},
            "http": {
                "method": method,
                "path": path,
                "protocol": context.get("protocol"),
                "sourceIp": identity.get("sourceIp"),
                "userAgent": identity.get("userAgent") or "",
            },
            "requestId": context.get("requestId"),
            "routeKey": route,
            "time": context.get("requestTime"),
            "timeEpoch": context.get("requestTimeEpoch"),
        },
        "isBase64Encoded": event.get("isBase64Encoded", False),
    }
    parameters: Mapping[str, Any] = event.get("pathParameters") or {}
    some = {
        "cookies": cookies,
        "queryStringParameters": _joined(query),
        "pathParameters": {name: unquote(str(value)) for name, value in parameters.items()},
        "stageVariables": event.get("stageVariables"),
    }
    made.update({name: value for name, value in some.items() if value})
    return made if event.get("body") is None else {**made, "body": event["body"]}


def of_version_1(event: Event) -> Event | None:
    """
    The event of an HTTP API (2.0) in format 1.0.

    Returns:
        None where it cannot be said, as what the caller is known by is none of a token's claims.
    """
    context: Mapping[str, Any] = event.get("requestContext") or {}
    authorizer: Mapping[str, Any] = context.get("authorizer") or {}
    claims = (authorizer.get("jwt") or {}).get("claims")
    if authorizer and claims is None:
        return None
    http: Mapping[str, Any] = context.get("http") or {}
    resource = str(event.get("routeKey")).rpartition(" ")[2]
    query: dict[str, list[str]] = {}
    for name, value in parse_qsl(str(event.get("rawQueryString") or ""), keep_blank_values=True):
        query.setdefault(name, []).append(value)
    headers = {name.title(): str(value) for name, value in (event.get("headers") or {}).items()}
    if event.get("cookies"):
        headers["Cookie"] = "; ".join(event["cookies"])
    return {
        "version": "1.0",
        "resource": resource,
        "path": event.get("rawPath"),
        "httpMethod": http.get("method"),
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "requestContext": {
            **({"authorizer": {"claims": claims, "scopes": authorizer["jwt"].get("scopes")}} if claims else {}),
            **{name: context.get(name) for name in ("accountId", "apiId", "domainName", "domainPrefix", "stage")},
            "extendedRequestId": context.get("requestId"),
            "httpMethod": http.get("method"),
            "identity": {"sourceIp": http.get("sourceIp"), "userAgent": http.get("userAgent")},
            "path": http.get("path"),
            "protocol": http.get("protocol"),
            "requestId": context.get("requestId"),
            "requestTime": context.get("time"),
            "requestTimeEpoch": context.get("timeEpoch"),
            "resourceId": event.get("routeKey"),
            "resourcePath": resource,
        },
        "pathParameters": event.get("pathParameters"),
        "stageVariables": event.get("stageVariables"),
        "body": event.get("body"),
        "isBase64Encoded": event.get("isBase64Encoded", False),
    }


def replied_in_both(invocation: Invocation | None) -> bool:
    """Whether both kinds of API read what a function returned, and read the same: it names its status."""
    payload = invocation.reply.payload if invocation is not None else None
    try:
        value = json.loads(payload or "null")
    except ValueError:
        return False
    return isinstance(value, dict) and "statusCode" in value and "cookies" not in value


def _caller_in_v2(context: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """`requestContext.authorizer` of an HTTP API; {} where nobody is asked who they are, None where it is unknown."""
    authorizer: Mapping[str, Any] = context.get("authorizer") or {}
    if authorizer:
        claims = authorizer.get("claims")
        return {"jwt": {"claims": claims, "scopes": None}} if isinstance(claims, Mapping) else None
    identity: Mapping[str, Any] = context.get("identity") or {}
    if not identity.get("userArn"):
        return {}
    known = {name: identity.get(former) for former, name in _IAM.items()}
    return {"iam": {**known, "cognitoIdentity": None, "principalOrgId": None}}


def _joined(values: Mapping[str, Iterable[Any]]) -> dict[str, str]:
    return {name: ",".join(map(str, each)) for name, each in values.items()}
