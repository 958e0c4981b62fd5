"""Variants: an accepted request with an optional member of its JSON body more, or less, as the contract allows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from contracts.checks.answers import json_value
from contracts.checks.replay import with_body
from contracts.checks.requests import Requests, body_schema
from contracts.contract import Operation
from contracts.http import Request

# Plain values, none of them empty: some of these most schemas allow.
PLAIN: tuple[Any, ...] = ("first", "other", 1, 2, 3, ["first"], ["other"], True)


def members_of(request: Request) -> dict[str, Any]:
    """The members of the object that is the body; {} when it is none."""
    value = json_value(request.body or b"")
    return value if isinstance(value, dict) else {}


def with_top(request: Request, name: str, value: Any) -> Request:
    """The request with a member of its body set, be it there or not."""
    return with_body(request, json.dumps({**members_of(request), name: value}).encode())


def without_top(request: Request, name: str) -> Request:
    """The request without a member of its body."""
    rest = {key: value for key, value in members_of(request).items() if key != name}
    return with_body(request, json.dumps(rest).encode())


def is_valid(rules: Requests, operation: Operation, request: Request) -> bool:
    """Whether the contract allows a request, for certain."""
    found = rules.read(operation, request)
    return found.certain and not found.violations


def optional_members(rules: Requests, operation: Operation, request: Request) -> list[str]:
    """The members that the schema of the body names and that a request may leave out."""
    schema = body_schema(operation, request)
    properties = rules.resolved(schema).get("properties") if schema is not None else None
    names = [str(name) for name in properties] if isinstance(properties, dict) else []
    return [name for name in names if is_valid(rules, operation, without_top(request, name))]


def values_for(
    rules: Requests, operation: Operation, request: Request, name: str, known: Iterable[Any] = ()
) -> list[Any]:
    """Different values of a member, those that are known first, none of them empty, that the contract allows here."""
    found: list[Any] = []
    for value in (*known, *PLAIN):
        if value and value not in found and is_valid(rules, operation, with_top(request, name, value)):
            found.append(value)
    return found


def others_for(
    rules: Requests, operation: Operation, request: Request, name: str, known: Iterable[Any] = ()
) -> list[Any]:
    """Values of a member other than the one sent: plain ones, else of a list of objects or an enum, if allowed here."""
    sent = members_of(request).get(name)
    plain = [value for value in values_for(rules, operation, request, name, known) if value != sent]
    if plain:
        return plain
    values = [*_other_lists(sent), *_named(rules, operation, request, name)]
    return [value for value in values_for(rules, operation, request, name, values) if value != sent]


def is_named(rules: Requests, operation: Operation, request: Request, name: str) -> bool:
    """Whether the contract names the values of a member one by one: which of them go together it does not say."""
    return bool(_named(rules, operation, request, name))


def _named(rules: Requests, operation: Operation, request: Request, name: str) -> list[Any]:
    schema = body_schema(operation, request)
    properties = rules.resolved(schema).get("properties") if schema is not None else None
    member = properties.get(name) if isinstance(properties, dict) else None
    return list(rules.resolved(member).get("enum") or ()) if isinstance(member, dict) else []


def _other_lists(sent: Any) -> Iterator[list[Any]]:
    """A list of objects with a text of the first another, then with such an object more, then with one less."""
    if not isinstance(sent, list) or not sent or not isinstance(sent[0], dict):
        return
    first, *rest = sent
    others = [{**first, name: f"{text} again"} for name, text in first.items() if isinstance(text, str)]
    yield from ([other, *rest] for other in others)
    yield from ([*sent, other] for other in others)
    yield sent[:-1]


def fuller(rules: Requests, operation: Operation, request: Request) -> Request:
    """The request with every optional member that a plain value can be found for."""
    if not members_of(request):
        return request
    for name in optional_members(rules, operation, request):
        if not members_of(request).get(name):
            values = values_for(rules, operation, request, name)
            request = with_top(request, name, values[0]) if values else request
    return request
