"""Guarding: who stands before the operations, by the contract and the template together.

What is deployed counts. Where the template routes an operation by itself (an event of a SAM function), its document
says who stands before it; where the contract has the integration, the contract says so, unless the template adds to it
(the `Auth` of AWS::Serverless::Api reaches the document that is deployed, and so do a resource policy and its like).
"""

from __future__ import annotations

import difflib
from collections.abc import Container, Iterator, Mapping
from dataclasses import replace
from typing import Any

from contracts import gateway, openapi
from contracts.contract import Contract, Operation
from contracts.documents import Document
from contracts.errors import Location
from contracts.finding import Unavailable
from contracts.run.joining import invoked, routes_of
from contracts.schemas import ANY_METHOD
from contracts.stack import Api, Function, Stack, Unresolved

Security = tuple[Mapping[str, tuple[str, ...]], ...]
GATEWAY_PREFIX = "x-amazon-apigateway-"
GATEWAY_RESPONSES = f"{GATEWAY_PREFIX}gateway-responses"
BINARY_MEDIA_TYPES = f"{GATEWAY_PREFIX}binary-media-types"
LAMBDA_AUTHORIZERS = ("token", "request")


def guarded(written: Contract, joined: Contract, api: Api) -> Contract:
    """
    The contract with the security that is deployed.

    Args:
        written: The contract as it was read.
        joined: The same with the template's integrations.
    """
    document = api.definition or {}
    routes = dict(routes_of(api))
    operations = tuple(
        replace(
            operation,
            security=_security(
                operation, routes, document, schemes=written.security_schemes, own=own.integration is not None
            ),
            extensions={**_extensions(_route(operation, routes)), **operation.extensions},
        )
        for own, operation in zip(written.operations, joined.operations, strict=True)
    )
    components = document.get("components")
    schemes = components.get("securitySchemes") if isinstance(components, Mapping) else None
    legacy = document.get("securityDefinitions")
    responses = document.get(GATEWAY_RESPONSES)
    return replace(
        joined,
        operations=operations,
        security_schemes={**joined.security_schemes, **_mapping(legacy), **_mapping(schemes)},
        gateway_responses=joined.gateway_responses or _mapping(responses),
        binary_media_types=joined.binary_media_types or _texts(document.get(BINARY_MEDIA_TYPES)),
        extensions={**_extensions(document), **joined.extensions},
    )


def _security(
    operation: Operation,
    routes: Mapping[tuple[str, str], Mapping[str, Any]],
    document: Mapping[str, Any],
    *,
    schemes: Mapping[str, Mapping[str, Any]],
    own: bool,
) -> Security:
    route = _route(operation, routes)
    if route is None:
        return operation.security
    deployed = route.get("security", document.get("security"))
    if isinstance(deployed, list):
        added = tuple(_requirement(each) for each in deployed if isinstance(each, Mapping))
        return (*added, *(each for each in _of_handlers(operation.security, schemes) if each not in added))
    return operation.security if own else _of_handlers(operation.security, schemes)


