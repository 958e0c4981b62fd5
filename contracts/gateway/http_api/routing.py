"""Routing of HTTP APIs: which route a request goes to.

D, "Create routes for HTTP APIs in API Gateway", and its table: a full match of the path is before a greedy one, of
greedy ones the one with the longest literal beginning is first, and `$default` takes what is left. On one path an exact
verb is before ANY; a more specific route without the verb does not block.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from contracts.gateway.routing import ANY_VERBS, Match, Refused

T = TypeVar("T")

DEFAULT_ROUTE = "$default"
_BRACE = re.compile(r"[{}]")
_VARIABLE = re.compile(r"\{[^{}]+\}")


@dataclass(frozen=True, slots=True)
class _Route(Generic[T]):
    """What answers, and the names of its path's variables from left to right."""

    what: T
    names: tuple[str, ...]


@dataclass(slots=True)
class _Node(Generic[T]):
    """
    A path, by segments. Unlike resources, routes of one form may name their variables differently (D: a route key is
    a text of its own), so that names belong to the route.
    """

    routes: dict[str, _Route[T]] = field(default_factory=dict)
    greedy: dict[str, _Route[T]] = field(default_factory=dict)
    fixed: dict[str, _Node[T]] = field(default_factory=dict)
    variable: _Node[T] | None = None


@dataclass(slots=True)
class Routes(Generic[T]):
    """The routes of an HTTP API; nobody changes them once `routes` has returned."""

    root: _Node[T] = field(default_factory=_Node)
    default: T | None = None

    def match(self, verb: str, segments: Sequence[str]) -> Match[T] | None:
        """
        What answers a request, or None.

        Args:
            segments: Of the path behind the stage; their values are those of the variables. Empty ones at the end
                select the same route (contradictory sources).
        """
        end = len(segments)
        while end and not segments[end - 1]:
            end -= 1
        values: list[str] = []
        found = _full(self.root, verb, segments=segments[:end], position=0, values=values)
        if found is None:
            found = _greedy(self.root, verb, segments=segments, position=0, values=values)
        if found is not None:
            return Match(found.what, dict(zip(found.names, values, strict=True)))
        return None if self.default is None else Match(self.default, {})


def routes(methods: Iterable[tuple[str, str, T]]) -> tuple[Routes[T], tuple[Refused[T], ...]]:
    """
    The routes of these methods.

    Args:
        methods: Verb (upper case, or `ANY`), path template (`/$default` for the `$default` route), and what answers
            them; their order carries no meaning but for which of two equal ones is refused: the later one.
    """
    found: Routes[T] = Routes()
    refused: list[Refused[T]] = []
    for verb, template, what in methods:
        reason = _plant(found, verb, template=template, what=what)
        if reason is not None:
            refused.append(Refused(what, reason))
    return found, tuple(refused)


def is_default(verb: str, template: str) -> bool:
    """Whether this is how OpenAPI writes the `$default` route (D: x-amazon-apigateway-any-method)."""
    return verb == "ANY" and template == f"/{DEFAULT_ROUTE}"


def route_key(verb: str, template: str) -> str:
    """`GET /pets/{id}`, or `$default`."""
    return DEFAULT_ROUTE if is_default(verb, template) else f"{verb} {template}"


def _plant(found: Routes[T], verb: str, *, template: str, what: T) -> str | None:
    """Put a route in its place, or say why API Gateway has none for it."""
    key = route_key(verb, template)
    if is_default(verb, template):
        if found.default is not None:
            return f"Route with key {key} already exists for this API"
        found.default = what
        return None
    segments = template.strip("/").split("/") if template != "/" else []
    reason = _problem(verb, template, segments)
    if reason is not None:
        return reason
    node, names = found.root, []
    for segment in segments:
        if not segment.startswith("{"):
            node = node.fixed.setdefault(segment, _Node())
            continue
        names.append(segment[1:-1].removesuffix("+"))
        if not segment.endswith("+}"):
            node.variable = node.variable or _Node()
            node = node.variable
    place = node.greedy if segments and segments[-1].endswith("+}") else node.routes
    if verb in place:
        return f"Route with key {key} already exists for this API"
    place[verb] = _Route(what, tuple(names))
    return None


def _problem(verb: str, template: str, segments: Sequence[str]) -> str | None:
    """Why a route key is none (D)."""
    if verb not in ANY_VERBS and verb != "ANY":
        return f"Invalid HTTP method specified: {verb}"
    key = f"the route key `{verb} {template}`"
    if template != "/" and template.endswith("/"):
        return f"{key} ends with a slash, which a route of an HTTP API cannot"
    for segment in segments:
        if _BRACE.search(segment) and not _VARIABLE.fullmatch(segment):
            return f"{key} has a variable that is not a whole segment: {segment}"
    for segment in segments[:-1]:
        if segment.endswith("+}"):
            return f"{key} has a greedy variable that is not at its end: {segment}"
    return None


def _of_verb(choice: dict[str, _Route[T]], verb: str) -> _Route[T] | None:
    found = choice.get(verb)
    return choice.get("ANY") if found is None and verb in ANY_VERBS else found


def _full(node: _Node[T], verb: str, *, segments: Sequence[str], position: int, values: list[str]) -> _Route[T] | None:
    """A route for the whole path: fixed segments before variables, from the left."""
    if position == len(segments):
        return _of_verb(node.routes, verb)
    segment = segments[position]
    fixed = node.fixed.get(segment)
    if fixed is not None:
        found = _full(fixed, verb, segments=segments, position=position + 1, values=values)
        if found is not None:
            return found
    if node.variable is None or not segment:
        return None
    values.append(segment)
    found = _full(node.variable, verb, segments=segments, position=position + 1, values=values)
    if found is None:
        values.pop()
    return found


def _greedy(
    node: _Node[T], verb: str, *, segments: Sequence[str], position: int, values: list[str]
) -> _Route[T] | None:
    """A greedy route: the longest literal beginning first; it takes one segment or more (R)."""
    if not any(segments[position:]):
        return None
    segment = segments[position]
    fixed = node.fixed.get(segment)
    if fixed is not None:
        found = _greedy(fixed, verb, segments=segments, position=position + 1, values=values)
        if found is not None:
            return found
    if node.variable is not None and segment:
        values.append(segment)
        found = _greedy(node.variable, verb, segments=segments, position=position + 1, values=values)
        if found is not None:
            return found
        values.pop()
    found = _of_verb(node.greedy, verb)
    if found is not None:
        values.append("/".join(segments[position:]))
    return found
