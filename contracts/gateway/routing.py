"""Routing: which method of which resource a request goes to.

Resources form a tree by path segment, so that a match costs the length of the path and not the number of operations.

* The router matches (resource, verb) pairs: a more specific resource without the verb does not block (LS
  test_proxy_routing_with_hardcoded_resource_sibling; MS).
* A fixed segment is before `{variable}` before `{greedy+}`, from the left (LS ..._sibling_order).
* ANY stands for seven verbs, and an exact verb on the same resource is before it (LS; D).
* A variable takes one whole segment, a greedy one takes one or more (D; R for "not zero").
* A trailing slash selects the same resource (LS).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

ANY_VERBS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Match(Generic[T]):
    """What was found, and the values of the path's variables exactly as they were sent (LS, DN: not decoded)."""

    found: T
    parameters: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Variable(Generic[T]):
    name: str
    greedy: bool
    below: Resource[T]


@dataclass(slots=True)
class Resource(Generic[T]):
    """A node of the tree; nobody changes it once `tree` has returned."""

    methods: dict[str, T] = field(default_factory=dict)
    fixed: dict[str, Resource[T]] = field(default_factory=dict)
    variable: _Variable[T] | None = None

    def method(self, verb: str) -> T | None:
        """What answers a verb here."""
        found = self.methods.get(verb)
        if found is None and verb in ANY_VERBS:
            found = self.methods.get("ANY")
        return found


@dataclass(frozen=True, slots=True)
class Refused(Generic[T]):
    """What API Gateway would not import, and its own words for why."""

    what: T
    reason: str


def tree(methods: Iterable[tuple[str, str, T]]) -> tuple[Resource[T], tuple[Refused[T], ...]]:
    """
    The tree of these methods.

    Args:
        methods: Verb (upper case, or `ANY`), path template, and what answers them; their order carries no meaning
            but for which of two that contradict each other is refused: the later one.
    """
    root: Resource[T] = Resource()
    refused: list[Refused[T]] = []
    for verb, template, what in methods:
        reason = None if verb in ANY_VERBS or verb == "ANY" else f"Invalid HTTP method specified: {verb}"
        reason = reason or _plant(root, verb, template=template, what=what)
        if reason is not None:
            refused.append(Refused(what, reason))
    return root, tuple(refused)


def _plant(root: Resource[T], verb: str, *, template: str, what: T) -> str | None:
    """Put a method into the tree, or say why API Gateway has no place for it."""
    node = root
    segments = _segments(template.strip("/"))
    for position, segment in enumerate(segments):
        name = segment[1:-1] if segment.startswith("{") and segment.endswith("}") else None
        if name is None or "{" in name or "}" in name:
            if "{" in segment or "}" in segment:
                return f"Resource's path part only allow a variable as a whole segment: {segment}"
            node = node.fixed.setdefault(segment, Resource())
            continue
        greedy = name.endswith("+")
        if greedy and position < len(segments) - 1:
            return f"Cannot create a child of a resource with a greedy path variable: {segment}"
        if node.variable is None:
            node.variable = _Variable(name.removesuffix("+"), greedy, Resource())
        elif (node.variable.name, node.variable.greedy) != (name.removesuffix("+"), greedy):
            # LS: the words of API Gateway's CreateResource
            other = f"{{{node.variable.name}{'+' if node.variable.greedy else ''}}}"
            return (
                f"A sibling ({other}) of this resource already has a variable path part -- only one is allowed: "
                f"{segment}"
            )
        node = node.variable.below
    if verb in node.methods:
        return f"Method already exists for this resource: {verb} {template}"
    node.methods[verb] = what
    return None


def _segments(path: str) -> list[str]:
    return path.split("/") if path else []


def match(root: Resource[T], verb: str, path: str) -> Match[T] | None:
    """
    What answers a request, or None.

    Args:
        verb: As sent; verbs are case-sensitive (RFC 9110, section 9.1).
        path: Without the stage, beginning with one slash, percent-encoding untouched.
    """
    segments = _segments(path[1:].rstrip("/"))
    parameters: dict[str, str] = {}
    found = _match(root, verb, segments=segments, position=0, parameters=parameters)
    return None if found is None else Match(found, parameters)


def _match(node: Resource[T], verb: str, *, segments: list[str], position: int, parameters: dict[str, str]) -> T | None:
    """Depth first: each node stands at one depth, so each is looked at once at most."""
    if position == len(segments):
        return node.method(verb)
    segment = segments[position]
    fixed = node.fixed.get(segment)
    if fixed is not None:
        found = _match(fixed, verb, segments=segments, position=position + 1, parameters=parameters)
        if found is not None:
            return found
    variable = node.variable
    if variable is None or not (segment or variable.greedy):
        return None
    step = len(segments) if variable.greedy else position + 1
    found = _match(variable.below, verb, segments=segments, position=step, parameters=parameters)
    if found is not None:
        parameters[variable.name] = "/".join(segments[position:step])
    return found