def _of_handlers(security: Security, schemes: Mapping[str, Mapping[str, Any]]) -> Security:
    """What of documented requirements means nothing to API Gateway, and so may be what the handlers ask for."""

    def own(requirement: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        return {
            name: scopes for name, scopes in requirement.items() if not gateway.enforced(_mapping(schemes.get(name)))
        }

    return tuple(kept for requirement in security if (kept := own(requirement)))


def _requirement(written: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {
        str(name): tuple(str(scope) for scope in scopes) if isinstance(scopes, list) else ()
        for name, scopes in written.items()
    }


def _route(operation: Operation, routes: Mapping[tuple[str, str], Mapping[str, Any]]) -> Mapping[str, Any] | None:
    return routes.get((operation.method, operation.path)) or routes.get(("ANY", operation.path))


def _extensions(document: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: member for name, member in (document or {}).items() if name.startswith(GATEWAY_PREFIX)}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


def refusals_of(contract: Contract, routes: Mapping[str, str], api: Api) -> Iterator[Unavailable]:
    """
    Why API Gateway would not import what the template deploys, in its own words.

    Args:
        routes: The route of each operation, by their names.
    """
    document = contract.document if api.definition is None else api.definition
    for refusal in openapi.imported(document, api.kind).refusals:
        reason = f"API Gateway would not import it: {refusal.message}"
        cure = "Correct the document that the template deploys, or deploy the one that `contracts export` writes."
        location = api.place(refusal.keys)
        if refusal.route is None:
            yield Unavailable(reason, location=location or api.location, cure=cure)
            continue
        for operation in contract.operations:
            if routes.get(operation.name) in _names(operation, refusal.route):
                yield Unavailable(reason, operation=operation.name, location=location or operation.location, cure=cure)


def undefined_schemes(
    contract: Contract, deployed: Contract, source: Document, said: Container[str | None]
) -> Iterator[Unavailable]:
    """
    Security requirements that name no security scheme (OpenAPI 3.0.3, section 4.7.30).

    Args:
        contract: As it was read from `source`.
        deployed: The same with what the template adds, which may define schemes as well.
        said: The operations of which API Gateway says so itself.
    """
    for operation in contract.operations:
        for index, requirement in enumerate(() if operation.name in said else operation.security):
            for name in requirement:
                if name in deployed.security_schemes or name == openapi.OPEN:
                    continue
                nearest = difflib.get_close_matches(name, deployed.security_schemes, 1)
                yield Unavailable(
                    f"its security requirement names `{name}`, and neither the contract nor the template defines it",
                    operation=operation.name,
                    location=_place_of_requirement(operation, index, source),
                    cure=f"Did you mean `{nearest[0]}`?"
                    if nearest
                    else "Add it to components.securitySchemes, or remove the requirement.",
                )


def _place_of_requirement(operation: Operation, index: int, source: Document) -> Location:
    """The line of a requirement of the operation, or of the whole document."""
    member = ANY_METHOD if operation.any_method or operation.method == "ANY" else operation.method.lower()
    keys = ("paths", operation.path, member, "security")
    found = source.location((*keys, index))
    return found if found.line != source.location(keys[:-1]).line else source.location(("security", index))


def _names(operation: Operation, route: tuple[str, str]) -> tuple[str, ...]:
    """What a route may be called: by its method and path, or as the operation that is all of it."""
    own = (operation.name,) if (operation.method, operation.path) == route else ()
    return (" ".join(route), *own)


def authorizers_of(
    contract: Contract, stack: Stack, stage_variables: Mapping[str, str]
) -> tuple[dict[str, Function], tuple[Unavailable, ...]]:
    """The function of each Lambda authorizer by its security scheme, and the operations whose authorizer has none."""
    found: dict[str, Function] = {}
    problems: list[Unavailable] = []
    for operation in contract.operations:
        for name, uri in _lambda_authorizers(contract, operation):
            outcome = _function(name, uri, operation, stack, stage_variables)
            if isinstance(outcome, Function):
                found[name] = outcome
            else:
                problems.append(outcome)
    return found, tuple(problems)


def _lambda_authorizers(contract: Contract, operation: Operation) -> Iterator[tuple[str, Any]]:
    for definition in gateway.authorizer_definitions(contract, operation):
        if definition.kind in LAMBDA_AUTHORIZERS:
            yield definition.name, definition.settings.get("authorizerUri")


def _function(
    name: str, uri: Any, operation: Operation, stack: Stack, stage_variables: Mapping[str, str]
) -> Function | Unavailable:
    if isinstance(uri, Unresolved):
        return Unavailable(
            f"the authorizer `{name}`: {uri.expression}: {uri.reason}",
            operation=operation.name,
            location=uri.location,
            cure=uri.cure,
        )
    arn = invoked(str(uri or ""), stage_variables)
    function = stack.function_of_arn(arn)
    if function is not None:
        return function
    nearest = difflib.get_close_matches(arn, [each.arn for each in stack.functions.values()], 1)
    return Unavailable(
        f"the authorizer `{name}` calls {arn or uri or 'nothing'}, which the template does not have",
        operation=operation.name,
        location=operation.location,
        cure=f"Did you mean {nearest[0]}?" if nearest else "Add the function to the template.",
    )
