"""Rules: what parts of a contract promise each other, each with the place where they do not."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any

import jsonschema_rs

from contracts.contract import Operation
from contracts.errors import ContractError
from contracts.openapi.bundling import Bundle
from contracts.openapi.extensions import objects
from contracts.schemas import draft4, mapped

VARIABLE = re.compile(r"\{([^{}]*)\}")
LONGEST_MESSAGE = 200
# OpenAPI Specification 3.0.3, section 4.7.24: no null, and no lists of types.
TYPES = ("array", "boolean", "integer", "number", "object", "string")
BOUNDS = (
    ("minimum", "maximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
)


def check_operation_ids(operations: Sequence[Operation]) -> None:
    """
    No two operations share an operationId (OpenAPI 3.0.3, section 4.7.10.1).

    Raises:
        ContractError: Two do.
    """
    first: dict[str, Operation] = {}
    for operation in operations:
        if operation.operation_id is None:
            continue
        other = first.setdefault(operation.operation_id, operation)
        if other is not operation:
            raise ContractError(
                f"the operationId `{operation.operation_id}` stands twice, first at {other.location}",
                location=operation.location,
                cure="Give each operation its own.",
            )


def check_path_parameters(operations: Sequence[Operation]) -> None:
    """
    Every variable of a path is a declared parameter, and every path parameter a variable (section 4.7.12.1).

    Raises:
        ContractError: One is not.
    """
    for operation in operations:
        variables = VARIABLE.findall(operation.path)
        declared = {each.name: each for each in operation.parameters if each.place == "path"}
        for name, parameter in declared.items():
            if name not in [variable.removesuffix("+") for variable in variables] and name not in variables:
                raise ContractError(
                    f"{operation.name} declares the path parameter `{name}`, which {operation.path} does not have",
                    location=parameter.location,
                    cure=_nearest(name, variables) or f"Write `{{{name}}}` into the path, or remove the parameter.",
                )
        for variable in variables:
            # A greedy variable belongs to API Gateway, and its documents seldom declare it.
            if variable not in declared and not variable.endswith("+"):
                raise ContractError(
                    f"{operation.name} does not declare the path parameter `{variable}` of {operation.path}",
                    location=operation.location,
                    cure=f"Add it: `- {{name: {variable}, in: path, required: true, schema: {{type: string}}}}`.",
                )


def check_schemas(bundle: Bundle) -> None:
    """
    Every schema is one.

    Raises:
        ContractError: One says what JSON Schema does not allow.
    """
    found = [schema for schema in _outermost(bundle.document) if "$ref" not in schema]
    try:
        jsonschema_rs.Draft4Validator({"definitions": {str(n): draft4(schema) for n, schema in enumerate(found)}})
    except jsonschema_rs.ValidationError as error:
        raise _unusable(bundle, error) from error
    _check_bounds(bundle)


def _unusable(bundle: Bundle, error: jsonschema_rs.ValidationError) -> ContractError:
    """
    The error of the first schema that cannot be used.

    An error of all schemas together says of one that stands inside of another no more than that the other is wrong, so
    that each is asked by itself.
    """
    for schema, kind, _ in objects(bundle.document, "document"):
        if kind == "schema" and "$ref" not in schema:
            try:
                jsonschema_rs.Draft4Validator(draft4(mapped(schema, "schema", lambda *_: {})))
            except jsonschema_rs.ValidationError as inner:
                keys = inner.instance_path
                problem, cure = _problem(str(keys[-1]) if keys else "", inner)
                return ContractError(problem, location=bundle.place(schema, *keys), cure=cure)
    return ContractError(f"a schema cannot be used: {shortened(error.message)}", location=bundle.source.location())


def _problem(word: str, error: jsonschema_rs.ValidationError) -> tuple[str, str]:
    """What is wrong with a word of a schema, and what to do."""
    written = error.instance
    if word == "type" and isinstance(written, str):
        cure = _nearest(written, TYPES) or f"There are: {', '.join(TYPES)}."
        return f"`{shortened(written)}` is no type of a schema", cure
    if word == "pattern" and isinstance(written, str):
        return (
            f"the pattern `{shortened(written)}` is no regular expression of ECMA 262, which OpenAPI takes",
            "Correct it; quantifiers like `a++` and classes like `[[:alpha:]]` belong to other dialects.",
        )
    return (
        f"this schema cannot be used: {shortened(error.message)}",
        "Correct it; see the Schema Object of the OpenAPI Specification 3.0.",
    )


def _check_bounds(bundle: Bundle) -> None:
    """No lower bound is above its upper one, and no enum is empty: nothing at all would satisfy the schema."""
    for schema, kind, _ in objects(bundle.document, "document"):
        if kind != "schema":
            continue
        for lower, upper in BOUNDS:
            least, most = schema.get(lower), schema.get(upper)
            if isinstance(least, (int, float)) and isinstance(most, (int, float)) and least > most:
                raise ContractError(
                    f"nothing satisfies this schema: its {lower} {least} is above its {upper} {most}",
                    location=bundle.place(schema, lower),
                    cure="Correct one of the two.",
                )
        if schema.get("enum") == []:
            raise ContractError(
                "nothing satisfies this schema: its enum is empty",
                location=bundle.place(schema, "enum"),
                cure="Add a value, or remove it.",
            )


def shortened(message: str) -> str:
    """A message that fits a line or two."""
    line = " ".join(message.split())
    return line if len(line) <= LONGEST_MESSAGE else line[: LONGEST_MESSAGE - 3] + "..."


def _outermost(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The schemas that are not inside of another schema."""
    every = [(schema, keys) for schema, kind, keys in objects(document, "document") if kind == "schema"]
    roots: list[Mapping[str, Any]] = []
    last: tuple[str | int, ...] | None = None
    for schema, keys in every:  # in the document's order, so that what is inside follows at once
        if last is None or keys[: len(last)] != last:
            roots.append(schema)
            last = keys
    return roots


def _nearest(name: str, known: Sequence[str]) -> str | None:
    nearest = difflib.get_close_matches(name, known, 1)
    return f"Did you mean `{nearest[0]}`?" if nearest else None
