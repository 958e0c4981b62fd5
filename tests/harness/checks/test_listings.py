"""How lists are told from other answers, and taken page by page."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contracts.checks.listings import entry_schema, listing
from contracts.checks.requests import Requests
from contracts.http import Headers, Response

ITEM = {"$ref": "#/components/schemas/Note"}
ARRAY = {"type": "array", "items": ITEM}


def listed(make: Any, schema: Any, *parameters: Any, **more: Any) -> Any:
    responses = {"200": make.response("200", schema, links=more.pop("links", {}))}
    contract = make.changed("listNotes", responses=responses, parameters=parameters, **more)
    return listing(Requests(contract), make.of(contract, "listNotes"))


def query(make: Any, name: str, **more: Any) -> Any:
    return make.parameter(name, "query", {"type": "string"}, **more)


def test_the_only_array_of_an_answer_holds_the_entries(make: Any) -> None:
    """Or the answer itself is one."""
    page = {"type": "object", "properties": {"notes": ARRAY, "total": {"type": "integer"}}}

    assert listed(make, page).items == "/notes"
    assert listed(make, ARRAY).items == ""
    assert listed(make, page).entries(b'{"notes": [1], "other": []}') == [1]


@pytest.mark.parametrize(
    "schema",
    [ITEM | {"$ref": "#/components/schemas/Problem"}, {"type": "object", "properties": {"a": ARRAY, "b": ARRAY}}],
)
def test_what_may_be_no_list_is_none(make: Any, schema: Any) -> None:
    """No array, or several."""
    assert listed(make, schema) is None


def test_a_list_that_wants_more_than_a_page_is_left_alone(make: Any) -> None:
    """What a required parameter means, nobody here knows."""
    assert listed(make, ARRAY, query(make, "tenant", required=True)) is None


def test_without_a_schema_answers_show_the_entries(make: Any) -> None:
    """Their only array."""
    shown = listed(make, None, query(make, "next_token"))

    assert shown.entries(b'{"count": 1, "things": [{"id": 1}]}') == [{"id": 1}]
    assert shown.entries(b'{"a": [], "b": []}') is None
    assert shown.entries(b"[1, 2]") == [1, 2]
    assert shown.following(b'{"things": [], "page": {"nextToken": "x"}}') == "x"
    assert shown.inferred == ("`next_token`",)


def test_the_extension_says_how_pages_are_taken(make: Any) -> None:
    """Names of parameters and of members, or pointers; what it leaves out there is not."""
    said = {"limit": "n", "cursor": "from", "items": "found", "next": "/meta/more"}
    page = {"type": "object", "properties": {"found": ARRAY, "others": ARRAY}}
    shown = listed(make, page, query(make, "limit"), extensions={"x-contract-page": said})

    assert (shown.items, shown.limit, shown.cursor, shown.next) == ("/found", "n", "from", "/meta/more")
    assert shown.following(b'{"found": [], "meta": {"more": "z"}}') == "z"
    assert shown.inferred == ()


def test_a_link_to_the_next_page_says_it_too(make: Any) -> None:
    """From the list to itself."""
    link = {"operationId": "listNotes", "parameters": {"position": "$response.body#/after"}}
    page = {"type": "object", "properties": {"items": ARRAY, "after": {"type": "string"}}}
    shown = listed(make, page, query(make, "position"), query(make, "limit"), links={"next": link})

    assert (shown.limit, shown.cursor, shown.next, shown.inferred) == ("limit", "position", "/after", ())


@pytest.mark.parametrize("end", [{}, {"next_cursor": None}, {"next_cursor": ""}])
def test_the_last_page_has_no_cursor(make: Any, end: Any) -> None:
    """None, null, or nothing in it."""
    page = {"type": "object", "properties": {"items": ARRAY, "next_cursor": {"type": "string"}}}

    assert listed(make, page, query(make, "cursor")).following(json.dumps({"items": [], **end}).encode()) is None


def test_a_cursor_may_stand_in_a_url(make: Any) -> None:
    """Of the next page."""
    page = {"type": "object", "properties": {"items": ARRAY, "next_cursor": {"type": "string"}}}
    shown = listed(make, page, query(make, "cursor"))

    assert shown.following(b'{"next_cursor": "https://api.example/notes?limit=1&cursor=a%3D"}') == "a="


def test_without_a_cursor_to_hand_back_there_are_no_pages(make: Any) -> None:
    """A parameter alone is not enough where the schema of the answer is known."""
    page = {"type": "object", "properties": {"items": ARRAY}}

    assert listed(make, page, query(make, "cursor")).cursor is None


def test_entries_have_the_schema_of_the_array(make: Any) -> None:
    """Where there is one."""
    contract = make.changed("listNotes", responses={"200": make.response("200", ARRAY)})
    rules = Requests(contract)
    shown = listing(rules, make.of(contract, "listNotes"))

    assert shown is not None
    assert entry_schema(rules, shown) == ITEM


def test_order_is_said_by_the_extension(make: Any) -> None:
    """One member, or several."""
    assert listed(make, ARRAY, extensions={"x-contract-order": "-created_at"}).order == ("-created_at",)
    assert listed(make, ARRAY, extensions={"x-contract-order": ["a", "-b"]}).order == ("a", "-b")


WHOLE = {"type": "integer"}


def counted(make: Any, name: str, **schema: Any) -> Any:
    limit = make.parameter("limit", "query", WHOLE)
    return listed(make, ARRAY, limit, make.parameter(name, "query", {**WHOLE, **schema}))


def page(body: bytes, link: str | None = None) -> Response:
    return Response(200, Headers.of([("Link", link)] if link is not None else []), body)


def test_an_offset_goes_on_behind_a_full_page(make: Any) -> None:
    """A page that is not as long as it was asked to be is the last, and so is one of no length."""
    shown = counted(make, "offset")

    assert shown.paging == {"limit", "offset"}
    assert shown.after({"limit": "2"}, page(b"[1, 2]")) == {"limit": "2", "offset": "2"}
    assert shown.after({"limit": "2", "offset": "2"}, page(b"[3, 4]")) == {"limit": "2", "offset": "4"}
    assert shown.after({"limit": "2", "offset": "4"}, page(b"[5]")) is None
    assert shown.after({}, page(b"[1, 2]")) is None


@pytest.mark.parametrize(
    ("schema", "second"),
    [
        ({"minimum": 1}, "2"),
        ({"default": 0}, "1"),
        ({"minimum": 0, "default": 0}, "1"),
        ({"minimum": 0, "default": 1}, None),
        ({}, None),
        ({"minimum": 5}, None),
    ],
)
def test_pages_are_numbered_from_where_the_contract_says(make: Any, schema: Any, second: str | None) -> None:
    """By the least or the default value; where they differ, nobody can tell."""
    expected = None if second is None else {"limit": "1", "page": second}

    assert counted(make, "page", **schema).after({"limit": "1"}, page(b"[1]")) == expected


@pytest.mark.parametrize(
    ("link", "following"),
    [
        ('</v1/notes?from=n2&limit=1>; rel="next"', {"from": "n2", "limit": "1"}),
        ('<?from=n1>; rel="prev", <?from=n3>; rel="next"', {"from": "n3"}),
        ('<?from=n1>; rel="prev"', None),
        ("", None),
    ],
)
def test_a_link_leads_to_the_next_page(make: Any, link: str, following: Any) -> None:
    """RFC 8288: with the relation `next`."""
    assert listed(make, ARRAY).after({}, page(b"[1]", link)) == following


def test_a_text_is_no_offset(make: Any) -> None:
    """What it means nobody knows; an extension and a cursor say more than names do."""
    number = make.parameter("offset", "query", {"type": "string"})

    assert listed(make, ARRAY, number).offset is None
    assert counted(make, "offset").cursor is None
