"""Small APIs in a few words, and what happens when a request is sent to one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from contracts import gateway
from contracts.contract import Contract, Integration, Operation, Parameter, RequestBody, RequestValidator
from contracts.errors import Location
from contracts.exchange import Event, Reply
from contracts.http import Headers, Request, Response
from contracts.stack import Function

HERE = Location("openapi.yaml", 1)
HOST = "abc123defg.execute-api.eu-west-1.amazonaws.com"
NOON = 1_744_668_768_000  # 14 April 2025, 22:12:48 UTC
OK = {"statusCode": 200, "body": "ok"}
PROXY = {"type": "aws_proxy", "httpMethod": "POST", "uri": "arn:function"}


def function(name: str = "main") -> Function:
    """A function that only has a name."""
    arn = f"arn:aws:lambda:eu-west-1:123456789012:function:{name}"
    return Function(name, name, arn, "app.handler", "python3.13", None, {}, None, 3, 128, HERE)


def operation(
    route: str,
    *,
    integration: Mapping[str, Any] | None = PROXY,
    required: Sequence[tuple[str, str]] = (),
    models: Mapping[str, Mapping[str, Any] | None] | None = None,
    **more: Any,
) -> Operation:
    """
    The operation of a route such as `GET /jobs/{id}`.

    Args:
        required: Place and name of required parameters.
        models: A schema for each media type.
    """
    method, path = route.split(" ")
    return Operation(
        operation_id=more.pop("operation_id", None),
        method=method,
        path=path,
        parameters=tuple(
            Parameter(name, place, required=True, schema={}, location=HERE)  # type: ignore[arg-type]  # tests say it in text
            for place, name in required
        ),
        request_body=None if models is None else RequestBody(required=True, content=models),
        responses={},
        integration=None if integration is None else _integration(integration),
        location=HERE,
        validator="all" if required or models else None,
        **more,
    )


def _integration(settings: Mapping[str, Any]) -> Integration:
    return Integration(
        kind=settings["type"],
        uri=settings.get("uri"),
        http_method=settings.get("httpMethod"),
        timeout_milliseconds=settings.get("timeoutInMillis", 29_000),
        settings=settings,
        location=HERE,
    )


def deployed(
    *operations: Operation | str,
    api_keys: tuple[gateway.ApiKey, ...] | None = None,
    access_keys: tuple[gateway.AccessKey, ...] | None = None,
    tokens: gateway.Verifier | None = None,
    authorizers: Sequence[str] = (),
    kind: Literal["REST", "HTTP"] = "REST",
    **contract: Any,
) -> gateway.Api:
    """
    An API of these operations or routes, each with a function named after its path, at the stage `v1`.

    Args:
        authorizers: Security schemes with a Lambda authorizer, whose function has the scheme's name.
    """
    whole = [operation(each) if isinstance(each, str) else each for each in operations]
    promised = Contract(
        title="api",
        path="openapi.yaml",
        document={},
        operations=tuple(whole),
        location=HERE,
        validators={"all": RequestValidator("all", parameters=True, body=True)},
        **contract,
    )
    deployment = gateway.Deployment(
        "123456789012", "eu-west-1", "abc123defg", HOST, "v1", {"table": "things"}, "203.0.113.7"
    )
    deployment = replace(deployment, kind=kind, api_keys=api_keys, access_keys=access_keys, tokens=tokens)
    functions = {each.name: function(each.name) for each in whole}
    return gateway.deploy(promised, deployment, functions, {name: function(name) for name in authorizers})


def http_deployed(
    *operations: Operation | str, stage: str = "$default", version: str | None = "2.0", **contract: Any
) -> gateway.Api:
    """An HTTP API of these operations or routes (`$default` is one), each with a function named after its path."""
    settings = PROXY if version is None else {**PROXY, "payloadFormatVersion": version}
    whole = [
        operation("ANY /$default" if each == "$default" else each, integration=settings)
        if isinstance(each, str)
        else each
        for each in operations
    ]
    promised = Contract("api", "openapi.yaml", {}, tuple(whole), HERE, **contract)
    deployment = gateway.Deployment(
        "123456789012", "eu-west-1", "abc123defg", HOST, stage, {"table": "things"}, "203.0.113.7", kind="HTTP"
    )
    return gateway.deploy(promised, deployment, {each.name: function(each.name) for each in whole})


KEYS = (gateway.ApiKey("k1", "abcdefghij0123456789"), gateway.ApiKey("k2", "z" * 20, enabled=False))
SCHEMES = {
    "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "iam": {"type": "apiKey", "in": "header", "name": "Authorization", "x-amazon-apigateway-authtype": "awsSigv4"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "guard": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "x-amazon-apigateway-authtype": "custom",
        "x-amazon-apigateway-authorizer": {"type": "token"},
    },
}


def guarded(*schemes: str, **more: Any) -> gateway.Api:
    """An API whose one operation requires these schemes."""
    one = operation("GET /jobs", security=(dict.fromkeys(schemes, ()),))
    return deployed(one, security_schemes=SCHEMES, **more)


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of a request: the response, and what the functions received."""

    response: Response
    events: tuple[Event, ...]
    functions: tuple[str, ...]

    @property
    def event(self) -> Event:
        """The only event."""
        (event,) = self.events
        return event

    @property
    def message(self) -> Any:
        """The body of an error, as JSON."""
        return json.loads(self.response.body)


def send(
    api: gateway.Api,
    line: str,
    *,
    headers: Sequence[tuple[str, str]] = (),
    body: bytes | None = None,
    reply: Any = OK,
    usage: gateway.Usage = "within",
) -> Sent:
    """
    Send a request.

    Args:
        line: Method and target: `GET /v1/jobs`.
        reply: What the function gives back: a `Reply`, else a value of JSON.
    """
    events: list[Event] = []
    functions: list[str] = []

    def invoke(called: Function, event: Event) -> Reply:
        events.append(event)
        functions.append(called.name)
        return reply if isinstance(reply, Reply) else Reply(json.dumps(reply))

    method, _, target = line.partition(" ")
    request = Request(method, target, Headers.of([("Host", HOST), *headers]), body)
    response = gateway.answer(api, request, gateway.Moment.of(NOON, b"seed", usage=usage), invoke)
    return Sent(response, tuple(events), tuple(functions))
