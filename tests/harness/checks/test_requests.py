"""Requests judged by the contract, as a function can read them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contracts.checks.requests import Requests, Violation
from contracts.contract import Contract, RequestBody


def of(contract: Any, name: str) -> Any:
    return next(each for each in contract.operations if each.name == name)


def read(make: Any, schema: Any, sent: Any) -> list[tuple[str, str]]:
    contract = make.changed("createNote", request_body=RequestBody(True, {"application/json": schema}))
    request = make.exchange(of(contract, "createNote"), 200, sent=sent).case.request
    return [(each.name, each.rule) for each in Requests(contract).read(of(contract, "createNote"), request).violations]


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"text": "a"}, []),
        ({}, [("", "required")]),
        ({"text": "a", "more": 1}, [("", "additionalProperties")]),
        ({"text": "x" * 101}, [("/text", "maxLength")]),
        ({"text": "a", "tags": ["b", 5]}, [("/tags/1", "type")]),
        (b"{", [("", "json")]),
        (b"", [("", "required")]),
        (None, [("", "required")]),
        (b"null", [("", "type")]),
    ],
)
def test_bodies_are_judged_by_their_schema(make: Any, sent: Any, wrong: Any) -> None:
    """Each violation has its place and the keyword that it breaks."""
    assert read(make, {"$ref": "#/components/schemas/NewNote"}, sent) == wrong


@pytest.mark.parametrize(
    ("schema", "sent", "valid"),
    [
        ({"type": "string", "nullable": True}, b"null", True),
        ({"type": "string"}, b"null", False),
        ({"type": "integer", "minimum": 1, "exclusiveMinimum": True}, 1, False),
        ({"type": "integer", "minimum": 1, "exclusiveMinimum": False}, 1, True),
        ({"type": "object", "required": ["id"], "properties": {"id": {"readOnly": True}}}, {}, True),
        ({"type": "object", "required": ["id"], "properties": {"id": {}}}, {}, False),
        ({"type": "object", "properties": {"nullable": {"type": "string"}}}, {"nullable": 5}, False),
    ],
)
def test_schemas_mean_what_openapi_3_0_says(make: Any, schema: Any, sent: Any, valid: bool) -> None:
    """`nullable`, boolean bounds and `readOnly` are not JSON Schema's."""
    assert (read(make, schema, sent) == []) is valid


@pytest.mark.parametrize(
    ("schema", "sent", "reading"),
    [
        ({"type": "string"}, b"0", ((), True)),
        ({"type": "string", "minLength": 2}, b"0", ((("", "minLength"),), True)),
        ({"type": "string"}, b"\xff", ((), False)),
        ({"type": "string", "format": "binary"}, b"\xff", ((), True)),
        ({"type": "integer"}, b"x", ((), False)),
    ],
)
def test_a_raw_body_is_a_string_whatever_its_bytes(make: Any, schema: Any, sent: bytes, reading: Any) -> None:
    """What is no JSON cannot be of a wrong type; rules for its text count, and what is no text is not judged."""
    contract = make.changed("createNote", request_body=RequestBody(True, {"text/html": schema}))
    operation = of(contract, "createNote")
    exchange = make.exchange(operation, 200, sent=sent, request_headers=[("Content-Type", "text/html")])
    found = Requests(contract).read(operation, exchange.case.request)

    assert (tuple((each.name, each.rule) for each in found.violations), found.certain) == reading


@pytest.mark.parametrize("schema", [{"pattern": "(?<"}, {"$ref": "#/components/schemas/Nowhere"}])
def test_a_schema_that_cannot_be_read_judges_nothing(make: Any, schema: Any) -> None:
    """What nobody can tell is not called wrong."""
    contract: Contract = make.notes()

    assert Requests(contract).accepts(schema, "x") is None


def test_text_that_is_no_unicode_judges_nothing(make: Any) -> None:
    """A lone surrogate is beyond JSON Schema."""
    assert Requests(make.notes()).accepts({"type": "string"}, "\ud800") is None


def test_a_required_parameter_that_was_not_sent_is_missing(make: Any) -> None:
    """By presence alone."""
    contract = make.notes()
    limit = replace(of(contract, "listNotes").parameters[0], required=True)
    contract = make.changed("listNotes", parameters=(limit,))
    request = make.exchange(of(contract, "listNotes"), 200).case.request

    found = Requests(contract).read(of(contract, "listNotes"), request).violations

    assert found == (Violation("query", "limit", "required", ""),)


def test_marked_members_are_found_with_their_values(make: Any) -> None:
    """Through references and combined schemas, with the pointer of each."""
    contract = make.notes()
    operation = of(contract, "createNote")
    shown = make.exchange(operation, 201, sent={"text": "a", "tags": ["b"]})

    members = {each.name: each.value for each in Requests(contract).members(operation, shown.case.request)}

    assert members == {"": {"text": "a", "tags": ["b"]}, "/text": "a", "/tags": ["b"], "/tags/0": "b"}


def test_a_schema_that_contains_itself_ends(make: Any) -> None:
    """With and without a value between."""
    loop, itself = ({"$ref": f"#/components/schemas/{name}"} for name in ("Loop", "Itself"))
    schemas = {"Loop": {"allOf": [loop]}, "Itself": itself}
    contract = replace(make.notes(), schemas=schemas)

    assert list(Requests(contract).walk(loop, "x"))
    assert Requests(contract).resolved(itself) == {}
