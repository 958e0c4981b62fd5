"""
From a Lambda event to a request: the only module that knows what an event of API Gateway looks like.

Each payload format has its own reader in `READERS`, by the event's `version`. The events of a REST API have none:
they are payload 1.0 (the gateway does not percent-decode their path parameters). An HTTP API sends 2.0, or 1.0 with
decoded path parameters where its integration says so; ours says 2.0.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

from webapi.problems import Fault, refused

Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """
    What a client sent, before anything of it is believed.

    Attributes:
        request_id: The gateway's id of the request.
        path: The path as the client sent it, with stage or base path, percent-encoded.
        path_parameters: Decoded.
        query: All values of each parameter, decoded, in order.
        headers: All values of each header; names in lower case.
        body: The body's bytes, or None when there is none.
        claims: What the authorizer says of the caller, by name; empty where nobody stands before the operation.
    """

    request_id: str
    path: str
    path_parameters: Mapping[str, str]
    query: Mapping[str, tuple[str, ...]]
    headers: Mapping[str, tuple[str, ...]]
    body: bytes | None
    claims: Mapping[str, Any] = field(default_factory=dict)

    def header(self, name: str) -> tuple[str, ...]:
        """All values of a header, whatever the case of its name; () when it was not sent."""
        return self.headers.get(name.lower(), ())


def request_id(event: Event, context: Any) -> str:
    """The gateway's id of the request, else the function's; it must be there whatever else is wrong with an event."""
    described = event.get("requestContext") if isinstance(event, Mapping) else None
    found = described.get("requestId") if isinstance(described, Mapping) else None
    return str(found or getattr(context, "aws_request_id", None) or "unknown")


def read(event: Event, context: Any) -> Request:
    """
    The request that an event stands for.

    Raises:
        Refusal: The event's body or a path parameter cannot be decoded.
        KeyError: The event has a payload format that this service does not support.
    """
    return READERS[event.get("version") or "1.0"](event, request_id(event, context))


def _read_v1(event: Event, identifier: str) -> Request:
    """A request from payload 1.0, where every map can be null."""
    described = event.get("requestContext") or {}
    return Request(
        request_id=identifier,
        path=described.get("path") or event.get("path") or "/",
        path_parameters={name: _decoded(name, value) for name, value in (event.get("pathParameters") or {}).items()},
        query=_multiple(event, "multiValueQueryStringParameters", "queryStringParameters"),
        headers=_folded(_multiple(event, "multiValueHeaders", "headers")),
        body=_body(event),
        claims=claims(described),
    )


def _read_v2(event: Event, identifier: str) -> Request:
    """A request from payload 2.0: repeated headers are joined by commas, the query is as it was sent."""
    described = event.get("requestContext") or {}
    query: dict[str, tuple[str, ...]] = {}
    for name, value in parse_qsl(event.get("rawQueryString") or "", keep_blank_values=True):
        query[name] = (*query.get(name, ()), value)
    return Request(
        request_id=identifier,
        path=event.get("rawPath") or "/",
        path_parameters=dict(event.get("pathParameters") or {}),
        query=query,
        headers=_folded({name: (value,) for name, value in (event.get("headers") or {}).items()}),
        body=_body(event),
        claims=claims(described),
    )


READERS: Mapping[str, Callable[[Event, str], Request]] = {"1.0": _read_v1, "2.0": _read_v2}


def claims(context: Mapping[str, Any]) -> Mapping[str, Any]:
    """
    What the authorizer says of the caller, wherever each kind of authorizer puts it.

    The context of a Lambda authorizer lies in `authorizer` itself (REST) or in `authorizer.lambda` (HTTP API), the
    claims of a token that API Gateway verified in `authorizer.jwt.claims` (JWT) or `authorizer.claims` (Cognito).

    Args:
        context: The event's `requestContext`.
    """
    authorizer = context.get("authorizer") or {}
    token = authorizer.get("jwt") or {}
    found: Mapping[str, Any] = token.get("claims") or authorizer.get("claims") or authorizer.get("lambda") or authorizer
    return found


def _multiple(event: Event, many: str, single: str) -> dict[str, tuple[str, ...]]:
    """All values by name; test events of the console and of other tools may carry the single values only."""
    values = {name: tuple(each or ()) for name, each in (event.get(many) or {}).items()}
    for name, value in (event.get(single) or {}).items():
        if name not in values and value is not None:
            values[name] = (value,)
    return values


def _folded(headers: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Headers by lower-case name; two spellings of one name are one header."""
    folded: dict[str, tuple[str, ...]] = {}
    for name, values in headers.items():
        folded[name.lower()] = folded.get(name.lower(), ()) + values
    return folded


def _decoded(name: str, value: str) -> str:
    """
    A path parameter without percent-encoding.

    Raises:
        Refusal: What is encoded is not UTF-8.
    """
    try:
        return unquote(value, errors="strict")
    except UnicodeDecodeError:
        raise refused(Fault("parameter", name, "encoding", "must be percent-encoded UTF-8")) from None


def _body(event: Event) -> bytes | None:
    """
    The bytes of the body; None when it is absent or empty.

    Raises:
        Refusal: The event says that the body is base64, and it is not; or it holds half a character.
    """
    body = event.get("body")
    if not body:
        return None
    try:
        if event.get("isBase64Encoded"):
            return base64.b64decode(body, validate=True) or None
        return str(body).encode()
    except (binascii.Error, UnicodeEncodeError):
        raise refused(Fault("pointer", "", "encoding", "must be UTF-8")) from None
