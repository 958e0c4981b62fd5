"""REST APIs: the document that API Gateway can import.

What API Gateway cannot import is from the developer guide's "Amazon API Gateway important notes", section "Amazon API
Gateway important notes for REST APIs", and from imports seen to fail:
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.contract import Contract, Schema
from contracts.schemas import ANY_METHOD, METHODS, Keys, children, followed, mapped, reachable, referred

CONTRACT_PREFIX = "x-contract-"
# The version that API Gateway imports.
OPENAPI = "3.0.1"
STATUS = re.compile(r"[1-5][0-9]{2}")
PRIMITIVES = ("string", "number", "integer", "boolean")

# Keywords that fail an import ("Unsupported keyword(s)") or that API Gateway does not know in a model.
UNSUPPORTED_KEYWORDS = frozenset(
    {"default", "deprecated", "discriminator", "example", "examples", "externalDocs"}
    | {"nullable", "readOnly", "writeOnly", "xml"}
)
UNSUPPORTED_FORMATS = frozenset({"int32", "int64", "float", "double", "decimal"})
# Everything else of an operation (callbacks, servers, deprecated, externalDocs, x-contract-*) means nothing to it.
OPERATION_MEMBERS = ("tags", "summary", "description", "operationId")
PARAMETER_PLACES = ("path", "query", "header")


def for_api_gateway(contract: Contract) -> dict[str, Any]:
    """
    The document that API Gateway can import as a REST API.

    It promises the same paths, methods, required parameters, bodies and security; what it loses are annotations
    and the parts of schemas that API Gateway does not know. Intrinsic functions are kept.
    """
    return _Importable(contract, _model_names(contract)).document()


def _model_names(contract: Contract) -> dict[str, str]:
    """The name of the model for each schema; names of models are alphanumeric."""
    names: dict[str, str] = {}
    unchanged = {name for name in contract.schemas if _alphanumeric(name) == name}
    for name in contract.schemas:
        wanted = model = _alphanumeric(name) or "Model"
        number = 2
        while model != name and (model in unchanged or model in names.values()):
            model, number = f"{wanted}{number}", number + 1
        names[name] = model
    return names


def _alphanumeric(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "", name)


@dataclass(frozen=True, slots=True)
class _Importable:
    contract: Contract
    models: Mapping[str, str]

    def document(self) -> dict[str, Any]:
        """The whole document, in the contract's order."""
        whole = self.contract.document
        paths = {
            path: item if path.startswith("x-") else self._path(item)
            for path, item in whole["paths"].items()
            if not path.startswith(CONTRACT_PREFIX)
        }
        result: dict[str, Any] = {"openapi": OPENAPI}
        for key, member in whole.items():
            if key == "paths":
                result["paths"] = paths
            elif key == "components":
                result["components"] = self._components(member, paths)
            elif key in ("info", "servers", "tags") or _is_foreign_extension(key):
                result[key] = _without_annotations(member)
        result.setdefault("info", {"title": self.contract.title, "version": "1"})
        return result

    def _path(self, item: Mapping[str, Any]) -> dict[str, Any]:
        return {
            key: self._operation(member, item) if key in METHODS or key == ANY_METHOD else member
            for key, member in item.items()
            if key in METHODS or key == ANY_METHOD or _is_foreign_extension(key)
        }

    def _operation(self, operation: Mapping[str, Any], item: Mapping[str, Any]) -> dict[str, Any]:
        result = {key: operation[key] for key in OPERATION_MEMBERS if key in operation}
        parameters = self._parameters(operation, item)
        if parameters:
            result["parameters"] = parameters
        if "requestBody" in operation:
            result["requestBody"] = self._request_body(operation["requestBody"])
        result["responses"] = self._responses(operation.get("responses", {}))
        # The guide says that requirements of the whole document are not applied; recorded imports apply them.
        # Beside each operation they hold either way.
        security = operation.get("security", self.contract.document.get("security"))
        if security is not None:
            result["security"] = security
        return result | {key: member for key, member in operation.items() if _is_foreign_extension(key)}

    def _parameters(self, operation: Mapping[str, Any], item: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The operation's parameters over those of its path; of each, only what API Gateway reads."""
        merged: dict[tuple[str, str], dict[str, Any]] = {}
        for owner in (item, operation):
            for written in owner.get("parameters", []):
                raw = self._resolved(written)
                name = raw["name"].lower() if raw["in"] == "header" else raw["name"]
                merged[raw["in"], name] = {key: raw[key] for key in ("name", "in", "description") if key in raw} | {
                    "required": raw.get("required", False),
                    "schema": {"type": self._type(raw)},
                }
        return [parameter for (place, _), parameter in merged.items() if place in PARAMETER_PLACES]

    def _type(self, described: Mapping[str, Any]) -> str:
        """The type of a parameter or header: the only thing that API Gateway takes from its schema."""
        named = followed(described.get("schema", {}), self.contract.schemas).get("type")
        return named if isinstance(named, str) else "string"

    def _request_body(self, written: Mapping[str, Any]) -> dict[str, Any]:
        body = self._resolved(written)
        result = {key: body[key] for key in ("description", "required") if key in body}
        return {**result, "content": self._content(body)}

    def _responses(self, responses: Mapping[str, Any]) -> dict[str, Any]:
        """The responses, written out; a method's responses have plain statuses, neither ranges nor `default`."""
        return {status: self._response(each) for status, each in responses.items() if STATUS.fullmatch(status)}

    def _response(self, written: Mapping[str, Any]) -> dict[str, Any]:
        response = self._resolved(written)
        result: dict[str, Any] = {"description": response.get("description", "")}
        headers = {
            name: {"schema": {"type": self._type(self._resolved(header))}}
            for name, header in response.get("headers", {}).items()
        }
        if headers:
            result["headers"] = headers
        # A primitive type beside a response is no model.
        content = {
            name: media
            for name, media in self._content(response).items()
            if media.get("schema", {}).get("type") not in PRIMITIVES
        }
        return {**result, "content": content} if content else result

    def _content(self, value: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: {"schema": self._schema(media["schema"])} if "schema" in media else {}
            for name, media in value.get("content", {}).items()
        }

    def _components(self, components: Mapping[str, Any], paths: Mapping[str, Any]) -> dict[str, Any]:
        """The models that bodies use, the security schemes, and what is API Gateway's own."""
        result: dict[str, Any] = {}
        used = self._used(paths)
        for key, member in components.items():
            if key == "schemas" and used:
                result[key] = {
                    self.models[name]: self._schema(schema) for name, schema in member.items() if name in used
                }
            elif key == "securitySchemes":
                result[key] = {name: _without_annotations(self._resolved(scheme)) for name, scheme in member.items()}
            elif _is_foreign_extension(key):
                result[key] = member
        return result

    def _used(self, paths: Mapping[str, Any]) -> set[str]:
        """The names of the contract's schemas that the exported bodies lead to."""
        original = {model: name for name, model in self.models.items()}
        direct = {original[model] for model in _models_of_bodies(paths)}
        return direct | set(reachable([self.contract.schemas[name] for name in direct], self.contract.schemas))

    def _schema(self, schema: Schema) -> dict[str, Any]:
        """A schema as a model: JSON Schema draft 4 without what fails an import."""
        name = referred(schema)
        if name is not None:
            return {"$ref": f"#/components/schemas/{self.models[name]}"}

        def inner(child: Any, _kind: str, _keys: Keys) -> Any:
            return self._schema(child)

        words: dict[str, Any] = mapped(
            {key: word for key, word in schema.items() if key not in UNSUPPORTED_KEYWORDS and not key.startswith("x-")},
            "schema",
            inner,
        )
        _correct(words)
        if schema.get("nullable") is not True:
            return words
        # Models know `oneOf` with the type null, and not `nullable` (recorded imports enforce it).
        return {"oneOf" if "type" in words else "anyOf": [words, {"type": "null"}]}

    def _resolved(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        """An object, or what its reference into `components` leads to."""
        while isinstance(reference := value.get("$ref"), str):
            section, name = (
                token.replace("~1", "/").replace("~0", "~") for token in reference.removeprefix("#/").split("/")[1:]
            )
            value = self.contract.document["components"][section][name]
        return value


def _correct(words: dict[str, Any]) -> None:
    """Say what API Gateway refuses in words that it takes, or not at all."""
    if words.get("format") in UNSUPPORTED_FORMATS:
        del words["format"]
    if words.get("required") == []:  # draft 4 wants at least one
        del words["required"]
    if "enum" in words:  # and no value twice
        words["enum"] = list({json.dumps(value): value for value in words["enum"]}.values())
    for bound, step in (("minimum", 1), ("maximum", -1)):
        exclusive = words.pop(f"exclusive{bound.capitalize()}", False)
        # exclusiveMinimum is not supported. Of integers the bound moves by one; of numbers it loosens.
        if exclusive is True and words.get("type") == "integer" and isinstance(words.get(bound), int):
            words[bound] += step


def _is_foreign_extension(key: str) -> bool:
    return key.startswith("x-") and not key.startswith(CONTRACT_PREFIX)


def _without_annotations(value: Any) -> Any:
    """A member without our extensions and links to documentation, at any depth."""
    if isinstance(value, Mapping):
        return {
            key: _without_annotations(member)
            for key, member in value.items()
            if not key.startswith(CONTRACT_PREFIX) and key != "externalDocs"
        }
    return [_without_annotations(item) for item in value] if isinstance(value, list) else value


def _models_of_bodies(paths: Mapping[str, Any]) -> set[str]:
    """The names of the models that the bodies of exported operations refer to, directly or inside of a schema."""
    operations = [
        member
        for path, item in paths.items()
        if not path.startswith("x-")
        for key, member in item.items()
        if key in (*METHODS, ANY_METHOD)
    ]
    bodies = [operation.get("requestBody", {}) for operation in operations]
    bodies += [response for operation in operations for response in operation["responses"].values()]
    waiting = [media["schema"] for body in bodies for media in body.get("content", {}).values() if "schema" in media]
    found: set[str] = set()
    for schema in waiting:
        name = referred(schema)
        if name is not None:
            found.add(name)
        else:
            waiting += [child for child, _, _ in children(schema, "schema")]
    return found
