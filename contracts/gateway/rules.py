"""Rules: what each kind of API does in its own way at the steps of the one chain that every request goes through."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from contracts.gateway.calls import Call, Place
from contracts.gateway.deployment import Deployment, Moment
from contracts.gateway.methods import Method
from contracts.gateway.refusals import Customisations, Refusal
from contracts.gateway.routing import Match, Refused
from contracts.http import Request, Response


class Router(Protocol):
    """All methods of an API, in the form in which they are found."""

    def find(self, verb: str, place: Place) -> Match[Method] | None:
        """What a request goes to, or None where no method takes it."""
        ...


@dataclass(frozen=True, slots=True)
class Rules:
    """
    One kind of API.

    Attributes:
        router: From verb, path template and method of each operation; with what API Gateway would not import.
        call: A request as this kind of API reads it.
        front_door: Why a request does not even reach the routes: limits that are the same for all APIs, the stage.
        no_route: The answer to a request that no method takes.
        refused: The response of a refusal.
        finished: What is done to every answer in the end.
    """

    router: Callable[[Iterable[tuple[str, str, Method]]], tuple[Router, tuple[Refused[Method], ...]]]
    call: Callable[[Deployment, Request, Moment], Call]
    front_door: Callable[[Call], Refusal | None]
    no_route: Callable[[Call], Response | Refusal]
    refused: Callable[[Call, Refusal, Customisations], Response]
    finished: Callable[[Call, Response], Response] = lambda _call, answer: answer
