"""Values at, and one step beyond, what a schema allows: for each of its constraints, from a value that it allows.

A value here is a proposal: whether the contract allows the request that it makes is decided by reading that request.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from contracts.checks.boundaries.texts import NOT_OF_FORMAT, WIDE, against_pattern, of_length
from contracts.checks.payloads import MAX_BYTES
from contracts.checks.requests import types_of
from contracts.contract import Schema

# One value of each JSON type, and those that are easily taken for another.
SWAPPED: tuple[tuple[Any, str], ...] = (
    ("5", 'the text "5"'),
    (True, "true"),
    (5.5, "5.5"),
    (5, "5"),
    ({}, "an empty object"),
    ([], "an empty array"),
    (None, "null"),
)

# No text or array is made longer than this: API Gateway passes on 10 MB, and Lambda 6 MB.
LONGEST_TEXT = 200_000
LONGEST_ARRAY = 2_000
# Values that are listed are all tried, unless there are more of them.
MOST_VALUES = 100

Allows = Callable[[Schema, Any], bool]


@dataclass(frozen=True, slots=True)
class Variant:
    """
    One value to put in the place of another.

    Attributes:
        rule: The schema keyword at whose edge it is.
        what: What it is, in words.
        open: Whether the contract leaves open if it is allowed: nothing but a failure is wrong then.
        wrong: What the keyword has against it where a reading by JSON Schema does not say so (`uuid` is no format
            of draft 7, and no keyword counts bytes); None where it does.
    """

    rule: str
    what: str
    value: Any
    open: bool = False
    wrong: str | None = None


def variants(schema: Schema, value: Any, *, allows: Allows, known: Iterable[Any] = ()) -> Iterator[Variant]:
    """
    The values at the edges of a schema.

    Args:
        schema: Resolved.
        value: One that it allows.
        allows: Whether a schema, without some of its keywords, allows a value.
        known: Other values that it allows, for arrays.
    """
    yield from _swapped(schema, value)
    yield from _listed(schema)
    if isinstance(value, str):
        yield from _texts(schema, value, allows)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield from _numbers(schema)
    elif isinstance(value, list):
        yield from _arrays(schema, value, allows, known)


def _swapped(schema: Schema, value: Any) -> Iterator[Variant]:
    types = types_of(schema)
    if not types:
        return
    for other, what in SWAPPED:
        if type(other) is not type(value) or isinstance(other, float):
            yield Variant("type", f"set to {what}", other)
    if isinstance(value, (bool, int)):
        said = json.dumps(value)
        yield Variant("type", f'set to the text "{said}"', said)
    if "integer" in types and isinstance(value, int):
        # An integer for JSON Schema since draft 6, and none for OpenAPI 3.0 (draft 5): nobody is wrong.
        yield Variant("type", f"set to {value}.0", float(value), open=True)


def _listed(schema: Schema) -> Iterator[Variant]:
    listed = schema.get("enum")
    if not isinstance(listed, list) or not listed:
        return
    for each in listed[:MOST_VALUES]:
        yield Variant("enum", f"set to {each!r}", each)
    for text in [each for each in listed if isinstance(each, str)][:1]:
        yield Variant("enum", "set to a foreign value", f"{text}-foreign")
        yield Variant("enum", "in the other case", text.swapcase())
    numbers = [each for each in listed if isinstance(each, int) and not isinstance(each, bool)]
    if numbers:
        yield Variant("enum", "set to a foreign value", max(numbers) + 1)


def _texts(schema: Schema, value: str, allows: Allows) -> Iterator[Variant]:
    yield from _lengths(schema, value, allows)
    if isinstance(schema.get("pattern"), str):
        for text, what in against_pattern(value):
            yield Variant("pattern", what, text)
    for text in NOT_OF_FORMAT.get(str(schema.get("format")), ()):
        yield Variant("format", f"set to `{text}`", text, wrong=f"`{text}` is no {schema['format']}")
    limit = schema.get(MAX_BYTES)
    if isinstance(limit, int) and limit <= LONGEST_TEXT:
        yield from _bytes(schema, limit, allows)


def _lengths(schema: Schema, value: str, allows: Allows) -> Iterator[Variant]:
    rest = _without(schema, "minLength", "maxLength")
    for rule, beyond in (("minLength", -1), ("maxLength", 1)):
        bound = _whole(schema.get(rule))
        for length in [] if bound is None else [bound, bound + beyond]:
            if not 0 <= length <= LONGEST_TEXT:
                continue
            text = of_length(length, value, lambda each: allows(rest, each))
            if text is not None:
                yield Variant(rule, f"of {_counted(length, 'character')}", text)
            if length and allows(rest, WIDE * length):
                what = f"of {_counted(length, 'character')} outside of the Basic Multilingual Plane"
                yield Variant(rule, what, WIDE * length)
    if _whole(schema.get("minLength")) in (None, 0) and value and allows(schema, ""):
        yield Variant("minLength", "that is empty", "")


def _bytes(schema: Schema, limit: int, allows: Allows) -> Iterator[Variant]:
    for character in ("é", "한", WIDE):
        size = len(character.encode())
        most = character * (limit // size)
        most += "a" * (limit - len(most.encode()))
        if allows(schema, most):
            yield Variant(MAX_BYTES, f"of {limit:,} bytes", most)
        if allows(schema, f"{most}a"):
            yield Variant(
                MAX_BYTES, f"of {limit + 1:,} bytes", f"{most}a", wrong=f"is longer than {limit:,} bytes in UTF-8"
            )
            return


def _numbers(schema: Schema) -> Iterator[Variant]:
    integral = "number" not in types_of(schema)
    multiple = schema.get("multipleOf")
    step: int | float = multiple if _is_number(multiple) and multiple > 0 else 1
    for rule, exclusive, beyond in (("minimum", "exclusiveMinimum", -1), ("maximum", "exclusiveMaximum", 1)):
        for bound in (schema.get(rule), schema.get(exclusive)):
            if not _is_number(bound):
                continue
            inside = (math.ceil(bound / step) if beyond < 0 else math.floor(bound / step)) * step
            for number in (bound, inside, inside + beyond * step, inside - beyond * step):
                yield Variant(rule, f"set to {number}", number)
            if not integral:
                yield Variant(rule, f"set to {bound + beyond * 0.5}", bound + beyond * 0.5)
    if _is_number(multiple) and multiple > 0:
        yield Variant("multipleOf", "between two multiples", multiple * 3 + multiple / 2)
        if isinstance(multiple, int) and multiple > 1:
            yield Variant("multipleOf", "beside a multiple", multiple * 3 + 1)


def _arrays(schema: Schema, value: list[Any], allows: Allows, known: Iterable[Any]) -> Iterator[Variant]:
    items = schema.get("items")
    rest = _without(schema, "minItems", "maxItems")
    pool = _distinct([*value, *(each for other in known if isinstance(other, list) for each in other)])
    for rule, beyond in (("minItems", -1), ("maxItems", 1)):
        bound = _whole(schema.get(rule))
        for count in [] if bound is None else [bound, bound + beyond]:
            found = _items(count, pool, items, allows) if 0 <= count <= LONGEST_ARRAY else None
            if found is not None and allows(rest, found):
                yield Variant(rule, f"of {_counted(count, 'item')}", found)
    if schema.get("uniqueItems") is True and pool:
        yield Variant("uniqueItems", "with an item twice", [pool[0], pool[0]])


def _items(count: int, pool: list[Any], schema: Any, allows: Allows) -> list[Any] | None:
    """So many different items, made from those that are known where there are too few."""
    found = pool[:count]
    number = 0
    while len(found) < count and number < count + 100:
        number += 1
        for proposed in _proposed(number, pool):
            if proposed not in found and (not isinstance(schema, Mapping) or allows(schema, proposed)):
                found.append(proposed)
                break
    if len(found) < count and pool:
        found += [pool[index % len(pool)] for index in range(count - len(found))]
    return found if len(found) == count else None


def _proposed(number: int, pool: list[Any]) -> Iterator[Any]:
    for each in pool[:1]:
        if isinstance(each, str):
            yield f"{each[: max(0, len(each) - len(str(number)))]}{number}"
    letters = "abcdefghijklmnopqrstuvwxyz"
    yield letters[number % 26] * (number // 26 + 1)
    yield str(number)
    yield number


def _distinct(values: Iterable[Any]) -> list[Any]:
    found: list[Any] = []
    for each in values:
        if each not in found:
            found.append(each)
    return found


def _without(schema: Schema, *names: str) -> Schema:
    return {name: member for name, member in schema.items() if name not in names}


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _is_number(value: Any) -> TypeGuard[int | float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
