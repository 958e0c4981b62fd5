"""export: what API Gateway imports and what handlers read, both derived from the contract alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import jsonschema_rs
import pytest

from contracts import export, openapi
from contracts.contract import Contract
from contracts.schemas import children

ROOT = Path(__file__).parents[3]
# What fails an import or is not known in a model, and must not stand where a keyword stands.
FORBIDDEN = {
    "example", "examples", "default", "readOnly", "writeOnly", "deprecated", "discriminator", "xml", "externalDocs",
    "nullable", "exclusiveMinimum", "exclusiveMaximum", "links", "callbacks", "encoding",
}  # fmt: skip

CONTRACT = """\
openapi: 3.0.3
info: {title: Notes, version: "1"}
externalDocs: {url: https://example.org}
tags: [{name: notes, externalDocs: {url: https://example.org}}]
security: [{key: []}]
x-amazon-apigateway-binary-media-types: [image/png]
x-contract-safe: true
paths:
  /notes/{id}:
    summary: A note
    parameters:
      - {$ref: "#/components/parameters/Id"}
      - {name: session, in: cookie, schema: {type: string}}
    put:
      operationId: putNote
      deprecated: true
      x-contract-idempotent: true
      parameters:
        - name: limit
          in: query
          style: form
          x-contract-opaque: true
          schema: {$ref: "#/components/schemas/limit-1"}
          example: 3
      requestBody: {$ref: "#/components/requestBodies/Note"}
      responses:
        "200":
          description: Put.
          x-contract-owner: handler
          headers: {Location: {$ref: "#/components/headers/Location"}}
          content:
            application/json: {schema: {$ref: "#/components/schemas/note_v1"}, example: {example: a, default: [1]}}
            text/plain: {schema: {type: string}}
          links: {self: {operationId: putNote}}
        4XX: {$ref: "#/components/responses/Problem"}
        default: {description: Whatever.}
      x-amazon-apigateway-integration: {type: aws_proxy, uri: {Fn::Sub: "arn:${Put.Arn}"}}
    get: {security: [], responses: {"404": {$ref: "#/components/responses/Problem"}}}
components:
  parameters:
    Id: {name: id, in: path, required: true, description: Which., schema: {type: string, minLength: 1}}
  headers:
    Location: {required: true, schema: {type: string}}
  requestBodies:
    Note: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/note_v1"}}}}
  responses:
    Problem: {description: No., content: {application/problem+json: {schema: {$ref: "#/components/schemas/notev1"}}}}
  securitySchemes:
    key: {type: apiKey, name: x-api-key, in: header}
  schemas:
    limit-1: {type: integer, format: int32, minimum: 1, default: 3}
    unused: {type: object}
    notev1: {type: object}
    note_v1:
      type: object
      required: [example]
      discriminator: {propertyName: example}
      example: {example: a, default: [1]}
      x-contract-server-fields: [at]
      properties:
        example: {type: string, example: a, title: Example}
        default: {type: array, items: {type: integer, format: int64, minimum: 0, exclusiveMinimum: true}, required: []}
        at: {type: string, format: date-time, readOnly: true, nullable: true}
        ratio: {type: number, maximum: 1, exclusiveMaximum: true}
        kind: {type: string, enum: [a, b, a]}
        next: {$ref: "#/components/schemas/note_v1", description: The next.}
"""
PATH_ID = {"name": "id", "in": "path", "description": "Which.", "required": True, "schema": {"type": "string"}}


@pytest.fixture
def contract(tmp_path: Path) -> Contract:
    """A contract with everything in it that API Gateway cannot import."""
    file = tmp_path / "openapi.yaml"
    file.write_text(dedent(CONTRACT))
    return openapi.load(str(file))


def keywords(value: Any, kind: str = "document") -> Iterator[str]:
    """The keywords of a document: the members of its objects, and neither names nor data."""
    if isinstance(value, dict):
        if kind not in ("paths", "responses"):
            yield from value
        for child, child_kind, _ in children(value, kind):
            yield from keywords(child, child_kind)


def test_api_gateway_gets_what_it_can_import(contract: Contract) -> None:
    """References to all but models are written out, and everything that fails an import is gone."""
    document = export.for_api_gateway(contract)

    assert document == {
        "openapi": "3.0.1",
        "info": {"title": "Notes", "version": "1"},
        "tags": [{"name": "notes"}],
        "x-amazon-apigateway-binary-media-types": ["image/png"],
        "paths": {
            "/notes/{id}": {
                "put": {
                    "operationId": "putNote",
                    "parameters": [
                        PATH_ID,
                        {"name": "limit", "in": "query", "required": False, "schema": {"type": "integer"}},
                    ],
                    "requestBody": {
                        "required": True,
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/notev12"}}},
                    },
                    "responses": {
                        "200": {
                            "description": "Put.",
                            "headers": {"Location": {"schema": {"type": "string"}}},
                            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/notev12"}}},
                        }
                    },
                    "security": [{"key": []}],
                    "x-amazon-apigateway-integration": {"type": "aws_proxy", "uri": {"Fn::Sub": "arn:${Put.Arn}"}},
                },
                "get": {
                    "parameters": [
                        PATH_ID,
                    ],
                    "responses": {
                        "404": {
                            "description": "No.",
                            "content": {
                                "application/problem+json": {"schema": {"$ref": "#/components/schemas/notev1"}}
                            },
                        }
                    },
                    "security": [],
                },
            }
        },
        "components": {
            "securitySchemes": {"key": {"type": "apiKey", "name": "x-api-key", "in": "header"}},
            "schemas": {
                "notev1": {"type": "object"},
                "notev12": {
                    "type": "object",
                    "required": ["example"],
                    "properties": {
                        "example": {"type": "string", "title": "Example"},
                        "default": {"type": "array", "items": {"type": "integer", "minimum": 1}},
                        "at": {"oneOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]},
                        "ratio": {"type": "number", "maximum": 1},
                        "kind": {"type": "string", "enum": ["a", "b"]},
                        "next": {"$ref": "#/components/schemas/notev12"},
                    },
                },
            },
        },
    }


@pytest.mark.parametrize("name", ["openapi.yaml", "tests/apps/notes/openapi.yaml"])
def test_no_keyword_that_fails_an_import_is_left(name: str) -> None:
    """Our own documents lose every keyword that API Gateway refuses; properties may be called what they like."""
    found = set(keywords(export.for_api_gateway(openapi.load(str(ROOT / name)))))

    assert not found & FORBIDDEN
    assert not [keyword for keyword in found if keyword.startswith("x-contract-")]


def test_handlers_get_everything_resolved_and_sorted(contract: Contract) -> None:
    """Operations by id with their schemas; schemas of draft 4, those alone that an operation leads to."""
    compiled = export.compiled(contract)

    assert compiled["format"] == "contracts-compiled/1"
    assert compiled["operations"]["putNote"] == {
        "method": "PUT",
        "path": "/notes/{id}",
        "x-contract-idempotent": True,
        "parameters": [
            {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}},
            {"name": "session", "in": "cookie", "required": False, "schema": {"type": "string"}},
            {
                "name": "limit",
                "in": "query",
                "required": False,
                "schema": {"$ref": "#/schemas/limit-1"},
                "x-contract-opaque": True,
            },
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": {"$ref": "#/schemas/note_v1"}}}},
        "responses": {
            "200": {
                "headers": {"Location": {"required": True, "schema": {"type": "string"}}},
                "content": {
                    "application/json": {"schema": {"$ref": "#/schemas/note_v1"}},
                    "text/plain": {"schema": {"type": "string"}},
                },
            },
            "4XX": {"headers": {}, "content": {"application/problem+json": {"schema": {"$ref": "#/schemas/notev1"}}}},
            "default": {"headers": {}, "content": {}},
        },
    }
    assert "requestBody" not in compiled["operations"]["GET /notes/{id}"]
    assert sorted(compiled["schemas"]) == list(compiled["schemas"]) == ["limit-1", "note_v1", "notev1"]
    assert compiled["schemas"]["limit-1"] == {"type": "integer", "format": "int32", "minimum": 1, "default": 3}
    note = compiled["schemas"]["note_v1"]
    assert note["x-contract-server-fields"] == ["at"]
    assert note["properties"]["at"] == {"type": ["string", "null"], "format": "date-time"}
    assert note["properties"]["example"] == {"type": "string"}


def test_compiled_schemas_are_ones(contract: Contract) -> None:
    """Every compiled schema is JSON Schema draft 4, found where its references say."""
    compiled = export.compiled(contract)

    for name in compiled["schemas"]:
        root = {"allOf": [{"$ref": f"#/schemas/{name}"}], "schemas": compiled["schemas"]}
        assert jsonschema_rs.Draft4Validator(root).is_valid({"example": "a"}) == (name != "limit-1")


def test_exporting_changes_nothing(contract: Contract) -> None:
    """The contract is the same before and after, and two exports are equal texts."""
    before = json.dumps(contract.document)
    texts = [export.to_json(derive(contract)) for derive in (export.compiled, export.for_api_gateway) for _ in range(2)]

    assert json.dumps(contract.document) == before
    assert (texts[0], texts[2]) == (texts[1], texts[3])


def test_what_was_exported_is_a_contract_that_exports_to_itself(contract: Contract, tmp_path: Path) -> None:
    """The imported document promises the same paths, methods, required parameters and security."""
    file = tmp_path / "derived.json"
    file.write_text(export.to_json(export.for_api_gateway(contract)))
    derived = openapi.load(str(file))

    assert export.for_api_gateway(derived) == export.for_api_gateway(contract)
    for one, other in zip(contract.operations, derived.operations, strict=True):
        assert (one.method, one.path, one.security) == (other.method, other.path, other.security)
        required = [[(it.name, it.place) for it in each.parameters if it.required] for each in (one, other)]
        assert required[0] == required[1]


def test_the_text_is_for_people_and_version_control() -> None:
    """Two spaces, no escapes, the members in their order, a line break at the end."""
    assert export.to_json({"b": "번역", "a": [1]}) == '{\n  "b": "번역",\n  "a": [\n    1\n  ]\n}\n'
