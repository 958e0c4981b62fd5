"""Telling apart: what of an answer about a thing of somebody else says that the thing exists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.checks.answers import json_value
from contracts.exchange import Exchange
from contracts.http import Response

# What belongs to a message and to no representation.
OF_THE_MESSAGE = frozenset({"date", "content-length", "connection", "server", "age", "apigw-requestid"})
PREFIXES = ("x-amz", "x-cache", "x-request-id")


def difference(foreign: Exchange, unknown: Exchange, other: Exchange) -> str | None:
    """
    What is otherwise in an answer about a thing of somebody else than in those about things that never existed.

    What differs between the two of these (ids of requests, times, what was asked for) says nothing.

    Returns:
        The header or the member in words; None when nobody can tell.
    """
    one, two, three = (_parts(each.response) for each in (foreign, unknown, other))
    for name in dict.fromkeys((*two, *one)):
        if two.get(name) == three.get(name) != one.get(name):
            return name
    return None


def _parts(response: Response) -> Mapping[str, Any]:
    """The headers and the members of an answer, by what they are called."""
    parts: dict[str, Any] = {}
    for name, value in response.headers:
        lower = name.lower()
        if lower not in OF_THE_MESSAGE and not lower.startswith(PREFIXES):
            parts[f"the header {lower}"] = value
    value = json_value(response.body)
    if value is None:
        return parts | {"the body": response.body}
    return parts | {f"`{pointer}`" if pointer else "the body": leaf for pointer, leaf in leaves(value)}


def leaves(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """The values in a JSON value that are no containers, empty ones excepted, with their places."""
    if isinstance(value, dict) and value:
        for name, member in value.items():
            yield from leaves(member, f"{pointer}/{name}" if pointer else str(name))
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from leaves(item, f"{pointer}/{index}" if pointer else str(index))
    else:
        yield pointer, value


def texts(value: Any) -> frozenset[str]:
    """All values in a JSON-like value that are no containers, as texts."""
    if isinstance(value, Mapping):
        return frozenset().union(*(texts(each) for each in value.values()))
    if isinstance(value, (list, tuple)):
        return frozenset().union(*(texts(each) for each in value))
    return frozenset({str(value)})
