"""Deploying: what API Gateway has of a contract: the template's routes, each of which may take several operations.

A contract has the paths that clients use. A template may route them otherwise: `ANY /notes` for every method of a path,
`/{proxy+}` or `$default` for a whole service, other names for variables. API Gateway knows the template's routes alone,
and events speak of those.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from contracts import gateway
from contracts.contract import Contract, Operation
from contracts.errors import ContractError
from contracts.finding import Unavailable
from contracts.http import Request
from contracts.run.guarding import guarded
from contracts.run.joining import DEFAULT_PATH, joined, routes_of
from contracts.run.validating import validated
from contracts.stack import Api

_VARIABLE = re.compile(r"\{[^{}]*\}")
# Stands for any value of a variable: no path has a segment of this name.
ANY_VALUE = "~"


def deployed(contract: Contract, api: Api) -> Contract:
    """
    What is deployed: the operations that have an integration or a route of their own, and the template's other routes.

    Raises:
        ContractError: There is nothing to deploy: the contract and the template do not belong together.
    """
    routes = dict(routes_of(api))
    own = [each for each in contract.operations if each.integration is not None or _key(each) in routes]
    known = {_key(each) for each in own}
    names = {each.name for each in own}
    others = [_operation(key, definition, api, names) for key, definition in routes.items() if key not in known]
    written = replace(contract, operations=(*own, *others))
    if not written.operations:
        raise _strangers(contract, api)
    with_integration = {each.name for each in written.operations if each.integration is not None}
    return validated(guarded(written, joined(written, api), api), with_integration, api)


def promised(contract: Contract, deployed: gateway.Api, api: Api) -> tuple[Contract, Mapping[str, str]]:
    """
    The contract, each operation with the integration and the guard of the route that takes it, and the name of that
    route's operation by the operation's.

    Args:
        deployed: What stands in front of the functions.

    Raises:
        ContractError: No route takes any operation: the contract and the template do not belong together.
    """
    whole = deployed.contract
    exact = {_key(each): each for each in whole.operations}
    takers = {each.name: exact.get(_key(each)) or _taker(each, deployed) for each in contract.operations}
    if not any(taker is not None and taker.integration is not None for taker in takers.values()):
        raise _strangers(contract, api)
    operations = tuple(_taken(each, takers[each.name]) for each in contract.operations)
    routes = {name: taker.name for name, taker in takers.items() if taker is not None}
    return replace(whole, document=contract.document, schemas=contract.schemas, operations=operations), routes


def pathless(contract: Contract) -> Iterator[Unavailable]:
    """The `$default` route as an operation: it takes what no other route takes, and no path is its own."""
    for operation in contract.operations:
        if operation.path == DEFAULT_PATH:
            yield Unavailable(
                "`$default` takes what no other route takes: the contract names no path that a client could ask it by",
                operation=operation.name,
                location=operation.location,
                cure="Document the paths and methods that it answers: requests to them find the route.",
            )


def _key(operation: Operation) -> tuple[str, str]:
    return operation.method, operation.path


def _operation(key: tuple[str, str], definition: Mapping[str, Any], api: Api, names: set[str]) -> Operation:
    """A route that the contract does not document; its name is its own."""
    method, path = key
    written = definition.get("operationId")
    known = isinstance(written, str) and written not in names
    return Operation(
        operation_id=written if known else None,
        method=method,
        path=path,
        parameters=(),
        request_body=None,
        responses={},
        integration=None,
        location=api.location,
    )


def _taker(operation: Operation, deployed: gateway.Api) -> Operation | None:
    """The route that a request for the operation goes to."""
    stage = deployed.deployment.stage
    prefix = "" if stage == gateway.DEFAULT_STAGE else f"/{stage}"
    method = "GET" if operation.method == "ANY" else operation.method
    return gateway.route(deployed, Request(method, f"{prefix}{_VARIABLE.sub(ANY_VALUE, operation.path)}"))


def _taken(operation: Operation, taker: Operation | None) -> Operation:
    if taker is None:
        return operation
    return replace(
        operation,
        integration=taker.integration,
        security=taker.security,
        extensions={**taker.extensions, **operation.extensions},
    )


def _strangers(contract: Contract, api: Api) -> ContractError:
    routes = sorted(" ".join(route) for route, _ in routes_of(api))
    return ContractError(
        f"the contract and the template do not belong together: {api.logical_id} routes none of its operations",
        location=contract.location,
        cure=f"The template's routes are: {', '.join(routes) or 'none'}.",
    )
