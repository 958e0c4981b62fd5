"""Swagger 2.0, which API Gateway imports as well (REST APIs; D): the same contract as OpenAPI 3.0 has it.

A bundled document of Swagger 2.0 becomes one of OpenAPI 3.0, so that whoever reads a contract knows one shape alone.
What is moved keeps its place in the file. Sections are those of the OpenAPI Specification, version 2.0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.documents import Found, Keys
from contracts.errors import ContractError
from contracts.openapi.bundling import Bundle
from contracts.openapi.tolerance import tolerated
from contracts.schemas import ANY_METHOD, METHODS, mapped

MEMBER = "swagger"
# `2.0` without quotes is a number in YAML, and some write `2`.
VERSIONS = ("2.0", "2")
OPENAPI = "3.0.1"

JSON = "application/json"
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
# What has another place or another form in OpenAPI 3.0, or none.
_DOCUMENT = (MEMBER, "host", "basePath", "schemes", "consumes", "produces", "paths", "definitions", "parameters")
_MOVED_DOCUMENT = frozenset((*_DOCUMENT, "responses", "securityDefinitions"))
_MOVED_OPERATION = frozenset({"consumes", "produces", "schemes", "parameters", "responses"})
_BODIES = ("body", "formData")
# What OpenAPI 3.0 has instead, by the kind of object. API Gateway passes over it, and so would be checked for nothing.
_FOREIGN = {"document": "components", "operation": "requestBody", "response": "content"}
# Flows of OAuth 2.0 by their name of then.
_FLOWS = {"application": "clientCredentials", "accessCode": "authorizationCode"}
_FLOW_MEMBERS = ("authorizationUrl", "tokenUrl", "scopes")

Object = Mapping[str, Any]


def converted(bundle: Bundle) -> Bundle:
    """
    The same contract in OpenAPI 3.0; objects that were moved are where they were written.

    Raises:
        ContractError: It says something in the way of OpenAPI 3.0, which means nothing in Swagger 2.0.
    """
    conversion = _Conversion(bundle, dict(bundle.origins))
    document = conversion.document()
    return Bundle(bundle.source, document, conversion.origins)


@dataclass(slots=True)
class _Conversion:
    bundle: Bundle
    origins: dict[int, tuple[Any, Found]]
    _root: Object = field(init=False)

    def __post_init__(self) -> None:
        self._root = self.bundle.document

    def document(self) -> dict[str, Any]:
        root = self._root
        self._refuse_foreign(root, "document")
        rest = {key: member for key, member in root.items() if key not in _MOVED_DOCUMENT}
        servers = list(_servers(root))
        made = {
            "openapi": OPENAPI,
            **rest,
            **({"servers": servers} if servers else {}),
            "paths": self._kept(
                {path: self._path(item) if _is_path(path, item) else item for path, item in root["paths"].items()},
                root["paths"],
            ),
            "components": {
                "schemas": {name: self._schema(each) for name, each in root.get("definitions", {}).items()},
                "securitySchemes": {
                    name: self._kept(_security_scheme(each), each)
                    for name, each in root.get("securityDefinitions", {}).items()
                },
            },
        }
        return self._kept(made, root)

    def _kept(self, made: dict[str, Any], old: Any, *keys: str | int) -> dict[str, Any]:
        """What was made, placed where the old object was written, or what was inside of that."""
        known = self.origins.get(id(old))
        if known is not None:
            found = known[1]
            self.origins[id(made)] = made, Found(found.document, (*found.keys, *keys), made)
        return made

    def _refuse_foreign(self, old: Object, kind: str) -> None:
        name = _FOREIGN[kind]
        if name in old:
            raise ContractError(
                f"`{name}` means nothing in Swagger 2.0, and API Gateway passes over it",
                location=self.bundle.place(old, name),
                cure="Write it as Swagger 2.0 has it, or the version as `openapi: 3.0.1`, if that is what it is.",
            )

    def _path(self, item: Object) -> dict[str, Any]:
        shared = item.get("parameters", [])
        made = {
            key: self._operation(member, shared) if key in (*METHODS, ANY_METHOD) else member
            for key, member in item.items()
        }
        if "parameters" in item:
            made["parameters"] = self._parameters(shared)
        return self._kept(made, item)

    def _operation(self, old: Object, shared: Sequence[Object]) -> dict[str, Any]:
        self._refuse_foreign(old, "operation")
        made = {key: member for key, member in old.items() if key not in _MOVED_OPERATION}
        own = old.get("parameters", [])
        if "parameters" in old:
            made["parameters"] = self._parameters(own)
        consumed, produced = self._types(old, "consumes"), self._types(old, "produces")
        body = self._request_body([*shared, *own], consumed)
        if body is not None:
            made["requestBody"] = body
        responses = old.get("responses", {})
        made["responses"] = self._kept(
            {
                status: self._response(each, produced) if not status.startswith("x-") else each
                for status, each in responses.items()
            },
            responses,
        )
        return self._kept(made, old)

    def _types(self, operation: Object, name: str) -> list[str]:
        """The operation's media types override those of the document, even by none (section Operation Object)."""
        written = operation.get(name, self._root.get(name)) or []
        return [each for each in written if isinstance(each, str)] or [JSON]

    def _parameters(self, old: Sequence[Object]) -> list[dict[str, Any]]:
        return [self._parameter(each, "parameter") for each in old if each.get("in") not in _BODIES]

    def _parameter(self, old: Object, kind: str) -> dict[str, Any]:
        """A parameter or header, with what described its value as its schema."""
        made = dict(tolerated(old, kind))
        if isinstance(made.get("schema"), Mapping):
            made["schema"] = self._described(made["schema"], old)
        return self._kept(made, old)

    def _described(self, words: Object, old: Any, *keys: str | int) -> dict[str, Any]:
        """A schema of words that stood in a parameter, a header, or the items of one."""
        made = dict(_schema_words(words))
        if isinstance(made.get("items"), Mapping):
            made["items"] = self._described(made["items"], old, *keys, "items")
        return self._kept(made, old, *keys)

    def _request_body(self, parameters: Sequence[Object], consumed: Sequence[str]) -> dict[str, Any] | None:
        """The body that the parameters `in: body` or `in: formData` describe; there are only ones of one kind."""
        bodies = [each for each in parameters if each.get("in") == "body"]
        if bodies:
            return self._body(bodies[-1], consumed)
        fields = {str(each["name"]): each for each in parameters if each.get("in") == "formData"}
        return self._form(fields, consumed) if fields else None

    def _body(self, old: Object, consumed: Sequence[str]) -> dict[str, Any]:
        media: dict[str, Any] = {}
        if "schema" in old:
            media["schema"] = self._schema(old["schema"])
        made = {key: member for key, member in old.items() if key == "description" or key.startswith("x-")}
        made["required"] = tolerated(old, "request body").get("required", False)
        made["content"] = {name: self._kept(dict(media), old) for name in consumed}
        return self._kept(made, old)

    def _form(self, fields: Mapping[str, Object], consumed: Sequence[str]) -> dict[str, Any]:
        described = {name: self._parameter(each, "parameter") for name, each in fields.items()}
        properties = {name: self._with_description(each) for name, each in described.items()}
        required = [name for name, each in described.items() if each.get("required") is True]
        schema: dict[str, Any] = {"type": "object", "properties": properties}
        if required:
            schema["required"] = required
        first = next(iter(fields.values()))
        usual = MULTIPART if any(each.get("type") == "file" for each in fields.values()) else FORM
        types = [name for name in consumed if name in (FORM, MULTIPART)] or [usual]
        content = {name: self._kept({"schema": self._kept(dict(schema), first)}, first) for name in types}
        return self._kept({"required": bool(required), "content": content}, first)

    def _with_description(self, parameter: Object) -> dict[str, Any]:
        schema: dict[str, Any] = parameter["schema"]
        if "description" in parameter:
            schema["description"] = parameter["description"]
        return schema

    def _response(self, old: Object, produced: Sequence[str]) -> dict[str, Any]:
        self._refuse_foreign(old, "response")
        made = {key: member for key, member in old.items() if key not in ("schema", "headers", "examples")}
        examples = old.get("examples", {})
        if "schema" in old or examples:
            names = dict.fromkeys([*produced, *examples]) if "schema" in old else dict.fromkeys(examples)
            made["content"] = {name: self._media_type(old, name) for name in names}
        if "headers" in old:
            made["headers"] = {name: self._parameter(each, "header") for name, each in old["headers"].items()}
        return self._kept(made, old)

    def _media_type(self, response: Object, name: str) -> dict[str, Any]:
        made: dict[str, Any] = {}
        if "schema" in response:
            made["schema"] = self._schema(response["schema"])
        examples = response.get("examples", {})
        if name in examples:
            made["example"] = examples[name]
        return self._kept(made, response, "examples", name)

    def _schema(self, old: Object) -> dict[str, Any]:
        def inner(child: Any, _kind: str, _keys: Keys) -> Any:
            return self._schema(child) if isinstance(child, Mapping) else child

        made: dict[str, Any] = mapped(_schema_words(old), "schema", inner)
        return self._kept(made, old)


