"""
The contract as the handlers see it, read from `contract.json`.

That file is compiled from `openapi.yaml`: JSON Schema of draft 4, every schema below `schemas`,
every other reference resolved. What the contract says is read here and written nowhere else in the code.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Schema = Mapping[str, Any]

COMPILED = Path(__file__).with_name("contract.json")
FORMAT = "contracts-compiled/1"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation; `place` is its `in`: path, query or header."""

    name: str
    place: str
    required: bool
    schema: Schema


@dataclass(frozen=True, slots=True)
class Response:
    """
    A documented answer.

    Attributes:
        headers: The schema of each documented header.
        content: The schema of each documented media type.
    """

    headers: Mapping[str, Schema]
    content: Mapping[str, Schema]


@dataclass(frozen=True, slots=True)
class Operation:
    """
    One operation of the contract.

    Attributes:
        method: Upper case.
        body: The schema of each media type that a request body may have; empty when the operation has no body.
        responses: The documented answers by status.
        fault_map: The status that an error of AWS leads to, by "<service>:<error code>".
    """

    operation_id: str
    method: str
    parameters: tuple[Parameter, ...]
    body_required: bool
    body: Mapping[str, Schema]
    responses: Mapping[int, Response]
    fault_map: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Contract:
    """All operations by operationId, and the schemas that they refer to as `#/schemas/<Name>`."""

    operations: Mapping[str, Operation]
    schemas: Mapping[str, Schema]

    def resolved(self, schema: Schema) -> Schema:
        """The schema itself, or the one that its `$ref` leads to."""
        while "$ref" in schema:
            schema = self.schemas[schema["$ref"].rpartition("/")[2]]
        return schema

    def parts(self, schema: Schema) -> Iterator[Schema]:
        """The schema and everything that it is put together from with `allOf`."""
        schema = self.resolved(schema)
        yield schema
        for part in schema.get("allOf", ()):
            yield from self.parts(part)

    def properties(self, schema: Schema) -> dict[str, Schema]:
        """The members that a schema describes; where several parts describe one, the last, narrowest part counts."""
        found: dict[str, Schema] = {}
        for part in self.parts(schema):
            found |= {name: self.resolved(member) for name, member in part.get("properties", {}).items()}
        return found


@functools.cache
def contract() -> Contract:
    """
    The compiled contract; read once per warm function.

    Raises:
        ValueError: The file has a format that this code does not know.
    """
    document = json.loads(COMPILED.read_text(encoding="utf-8"))
    if document["format"] != FORMAT:
        raise ValueError(f"{COMPILED.name} has the format {document['format']}, expected {FORMAT}")
    operations = {name: _operation(name, value) for name, value in document["operations"].items()}
    return Contract(operations, document["schemas"])


def _operation(operation_id: str, value: Mapping[str, Any]) -> Operation:
    """An operation from its compiled form."""
    body = value.get("requestBody", {})
    return Operation(
        operation_id=operation_id,
        method=value["method"],
        parameters=tuple(
            Parameter(each["name"], each["in"], each["required"], each["schema"]) for each in value["parameters"]
        ),
        body_required=body.get("required", False),
        body=_schemas(body.get("content", {})),
        responses={
            int(status): Response(_schemas(each.get("headers", {})), _schemas(each.get("content", {})))
            for status, each in value["responses"].items()
        },
        fault_map=value.get("x-contract-fault-map", {}),
    )


def _schemas(described: Mapping[str, Any]) -> dict[str, Schema]:
    """The schema of each header or media type."""
    return {name: each.get("schema", {}) for name, each in described.items()}
