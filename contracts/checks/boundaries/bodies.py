"""JSON bodies with one change: a member set, added or left out, at any depth."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from contracts.checks.answers import json_value
from contracts.checks.replay import MISSING, pointed, with_body
from contracts.checks.requests import Requests, body_schema
from contracts.checks.variants import PLAIN, is_valid
from contracts.contract import Operation
from contracts.exchange import Exchange
from contracts.http import Request


def placed(request: Request, pointer: str, value: Any) -> Request:
    """The request with a member of its JSON body set, be it there or not; "" is the whole body."""
    if pointer == "":
        return with_body(request, _written(value))
    document = json_value(request.body or b"")
    container, name = pointed(document, pointer.rpartition("/")[0]), unescaped(pointer.rpartition("/")[2])
    if isinstance(container, dict):
        container[name] = value
    elif isinstance(container, list) and name.isdecimal() and int(name) < len(container):
        container[int(name)] = value
    else:
        return request
    return with_body(request, _written(document))


def removed(request: Request, pointer: str) -> Request:
    """The request without a member of its JSON body."""
    document = json_value(request.body or b"")
    container, name = pointed(document, pointer.rpartition("/")[0]), unescaped(pointer.rpartition("/")[2])
    if not isinstance(container, dict) or name not in container:
        return request
    del container[name]
    return with_body(request, _written(document))


def escaped(name: str) -> str:
    """A member's name as a token of a JSON pointer (RFC 6901, section 3)."""
    return name.replace("~", "~0").replace("/", "~1")


def unescaped(token: str) -> str:
    """The member's name that a token of a JSON pointer stands for."""
    return token.replace("~1", "/").replace("~0", "~")


def generic(pointer: str) -> str:
    """A pointer in which the number of an item does not matter."""
    return "/".join("*" if token.isdecimal() else token for token in pointer.split("/"))


def _written(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


@dataclass(slots=True)
class Known:
    """Values that accepted requests of an operation had, by generic pointer of the member or name of the parameter."""

    _values: dict[str, list[Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, rules: Requests, operation: Operation, exchanges: Iterable[Exchange], *, most: int = 8) -> Known:
        """The different values of requests, at most some of each."""
        known = cls()
        for exchange in exchanges:
            for member in rules.members(operation, exchange.case.request):
                name = generic(member.name) if member.place == "body" else f"{member.place} {member.name}"
                values = known._values.setdefault(name, [])
                if member.value not in values and len(values) < most:
                    values.append(member.value)
        return known

    def at(self, name: str) -> list[Any]:
        """The values of a member, by generic pointer, or of a parameter, by place and name."""
        return self._values.get(name, [])


def completed(rules: Requests, operation: Operation, request: Request, known: Known) -> Request:
    """The request with every optional member, at any depth, for which a value is found that the contract allows."""
    schema = body_schema(operation, request)
    document = json_value(request.body or b"") if schema is not None else None
    if schema is None or document is None:
        return request
    seen: set[str] = set()
    progress = True
    while progress:
        progress = False
        document = json_value(request.body or b"")
        for pointer, here, value in list(rules.walk(schema, document)):
            for name, member in _absent(rules, here, value):
                place = f"{pointer}/{escaped(name)}"
                if place in seen:
                    continue
                seen.add(place)
                added = _first_valid(rules, operation, request, place, _values(member, known.at(generic(place))))
                if added is not None:
                    request, progress = added, True
        for pointer, here, value in list(rules.walk(schema, json_value(request.body or b""))):
            # An empty list shows nothing of its items.
            if value == [] and pointer not in seen and isinstance(here.get("items"), Mapping):
                seen.add(pointer)
                item = rules.resolved(here["items"])
                lists = [
                    *(each for each in known.at(generic(pointer)) if each),
                    *([each] for each in _values(item, ())),
                ]
                added = _first_valid(rules, operation, request, pointer, lists)
                if added is not None:
                    request, progress = added, True
    return request


def _absent(rules: Requests, schema: Mapping[str, Any], value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    properties = schema.get("properties")
    if not isinstance(value, dict) or not isinstance(properties, Mapping):
        return
    for name, member in properties.items():
        if name not in value and isinstance(member, Mapping):
            resolved = rules.resolved(member)
            if resolved.get("readOnly") is not True:
                yield str(name), resolved


def _values(schema: Mapping[str, Any], known: Iterable[Any]) -> Iterator[Any]:
    """Values that a schema may allow: seen ones that say something, its own, then plain ones."""
    seen = list(known)
    yield from (each for each in seen if each not in ("", [], {}, None, False))
    for word in ("example", "default"):
        if word in schema:
            yield deepcopy(schema[word])
    yield from list(schema.get("enum") or ())[:1]
    yield from PLAIN
    bounds = (schema.get("minimum"), schema.get("maximum"))
    yield from (each for each in bounds if isinstance(each, (int, float)))
    yield from seen
    yield from ({}, [], "", False)


def _first_valid(
    rules: Requests, operation: Operation, request: Request, pointer: str, values: Iterable[Any]
) -> Request | None:
    tried: Callable[[Any], Request] = lambda value: placed(request, pointer, value)  # noqa: E731
    found = (tried(value) for value in values)
    return next((each for each in found if each != request and is_valid(rules, operation, each)), None)


__all__ = ["MISSING", "Known", "completed", "escaped", "generic", "placed", "pointed", "removed", "unescaped"]
