"""Requests as a function can read them, judged by the contract: what in one is not what its schemas allow.

What HTTP or API Gateway removes on the way never arrived, so nobody can be blamed for not refusing it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote

import jsonschema_rs

from contracts.checks.answers import LONGEST, json_value, shortened
from contracts.checks.paths import altered, match
from contracts.contract import Contract, Operation, Parameter, Schema
from contracts.http import Request

Place = Literal["path", "query", "header", "cookie", "body"]

# Headers that a REST API drops on the way in (recorded for AWS_PROXY integrations).
DROPPED_HEADERS = frozenset(
    {
        "connection",
        "content-length",
        "content-md5",
        "expect",
        "max-forwards",
        "proxy-authenticate",
        "server",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "www-authenticate",
    }
)

_TRUTH = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """
    One thing in a request that the contract does not allow.

    Attributes:
        name: The parameter's name, or the JSON pointer of the member of the body.
        rule: The schema keyword, `required`, or `json` for a body that is none.
    """

    place: Place
    name: str
    rule: str
    message: str = field(compare=False)

    def __str__(self) -> str:
        where = f"body{f' at `{self.name}`' if self.name else ''}" if self.place == "body" else f"`{self.name}`"
        return f"{where}: {self.message}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What is wrong with a request; `certain` is False when some part of it could not be judged."""

    violations: tuple[Violation, ...]
    certain: bool


@dataclass(frozen=True, slots=True)
class Member:
    """A value in a request and the schema that it is under."""

    place: Place
    name: str
    schema: Schema
    value: Any


