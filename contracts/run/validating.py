"""Validating: what API Gateway checks before a function is called, where the template's document says so (REST APIs).

What is deployed counts, as everywhere: a contract that is not deployed promises what its schemas say, and API Gateway
checks what the route of the template has: its validator, its required parameters, its models.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

from contracts.contract import Contract, Operation, Parameter, ParameterPlace, RequestBody, RequestValidator, Schema
from contracts.documents import Keys
from contracts.run.joining import routes_of
from contracts.schemas import mapped, referred
from contracts.stack import Api

VALIDATOR = "x-amazon-apigateway-request-validator"
VALIDATORS = f"{VALIDATOR}s"
PLACES = ("header", "path", "query")
JSON = "application/json"
# Models of the template have names of their own beside the contract's schemas.
MODEL = "TemplateModel."

Document = Mapping[str, Any]


def validated(contract: Contract, own: Collection[str], api: Api) -> Contract:
    """
    The contract with what is checked before each operation that the template routes.

    Args:
        own: The names of the operations whose integration is the contract's own: their validators are, too.
    """
    document = api.definition
    if document is None or api.kind == "HTTP":
        return contract
    routes = dict(routes_of(api))
    validators = dict(_validators(document))
    operations = tuple(
        each
        if each.name in own or (each.method, each.path) not in routes
        else _checked(each, routes[each.method, each.path], document, validators)
        for each in contract.operations
    )
    models = {f"{MODEL}{name}": _renamed(schema) for name, schema in _models(document).items()}
    return replace(
        contract,
        operations=operations,
        schemas={**contract.schemas, **models},
        validators={**contract.validators, **validators},
    )


def _checked(
    operation: Operation, route: Document, document: Document, validators: Mapping[str, RequestValidator]
) -> Operation:
    name = route.get(VALIDATOR, document.get(VALIDATOR))
    if name not in validators:
        return replace(operation, validator=None)
    item = _mapping(_mapping(document.get("paths")).get(operation.path))
    written = [_resolved(each, document) for owner in (item, route) for each in owner.get("parameters") or ()]
    return replace(
        operation,
        validator=name,
        parameters=tuple(
            Parameter(
                name=str(each.get("name")),
                place=cast("ParameterPlace", each["in"]),
                required=each.get("required") is True,
                schema={},
                location=operation.location,
            )
            for each in written
            if each.get("in") in PLACES
        ),
        request_body=RequestBody(required=False, content=dict(_bodies(route, written, _models(document)))),
    )


def _validators(document: Document) -> Iterator[tuple[str, RequestValidator]]:
    for name, each in _mapping(document.get(VALIDATORS)).items():
        checks = {
            member: str(_mapping(each).get(f"validateRequest{member}")).lower() == "true"
            for member in ("Parameters", "Body")
        }
        yield name, RequestValidator(name, parameters=checks["Parameters"], body=checks["Body"])


def _bodies(
    route: Document, written: list[Document], models: Mapping[str, Schema]
) -> Iterator[tuple[str, Schema | None]]:
    """The model of each media type: of the body of OpenAPI 3.0, or of the parameter that is one in Swagger 2.0."""
    found = {}
    for parameter in written:
        if parameter.get("in") == "body":
            found[JSON] = parameter.get("schema")
    for media_type, each in _mapping(_mapping(route.get("requestBody")).get("content")).items():
        found[media_type] = _mapping(each).get("schema")
    for media_type, schema in found.items():
        if isinstance(schema, Mapping) and (referred(schema) is None or referred(schema) in models):
            yield media_type, _renamed(schema)


def _models(document: Document) -> Mapping[str, Schema]:
    return {
        name: schema
        for place in (document.get("definitions"), _mapping(document.get("components")).get("schemas"))
        for name, schema in _mapping(place).items()
        if isinstance(schema, Mapping)
    }


def _renamed(schema: Schema) -> dict[str, Any]:
    name = referred(schema)
    if name is not None:
        return {"$ref": f"#/components/schemas/{MODEL}{name}"}

    def inner(child: Any, _kind: str, _keys: Keys) -> Any:
        return _renamed(child) if isinstance(child, Mapping) else child

    changed: dict[str, Any] = mapped(schema, "schema", inner)
    return changed


def _resolved(written: Any, document: Document) -> Document:
    """A parameter, or the one that it refers to."""
    value: Any = _mapping(written)
    reference = value.get("$ref")
    if isinstance(reference, str):
        value = document
        for key in reference.removeprefix("#/").split("/"):
            value = _mapping(value).get(key.replace("~1", "/").replace("~0", "~"))
    return _mapping(value)


def _mapping(value: Any) -> Document:
    return value if isinstance(value, Mapping) else {}
