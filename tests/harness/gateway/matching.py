"""Matching: what an expectation of a case says of a value, by section 4 and 5 of tests/aws/CASES.md."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from contracts.http import Response


class _Missing:
    """A value that is not there, which is something else than null."""

    def __repr__(self) -> str:
        return "nothing"


MISSING = _Missing()
TYPES: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "null": lambda value: value is None,
}


def match(expected: Any, actual: Any, *, root: Any = MISSING, at: str = "$") -> list[str]:
    """
    The differences, each with its place; none means that the value is as expected.

    Args:
        root: The whole value that `$same` points into; the value itself when not given.
    """
    root = actual if root is MISSING else root
    if isinstance(expected, dict) and expected and all(key.startswith("$") for key in expected):
        return [
            difference
            for name, argument in expected.items()
            for difference in _matcher(name, argument, actual=actual, root=root, at=at)
        ]
    if actual is MISSING:
        return [f"{at}: expected {expected!r}, and there is nothing"]
    if isinstance(expected, dict) and isinstance(actual, dict):
        return [
            difference
            for key, value in expected.items()
            for difference in match(value, actual.get(key, MISSING), root=root, at=f"{at}.{key}")
        ]
    if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        return [
            difference
            for position, (one, other) in enumerate(zip(expected, actual, strict=True))
            for difference in match(one, other, root=root, at=f"{at}[{position}]")
        ]
    return [] if _equal(expected, actual) else [f"{at}: expected {expected!r}, got {actual!r}"]


def match_response(expected: Mapping[str, Any], response: Response) -> list[str]:
    """The differences between an expectation of a response and the response as the client sees it."""
    differences = match(expected["status"], response.status, at="status") if "status" in expected else []
    for name, wanted in expected.get("headers", {}).items():
        lines: Any = list(response.headers.get_all(name)) or MISSING
        if lines is not MISSING and len(lines) == 1 and not isinstance(wanted, list):
            lines = lines[0]
        differences += match(wanted, lines, at=f"header {name}")
    spelled = {name for name, _ in response.headers}
    differences += [f"no header is spelled {name}" for name in expected.get("headerNames", ()) if name not in spelled]
    if "body" in expected:
        differences += _match_body(expected["body"], response.body)
    return differences


def _match_body(expected: Any, body: bytes) -> list[str]:
    if isinstance(expected, dict) and "$base64" in expected:
        same = body == base64.b64decode(expected["$base64"])
        return [] if same else [f"body: other bytes: {body[:60]!r}"]
    return match(expected, body.decode("utf-8", "replace"), at="body")


def _equal(expected: Any, actual: Any) -> bool:
    """Scalars of the same type: 1 is neither true nor "1"."""
    if TYPES["number"](expected) and TYPES["number"](actual):
        return bool(expected == actual)
    return type(expected) is type(actual) and not isinstance(expected, (dict, list)) and bool(expected == actual)


def _matcher(name: str, argument: Any, *, actual: Any, root: Any, at: str) -> list[str]:
    """One matcher; those of the first table bring their own differences, those of the second hold or do not."""
    inner = _COMBINING.get(name)
    if inner is not None:
        return inner(argument, actual, root, at)
    holds = actual is not MISSING and _HOLDS[name](argument, actual, root)
    return [] if holds else [f"{at}: expected {name} {argument!r}, got {actual!r}"]


def _one_of(argument: Sequence[Any], actual: Any, root: Any, at: str) -> list[str]:
    fits = any(not match(each, actual, root=root, at=at) for each in argument)
    return [] if fits else [f"{at}: expected one of {argument!r}, got {actual!r}"]


def _all(argument: Sequence[Any], actual: Any, root: Any, at: str) -> list[str]:
    return [difference for each in argument for difference in match(each, actual, root=root, at=at)]


def _not(argument: Any, actual: Any, root: Any, at: str) -> list[str]:
    return [] if match(argument, actual, root=root, at=at) else [f"{at}: must not be {argument!r}, got {actual!r}"]


def _absent(argument: Any, actual: Any, root: Any, at: str) -> list[str]:
    return [] if actual is MISSING else [f"{at}: expected nothing, got {actual!r}"]


def _exact(argument: Mapping[str, Any], actual: Any, root: Any, at: str) -> list[str]:
    more = sorted(set(actual) - set(argument)) if isinstance(actual, dict) else []
    return [f"{at}: unexpected {key}" for key in more] + match(dict(argument), actual, root=root, at=at)


def _json(argument: Any, actual: Any, root: Any, at: str) -> list[str]:
    try:
        value = json.loads(actual)
    except (TypeError, ValueError):
        return [f"{at}: expected JSON text, got {actual!r}"]
    return match(argument, value, at=f"{at} (as JSON)")


def _pointed(pointer: str, root: Any) -> Any:
    value = root
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list):
            value = value[int(key)]
        else:
            value = value.get(key, MISSING) if isinstance(value, dict) else MISSING
    return value


_COMBINING: Mapping[str, Callable[[Any, Any, Any, str], list[str]]] = {
    "$absent": _absent,
    "$oneOf": _one_of,
    "$all": _all,
    "$not": _not,
    "$exact": _exact,
    "$json": _json,
}
_HOLDS: Mapping[str, Callable[[Any, Any, Any], bool]] = {
    "$any": lambda _argument, _actual, _root: True,
    "$type": lambda argument, actual, _root: TYPES[argument](actual),
    "$regex": lambda argument, actual, _root: isinstance(actual, str) and re.fullmatch(argument, actual) is not None,
    "$keys": lambda argument, actual, _root: isinstance(actual, dict) and set(actual) == set(argument),
    "$hasKeys": lambda argument, actual, _root: isinstance(actual, dict) and set(argument) <= set(actual),
    "$range": lambda argument, actual, _root: TYPES["number"](actual) and argument[0] <= actual <= argument[1],
    "$joined": lambda argument, actual, _root: argument == (", ".join(actual) if isinstance(actual, list) else actual),
    "$same": lambda argument, actual, root: _equal(_pointed(argument, root), actual),
}
