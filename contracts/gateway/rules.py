"""Rules: what each kind of API does in its own way at the steps of the one chain that every request goes through."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from contracts.gateway.calls import Call, Pairs, Place
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
        method: The verb of a request that counts.
        place: Where a request target leads, in an API whose stage has a name.
        query: Names and values of an encoded query.
        front_door: Why a request does not even reach the routes: limits that are the same for all APIs, then the
            stage, whose name comes last.
        no_route: The answer to a request that no method takes.
        refused: The response of a refusal.
        finished: What is done to every answer in the end.
    """

    router: Callable[[Iterable[tuple[str, str, Method]]], tuple[Router, tuple[Refused[Method], ...]]]
    method: Callable[[Request], str]
    place: Callable[[str, str], Place]
    query: Callable[[str], Pairs]
    front_door: Callable[[Request, Place, str], Refusal | None]
    no_route: Callable[[Call], Response | Refusal]
    refused: Callable[[Call, Refusal, Customisations], Response]
    finished: Callable[[Call, Response], Response] = lambda _call, answer: answer
