"""Links: each leads to an operation of the contract, and is told by its operationId where there is one.

OpenAPI Specification 3.0.3, section 4.7.20.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from os.path import realpath
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from contracts.documents.pointers import keys_of_fragment, pointer_of
from contracts.errors import ContractError
from contracts.openapi.bundling import Bundle
from contracts.openapi.extensions import objects
from contracts.schemas import ANY_METHOD, METHODS

# An operation's path and method, as the document spells them.
Place = tuple[str, str]


def settle_links(bundle: Bundle) -> None:
    """
    Write the `operationRef` of every link as the operationId that it leads to; leave out links to other contracts.

    API Gateway reads no links, so that what one says of another contract's operation does no harm; nobody here
    could follow it.

    Raises:
        ContractError: A link leads nowhere.
    """
    operations = dict(_operations(bundle.document))
    for value, kind, _ in list(objects(bundle.document, "document")):
        links = value.get("links")
        if kind == "response" and isinstance(links, dict):
            foreign = [name for name, link in links.items() if _is_foreign(bundle, bundle.resolved(link))]
            for name in foreign:
                del links[name]
        elif kind == "link" and "$ref" not in value:
            _settle(bundle, value, operations)


def _operations(document: Mapping[str, Any]) -> list[tuple[Place, str | None]]:
    """Every operation with its operationId."""
    return [
        ((path, method), item[method].get("operationId"))
        for path, item in document["paths"].items()
        if path.startswith("/")
        for method in (*METHODS, ANY_METHOD)
        if method in item
    ]


def _is_foreign(bundle: Bundle, link: Mapping[str, Any]) -> bool:
    """Whether a link leads out of the contract's file; a file may name itself."""
    reference = link.get("operationRef")
    file = reference.partition("#")[0] if isinstance(reference, str) else ""
    if not file or "operationId" in link:
        return False
    return "://" in file or realpath(Path(bundle.source.path).parent / unquote(file)) != realpath(bundle.source.path)


def _settle(bundle: Bundle, link: Any, operations: Mapping[Place, str | None]) -> None:
    known = [name for name in operations.values() if name]
    name, reference = link.get("operationId"), link.get("operationRef")
    if name is not None:
        link.pop("operationRef", None)  # the two exclude each other
        if name not in known:
            raise ContractError(
                f"a link leads to the operation `{name}`, which does not exist",
                location=bundle.place(link, "operationId"),
                cure=_nearest(name, known) or f"There are: {', '.join(known) or 'none with an operationId'}.",
            )
    elif reference is None:
        raise ContractError(
            "a link has neither `operationId` nor `operationRef`: it leads nowhere",
            location=bundle.place(link),
            cure="Add the operationId of the operation that it leads to.",
        )
    elif not _is_foreign(bundle, link):
        _settle_reference(bundle, link, reference, operations)


def _settle_reference(
    bundle: Bundle, link: dict[str, Any], reference: str, operations: Mapping[Place, str | None]
) -> None:
    place = _place(reference)
    if place is None or place not in operations:
        references = {f"#{pointer_of(('paths', *each))}": name for each, name in operations.items()}
        nearest = difflib.get_close_matches(unquote(reference), references, 1)
        raise ContractError(
            f"a link leads to `{reference}`, where no operation is",
            location=bundle.place(link, "operationRef"),
            cure=f"Did you mean `{nearest[0]}`?" if nearest else "Write the operationId of the operation instead.",
        )
    name = operations[place]
    if name:
        del link["operationRef"]
        link["operationId"] = name
    else:
        link["operationRef"] = f"#{pointer_of(('paths', *place))}"


def _place(reference: str) -> Place | None:
    """`#/paths/~1things~1{id}/get` as a path and a method."""
    try:
        keys = keys_of_fragment(reference.partition("#")[2])
    except ValueError:
        return None
    return (str(keys[1]), str(keys[2])) if len(keys) == 3 and keys[0] == "paths" else None


def _nearest(name: str, known: list[str]) -> str | None:
    nearest = difflib.get_close_matches(name, known, 1)
    return f"Did you mean `{nearest[0]}`?" if nearest else None
