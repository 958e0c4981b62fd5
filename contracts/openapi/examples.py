"""Examples: each satisfies the schema that it stands beside, or the contract contradicts itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import jsonschema_rs

from contracts.contract import Schema
from contracts.documents import pointer_of
from contracts.errors import ContractError
from contracts.openapi.bundling import Bundle
from contracts.openapi.extensions import objects
from contracts.openapi.operations import described
from contracts.openapi.rules import shortened
from contracts.schemas import Direction, Keys, followed, validator

# Where an object stands says which way its values go; a schema below components may go both.
DIRECTIONS: Mapping[str | int, Direction] = {
    "parameters": "request",
    "requestBody": "request",
    "requestBodies": "request",
    "responses": "response",
    "headers": "response",
}
BOTH: tuple[Direction, ...] = ("request", "response")


@dataclass(frozen=True, slots=True)
class _Example:
    """An example: its name for messages, its value, and where that stands: below an object, by keys."""

    name: str
    value: Any
    holder: Mapping[str, Any]
    keys: Keys
    schema: Schema
    directions: tuple[Direction, ...]


def check_examples(bundle: Bundle) -> None:
    """
    Refuse an example that breaks its schema.

    Raises:
        ContractError: The first of them, with what it breaks and where.
    """
    judge = _Judge(bundle.document.get("components", {}).get("schemas", {}))
    for example in _examples(bundle):
        errors = judge.errors(example)
        if errors:
            error = errors[0]
            inside = pointer_of(error.instance_path)
            raise ContractError(
                f"{example.name} breaks its schema{f' at {inside}' if inside else ''}: {shortened(error.message)}",
                location=bundle.place(example.holder, *example.keys, *error.instance_path),
                cure="Correct the example, or the schema.",
            )


@dataclass(slots=True)
class _Judge:
    schemas: Mapping[str, Schema]
    _validators: dict[tuple[int, Direction], jsonschema_rs.Draft4Validator] = field(default_factory=dict)

    def errors(self, example: _Example) -> list[jsonschema_rs.ValidationError]:
        """What is wrong with an example; nothing when it is right in one of its directions."""
        found: list[jsonschema_rs.ValidationError] = []
        for direction in reversed(example.directions):
            found = list(self._validator(example.schema, direction).iter_errors(example.value))
            if not found:
                break
        return found

    def _validator(self, schema: Schema, direction: Direction) -> jsonschema_rs.Draft4Validator:
        # The schemas live as long as the document, so an id stands for one of them.
        key = id(schema), direction
        if key not in self._validators:
            self._validators[key] = validator(schema, self.schemas, direction=direction)
        return self._validators[key]


def _examples(bundle: Bundle) -> Iterator[_Example]:
    schemas = bundle.document.get("components", {}).get("schemas", {})
    for value, kind, keys in objects(bundle.document, "document"):
        directions = tuple(dict.fromkeys(DIRECTIONS[key] for key in keys if key in DIRECTIONS))[-1:] or BOTH
        if kind == "schema":
            # OpenAPI 3.0.3, section 4.7.24.2: `example` in a schema; a null there is mostly an empty line.
            if value.get("example") is not None and "$ref" not in value:
                yield _Example("the example", value["example"], value, ("example",), value, BOTH)
        elif kind in ("parameter", "header"):
            yield from _beside(bundle, value, described(value), directions)
        elif kind == "media type" and _is_judged(str(keys[-1]), value.get("schema", {}), schemas):
            yield from _beside(bundle, value, value.get("schema", {}), directions)


def _beside(
    bundle: Bundle, holder: Mapping[str, Any], schema: Schema, directions: tuple[Direction, ...]
) -> Iterator[_Example]:
    """The examples of a parameter, a header or a media type."""
    if holder.get("example") is not None:
        yield _Example("the example", holder["example"], holder, ("example",), schema, directions)
    for name, written in holder.get("examples", {}).items():
        example = bundle.resolved(written)
        if "value" in example:
            yield _Example(f"the example `{name}`", example["value"], example, ("value",), schema, directions)


def _is_judged(media_type: str, schema: Schema, schemas: Mapping[str, Schema]) -> bool:
    """An example of a type that is not JSON is its text, which only a schema of a text can judge (section 4.7.14)."""
    essence = media_type.partition(";")[0].strip().lower()
    is_json = essence == "application/json" or essence.endswith("+json")
    return is_json or followed(schema, schemas).get("type") == "string"
