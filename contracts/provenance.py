"""Where the values of a request came from: the answers that a server gave earlier.

A generated request may carry an id that an earlier answer handed out. In a replay that id differs,
so the value is kept as a reference to the answer. Only what the server made counts: a value that no
request had carried until then, found whole, long enough not to be there by chance.

Where clients choose the keys a server makes none: there a request refers to the PUT that was accepted at its path.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

from contracts.exchange import Exchange, Reference
from contracts.http import Request

# Shorter values (numbers, enum members, single words) meet by chance.
SHORTEST = 8


@dataclass
class Provenance:
    """The values that answers have handed out so far, each with the case whose answer had it first."""

    _origins: dict[str, tuple[str, str]] = field(default_factory=dict)
    _put: dict[str, str] = field(default_factory=dict)
    _sent: set[str] = field(default_factory=set)

    def learn(self, exchange: Exchange) -> None:
        """Remember what a successful answer made, and forget what it deleted."""
        self._sent.update(_texts(exchange.case.request))
        if not 200 <= exchange.response.status < 300:
            return
        sent = exchange.case.request
        if sent.method == "PUT":
            self._put.setdefault(sent.path, exchange.case.id)
        if sent.method == "DELETE":
            self._put.pop(sent.path, None)
        known = unquote(sent.target).encode() + (sent.body or b"")
        for pointer, value in leaves(parsed(exchange.response.body)):
            if not isinstance(value, str) or len(value) < SHORTEST or value in self._sent:
                continue
            if json.dumps(value)[1:-1].encode() not in known:
                self._origins.setdefault(value, (exchange.case.id, f"$response.body#{pointer}"))

    def references(self, request: Request, template: str) -> tuple[Reference, ...]:
        """The values in a request that an earlier answer handed out."""
        if not self._origins and not self._put:
            return ()
        found = [("path", name, value) for name, value in path_values(request.path, template)]
        put = self._put.get(request.path)
        if put is not None and not any(value in self._origins for _, _, value in found):
            own = tuple(Reference("path", name, put, f"$request.path.{name}", value) for _, name, value in found)
        else:
            own = ()
        found += [("query", name, value) for name, value in parse_qsl(request.query, keep_blank_values=True)]
        found += [("body", pointer, value) for pointer, value in leaves(parsed(request.body or b""))]
        return own + tuple(
            Reference(place, name, *self._origins[value], value)  # type: ignore[arg-type]
            for place, name, value in found
            if isinstance(value, str) and value in self._origins
        )


def _texts(request: Request) -> Iterator[str]:
    """The texts that a request carries whole: segments of its path, values of its query, members of its body."""
    yield from (unquote(segment) for segment in request.path.split("/"))
    yield from (value for _, value in parse_qsl(request.query, keep_blank_values=True))
    yield from (value for _, value in leaves(parsed(request.body or b"")) if isinstance(value, str))


def parsed(body: bytes) -> Any:
    """The JSON value of a body; None when it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def leaves(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """The scalar members of a JSON value with their JSON pointers (RFC 6901)."""
    stack = [(pointer, value)]
    while stack:
        here, each = stack.pop()
        if isinstance(each, dict):
            members = [(str(name).replace("~", "~0").replace("/", "~1"), member) for name, member in each.items()]
            stack.extend((f"{here}/{name}", member) for name, member in reversed(members))
        elif isinstance(each, list):
            stack.extend((f"{here}/{index}", member) for index, member in reversed(list(enumerate(each))))
        else:
            yield here, each


def path_values(path: str, template: str) -> Iterator[tuple[str, str]]:
    """The decoded values of a template's variables, matched from the end, so that stage and base path do not matter."""
    segments, names = path.split("/"), template.split("/")
    if len(segments) < len(names):
        return
    for segment, name in zip(reversed(segments), reversed(names), strict=False):
        if name.startswith("{") and name.endswith("}"):
            yield name[1:-1], unquote(segment)
