"""Comparing: what was sent with what answers show of it, and how the two differ."""

from __future__ import annotations

import html
import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from contracts.checks.effects import differences
from contracts.checks.payloads import MAX_BYTES
from contracts.checks.replay import MISSING
from contracts.checks.requests import Requests, types_of
from contracts.checks.resources import members_of_schema, server_members
from contracts.contract import Operation, Schema
from contracts.exchange import Exchange


def sentences(length: int) -> str:
    """A text of that many characters (some 23,000 at most), no two sentences of which are equal."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    names = (f"{one}{other}" for one in letters for other in letters)
    text = " ".join(f"And then the fox {name} walks back." for name in names)[:length]
    return f"{text[:-1]}." if text.endswith(" ") else text


# Texts that come back as they were sent only where nobody touches them: longer than previews and columns, with white
# space at both ends, not in Unicode's normal forms, with what HTML, URLs and templates read as their own.
TEXTS: Mapping[str, str] = {
    "long": "The quick brown fox jumps over the lazy dog, and then it walks back.",
    "longer": sentences(1_200),
    "longest": sentences(9_000),
    "padded": "  both ends \n",
    "composed": "e\N{COMBINING ACUTE ACCENT} \N{ANGSTROM SIGN} \N{LATIN SMALL LIGATURE FI} \u1112\u1161\u11ab 🙂",
    "marked": '<b>"it\'s" & 100%</b> \\n ${x} {{y}} +',
}

NORMAL_FORMS: tuple[Literal["NFC", "NFD", "NFKC", "NFKD"], ...] = ("NFC", "NFD", "NFKC", "NFKD")


@dataclass(frozen=True, slots=True)
class View:
    """
    What one answer shows of a thing.

    Attributes:
        schema: What the contract has for it; None when it has nothing.
        echoed: The members that have come back before, whatever was sent, where the contract has no schema.
    """

    operation: Operation
    exchange: Exchange
    shown: Mapping[str, Any]
    schema: Schema | None
    echoed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Different:
    """One member that did not come back as it was sent, and how: `lost`, `cut off`, `stripped` ..."""

    member: str
    how: str


def differing(
    rules: Requests, writer: Operation, body: Schema | None, sent: Mapping[str, Any], view: View
) -> list[Different]:
    """The members of what was sent that a view promises to show, and shows otherwise."""
    members = members_of_schema(rules, view.schema)
    asked = members_of_schema(rules, body)
    own = server_members(rules, writer, body, view.schema)
    found = []
    for name, value in sent.items():
        written = rules.resolved(asked.get(name, {}))
        if name in own or written.get("writeOnly") is True:
            continue
        shown = rules.resolved(members[name]) if name in members else None
        if shown is None and not (view.schema is None and name in view.echoed):
            continue
        if shown is not None and (rules.accepts(members[name], value) is not True or not _alike(written, shown)):
            continue
        how = difference(value, view.shown.get(name, MISSING), shown or written)
        if how is not None:
            found.append(Different(name, how))
    return found


def difference(sent: Any, shown: Any, schema: Schema) -> str | None:
    """How what is shown differs from what was sent; None when it says the same."""
    if shown is MISSING or shown is None:
        return "lost" if sent else None
    if same(sent, shown) or _same_by_format(sent, shown, schema):
        return None
    if isinstance(sent, str) and isinstance(shown, str):
        return _of_texts(sent, shown)
    return "lost" if shown in ([], {}, "") else "changed"


def _of_texts(sent: str, shown: str) -> str:
    if not shown:
        return "lost"
    if shown == sent.strip() or shown in (sent.lstrip(), sent.rstrip()) or shown == " ".join(sent.split()):
        return "stripped"
    if any(shown == unicodedata.normalize(form, sent) for form in NORMAL_FORMS):
        return "normalised"
    if shown.casefold() == sent.casefold():
        return "in another case"
    if shown in (html.escape(sent), html.escape(sent, quote=False)):
        return "escaped"
    return "cut off" if len(shown) < len(sent) and sent.startswith(shown.rstrip(".…")) else "changed"


def _same_by_format(sent: Any, shown: Any, schema: Schema) -> bool:
    """Whether two texts are two spellings of one value, by the format that the contract gives them."""
    if not isinstance(sent, str) or not isinstance(shown, str):
        return False
    form = schema.get("format")
    if form == "date-time":
        try:
            return datetime.fromisoformat(sent) == datetime.fromisoformat(shown)
        except (TypeError, ValueError):
            return False
    return form in ("email", "uuid", "hostname", "uri") and sent.casefold().rstrip("/") == shown.casefold().rstrip("/")


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values say the same; the order of a list is nobody's promise here."""
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        rest = list(other)
        for each in one:
            found = next((index for index, item in enumerate(rest) if same(each, item)), None)
            if found is None:
                return False
            del rest[found]
        return True
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, bool) != isinstance(other, bool):
        return False
    return bool(one == other)


def _alike(written: Schema, shown: Schema) -> bool:
    """Whether two schemas speak of one kind of value."""
    one, other = types_of(written), types_of(shown)
    return not one or not other or bool(one & other)


def stored(exchange: Exchange, member: str, value: Any) -> bool:
    """
    Whether a text, or each of a list, stands in what an exchange stored.

    It counts in the attribute that is called as the member, else anywhere, alone or in a document kept as text.
    """
    if isinstance(value, list) and value:
        return all(stored(exchange, member, each) for each in value)
    if not isinstance(value, str) or not value:
        return False
    after = [each.after for each in differences(exchange) if each.after is not None]
    places = [each[member] for each in after if member in each] or after
    forms = {value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
    return any(form in found for each in places for found in _texts(each) for form in forms)


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for each in value:
            yield from _texts(each)


def fitting_text(rules: Requests, schema: Schema, text: str) -> str | None:
    """A text as long as a schema allows it to be; None where it allows none of the kind."""
    resolved = rules.resolved(schema)
    longest, bytes_ = resolved.get("maxLength"), resolved.get(MAX_BYTES)
    if isinstance(longest, int) and len(text) > longest:
        text = text[:longest] if not text.endswith("\n") else ""
    while isinstance(bytes_, int) and len(text.encode()) > bytes_:
        text = text[:-1]
    return text if len(text) > 1 and rules.accepts(schema, text) else None
