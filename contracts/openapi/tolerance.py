"""Tolerance: what public contracts say in another way than OpenAPI 3.0 does, said in its way.

Mostly Swagger 2.0 in a document that calls itself OpenAPI 3.0; AWS's tools pass all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from contracts.openapi.patterns import portable

Members = Mapping[str, Any]

# Members of a Swagger 2.0 parameter that OpenAPI 3.0 has in the parameter's schema (Swagger 2.0, Parameter Object).
SCHEMA_WORDS = (
    "type", "format", "items", "default", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength",
    "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "enum", "multipleOf",
)  # fmt: skip
# Swagger 2.0's collectionFormat as style and explode; `tsv` has no equal.
COLLECTIONS: Mapping[str, Members] = {
    "csv": {"explode": False},
    "multi": {"explode": True},
    "ssv": {"style": "spaceDelimited", "explode": False},
    "pipes": {"style": "pipeDelimited", "explode": False},
}


def tolerated(value: Members, kind: str) -> Members:
    """An object of that kind as OpenAPI 3.0 has it; the same object when there is nothing to tolerate."""
    correct = _CORRECTIONS.get(kind)
    return value if correct is None else correct(value)


def _parameter(value: Members) -> Members:
    value = _flag(_schema_words(value), "required")
    # A path parameter is always there (OpenAPI 3.0.3, section 4.7.12.2).
    if value.get("in") == "path" and value.get("required") is not True:
        value = {**value, "required": True}
    if value.get("schema") is None and not value.get("content") and value.get("in") not in ("body", "formData"):
        value = {**value, "schema": {"type": "string"}}  # what nobody describes is the text that it is on the wire
    return value


def _schema_words(value: Members) -> Members:
    words = {key: value[key] for key in SCHEMA_WORDS if key in value}
    if not words or value.get("in") == "body":
        return value
    collection = COLLECTIONS.get(str(value.get("collectionFormat")), {})
    rest = {key: member for key, member in value.items() if key not in words and key != "collectionFormat"}
    if "schema" not in value and "content" not in value:
        rest["schema"] = words
    return {**rest, **collection}


def _flag(value: Members, name: str) -> Members:
    """`required: "false"` as the boolean that it means."""
    written = value.get(name)
    if isinstance(written, str) and written.lower() in ("true", "false"):
        return {**value, name: written.lower() == "true"}
    return value


def _header(value: Members) -> Members:
    return _flag(_schema_words(value), "required")


def _request_body(value: Members) -> Members:
    return _flag(value, "required")


def _operation(value: Members) -> Members:
    """A Swagger 2.0 parameter `in: body` as a request body."""
    parameters = value.get("parameters")
    if not isinstance(parameters, list):
        return value
    bodies = [each for each in parameters if isinstance(each, Mapping) and each.get("in") == "body"]
    if not bodies:
        return value
    schema = bodies[0].get("schema")
    body = {
        "required": _flag(bodies[0], "required").get("required", False),
        "content": {"application/json": {} if schema is None else {"schema": schema}},
    }
    rest = [each for each in parameters if each not in bodies]
    return {"requestBody": body, **value, "parameters": rest}


def _schema(value: Members) -> Members:
    """
    Flags that are written as text, and patterns of other dialects.

    `required: true` on a property is of JSON Schema draft 3; API Gateway ignores it, and so does everybody.
    """
    if isinstance(value.get("required"), (bool, str)):
        value = {key: member for key, member in value.items() if key != "required"}
    for name in ("nullable", "readOnly", "writeOnly"):
        value = _flag(value, name)
    written = value.get("pattern")
    pattern = portable(written) if isinstance(written, str) else written
    return value if pattern == written else {**value, "pattern": pattern}


_CORRECTIONS: Mapping[str, Callable[[Members], Members]] = {
    "parameter": _parameter,
    "header": _header,
    "request body": _request_body,
    "operation": _operation,
    "schema": _schema,
}