@dataclass(slots=True)
class Requests:
    """The contract's word on requests; compiles each schema once."""

    contract: Contract
    _validators: dict[int, tuple[Schema, jsonschema_rs.Validator | None]] = field(default_factory=dict)
    _components: dict[str, Any] | None = None

    def read(self, operation: Operation, request: Request) -> Reading:
        """Judge a request that reaches the operation."""
        violations: list[Violation] = []
        certain = True
        for parameter in operation.parameters:
            found, known = self._parameter(operation, parameter, request)
            violations += found
            certain = certain and known
        found, known = self._body(operation, request)
        return Reading(tuple(violations + found), certain and known)

    def members(self, operation: Operation, request: Request) -> Iterator[Member]:
        """The values of a request that its schemas know, parameters first, containers before what they contain."""
        for parameter in operation.parameters:
            schema = {**self.resolved(parameter.schema), **parameter.extensions}
            for value in sent(operation, parameter, request) or ():
                yield Member(parameter.place, parameter.name, schema, value)
        described = body_schema(operation, request)
        if described is not None and request.body:
            for pointer, found, value in self.walk(described, json_value(request.body)):
                yield Member("body", pointer, found, value)

    def walk(self, schema: Schema, value: Any) -> Iterator[tuple[str, Schema, Any]]:
        """The value and its members with their JSON pointers and schemas, `allOf`, `anyOf` and `oneOf` followed."""
        stack: list[tuple[str, Schema, Any, int]] = [("", schema, value, 0)]
        while stack:
            pointer, here, each, depth = stack.pop()
            here = self.resolved(here)
            if depth > 32:  # a schema that contains itself without a value between
                continue
            yield pointer, here, each
            for word in ("allOf", "anyOf", "oneOf"):
                stack.extend((pointer, part, each, depth + 1) for part in here.get(word) or ())
            if isinstance(each, dict):
                properties = here.get("properties") or {}
                stack.extend(
                    (f"{pointer}/{_token(name)}", properties[name], member, depth + 1)
                    for name, member in each.items()
                    if isinstance(properties.get(name), Mapping)
                )
            elif isinstance(each, list) and isinstance(here.get("items"), Mapping):
                stack.extend((f"{pointer}/{index}", here["items"], item, depth + 1) for index, item in enumerate(each))

    def resolved(self, schema: Schema) -> Schema:
        """The schema that a chain of references ends at; {} when it leads nowhere."""
        for _ in range(32):
            reference = schema.get("$ref")
            if not isinstance(reference, str):
                return schema
            schema = self.contract.schemas.get(reference.rpartition("/")[2], {})
        return {}

    def accepts(self, schema: Schema, value: Any) -> bool | None:
        """Whether the schema allows a value; None when the schema cannot be read."""
        errors = self.errors(schema, value)
        return None if errors is None else not errors

    def errors(self, schema: Schema, value: Any) -> list[Violation] | None:
        """What a schema has against a value, as violations of a body; None when the schema or value cannot be read."""
        validator = self._validator(schema)
        if validator is None:
            return None
        try:
            return [
                Violation("body", _pointer(error.instance_path), error.kind.name, _worded(error.message))
                for error in validator.iter_errors(value)
            ]
        except ValueError:  # lone surrogates: text that is no Unicode
            return None

    def _parameter(self, operation: Operation, parameter: Parameter, request: Request) -> tuple[list[Violation], bool]:
        values = sent(operation, parameter, request)
        if values is None:
            return [], False
        if not values:
            missing = Violation(parameter.place, parameter.name, "required", "is required and missing")
            return ([missing] if parameter.required else []), True
        schema = self.resolved(parameter.schema)
        if types_of(schema) & {"array", "object"}:
            return [], False
        readings = [reading for text in values for reading in readings_of(text, schema)]
        judged = [self.errors(parameter.schema, reading) for reading in readings]
        if any(errors is None for errors in judged):
            return [], False
        if any(not errors for errors in judged):
            return [], True
        first = (judged[-1] or [Violation("body", "", "schema", "is not allowed")])[0]
        return [Violation(parameter.place, parameter.name, first.rule, first.message)], True

    def _body(self, operation: Operation, request: Request) -> tuple[list[Violation], bool]:
        described = operation.request_body
        if described is None:
            return [], True
        if not request.body:
            missing = Violation("body", "", "required", "a body is required and missing")
            return ([missing] if described.required else []), True
        schema = body_schema(operation, request)
        if schema is None:
            return self._raw_body(operation, request.body, request.headers.get("content-type"))
        value = json_value(request.body)
        if value is None and request.body.strip() != b"null":
            return [Violation("body", "", "json", "is not JSON")], True
        errors = self.errors(schema, value)
        return (errors or []), errors is not None

    def _raw_body(self, operation: Operation, body: bytes, content_type: str | None) -> tuple[list[Violation], bool]:
        """A body that is no JSON and whose schema is a string: whatever bytes it has, its type is right."""
        schema = schema_of_media_type(operation, content_type)
        resolved = {} if schema is None else self.resolved(schema)
        if schema is None or types_of(resolved) != {"string"}:
            return [], False
        if resolved.get("format") in ("binary", "byte"):
            return [], True
        try:
            errors = self.errors(schema, body.decode())
        except UnicodeDecodeError:
            return [], False
        return (errors or []), errors is not None

    def _validator(self, schema: Schema) -> jsonschema_rs.Validator | None:
        # The schema is kept beside its validator: an id alone may come back for another object.
        known = self._validators.get(id(schema))
        if known is None:
            known = self._validators[id(schema)] = (schema, self._compiled(schema))
        return known[1]

    def _compiled(self, schema: Schema) -> jsonschema_rs.Validator | None:
        if self._components is None:
            self._components = {name: _plain(each) for name, each in self.contract.schemas.items()}
        root = {"allOf": [_plain(schema)], "components": {"schemas": self._components}}
        newer = str(self.contract.document.get("openapi", "")).startswith("3.1")
        make = jsonschema_rs.Draft202012Validator if newer else jsonschema_rs.Draft7Validator
        try:
            return make(root, validate_formats=True)
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError):
            return None


