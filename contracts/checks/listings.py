"""Listings: which GET answers a list, where its entries stand, and how it is taken page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from requests.utils import parse_header_links

from contracts.checks.answers import json_value
from contracts.checks.replay import MISSING, pointed
from contracts.checks.requests import Requests, types_of
from contracts.checks.resources import members_of_schema, success_schema
from contracts.contract import Operation, Parameter, Schema
from contracts.http import Response

PAGE = "x-contract-page"
ORDER = "x-contract-order"

# Names that mean one thing alone, without punctuation and in lower case.
LIMITS = ("limit", "pagesize", "perpage", "maxresults", "maxitems")
CURSORS = ("cursor", "nexttoken", "pagetoken", "nextcursor", "continuationtoken")
OFFSETS = ("offset", "skip")
NUMBERS = ("page", "pagenumber")
NEXT = ("nextcursor", "nexttoken", "nextpagetoken", "continuationtoken", "cursor", "next")


@dataclass(frozen=True, slots=True)
class Listing:
    """
    How the contract lists things.

    Attributes:
        items: The JSON pointer of the entries in an answer ("" is the whole answer); None when only answers show it.
        limit: The query parameter that says how long a page may be.
        cursor: The query parameter that says where a page begins.
        next: The JSON pointer of the next page's cursor; None when only answers show it.
        offset: The query parameter that says how many entries come before a page; None where there is a cursor.
        number: The query parameter that numbers pages; None where there is a cursor or an offset.
        first: The number of the first page, by the contract.
        bound: The query parameters to whose values a cursor belongs, where the contract says so.
        order: The members that the entries are ordered by, `-` before one that goes down (`x-contract-order`).
        inferred: The parameters that are taken for a page's limit and cursor by their names alone.
    """

    operation: Operation
    items: str | None = None
    limit: str | None = None
    cursor: str | None = None
    next: str | None = None
    offset: str | None = None
    number: str | None = None
    first: int = 1
    bound: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    inferred: tuple[str, ...] = ()

    @property
    def counted(self) -> bool:
        """Whether pages are asked for by an offset or by their numbers, each with its length."""
        return self.offset is not None or self.number is not None

    @property
    def paging(self) -> frozenset[str]:
        """The query parameters that say which page is meant."""
        return frozenset(each for each in (self.limit, self.cursor, self.offset, self.number) if each is not None)

    def entries(self, body: bytes) -> list[Any] | None:
        """The entries of an answer; None when it has none for certain."""
        value = json_value(body)
        if self.items is not None:
            found = pointed(value, self.items)
        elif isinstance(value, dict):
            arrays = [member for member in value.values() if isinstance(member, list)]
            found = arrays[0] if len(arrays) == 1 else None
        else:
            found = value
        return found if isinstance(found, list) else None

    def following(self, body: bytes) -> str | None:
        """The cursor of the next page; None on the last."""
        value = json_value(body)
        pointers = [self.next] if self.next is not None else [pointer for pointer, _ in _named(value)]
        for pointer in pointers:
            found = pointed(value, pointer)
            if found is not MISSING and isinstance(found, (str, int)) and not isinstance(found, bool) and found != "":
                return self._cursor_in(str(found))
        return None

    def after(self, asked: Mapping[str, str], page: Response) -> dict[str, str] | None:
        """
        What to ask for the page after one; None on the last, and where nothing says how.

        A cursor says it, or a link to the next page (RFC 8288); an offset and a page's number say it where a page is as
        long as it was asked to be.
        """
        following = self.following(page.body) if self.cursor is not None else None
        if self.cursor is not None:
            return None if following is None else {**asked, self.cursor: following}
        linked = _linked_by(page.headers.get("link"))
        if linked is not None:
            return dict(parse_qsl(urlsplit(linked).query, keep_blank_values=True))
        length, here = asked.get(self.limit or ""), self.entries(page.body) or []
        if length is None or len(here) < int(length):
            return None
        if self.offset is not None:
            return {**asked, self.offset: str(int(asked.get(self.offset, "0")) + len(here))}
        if self.number is not None:
            return {**asked, self.number: str(int(asked.get(self.number, str(self.first))) + 1)}
        return None

    def _cursor_in(self, text: str) -> str:
        """A cursor as it stands alone, or in the query of a URL."""
        if text.startswith(("/", "http://", "https://", "?")):
            pairs = dict(parse_qsl(urlsplit(text).query))
            return pairs.get(self.cursor or "", text)
        return text


def listing(rules: Requests, operation: Operation) -> Listing | None:
    """How an operation lists; None when the contract shows that it does not, or asks for more than a page."""
    required = [each for each in operation.parameters if each.place in ("query", "cookie") and each.required]
    schema = success_schema(operation)
    items = None if schema is None else _items(rules, schema)
    declared = operation.extensions.get(PAGE)
    said: Mapping[str, Any] = declared if isinstance(declared, Mapping) else {}
    if operation.method != "GET" or required or (schema is not None and items is None and "items" not in said):
        return None
    linked = _linked(operation)
    inferred: list[str] = []

    def parameter(role: str, names: tuple[str, ...]) -> str | None:
        if role in said or said:
            return str(said[role]) if role in said else None
        if role == "cursor" and linked is not None:
            return linked[0]
        queries = [each.name for each in operation.parameters if each.place == "query"]
        found = [each for each in queries if _plain(each) in names]
        if len(found) == 1:
            inferred.append(f"`{found[0]}`")
        return found[0] if len(found) == 1 else None

    cursor = parameter("cursor", CURSORS)
    offset, number, first = (None, None, 1) if said or cursor is not None else _counted(rules, operation)
    inferred += [f"`{each}`" for each in (offset, number) if each is not None]
    following = _pointer(said["next"]) if "next" in said else None
    if following is None and linked is not None and cursor == linked[0]:
        following = linked[1]
    if following is None and schema is not None:
        following = next((pointer for pointer, _ in _named_in(rules, schema)), None)
    return Listing(
        operation,
        items=_pointer(said["items"]) if "items" in said else items,
        limit=parameter("limit", LIMITS),
        cursor=cursor if cursor is not None and (following is not None or schema is None) else None,
        next=following,
        offset=offset,
        number=number,
        first=first,
        bound=tuple(said.get("bound", ())),
        order=_order(operation),
        inferred=tuple(inferred) if linked is None else (),
    )


def _counted(rules: Requests, operation: Operation) -> tuple[str | None, str | None, int]:
    """The parameters for an offset and for the number of a page, and the number of the first one, where certain."""
    whole = [
        (each.name, rules.resolved(each.schema))
        for each in operation.parameters
        if each.place == "query" and types_of(rules.resolved(each.schema)) == {"integer"}
    ]
    offsets = [name for name, _ in whole if _plain(name) in OFFSETS]
    numbers = [(name, schema) for name, schema in whole if _plain(name) in NUMBERS]
    if len(offsets) == 1 and not numbers:
        return offsets[0], None, 1
    for name, schema in numbers if len(numbers) == 1 and not offsets else ():
        first = schema.get("default", schema.get("minimum"))
        if first in (0, 1) and schema.get("minimum", first) == first:
            return None, name, int(first)
    return None, None, 1


def _linked_by(header: str | None) -> str | None:
    """The target of the link to the next page in a Link header; None when it has none."""
    links = parse_header_links(header) if header else []
    return next((str(each["url"]) for each in links if each.get("rel") == "next" and each.get("url")), None)


def entry_schema(rules: Requests, shown: Listing) -> Schema | None:
    """The schema of an entry, where the contract has one."""
    schema = success_schema(shown.operation)
    for token in (shown.items or "").split("/")[1:]:
        schema = members_of_schema(rules, schema).get(token)
    items = rules.resolved(schema).get("items") if schema is not None else None
    return items if isinstance(items, Mapping) else None


def is_filter(rules: Requests, listing: Listing, parameter: Parameter) -> bool:
    """Whether a parameter is called as a member of the entries and takes the same values, of which there is a list."""
    if parameter.place != "query" or parameter.name in listing.paging:
        return False
    member = members_of_schema(rules, entry_schema(rules, listing)).get(parameter.name)
    if member is None:
        return False
    one, other = rules.resolved(parameter.schema), rules.resolved(member)
    certain = types_of(one) <= {"integer", "boolean"} or {"enum", "pattern"} & set(one) or one.get("format") == "uuid"
    return bool(types_of(one)) and bool(certain) and types_of(one) == types_of(other)


def sorting(rules: Requests, shown: Listing) -> dict[str, dict[str, str]]:
    """
    The query parameters that say by which member the entries are ordered: for each of their values that member.

    Such a parameter has a list of values, and each is called as a member of the entries: `title`, `-created` for
    `created_at` from the greatest to the smallest.
    """
    members = members_of_schema(rules, entry_schema(rules, shown))
    found = {}
    for parameter in shown.operation.parameters:
        values = rules.resolved(parameter.schema).get("enum") if parameter.place == "query" else None
        named = {str(value): _member_called(str(value), list(members)) for value in values or ()}
        by_member = {value: member for value, member in named.items() if member is not None}
        if by_member and len(by_member) == len(named) and parameter.name not in members:
            found[parameter.name] = by_member
    return found


def _member_called(value: str, members: list[str]) -> str | None:
    """The member that a value of a sorting parameter names, with its sign; None when none is certain."""
    sign = "-" if value.startswith("-") else ""
    wanted = _plain(value.removeprefix("-").removeprefix("+"))
    exact = [each for each in members if _plain(each) == wanted]
    timely = [each for each in members if _plain(each) in (f"{wanted}at", f"{wanted}on", f"{wanted}time")]
    found = exact or timely
    return f"{sign}{found[0]}" if len(found) == 1 else None


def _items(rules: Requests, schema: Schema) -> str | None:
    """Where the entries stand: in the answer itself, or in its only member that is an array."""
    if types_of(rules.resolved(schema)) == {"array"}:
        return ""
    members = members_of_schema(rules, schema)
    arrays = [name for name, member in members.items() if types_of(rules.resolved(member)) == {"array"}]
    return _pointer(arrays[0]) if len(arrays) == 1 else None


def _linked(operation: Operation) -> tuple[str, str] | None:
    """The parameter and the pointer of a link from the list to its own next page."""
    for status, documented in operation.responses.items():
        for link in documented.links.values() if status.startswith("2") else ():
            parameters = link.get("parameters") if isinstance(link, Mapping) else None
            if not isinstance(parameters, Mapping) or link.get("operationId") != operation.operation_id:
                continue
            for name, expression in parameters.items():
                source, _, pointer = str(expression).partition("#")
                if source == "$response.body" and pointer:
                    return str(name).removeprefix("query."), pointer
    return None


def _named(value: Any) -> Iterator[tuple[str, Any]]:
    """The members of an answer, or of an object in it, whose name says that they lead to the next page."""
    for name, member in value.items() if isinstance(value, dict) else ():
        if _plain(name) in NEXT:
            yield _pointer(name), member
        elif isinstance(member, dict):
            yield from ((f"{_pointer(name)}{pointer}", found) for pointer, found in _named(member))


def _named_in(rules: Requests, schema: Schema) -> Iterator[tuple[str, Schema]]:
    for name, member in members_of_schema(rules, schema).items():
        if _plain(name) in NEXT:
            yield _pointer(name), member
        for inner, found in members_of_schema(rules, member).items():
            if _plain(inner) in NEXT:
                yield f"{_pointer(name)}{_pointer(inner)}", found


def _order(operation: Operation) -> tuple[str, ...]:
    said = operation.extensions.get(ORDER)
    return tuple(str(each) for each in said) if isinstance(said, list) else (str(said),) if said else ()


def _plain(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())


def _pointer(name: Any) -> str:
    """A member's name, or a pointer, as a pointer."""
    text = str(name)
    return text if text.startswith("/") or not text else "/" + text.replace("~", "~0").replace("/", "~1")
