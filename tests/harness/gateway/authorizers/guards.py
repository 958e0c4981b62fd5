"""APIs behind authorizers, and a line of requests to one of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from contracts import gateway
from contracts.exchange import Event, Reply
from contracts.http import Headers, Request, Response
from contracts.stack import Function
from tests.harness.gateway.apis import HOST, NOON, OK, PROXY, deployed, operation

ARN = "arn:aws:execute-api:eu-west-1:123456789012:abc123defg"


def policy(effect: str = "Allow", resource: Any = "*", **members: Any) -> dict[str, Any]:
    """A policy of one statement about calls of the API."""
    statement = {"Effect": effect, "Action": "execute-api:Invoke", "Resource": resource, **members}
    return {"Version": "2012-10-17", "Statement": [statement]}


def answer(effect: str = "Allow", resource: Any = "*", **members: Any) -> dict[str, Any]:
    """What a Lambda authorizer answers."""
    return {"principalId": "user-7", "policyDocument": policy(effect, resource), **members}


def scheme(kind: str, *, authtype: str = "custom", header: str = "Authorization", **settings: Any) -> dict[str, Any]:
    """A security scheme with an authorizer."""
    return {
        "type": "apiKey",
        "in": "header",
        "name": header,
        "x-amazon-apigateway-authtype": authtype,
        "x-amazon-apigateway-authorizer": {"type": kind, **settings},
    }


def behind(
    written: Mapping[str, Any], *, routes: Sequence[str] = ("GET /jobs",), payload: str | None = None, **more: Any
) -> gateway.Api:
    """
    An API whose operations are behind one authorizer.

    Args:
        payload: The payload format of an HTTP API's integrations; None for a REST API.
    """
    integration = PROXY if payload is None else {**PROXY, "payloadFormatVersion": payload}
    requirement = {"guard": more.pop("scopes", ()), **dict.fromkeys(more.pop("keys", ()), ())}
    operations = [operation(route, security=(requirement,), integration=integration) for route in routes]
    schemes = {"guard": written, "key": {"type": "apiKey", "in": "header", "name": "x-api-key"}}
    kind: Literal["REST", "HTTP"] = "REST" if payload is None else "HTTP"
    return deployed(*operations, security_schemes=schemes, authorizers=["guard"], kind=kind, **more)


@dataclass
class Line:
    """
    Somebody who calls an API again and again.

    Attributes:
        answers: What the authorizer gives back, a `Reply` or a value of JSON.
        asked: What it received.
        events: What the functions behind it received.
    """

    api: gateway.Api
    answers: Any = field(default_factory=answer)
    asked: list[Event] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    cache: gateway.Cache = field(default_factory=gateway.Cache)
    milliseconds: int = NOON

    def send(self, line: str = "GET /v1/jobs", *headers: tuple[str, str], body: bytes | None = None) -> Response:
        """Send one request: method and target, and headers besides Host."""
        method, _, target = line.partition(" ")
        return self.carry(Request(method, target, Headers.of([("Host", HOST), *headers]), body))

    def carry(self, request: Request) -> Response:
        """Send a request as it is."""
        moment = gateway.Moment.of(self.milliseconds, b"seed")
        return gateway.answer(self.api, request, moment, self._invoke, self.cache)

    @property
    def event(self) -> Event:
        """What the function received last."""
        return self.events[-1]

    def _invoke(self, function: Function, event: Event) -> Reply:
        if function.name == "guard":
            self.asked.append(json.loads(json.dumps(event)))
            return self.answers if isinstance(self.answers, Reply) else Reply(json.dumps(self.answers))
        self.events.append(json.loads(json.dumps(event)))
        return Reply(json.dumps(OK))


def told(response: Response) -> tuple[int, str | None, Any]:
    """Status, error type and body of a refusal."""
    return response.status, response.headers.get("x-amzn-ErrorType"), json.loads(response.body)


UNAUTHORIZED = (401, "UnauthorizedException", {"message": "Unauthorized"})
MISCONFIGURED = (500, "AuthorizerConfigurationException", {"message": None})
EXPLICITLY_DENIED = (
    403,
    "AccessDeniedException",
    {
        "Message": "User is not authorized to access this resource with an explicit deny in an identity-based policy",
    },
)
NOT_ALLOWED = (403, "AccessDeniedException", {"Message": "User is not authorized to access this resource"})
