"""Joining: which function answers which operation, by the contract and the template together."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from contracts.contract import Contract, Integration, Operation
from contracts.errors import TemplateError
from contracts.finding import Unavailable
from contracts.stack import Api, Function, Stack, Unresolved

LAMBDA_PATH = "/functions/"
_STAGE_VARIABLE = re.compile(r"\$\{stageVariables\.([A-Za-z0-9_]+)\}")
# What an HTTP API calls its `$default` route, and the path that OpenAPI has for it (SAM writes the former).
DEFAULT_ROUTE, DEFAULT_PATH = "$default", "/$default"
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html
KINDS = ("aws_proxy", "aws", "http", "http_proxy", "mock")
DEFAULT_TIMEOUT = 29_000  # https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
CORRECT_URI = "Correct the integration's uri, or add to the template what it names."


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
            cure="Add an AWS::Serverless::Api, or an event of type Api or HttpApi to a function.",
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
    uri, method, timeout = (settings.get(name) for name in ("uri", "httpMethod", "timeoutInMillis"))
    return Integration(
        kind=str(settings.get("type", "")).lower(),
        uri=uri if isinstance(uri, str) else None,
        http_method=method if isinstance(method, str) else None,
        # The template's own document is API Gateway's to check; what is no number there is not known here.
        timeout_milliseconds=int(str(timeout)) if str(timeout).isdecimal() else DEFAULT_TIMEOUT,
        settings=settings,
        location=api.location,
        problem=f"{uri.expression}: {uri.reason}" if isinstance(uri, Unresolved) else None,
    )


def functions_of(contract: Contract, api: Api, stack: Stack) -> tuple[dict[str, Function], tuple[Unavailable, ...]]:
    """The function of each operation by `Operation.name`, and the operations that have none to call."""
    routes = [" ".join(route) for route, _ in routes_of(api)]
    others = {
        " ".join(route): other.logical_id
        for other in stack.apis.values()
        if other.logical_id != api.logical_id
        for route, _ in routes_of(other)
    }
    found: dict[str, Function] = {}
    problems: list[Unavailable] = []
    for operation in contract.operations:
        route = f"{operation.method} {operation.path}"
        outcome: Function | Unavailable | None
        if operation.integration is None and route in others:
            outcome = Unavailable(
                f"{route} is a route of {others[route]}, and this run is one of {api.logical_id}",
                operation=operation.name,
                location=operation.location,
                cure="A run has one API, the one with most of the contract's routes: give each API its own contract.",
            )
        else:
            outcome = _function(operation, stack, routes, api.stage_variables)
        if isinstance(outcome, Function):
            found[operation.name] = outcome
        elif outcome is not None:
            problems.append(outcome)
    return found, tuple(problems)


def invoked(uri: str, stage_variables: Mapping[str, str]) -> str:
    """
    The ARN of the function that a URI invokes; an HTTP API also takes that ARN alone.

    `${stageVariables.<name>}` in it is the stage's value (D:
    https://docs.aws.amazon.com/apigateway/latest/developerguide/aws-api-gateway-stage-variables-reference.html).
    """
    arn = uri.rpartition(LAMBDA_PATH)[2].removesuffix("/invocations")
    return _STAGE_VARIABLE.sub(lambda found: stage_variables.get(found[1], found[0]), arn)


def _function(
    operation: Operation, stack: Stack, routes: Sequence[str], stage_variables: Mapping[str, str]
) -> Function | Unavailable | None:
    integration = operation.integration
    if integration is None:
        route = f"{operation.method} {operation.path}"
        nearest = difflib.get_close_matches(route, routes, 1)
        also = f" The template's nearest route is {nearest[0]}." if nearest else ""
        cure = f"Add an x-amazon-apigateway-integration to it, or an event to its function in the template.{also}"
        return Unavailable(
            f"neither the contract nor the template says what answers {route}",
            operation=operation.name,
            location=operation.location,
            cure=cure,
        )
    problem = (integration.problem, CORRECT_URI) if integration.problem is not None else _unusable(integration)
    if problem is not None:
        return Unavailable(problem[0], operation=operation.name, location=integration.location, cure=problem[1])
    if integration.kind != "aws_proxy" or integration.uri is None:
        return None  # the gateway says what it does with other kinds of integration
    arn = invoked(integration.uri, stage_variables)
    function = stack.function_of_arn(arn)
    if function is not None:
        return function
    return Unavailable(
        f"the integration calls {arn or integration.uri}, which the template does not have",
        operation=operation.name,
        location=integration.location,
        cure=_nearest_function(arn, stack),
    )


def _unusable(integration: Integration) -> tuple[str, str] | None:
    """Why API Gateway would not import an integration, and what to do."""
    if not integration.kind:
        return "the integration has no `type`", "Write `type: aws_proxy` if a function answers."
    if integration.kind not in KINDS:
        nearest = difflib.get_close_matches(integration.kind, KINDS, 1)
        cure = f"Did you mean `{nearest[0]}`?" if nearest else f"There are: {', '.join(KINDS)}."
        return f"the integration has the unknown type `{integration.kind}`", cure
    # What an HTTP API calls without a function (`integrationSubtype`) has no uri.
    if integration.uri is None and integration.kind != "mock" and "integrationSubtype" not in integration.settings:
        return (
            f"the integration of type `{integration.kind}` has no `uri`",
            "Add it: for a function `arn:aws:apigateway:<region>:lambda:path/2015-03-31/functions/<ARN>/invocations`.",
        )
    return None


def _nearest_function(arn: str, stack: Stack) -> str:
    """What to do about an ARN that no function has; ARNs are alike, so that only their names are compared."""
    wanted = arn.partition(":function:")[2].partition(":")[0]
    names = {name: each for each in stack.functions.values() for name in (each.name, each.logical_id)}
    nearest = difflib.get_close_matches(wanted, names, 1)
    if nearest:
        return f"Did you mean {names[nearest[0]].arn}?"
    return f"Add the function to the template; its functions are: {', '.join(stack.functions) or 'none'}."
