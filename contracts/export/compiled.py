"""Compiled contracts: the form that handlers validate from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.contract import Contract, Operation, Schema
from contracts.schemas import draft4, reachable

FORMAT = "contracts-compiled/1"
CONTRACT_PREFIX = "x-contract-"
FAULT_MAP = "x-contract-fault-map"


def compiled(contract: Contract) -> dict[str, Any]:
    """
    The form of a contract that handlers validate from, its members sorted.

    `operations` has what each operation accepts and answers by its operationId, references resolved; schemas are
    JSON Schema draft 4, and those that have a name are in `schemas`, referred to as `#/schemas/<Name>`.
    """
    operations = {operation.name: _compiled_operation(operation, contract) for operation in contract.operations}
    roots = [schema for operation in contract.operations for schema in _schemas_of(operation)]
    schemas = {name: draft4(contract.schemas[name]) for name in reachable(roots, contract.schemas)}
    result: dict[str, Any] = _sorted({"format": FORMAT, "operations": operations, "schemas": schemas})
    return result


def _sorted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def _own_extensions(value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: member for name, member in value.items() if name.startswith(CONTRACT_PREFIX)}


def _compiled_operation(operation: Operation, contract: Contract) -> dict[str, Any]:
    result: dict[str, Any] = {
        "method": operation.method,
        "path": operation.path,
        "parameters": [
            {
                "name": parameter.name,
                "in": parameter.place,
                "required": parameter.required,
                "schema": draft4(parameter.schema),
                **_own_extensions(parameter.extensions),
            }
            for parameter in operation.parameters
        ],
        "responses": {
            status: {
                "headers": {
                    header.name: {"required": header.required, "schema": draft4(header.schema)}
                    for header in response.headers
                },
                "content": _compiled_content(response.content),
            }
            for status, response in operation.responses.items()
        },
        **_own_extensions(operation.extensions),
    }
    shared = contract.extensions.get(FAULT_MAP)
    if isinstance(shared, Mapping):  # the operation's own entries count before the document's
        result[FAULT_MAP] = {**shared, **operation.extensions.get(FAULT_MAP, {})}
    body = operation.request_body
    if body is not None:
        result["requestBody"] = {"required": body.required, "content": _compiled_content(body.content)}
    return result


def _compiled_content(content: Mapping[str, Schema | None]) -> dict[str, Any]:
    return {name: {} if schema is None else {"schema": draft4(schema)} for name, schema in content.items()}


def _schemas_of(operation: Operation) -> list[Schema]:
    """All schemas that an operation speaks of."""
    body = operation.request_body
    found: list[Schema | None] = [parameter.schema for parameter in operation.parameters]
    found += body.content.values() if body is not None else ()
    for response in operation.responses.values():
        found += [header.schema for header in response.headers]
        found += response.content.values()
    return [schema for schema in found if schema is not None]
