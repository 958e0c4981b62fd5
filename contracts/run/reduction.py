"""Reduction: the smallest request that still proves a failure.

Schemathesis' engine does not make its failures smaller (their exception passes through Hypothesis), and no
engine can for what a replay finds. So requests are made smaller here, at the level where people read them:
headers, query parameters and JSON members are dropped, texts and lists are shortened, numbers go to zero,
one change at a time, for as long as the failure stays.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from contracts.checks.replay import with_body
from contracts.http import Request
from contracts.provenance import parsed

# Without these a request is another request: framing, and how its body is read.
ESSENTIAL_HEADERS = frozenset({"host", "content-length", "content-type"})


def reduced(request: Request, still_fails: Callable[[Request], bool], *, budget: int = 150) -> Request:
    """
    The smallest request found that still fails.

    Args:
        request: One that fails.
        still_fails: Makes the request in a fresh world and says whether the same failure shows.
        budget: How many requests may be made.
    """
    progress = True
    while progress:
        progress = False
        for candidate in candidates(request):
            if budget <= 0:
                return request
            budget -= 1
            if still_fails(candidate):
                request, progress = candidate, True
                break
    return request


def candidates(request: Request) -> Iterator[Request]:
    """Requests that are simpler by one step, the boldest steps first; each is strictly smaller, so that it ends."""
    yield from _fewer_headers(request)
    yield from _shorter_query(request)
    yield from _smaller_body(request)


def _fewer_headers(request: Request) -> Iterator[Request]:
    droppable = [name for name, _ in request.headers if name.lower() not in ESSENTIAL_HEADERS]
    if len(droppable) > 1:
        yield replace(request, headers=request.headers.without(*droppable))
    for name in dict.fromkeys(droppable):
        yield replace(request, headers=request.headers.without(name))


def _shorter_query(request: Request) -> Iterator[Request]:
    pairs = parse_qsl(request.query, keep_blank_values=True)
    if len(pairs) > 1:
        yield replace(request, target=request.path)
    for position in range(len(pairs)):
        rest = urlencode(pairs[:position] + pairs[position + 1 :])
        yield replace(request, target=f"{request.path}?{rest}" if rest else request.path)


def _smaller_body(request: Request) -> Iterator[Request]:
    if not request.body:
        return
    value = parsed(request.body)
    if isinstance(value, (dict, list)):
        try:
            for smaller in _smaller_values(value):
                yield with_body(request, json.dumps(smaller).encode())
        except RecursionError:
            return  # nested deeper than can be followed here: its parts stay as they are


def _smaller_values(value: Any) -> Iterator[Any]:
    """JSON values that are simpler than this one by one step."""
    if isinstance(value, dict):
        yield from _smaller_objects(value)
    elif isinstance(value, list):
        yield from _smaller_arrays(value)
    elif isinstance(value, str):
        yield from _smaller_texts(value)
    elif isinstance(value, (int, float)) and not isinstance(value, bool) and value != 0:
        yield from _smaller_numbers(value)


def _smaller_numbers(value: float) -> Iterator[int]:
    yield 0
    # No float holds a number of 400 digits, and no integer is what `NaN` and `Infinity` are read as.
    if isinstance(value, int) and abs(value) > 1:
        yield value // 2 if value > 0 else -(-value // 2)
    elif isinstance(value, float) and math.isfinite(value) and abs(value) > 1:
        yield int(value / 2)


def _smaller_objects(value: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name in value:
        yield {key: member for key, member in value.items() if key != name}
    for name, member in value.items():
        for smaller in _smaller_values(member):
            yield {**value, name: smaller}


def _smaller_arrays(value: list[Any]) -> Iterator[list[Any]]:
    if len(value) > 1:
        yield value[:1]
    for position, member in enumerate(value):
        yield value[:position] + value[position + 1 :]
        for smaller in _smaller_values(member):
            yield [*value[:position], smaller, *value[position + 1 :]]


def _smaller_texts(text: str) -> Iterator[str]:
    lengths = dict.fromkeys((0, 1, len(text) // 2, len(text) - 1))
    yield from (text[:length] for length in lengths if 0 <= length < len(text))
    # `0` is the plain character that the coverage phase pads with; a text of it is as small as its length allows.
    if text.strip("0"):
        yield "0" * len(text)
