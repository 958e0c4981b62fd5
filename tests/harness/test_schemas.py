"""Schemas: OpenAPI 3.0's dialect as JSON Schema draft 4, and what a document holds where."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.schemas import Direction, children, draft4, reachable, validator

TREE: dict[str, Any] = {
    "Tree": {"type": "object", "properties": {"left": {"$ref": "#/components/schemas/Tree"}, "leaf": {}}},
    "Leaf": {"type": "string"},
    "Pair": {"allOf": [{"$ref": "#/components/schemas/Leaf"}, {"$ref": "#/components/schemas/Tree"}]},
}
DIRECTIONS: tuple[Direction | None, ...] = ("request", "response", None)


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        (
            {"type": "string", "enum": ["a"], "nullable": True, "default": "a"},
            {"anyOf": [{"type": "string", "enum": ["a"]}, {"type": "null"}], "default": "a"},
        ),
        (
            {"allOf": [{"type": "string"}], "nullable": True},
            {"anyOf": [{"allOf": [{"type": "string"}]}, {"type": "null"}]},
        ),
        (
            {"$ref": "#/components/schemas/A", "x-contract-opaque": True, "x-a": 1, "description": "a"},
            {"$ref": "#/schemas/A", "x-contract-opaque": True},
        ),
        (
            {"type": "object", "required": [], "readOnly": True, "example": {}, "xml": {}, "title": "a"},
            {"type": "object"},
        ),
        ({"minimum": 1, "exclusiveMinimum": True, "exclusiveMaximum": True}, {"minimum": 1, "exclusiveMinimum": True}),
        (
            {"properties": {"example": {"title": "a"}, "nullable": {"nullable": False}}},
            {"properties": {"example": {}, "nullable": {}}},
        ),
        ({"enum": [{"example": 1}], "default": {"title": 2}}, {"enum": [{"example": 1}], "default": {"title": 2}}),
        (
            {"additionalProperties": False, "items": {"format": "date", "deprecated": True}},
            {"additionalProperties": False, "items": {"format": "date"}},
        ),
    ],
)
def test_a_schema_of_openapi_becomes_one_of_draft_4(schema: dict[str, Any], expected: dict[str, Any]) -> None:
    """Words that judge are kept or translated, the others go; data and names of properties are never touched."""
    assert draft4(schema) == expected


def test_what_the_service_sets_is_not_asked_of_a_request() -> None:
    """`readOnly` members are required in responses alone, `writeOnly` ones in requests, behind references too."""
    schema = {
        "required": ["id", "key"],
        "properties": {"id": {"$ref": "#/components/schemas/Id"}, "key": {"writeOnly": True}},
    }
    schemas = {"Id": {"type": "string", "readOnly": True}}

    request, response, either = (validator(schema, schemas, direction=it) for it in DIRECTIONS)

    assert [each.is_valid({"key": 1}) for each in (request, response, either)] == [True, False, False]
    assert [each.is_valid({"id": "a"}) for each in (request, response, either)] == [False, True, False]


def test_reachable_schemas_are_met_once_each() -> None:
    """Recursion ends, and what nobody refers to is not met."""
    assert reachable([{"items": {"$ref": "#/components/schemas/Tree"}}], TREE) == ("Tree",)
    assert reachable([{"$ref": "#/components/schemas/Pair"}], TREE) == ("Pair", "Leaf", "Tree")


def test_a_validator_follows_references_and_judges_formats() -> None:
    """A recursive schema judges at any depth; `format` counts unless it is switched off."""
    judge = validator({"$ref": "#/components/schemas/Tree"}, TREE)
    day = {"type": "string", "format": "date-time"}

    assert judge.is_valid({"left": {"left": {}}})
    assert not judge.is_valid({"left": {"left": 3}})
    assert [validator(day, {}, formats=judged).is_valid("today") for judged in (True, False)] == [False, True]


def test_children_are_found_by_their_place() -> None:
    """An object's children have kinds; examples, extensions and wrong shapes are not taken for objects."""
    operation: dict[str, Any] = {
        "parameters": [{"name": "a"}],
        "requestBody": {"content": {}},
        "responses": {"200": {}, "x-a": {}},
        "x-schema": {},
        "callbacks": [],
    }

    assert [(kind, keys) for _, kind, keys in children(operation, "operation")] == [
        ("parameter", ("parameters", 0)),
        ("request body", ("requestBody",)),
        ("responses", ("responses",)),
    ]
    assert [keys for _, _, keys in children(operation["responses"], "responses")] == [("200",)]
