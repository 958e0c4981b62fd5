"""Any method, spelled out: what `x-amazon-apigateway-any-method` promises, as operations that clients can call.

API Gateway has one method or route for all of them; a contract with it promises each alike. HEAD and OPTIONS are left
out: what they answer is mostly somebody else's affair (RFC 9110, sections 9.3.2 and 9.3.7), and no contract means them.
The `$default` route of an HTTP API stays as it is: it has no path that a client could be told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from contracts.contract import Contract, Operation
from contracts.documents import pointer_of
from contracts.openapi.importing import DEFAULT_ROUTE
from contracts.schemas import ANY_METHOD, Keys, mapped

CALLED = ("get", "post", "put", "delete", "patch")
# HTTP gives a body no meaning there, and OpenAPI 3.0 none that is defined (section 4.7.10.1).
BODILESS = ("get", "delete")


def spelled_out(contract: Contract) -> Contract:
    """The contract with an ordinary operation for each method that a path with any method does not have of its own."""
    if not any(_is_spelled_out(each) for each in contract.operations):
        return contract
    known = {(each.method, each.path) for each in contract.operations}
    operations = tuple(
        one for each in contract.operations for one in (_methods(each, known) if _is_spelled_out(each) else (each,))
    )
    document = spelled_out_document(contract.document)
    moved = _moved(contract.document)
    return replace(contract, document=document, operations=tuple(_linked(each, moved) for each in operations))


def spelled_out_document(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same of an OpenAPI 3.0 document; links by the name of any method lead to the first that stands for it."""
    if not any(isinstance(item, Mapping) and ANY_METHOD in item for item in document["paths"].values()):
        return document
    moved = _moved(document)

    def changed(value: Any, kind: str, _keys: Keys) -> Any:
        if kind == "link":
            return _relinked(value, moved)
        return mapped(value, kind, changed)

    paths = {path: _item(path, item) for path, item in document["paths"].items()}
    result: Mapping[str, Any] = mapped({**document, "paths": paths}, "document", changed)
    return result


def _is_spelled_out(operation: Operation) -> bool:
    return operation.method == "ANY" and operation.path != DEFAULT_ROUTE


def _methods(operation: Operation, known: set[tuple[str, str]]) -> Iterator[Operation]:
    for method in CALLED:
        if (method.upper(), operation.path) not in known:
            yield replace(
                operation,
                operation_id=None,
                method=method.upper(),
                request_body=None if method in BODILESS else operation.request_body,
                any_method=True,
            )


def _item(path: str, item: Any) -> Any:
    if not isinstance(item, Mapping) or ANY_METHOD not in item or path == DEFAULT_ROUTE:
        return item
    whole = item[ANY_METHOD]
    named = {key: member for key, member in whole.items() if key != "operationId"}
    bodiless = {key: member for key, member in named.items() if key != "requestBody"}
    methods = {name: bodiless if name in BODILESS else named for name in CALLED if name not in item}
    return {**{key: member for key, member in item.items() if key != ANY_METHOD}, **methods}


def _moved(document: Mapping[str, Any]) -> dict[str, str]:
    """What names of any method are references to now."""
    found = {}
    for path, item in document["paths"].items():
        whole = item.get(ANY_METHOD) if isinstance(item, Mapping) and path != DEFAULT_ROUTE else None
        first = next((name for name in CALLED if name not in item), None)
        if whole is not None and first is not None and isinstance(whole.get("operationId"), str):
            found[whole["operationId"]] = f"#{pointer_of(('paths', path, first))}"
    return found


def _relinked(link: Any, moved: Mapping[str, str]) -> Any:
    name = link.get("operationId") if isinstance(link, Mapping) else None
    if not isinstance(name, str) or name not in moved:
        return link
    return {**{key: member for key, member in link.items() if key != "operationId"}, "operationRef": moved[name]}


def _linked(operation: Operation, moved: Mapping[str, str]) -> Operation:
    if not any(response.links for response in operation.responses.values()):
        return operation
    responses = {
        status: replace(each, links={name: _relinked(link, moved) for name, link in each.links.items()})
        for status, each in operation.responses.items()
    }
    return replace(operation, responses=responses)