def sent(operation: Operation, parameter: Parameter, request: Request) -> tuple[str, ...] | None:
    """A parameter's values as a function can read them, () when there are none; None when nobody can tell."""
    if parameter.place == "path":
        found = match(operation.path, request.path)
        value = found.variables.get(parameter.name) if found is not None else None
        return None if value is None or altered(operation, value) else (unquote(value),)
    if parameter.place == "query":
        pairs = parse_qsl(request.query, keep_blank_values=True, errors="surrogateescape")
        return tuple(value for name, value in pairs if name == parameter.name)
    if parameter.place == "header":
        dropped = parameter.name.lower() in DROPPED_HEADERS
        return () if dropped else tuple(value.strip(" \t") for value in request.headers.get_all(parameter.name))
    cookies = [pair.partition("=") for line in request.headers.get_all("cookie") for pair in line.split(";")]
    return tuple(value for name, mark, value in cookies if mark and name.strip() == parameter.name)


def media_type(value: str | None) -> str:
    """A Content-Type without its parameters, lower case; empty when there is none."""
    return (value or "").partition(";")[0].strip().lower()


def body_schema(operation: Operation, request: Request) -> Schema | None:
    """The schema of a JSON body; None when the body's media type is not JSON or has no schema."""
    kind = media_type(request.headers.get("content-type"))
    if kind != "application/json" and not kind.endswith("+json"):
        return None
    return schema_of_media_type(operation, kind)


def schema_of_media_type(operation: Operation, content_type: str | None) -> Schema | None:
    """The schema of a body of this Content-Type; None when it has none."""
    if operation.request_body is None:
        return None
    kind = media_type(content_type)
    content = {media_type(name): schema for name, schema in operation.request_body.content.items()}
    for name in (kind, f"{kind.partition('/')[0]}/*", "*/*"):
        if name in content:
            return content[name]
    return None


def types_of(schema: Schema) -> set[str]:
    """The types that a schema names; empty when it names none."""
    named = schema.get("type")
    return {named} if isinstance(named, str) else set(named or ())


def readings_of(text: str, schema: Schema) -> list[Any]:
    """The values that a function may take a parameter's text for."""
    types = types_of(schema)
    readings: list[Any] = [text]
    if types & {"integer", "number"} or not types:
        readings += [number for number in (_number(int, text), _number(float, text)) if number is not None]
    if "boolean" in types and text.lower() in _TRUTH:
        readings.append(_TRUTH[text.lower()])
    if (schema.get("nullable") or "null" in types) and text in ("", "null"):
        readings.append(None)
    return readings


def _number(kind: type[int] | type[float], text: str) -> int | float | None:
    try:
        number = kind(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _plain(schema: Any) -> Any:
    """An OpenAPI 3.0 schema as JSON Schema: `nullable` spelled out, read-only members not required of a request."""
    if isinstance(schema, list):
        return [_plain(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    plain = {
        name: {key: _plain(each) for key, each in value.items()}
        if name == "properties" and isinstance(value, Mapping)
        else value
        if name in ("enum", "example", "default", "const")
        else _plain(value)
        for name, value in schema.items()
        if not name.startswith("x-")
    }
    properties = schema.get("properties") or {}
    if isinstance(plain.get("required"), list):
        wanted = [name for name in plain["required"] if not _read_only(properties.get(name))]
        plain.pop("required")
        plain |= {"required": wanted} if wanted else {}
    for word, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(plain.get(word), bool):  # OpenAPI 3.0 says it as draft 4 does
            exclusive = plain.pop(word)
            plain |= {word: plain.pop(bound)} if exclusive and bound in plain else {}
    if plain.pop("nullable", None) is True:
        return {"anyOf": [{"enum": [None]}, plain]}
    return plain


def _worded(message: str) -> str:
    """What is wrong stands at the end of a validator's message, after the value, which can be long."""
    return shortened(message) if len(message) <= LONGEST else f"…{' '.join(message[-LONGEST // 2 :].split())}"


def _read_only(schema: Any) -> bool:
    return isinstance(schema, Mapping) and schema.get("readOnly") is True


def _token(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _pointer(path: list[str | int]) -> str:
    return "".join(f"/{_token(str(each))}" for each in path)
