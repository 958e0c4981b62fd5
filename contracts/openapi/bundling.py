"""Bundling: one self-contained document out of the files that a contract is written in, with the place of everything.

Every schema reference becomes `#/components/schemas/<Name>`; a schema from elsewhere is brought in there under a free
name. Other references into `components` stay as they are; what else they lead to takes their place. A document of
Swagger 2.0 keeps its shape here, but for the form of references; its schemas are in `definitions`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from contracts.documents import Document, Documents, Found, Keys
from contracts.errors import ContractError, Location
from contracts.openapi.tolerance import tolerated
from contracts.schemas import CHILDREN, mapped

# The members that are read here and hold no other objects, with their types.
FIELDS: Mapping[str, Mapping[str, type]] = {
    "document": {"info": dict, "security": list},
    "swagger": {"info": dict, "security": list, "consumes": list, "produces": list},
    "operation": {"operationId": str, "security": list},
    "swagger operation": {"operationId": str, "security": list, "consumes": list, "produces": list},
    "parameter": {"name": str, "in": str, "required": bool},
    "swagger parameter": {"name": str, "in": str},
    "swagger response": {"examples": dict},
    "header": {"required": bool},
    "request body": {"required": bool},
    "link": {"operationId": str, "parameters": dict},
    "schema": {"type": str, "required": list, "enum": list, "nullable": bool, "readOnly": bool, "writeOnly": bool},
}
NEEDED = {"parameter": ("name", "in"), "swagger parameter": ("name", "in")}
WORDS = {dict: "an object", list: "a list", str: "text", bool: "true or false"}
ROOTS = ("document", "swagger")
CONTAINERS: Mapping[str, type] = {"one": dict, "items": list, "members": dict}
PATH_ITEMS = ("path", "swagger path")


@dataclass(slots=True)
class Bundle:
    """
    One self-contained document and where its objects were written.

    Attributes:
        document: The document; its objects are new ones.
    """

    source: Document
    document: dict[str, Any]
    origins: Mapping[int, tuple[Any, Found]]

    def place(self, value: Any, *keys: str | int) -> Location:
        """Where an object of the document, or what is inside of it, was written."""
        known = self.origins.get(id(value))
        if known is None:
            return self.source.location()
        return known[1].document.location((*known[1].keys, *keys))

    def resolved(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        """An object, or what its reference into `components` leads to."""
        while isinstance(reference := value.get("$ref"), str):
            section, name = (
                token.replace("~1", "/").replace("~0", "~") for token in reference.removeprefix("#/").split("/")[1:]
            )
            value = self.document["components"][section][name]
        return value


def bundled(root: Document, documents: Documents) -> Bundle:
    """
    The contract's document with everything that it refers to.

    Raises:
        DocumentError: A reference leads nowhere, or a file cannot be read.
        ContractError: An object has a shape that OpenAPI does not give it.
    """
    bundler = _Bundler(root, documents)
    document = bundler.whole()
    return Bundle(root, document, bundler.origins)


@dataclass(slots=True)
class _Bundler:
    root: Document
    documents: Documents
    origins: dict[int, tuple[Any, Found]] = field(default_factory=dict)
    _names: dict[tuple[int, Keys], str] = field(default_factory=dict)
    _waiting: list[tuple[str, Found]] = field(default_factory=list)
    _open: list[tuple[int, Keys]] = field(default_factory=list)

    def whole(self) -> dict[str, Any]:
        is_swagger = "swagger" in self.root.value
        place: Keys = ("definitions",) if is_swagger else ("components", "schemas")
        for name in self._own_schemas(place):
            self._names[id(self.root), (*place, name)] = name
        kind = "swagger" if is_swagger else "document"
        document = self._object(self.root.value, kind, Found(self.root, (), self.root.value))
        brought_in: dict[str, Any] = {}
        while self._waiting:
            name, found = self._waiting.pop(0)
            brought_in[name] = self._object(found.value, "schema", found)
        if brought_in:
            owner = document
            for key in place[:-1]:
                owner = owner.setdefault(str(key), {})
            owner[str(place[-1])] = {**owner.get(str(place[-1]), {}), **brought_in}
        return document

    def _own_schemas(self, place: Keys) -> list[str]:
        value = self.root.value
        for key in place:
            value = value.get(key) if isinstance(value, Mapping) else None
        return list(value) if isinstance(value, Mapping) else []

    def _object(self, value: Any, kind: str, here: Found) -> dict[str, Any]:
        if value is None:  # `get:` with nothing behind it
            value = {}
        if not isinstance(value, Mapping):
            raise _wrong_type(f"this {_named(kind)} object", value, dict, here.location)
        if "$ref" in value and kind not in ROOTS:
            made = self._reference(value, kind, here)
        else:
            tidy = self._checked(tolerated(value, kind), kind, here)

            def inner(child: Any, child_kind: str, keys: Keys) -> dict[str, Any]:
                return self._object(child, child_kind, Found(here.document, (*here.keys, *keys), child))

            made = mapped(tidy, kind, inner)
        # The object is kept beside its place: an id alone may come back for another object.
        self.origins.setdefault(id(made), (made, here))
        return made

    def _checked(self, value: Mapping[str, Any], kind: str, here: Found) -> dict[str, Any]:
        """The members, those left empty dropped, all of the types that are read."""
        expected: dict[str, type] = dict(FIELDS.get(kind, {}))
        expected |= {name: CONTAINERS[container] for name, (container, _) in CHILDREN.get(kind, {}).items()}
        empty = {key for key, (_, inner) in CHILDREN.get(kind, {}).items() if inner.endswith("operation")}
        members = {
            key: {} if member is None and key in empty else member
            for key, member in value.items()
            if member is not None or key not in expected or key in empty
        }
        for key, type_ in expected.items():
            if key in members and not isinstance(members[key], type_) and not _may_differ(kind, key, members[key]):
                raise _wrong_type(f"`{key}`", members[key], type_, here.document.location((*here.keys, key)))
        for key in NEEDED.get(kind, ()):
            if key not in members:
                name = _named(kind)
                raise ContractError(
                    f"a {name} has no `{key}`", location=here.location, cure=f"Add it; a {name} needs `name` and `in`."
                )
        return members

    def _reference(self, value: Mapping[str, Any], kind: str, here: Found) -> dict[str, Any]:
        reference = value["$ref"]
        at = (*here.keys, "$ref")
        if not isinstance(reference, str):
            raise _wrong_type("`$ref`", reference, str, here.document.location(at))
        end = self.documents.resolve(here.document, reference, at=at)
        if not isinstance(end.value, Mapping):
            raise _wrong_type(f"what `{reference}` leads to", end.value, dict, here.document.location(at))
        first = self.documents.follow(here.document, reference, at=at)
        if kind == "schema":
            beside = {key: member for key, member in value.items() if key != "$ref"}
            return {"$ref": f"#/components/schemas/{_escaped(self._name(first, reference))}", **beside}
        if self._is_component(first, kind):
            return {"$ref": f"#/components/{first.keys[1]}/{_escaped(str(first.keys[2]))}"}
        return self._inlined(value, kind, end, here)

    def _is_component(self, found: Found, kind: str) -> bool:
        if found.document is not self.root or len(found.keys) != 3 or found.keys[0] != "components":
            return False
        return CHILDREN["components"].get(str(found.keys[1])) == ("members", kind)

    def _inlined(self, value: Mapping[str, Any], kind: str, end: Found, here: Found) -> dict[str, Any]:
        if end.identity in self._open:
            raise ContractError(
                f"the reference `{value['$ref']}` leads into itself",
                location=here.location,
                cure="Only schemas may be recursive.",
            )
        self._open.append(end.identity)
        made = self._object(end.value, kind, end)
        self._open.pop()
        if kind not in PATH_ITEMS or len(value) == 1:
            return made
        # A path item may say more beside its reference (OpenAPI 3.0.3, section 4.7.9.1).
        beside = self._object({key: member for key, member in value.items() if key != "$ref"}, kind, here)
        return {**made, **beside}

    def _name(self, found: Found, reference: str) -> str:
        """The name of a schema below components.schemas; one that is written elsewhere is brought in."""
        if found.identity not in self._names:
            wanted = str(found.keys[-1]) if found.keys else PurePath(reference.partition("#")[0]).stem
            name = _free(re.sub(r"[^A-Za-z0-9._-]+", "_", wanted) or "Schema", set(self._names.values()))
            self._names[found.identity] = name
            self._waiting.append((name, found))
        return self._names[found.identity]


def _named(kind: str) -> str:
    """What a kind of object is called in messages, whichever version of OpenAPI it belongs to."""
    return kind.removeprefix("swagger ")


def _free(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}{number}", number + 1
    return name


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _may_differ(kind: str, key: str, member: Any) -> bool:
    if kind != "schema":
        return False
    # `additionalProperties: false`; a list of types is of OpenAPI 3.1, and clear enough.
    return (key == "additionalProperties" and isinstance(member, bool)) or (key == "type" and isinstance(member, list))


def _wrong_type(what: str, value: Any, wanted: type, location: Location) -> ContractError:
    found = (
        "true or false"
        if isinstance(value, bool)
        else "a number"
        if isinstance(value, (int, float))
        else WORDS.get(type(value), "nothing")
    )
    return ContractError(
        f"{what} must be {WORDS[wanted]}, not {found}",
        location=location,
        cure="Correct it, or its indentation; see the OpenAPI Specification 3.0.",
    )
