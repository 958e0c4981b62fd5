"""REST APIs: their own steps of the chain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.gateway import refusals
from contracts.gateway.authorizers.signatures import unreadable
from contracts.gateway.calls import Call, Place, place_of, query_of, verb
from contracts.gateway.methods import Method
from contracts.gateway.refusals import Refusal, refused
from contracts.gateway.routing import Match, Refused, Resource, match, tree
from contracts.gateway.rules import Rules
from contracts.http import Request

# D: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
LONGEST_BODY = 10_485_760
LONGEST_TARGET = 10_240
LONGEST_HEADERS = 10_240  # all values together


@dataclass(frozen=True, slots=True)
class Resources:
    """The tree of a REST API's resources."""

    root: Resource[Method]

    def find(self, verb: str, place: Place) -> Match[Method] | None:
        """The method of the most specific resource that has the verb."""
        return match(self.root, verb, place.path)


def router(methods: Iterable[tuple[str, str, Method]]) -> tuple[Resources, tuple[Refused[Method], ...]]:
    """The tree of these methods, and those that API Gateway would not import."""
    root, refused_methods = tree(methods)
    return Resources(root), refused_methods


def place(target: str, _stage: str) -> Place:
    """Where a request target leads: the stage is always its first segment."""
    return place_of(target)


def front_door(request: Request, place: Place, stage: str) -> Refusal | None:
    """Limits that are the same for all APIs (SAGE for the body; D), then the stage."""
    if request.body is not None and len(request.body) > LONGEST_BODY:
        return Refusal(refusals.BODY_TOO_LONG)
    if len(request.target) > LONGEST_TARGET:
        return Refusal(refusals.URI_TOO_LONG)
    if sum(len(value) for _, value in request.headers.lines) > LONGEST_HEADERS:
        return Refusal(refusals.HEADERS_TOO_LONG)
    if "|" in request.query:
        return Refusal(refusals.BAD_REQUEST)
    return None if place.stage == stage else Refusal(refusals.NO_STAGE)


def no_route(call: Call) -> Refusal:
    """An unknown path or verb (LS), where a foreign Authorization header is complained about first."""
    value = (call.request.headers.get("Authorization") or "").strip()
    return Refusal(refusals.NO_ROUTE) if not value or value.startswith("AWS4-") else unreadable(value)


def rules_of(_extensions: Mapping[str, Any]) -> Rules:
    """The rules of a REST API, whatever its document says."""
    return Rules(
        router=router,
        method=verb,
        place=place,
        query=query_of,
        front_door=front_door,
        no_route=no_route,
        refused=refused,
    )
