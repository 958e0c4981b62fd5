"""The chain's rules of HTTP APIs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any

from contracts.gateway import refusals
from contracts.gateway.calls import Call, Place, pairs_of
from contracts.gateway.http_api.cors import PREFLIGHT_STATUS, Cors, cors_of, is_preflight, with_cors
from contracts.gateway.http_api.errors import refused
from contracts.gateway.http_api.responses import response
from contracts.gateway.http_api.routing import Routes, routes
from contracts.gateway.http_api.targets import place_of
from contracts.gateway.methods import Method
from contracts.gateway.refusals import Refusal
from contracts.gateway.routing import Match, Refused
from contracts.gateway.rules import Rules
from contracts.http import Request, Response

# D: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
LONGEST_BODY = 10_485_760
LONGEST_HEAD = 10_240  # request line and headers
ILLEGIBLE = Place("", "", "")


@dataclass(frozen=True, slots=True)
class Table:
    """The routes of an HTTP API."""

    routes: Routes[Method]

    def find(self, verb: str, place: Place) -> Match[Method] | None:
        """The route that a request goes to."""
        return self.routes.match(verb, place.segments)


def rules_of(extensions: Mapping[str, Any]) -> Rules:
    """
    The rules of an HTTP API.

    Args:
        extensions: The document's, of which CORS is one.
    """
    cors = cors_of(extensions)
    return Rules(
        router=router,
        method=method,
        place=place,
        query=pairs_of,
        front_door=front_door,
        no_route=partial(no_route, cors),
        refused=refused,
        finished=partial(finished, cors),
    )


def router(methods: Iterable[tuple[str, str, Method]]) -> tuple[Table, tuple[Refused[Method], ...]]:
    """The routes of these methods, and those that API Gateway would not import."""
    found, refused_methods = routes(methods)
    return Table(found), refused_methods


def method(request: Request) -> str:
    """The verb as sent: that a header overrides it, or `;` divides a query, is REST's (D)."""
    return request.method


def place(target: str, stage: str) -> Place:
    """Where a request target leads; `ILLEGIBLE` where its path is no encoding."""
    return place_of(target, stage) or ILLEGIBLE


def front_door(request: Request, place: Place, stage: str) -> Refusal | None:
    """Limits that are the same for all APIs (D), a path that is no encoding (VK), then the stage (D)."""
    if request.body is not None and len(request.body) > LONGEST_BODY:
        return Refusal(refusals.BODY_TOO_LONG)
    if _head(request) > LONGEST_HEAD:
        return Refusal(refusals.HEADERS_TOO_LONG)
    if place is ILLEGIBLE:
        return Refusal(refusals.BAD_REQUEST)
    return None if place.stage == stage else Refusal(refusals.NO_STAGE)


def _head(request: Request) -> int:
    """The length of request line and headers, with the spaces, colons and line ends between their parts."""
    lines = request.headers.lines
    line = len(request.method) + len(request.target) + len(request.protocol) + 2
    return line + sum(map(len, chain.from_iterable(lines))) + 4 * len(lines)


def no_route(cors: Cors | None, call: Call) -> Response | Refusal:
    """A preflight is answered without a route (D), any other request is not found (CAP)."""
    if cors is not None and is_preflight(call):
        return response(call, PREFLIGHT_STATUS, media_type=None)
    return Refusal(refusals.NO_ROUTE)


def finished(cors: Cors | None, call: Call, answer: Response) -> Response:
    """An answer with its CORS headers."""
    return answer if cors is None else with_cors(cors, call, answer)
