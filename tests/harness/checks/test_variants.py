"""Variants of an accepted request: an optional member more, or less."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from contracts.checks.requests import Requests
from contracts.checks.variants import (
    fuller,
    is_named,
    members_of,
    optional_members,
    others_for,
    values_for,
    without_top,
)


def create(make: Any, sent: Any) -> tuple[Requests, Any, Any]:
    contract = make.notes()
    operation = make.of(contract, "createNote")
    return Requests(contract), operation, make.exchange(operation, 201, {}, sent=sent).case.request


def test_optional_members_are_those_that_a_request_may_leave_out(make: Any) -> None:
    """A required one is none of them, whether it is there or not."""
    rules, operation, request = create(make, {"text": "a"})

    assert optional_members(rules, operation, request) == ["tags"]
    assert members_of(without_top(request, "text")) == {}


def test_values_are_those_that_the_contract_allows(make: Any) -> None:
    """Known ones first, each once, none of them empty."""
    rules, operation, request = create(make, {"text": "a"})

    assert values_for(rules, operation, request, "tags", [["b"], [], ["b"]]) == [["b"], ["first"], ["other"]]


def test_a_fuller_request_has_every_optional_member(make: Any) -> None:
    """What is there stays; a body that is no object stays as it is."""
    rules, operation, request = create(make, {"text": "a"})

    assert members_of(fuller(rules, operation, request)) == {"text": "a", "tags": ["first"]}
    assert fuller(rules, operation, create(make, [1])[2]).body == b"[1]"


TERMS = {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/Term"}}
TERM = {
    "type": "object",
    "required": ["kind", "word"],
    "properties": {"kind": {"type": "string", "enum": ["noun", "verb"]}, "word": {"type": "string", "maxLength": 10}},
}
LIST = {
    "type": "object",
    "additionalProperties": False,
    "required": ["language", "terms"],
    "properties": {
        "language": {"type": "string", "enum": ["de", "en"]},
        "terms": TERMS,
        "title": {"type": "string"},
    },
}


def put(make: Any, sent: Any, **limits: Any) -> tuple[Requests, Any, Any]:
    terms = {**LIST, "properties": {**LIST["properties"], "terms": {**TERMS, **limits}}}  # type: ignore[dict-item]
    operation = make.operation("putList", "PUT", "/lists/{id}", make.response("200"), body=terms)
    contract = make.notes(putList=operation)
    rules = Requests(replace(contract, schemas={**contract.schemas, "Term": TERM}))
    return rules, operation, make.exchange(operation, 200, {}, sent=sent).case.request


def test_another_list_of_objects_has_another_text_then_one_more_then_one_less(make: Any) -> None:
    """A text that is an enum, or that would be too long, stays as it is."""
    one, two = {"kind": "noun", "word": "oak"}, {"kind": "verb", "word": "too long"}
    other = {"kind": "noun", "word": "oak again"}

    assert others_for(*put(make, {"language": "de", "terms": [one, two]}), "terms") == [
        [other, two],
        [one, two, other],
        [one],
    ]
    assert others_for(*put(make, {"language": "de", "terms": [two]}), "terms") == []


def test_another_list_has_as_many_objects_as_the_contract_allows(make: Any) -> None:
    """Neither more than `maxItems` nor fewer than `minItems`."""
    one, other = {"kind": "noun", "word": "oak"}, {"kind": "noun", "word": "oak again"}

    assert others_for(*put(make, {"language": "de", "terms": [one]}, maxItems=1), "terms") == [[other]]


def test_another_value_of_an_enum_is_one_that_the_contract_names(make: Any) -> None:
    """Plain values come first where the contract allows them, and the one that was sent is none of them."""
    rules, operation, request = put(
        make, {"language": "de", "terms": [{"kind": "noun", "word": "a"}], "title": "first"}
    )

    assert others_for(rules, operation, request, "language") == ["en"]
    assert others_for(rules, operation, request, "title") == ["other"]
    assert [is_named(rules, operation, request, name) for name in ("language", "terms", "title")] == [
        True,
        False,
        False,
    ]
