"""Joining: which function answers which operation, by the contract and the template together."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from contracts.contract import Contract, Integration, Operation
from contracts.errors import TemplateError
from contracts.finding import Unavailable
from contracts.stack import Api, Function, Stack, Unresolved

LAMBDA_PATH = "/functions/"
# What an HTTP API calls its `$default` route, and the path that OpenAPI has for it (SAM writes the former).
DEFAULT_ROUTE, DEFAULT_PATH = "$default", "/$default"


def api_of(stack: Stack, contract: Contract) -> Api:
    """
    The API that the contract is deployed to: the template's only one, else the one that shares most routes.

    Raises:
        TemplateError: The template has no API.
    """
    if not stack.apis:
        raise TemplateError(
            "the template has no API of API Gateway",
            location=stack.location,
            cure="Add an AWS::Serverless::Api, or an event of type Api to a function.",
        )
    wanted = {(operation.method, operation.path) for operation in contract.operations}
    return max(stack.apis.values(), key=lambda api: len(wanted & dict(routes_of(api)).keys()))


def joined(contract: Contract, api: Api) -> Contract:
    """The contract with the template's integration for every operation that has none of its own."""
    routes = dict(routes_of(api))
    operations = tuple(
        operation
        if operation.integration is not None
        else replace(operation, integration=_integration(operation, routes, api))
        for operation in contract.operations
    )
    return replace(contract, operations=operations)


def routes_of(api: Api) -> Iterator[tuple[tuple[str, str], Mapping[str, Any]]]:
    """Method and path of each route of the template's document, with what the document says of it."""
    paths = (api.definition or {}).get("paths")
    for path, item in (paths if isinstance(paths, Mapping) else {}).items():
        for method, definition in (item if isinstance(item, Mapping) else {}).items():
            name = "ANY" if method == "x-amazon-apigateway-any-method" else method.upper()
            if isinstance(definition, Mapping) and not name.startswith("X-") and name != "PARAMETERS":
                yield (name, DEFAULT_PATH if path == DEFAULT_ROUTE else path), definition


def _integration(
    operation: Operation, routes: Mapping[tuple[str, str], Mapping[str, Any]], api: Api
) -> Integration | None:
    definition = routes.get((operation.method, operation.path))
    settings = (definition or {}).get("x-amazon-apigateway-integration")
    if not isinstance(settings, Mapping):
        return None
    uri = settings.get("uri")
    return Integration(
        kind=str(settings.get("type", "")).lower(),
        uri=uri if isinstance(uri, str) else None,
        http_method=settings.get("httpMethod"),
        timeout_milliseconds=int(settings.get("timeoutInMillis", 29_000)),
        settings=settings,
        location=api.location,
        problem=f"{uri.expression}: {uri.reason}" if isinstance(uri, Unresolved) else None,
    )


def functions_of(contract: Contract, stack: Stack) -> tuple[dict[str, Function], tuple[Unavailable, ...]]:
    """The function of each operation by `Operation.name`, and the operations that have none to call."""
    found: dict[str, Function] = {}
    problems: list[Unavailable] = []
    for operation in contract.operations:
        outcome = _function(operation, stack)
        if isinstance(outcome, Function):
            found[operation.name] = outcome
        elif outcome is not None:
            problems.append(outcome)
    return found, tuple(problems)


def _function(operation: Operation, stack: Stack) -> Function | Unavailable | None:
    integration = operation.integration
    if integration is None:
        return Unavailable(
            f"neither the contract nor the template says what answers {operation.method} {operation.path}",
            operation=operation.name,
            location=operation.location,
            cure="Add an x-amazon-apigateway-integration to it, or an event to its function in the template.",
        )
    if integration.problem is not None:
        return Unavailable(integration.problem, operation=operation.name, location=integration.location)
    if integration.kind != "aws_proxy" or integration.uri is None:
        return None  # the gateway says what it does with other kinds of integration
    # An HTTP API also takes the function's ARN alone.
    arn = integration.uri.rpartition(LAMBDA_PATH)[2].removesuffix("/invocations")
    function = stack.function_of_arn(arn)
    if function is not None:
        return function
    nearest = difflib.get_close_matches(arn, [each.arn for each in stack.functions.values()], 1)
    return Unavailable(
        f"the integration calls {arn or integration.uri}, which the template does not have",
        operation=operation.name,
        location=integration.location,
        cure=f"Did you mean {nearest[0]}?" if nearest else "Add the function to the template.",
    )
