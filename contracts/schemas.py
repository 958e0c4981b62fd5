"""Schemas: where they stand in an OpenAPI 3.0 document, what they say as JSON Schema, and their validators.

The table says which object of the OpenAPI Specification stands where (3.0.3, section 4.7; of Swagger 2.0 where it has
others), so that a walk knows a schema from an example of one, and a property that is called `example` from the keyword.
Pure functions of values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal

import jsonschema_rs

from contracts.contract import Schema

Keys = tuple[str | int, ...]
Change = Callable[[Any, str, Keys], Any]
Direction = Literal["request", "response"]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
ANY_METHOD = "x-amazon-apigateway-any-method"

_EXAMPLES = {"examples": ("members", "example")}
_CONTENT = {"content": ("members", "media type")}
# By the kind of object: its members that hold other objects; one, a list of them, or a map of them by name.
CHILDREN: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "document": {"paths": ("one", "paths"), "components": ("one", "components")},
    "components": {
        "schemas": ("members", "schema"),
        "responses": ("members", "response"),
        "parameters": ("members", "parameter"),
        "requestBodies": ("members", "request body"),
        "headers": ("members", "header"),
        "links": ("members", "link"),
        "callbacks": ("members", "paths"),
        "securitySchemes": ("members", "security scheme"),
    }
    | _EXAMPLES,
    "path": {"parameters": ("items", "parameter")} | dict.fromkeys((*METHODS, ANY_METHOD), ("one", "operation")),
    "operation": {
        "parameters": ("items", "parameter"),
        "requestBody": ("one", "request body"),
        "responses": ("one", "responses"),
        "callbacks": ("members", "paths"),
    },
    "parameter": {"schema": ("one", "schema")} | _CONTENT | _EXAMPLES,
    "header": {"schema": ("one", "schema")} | _CONTENT | _EXAMPLES,
    "request body": _CONTENT,
    "media type": {"schema": ("one", "schema"), "encoding": ("members", "encoding")} | _EXAMPLES,
    "encoding": {"headers": ("members", "header")},
    "response": {"headers": ("members", "header"), "links": ("members", "link")} | _CONTENT,
    "schema": {
        "properties": ("members", "schema"),
        "patternProperties": ("members", "schema"),
        "items": ("one", "schema"),
        "additionalProperties": ("one", "schema"),
        "not": ("one", "schema"),
        "allOf": ("items", "schema"),
        "anyOf": ("items", "schema"),
        "oneOf": ("items", "schema"),
    },
    "swagger": {
        "paths": ("one", "swagger paths"),
        "definitions": ("members", "schema"),
        "securityDefinitions": ("members", "security scheme"),
    },
    "swagger path": {"parameters": ("items", "swagger parameter")}
    | dict.fromkeys((*METHODS, ANY_METHOD), ("one", "swagger operation")),
    "swagger operation": {"parameters": ("items", "swagger parameter"), "responses": ("one", "swagger responses")},
    "swagger parameter": {"schema": ("one", "schema")},
    "swagger response": {"schema": ("one", "schema"), "headers": ("members", "swagger header")},
}
# Objects that are maps themselves, extensions aside: paths by template, responses by status.
MAPS = {
    "paths": "path",
    "responses": "response",
    "swagger paths": "swagger path",
    "swagger responses": "swagger response",
}

# What OpenAPI says in a schema and JSON Schema does not know, or does not judge by.
_ANNOTATIONS = frozenset(
    {"deprecated", "description", "discriminator", "example", "examples", "externalDocs"}
    | {"nullable", "readOnly", "title", "writeOnly", "xml"}
)
_KEPT_EXTENSIONS = "x-contract-"


def children(value: Any, kind: str) -> Iterator[tuple[Any, str, Keys]]:
    """The objects directly inside of one, with their kind and keys; what has another shape is passed over."""
    found: list[tuple[Any, str, Keys]] = []

    def note(child: Any, child_kind: str, keys: Keys) -> Any:
        found.append((child, child_kind, keys))
        return child

    mapped(value, kind, note)
    return iter(found)


def mapped(value: Any, kind: str, change: Change) -> Any:
    """
    A copy of an object with every object directly inside of it changed.

    Args:
        value: An object of the document; what is no mapping is returned as it is.
        kind: What it is, a key of `CHILDREN` or `MAPS`.
        change: Takes a child, its kind, and the keys that lead to it from `value`.
    """
    if not isinstance(value, Mapping):
        return value
    if kind in MAPS:
        return {
            key: member if key.startswith("x-") else change(member, MAPS[kind], (key,)) for key, member in value.items()
        }
    known = CHILDREN.get(kind, {})
    return {
        key: _changed(member, *known[key], change=change, key=key) if key in known else member
        for key, member in value.items()
    }


def _changed(member: Any, container: str, kind: str, *, change: Change, key: str) -> Any:
    if container == "items" and isinstance(member, list):
        return [change(item, kind, (key, index)) for index, item in enumerate(member)]
    if container == "members" and isinstance(member, Mapping):
        return {name: change(each, kind, (key, name)) for name, each in member.items()}
    if container == "one" and isinstance(member, Mapping):
        return change(member, kind, (key,))
    return member


def referred(schema: Schema) -> str | None:
    """The name in components.schemas that a schema refers to, or None when it is no reference."""
    reference = schema.get("$ref")
    return reference.rpartition("/")[2].replace("~1", "/").replace("~0", "~") if isinstance(reference, str) else None


def followed(schema: Schema, schemas: Mapping[str, Schema]) -> Schema:
    """The schema at the end of a chain of references."""
    while (name := referred(schema)) is not None:
        schema = schemas[name]
    return schema


def reachable(roots: Iterable[Schema], schemas: Mapping[str, Schema]) -> tuple[str, ...]:
    """The names of all schemas that these lead to, at any depth, each once, in the order in which they are met."""
    found: dict[str, None] = {}
    waiting = list(roots)
    for schema in waiting:
        name = referred(schema)
        if name is not None and name not in found:
            found[name] = None
            waiting.append(schemas[name])
        elif name is None:
            waiting += [child for child, _, _ in children(schema, "schema") if isinstance(child, Mapping)]
    return tuple(found)


def draft4(
    schema: Schema, *, direction: Direction | None = None, schemas: Mapping[str, Schema] | None = None
) -> dict[str, Any]:
    """
    An OpenAPI 3.0 schema as JSON Schema draft 4; its references have the form `#/schemas/<Name>`.

    `default`, `format` and `x-contract-*` are kept; other words that do not judge a value are dropped.

    Args:
        direction: Where the value goes: a `readOnly` member is not required in a request, a `writeOnly` one not in
            a response (OpenAPI 3.0.3, section 4.7.24.2). None requires both.
        schemas: Where members are looked up that are references; needed only with a direction.
    """
    extensions = {key: value for key, value in schema.items() if key.startswith(_KEPT_EXTENSIONS)}
    name = referred(schema)
    if name is not None:
        return {"$ref": f"#/schemas/{name.replace('~', '~0').replace('/', '~1')}", **extensions}
    words = {key: value for key, value in schema.items() if key not in _ANNOTATIONS and not key.startswith("x-")}
    required = _required(schema, direction, schemas or {})
    words = {**words, "required": required} if required else _without(words, "required")
    for bound in ("minimum", "maximum"):
        if bound not in words:  # draft 4 does not allow the one without the other, and it would mean nothing
            words = _without(words, f"exclusive{bound.capitalize()}")

    def translated(child: Any, _kind: str, _keys: Keys) -> Any:
        return draft4(child, direction=direction, schemas=schemas) if isinstance(child, Mapping) else child

    return {**_with_null(mapped(words, "schema", translated), schema), **extensions}


def validator(
    schema: Schema,
    schemas: Mapping[str, Schema],
    *,
    direction: Direction | None = None,
    formats: bool = True,
) -> jsonschema_rs.Draft4Validator:
    """
    A validator for an OpenAPI 3.0 schema; see `draft4`.

    Args:
        schemas: `components.schemas`.
        formats: Whether `format` is judged, where draft 4 defines it.

    Raises:
        jsonschema_rs.ValidationError: The schema is none.
    """
    named = {name: draft4(schemas[name], direction=direction, schemas=schemas) for name in reachable([schema], schemas)}
    root = {"allOf": [draft4(schema, direction=direction, schemas=schemas)], "schemas": named}
    return jsonschema_rs.Draft4Validator(root, validate_formats=formats)


def _required(schema: Schema, direction: Direction | None, schemas: Mapping[str, Schema]) -> list[Any]:
    required = schema.get("required")
    if not isinstance(required, list):
        return []
    hidden = {"request": "readOnly", "response": "writeOnly"}.get(direction or "")
    properties = schema.get("properties")
    if hidden is None or not isinstance(properties, Mapping):
        return required
    return [
        name
        for name in required
        if not isinstance(properties.get(name), Mapping) or followed(properties[name], schemas).get(hidden) is not True
    ]


def _with_null(translated: dict[str, Any], schema: Schema) -> dict[str, Any]:
    """`nullable` as draft 4 says it; an enum need not list null, as generators and most readers have it."""
    if schema.get("nullable") is not True:
        return translated
    if isinstance(translated.get("type"), str) and "enum" not in translated:
        return {**translated, "type": [translated["type"], "null"]}
    default = {"default": translated["default"]} if "default" in translated else {}
    return {"anyOf": [_without(translated, "default"), {"type": "null"}], **default}


def _without(words: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in words.items() if key != name}
