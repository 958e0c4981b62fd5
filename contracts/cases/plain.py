"""Plain paths: a contract's document as an engine reads it that knows OpenAPI's path templates alone.

`{key+}`, a variable that takes several segments, is API Gateway's; OpenAPI's template expressions are names in braces
(3.0.3, section 4.7.8). The engine is given `{key}`, and who hears of its path is told the contract's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from contracts.documents import pointer_of
from contracts.schemas import METHODS, Keys, mapped

_GREEDY = re.compile(r"\{([^{}]+)\+\}")


def plain_paths(document: Mapping[str, Any]) -> dict[str, str]:
    """
    What each path of a document is called to the engine.

    An HTTP API may have `/files/{key}` beside `/files/{key+}`: then the greedy one gets a variable of another name.
    """
    taken = {path for path in document["paths"] if _GREEDY.search(path) is None}
    names: dict[str, str] = {}
    for path in document["paths"]:
        plain = _GREEDY.sub(r"{\1}", path)
        while plain != path and plain in taken:
            plain = f"{plain.removesuffix('}')}_}}"
        taken.add(plain)
        names[path] = plain
    return names


def plain_document(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The document with the paths of `plain_paths`, the variable that was greedy declared."""
    names = plain_paths(document)
    if all(path == plain for path, plain in names.items()):
        return document
    places = {
        f"#{pointer_of(('paths', path, method))}": f"#{pointer_of(('paths', plain, method))}"
        for path, plain in names.items()
        for method in METHODS
    }

    def changed(value: Any, kind: str, _keys: Keys) -> Any:
        if kind == "link" and isinstance(value, Mapping) and value.get("operationRef") in places:
            return {**value, "operationRef": places[value["operationRef"]]}
        return mapped(value, kind, changed)

    items = {names[path]: _item(document, path, item, plain=names[path]) for path, item in document["paths"].items()}
    result: Mapping[str, Any] = mapped({**document, "paths": items}, "document", changed)
    return result


def _item(document: Mapping[str, Any], path: str, item: Any, *, plain: str) -> Any:
    greedy = _GREEDY.search(path)
    if greedy is None or not isinstance(item, Mapping):
        return item
    old, new = greedy[1], plain[greedy.start() :].strip("{}")
    made = {
        name: {**member, "parameters": _renamed(document, member, old=old, new=new)}
        if name in METHODS and "parameters" in member
        else member
        for name, member in item.items()
    }
    own = _renamed(document, item, old=old, new=new)
    if not any(_is_variable(_resolved(document, each), new) for each in own):
        own.append({"name": new, "in": "path", "required": True, "schema": {"type": "string"}})
    return {**made, "parameters": own}


def _renamed(document: Mapping[str, Any], owner: Mapping[str, Any], *, old: str, new: str) -> list[Mapping[str, Any]]:
    found = [(each, _resolved(document, each)) for each in owner.get("parameters", [])]
    return [
        {**parameter, "name": new} if old != new and _is_variable(parameter, old) else each for each, parameter in found
    ]


def _is_variable(parameter: Mapping[str, Any], name: str) -> bool:
    return (parameter.get("in"), parameter.get("name")) == ("path", name)


def _resolved(document: Mapping[str, Any], value: Mapping[str, Any]) -> Mapping[str, Any]:
    """A parameter, or the one below `components` that it refers to."""
    while isinstance(reference := value.get("$ref"), str):
        name = reference.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
        value = document.get("components", {}).get("parameters", {}).get(name, {})
    return value
