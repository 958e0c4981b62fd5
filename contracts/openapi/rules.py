"""Rules: what parts of a contract promise each other, each with the place where they do not."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any

import jsonschema_rs

from contracts.contract import Operation
from contracts.errors import ContractError, Location
from contracts.openapi.bundling import Bundle
from contracts.openapi.extensions import objects
from contracts.schemas import draft4

VARIABLE = re.compile(r"\{([^{}]*)\}")
LONGEST_MESSAGE = 200


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


def check_links(bundle: Bundle, operations: Sequence[Operation]) -> None:
    """
    Every link leads to an operation (section 4.7.20).

    Raises:
        ContractError: One does not.
    """
    known = [operation.operation_id for operation in operations if operation.operation_id is not None]
    for link, kind, _ in objects(bundle.document, "document"):
        name = link.get("operationId")
        if kind == "link" and name is not None and name not in known:
            raise ContractError(
                f"a link leads to the operation `{name}`, which does not exist",
                location=bundle.place(link, "operationId"),
                cure=_nearest(name, known) or f"There are: {', '.join(known) or 'none with an operationId'}.",
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
        # ["definitions", "3", "properties", "text", "type"]
        schema, keys = found[int(str(error.instance_path[1]))], error.instance_path[2:]
        raise ContractError(
            f"this schema cannot be used: {shortened(error.message)}",
            location=_nearest_place(bundle, schema, keys),
            cure="Correct it; see the Schema Object of the OpenAPI Specification 3.0.",
        ) from error


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


def _nearest_place(bundle: Bundle, schema: Mapping[str, Any], keys: Sequence[str | int]) -> Location:
    """The place of what keys lead to in a schema, whose inner objects may have been written in other files."""
    value: Any = schema
    inner, rest = schema, list(keys)
    for index, key in enumerate(keys):
        value = value.get(str(key)) if isinstance(value, Mapping) else _item(value, key)
        if isinstance(value, Mapping) and id(value) in bundle.origins:
            inner, rest = value, list(keys[index + 1 :])
    return bundle.place(inner, *rest)


def _item(value: Any, key: str | int) -> Any:
    return value[key] if isinstance(value, list) and isinstance(key, int) and key < len(value) else None


def _nearest(name: str, known: Sequence[str]) -> str | None:
    nearest = difflib.get_close_matches(name, known, 1)
    return f"Did you mean `{nearest[0]}`?" if nearest else None
