"""Kinds of values that a member is written with: texts, lists of them, lists of objects, numbers and truth values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.checks.comparing import TEXTS, fitting_text, sentences
from contracts.checks.requests import Requests, types_of
from contracts.contract import Schema

# What floats and truth values come to grief on: a whole number that no float holds, a fraction, and what is false.
NUMBERS: Mapping[str, tuple[Any, ...]] = {"integer": (2**53 + 1, 0), "number": (2.5, 0), "boolean": (True, False)}
# More objects than this are not sent in one list.
MANY = 60
WORDS = ("walnut", "Ash", "oak", "birch")


def text_of(rules: Requests, schema: Schema, text: str) -> Any:
    """A text, or a list of it, where a schema allows either; None where it does not, or gives texts a form."""
    resolved = rules.resolved(schema)
    if types_of(resolved) == {"array"} and isinstance(resolved.get("items"), Mapping):
        inner = text_of(rules, resolved["items"], text)
        return [inner] if isinstance(inner, str) and rules.accepts(schema, [inner]) else None
    if types_of(resolved) - {"string"} or {"enum", "format"} & set(resolved):
        return None
    return fitting_text(rules, schema, text)


def longest_text(rules: Requests, schema: Schema) -> str | None:
    """The longest text that a schema allows, where it is longer than those that are tried anyway."""
    resolved = rules.resolved(schema)
    longest, known = resolved.get("maxLength"), max(len(text) for text in TEXTS.values())
    if not isinstance(longest, int) or longest <= known or types_of(resolved) != {"string"}:
        return None
    text = fitting_text(rules, schema, sentences(longest))
    return text if text is not None and len(text) > known else None


def several_texts(rules: Requests, schema: Schema) -> Any:
    """A list of texts in no order, as many as a schema allows (and no more than are easily read)."""
    resolved = rules.resolved(schema)
    if types_of(resolved) != {"array"}:
        return None
    lists = ([f"{word}{number}" for number in range(3) for word in WORDS][:length] for length in (10, 5, 3, 2))
    return next((each for each in lists if rules.accepts(schema, each)), None)


def several_objects(rules: Requests, schema: Schema, sent: Any) -> list[Any] | None:
    """Many objects for a list of them, each like the first that was sent but for its texts; None for other lists."""
    if not isinstance(sent, list) or not sent or not isinstance(sent[0], dict):
        return None
    first, most = sent[0], rules.resolved(schema).get("maxItems")
    texts = [name for name, text in first.items() if isinstance(text, str)]
    free = [name for name in texts if rules.accepts(schema, [{**first, name: f"{first[name]}10"}]) is True]
    length = min(most, MANY) if isinstance(most, int) else MANY
    objects = [{**first, **{name: f"{first[name]}{number}" for name in free}} for number in range(length)]
    return objects if free and length > 1 and rules.accepts(schema, objects) is True else None


def objects_of(rules: Requests, schema: Schema, sent: Any, text: str) -> list[Any] | None:
    """The objects of a list that was sent, the first with a text wherever one is free; None for other lists."""
    if not isinstance(sent, list) or not sent or not isinstance(sent[0], dict):
        return None
    first, *rest = sent
    items = rules.resolved(rules.resolved(schema).get("items") or {})
    members = items.get("properties")
    if not isinstance(members, Mapping):
        return None
    texts = {name: text_of(rules, members[name], text) for name in first if name in members}
    written = {name: each for name, each in texts.items() if isinstance(each, str)}
    objects = [{**first, **written}, *rest]
    return objects if written and rules.accepts(schema, objects) is True else None


def number_of(rules: Requests, schema: Schema, index: int) -> Any:
    """A number or a truth value where a schema allows it."""
    values = [NUMBERS[each][index] for each in types_of(rules.resolved(schema)) if each in NUMBERS]
    return values[0] if len(values) == 1 and rules.accepts(schema, values[0]) else None