def _is_path(path: str, item: Any) -> bool:
    return not path.startswith("x-") and isinstance(item, Mapping)


def _servers(root: Object) -> Iterator[dict[str, Any]]:
    """`schemes`, `host` and `basePath`; what is an intrinsic function is not known before a deployment."""
    host, base, schemes = root.get("host"), root.get("basePath", ""), root.get("schemes")
    if not isinstance(base, str) or not isinstance(host, str | None) or (host is None and base in ("", "/")):
        return
    if host is None:
        yield {"url": base}
        return
    for scheme in schemes if isinstance(schemes, list) and schemes else ["https"]:
        yield {"url": f"{scheme}://{host}{base}"}


def _security_scheme(old: Object) -> dict[str, Any]:
    """Section Security Scheme Object."""
    if old.get("type") == "basic":
        return {**old, "type": "http", "scheme": "basic"}
    if old.get("type") != "oauth2":
        return dict(old)
    flow = str(old.get("flow"))
    members = {key: old[key] for key in _FLOW_MEMBERS if key in old}
    rest = {key: member for key, member in old.items() if key not in (*_FLOW_MEMBERS, "flow")}
    return {**rest, "flows": {_FLOWS.get(flow, flow): {"scopes": {}, **members}}}


# By the word of Swagger 2.0: what it is in OpenAPI 3.0.
_WORDS: Mapping[str, Callable[[Any], Object]] = {
    "collectionFormat": lambda _: {},
    "discriminator": lambda said: {"discriminator": {"propertyName": said} if isinstance(said, str) else said},
    # Widely written, since Swagger 2.0 has no null; API Gateway knows neither word.
    "x-nullable": lambda said: {"nullable": said},
}


def _schema_words(schema: Object) -> Object:
    if schema.get("type") == "file":
        schema = {**schema, "type": "string", "format": "binary"}
    if not schema.keys() & _WORDS.keys():
        return schema
    words: dict[str, Any] = {}
    for key, member in schema.items():
        words |= _WORDS[key](member) if key in _WORDS else {key: member}
    return words
