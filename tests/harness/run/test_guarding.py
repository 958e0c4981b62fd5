"""Who stands before the operations: what is deployed counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from contracts.contract import Contract, Operation
from contracts.documents import Document
from contracts.documents.reading import parse
from contracts.errors import Location
from contracts.run.guarding import authorizers_of, guarded, refusals_of, undefined_schemes
from contracts.stack import Api, Function, Stack, Unresolved
from tests.harness.gateway.apis import deployed, function, operation

HERE = Location("template.yaml", 1)
PREFIX = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/"


def contract(*, documented: str | None = None, own: bool = False, **more: Any) -> Contract:
    """A contract of one operation, which documents one security scheme or none."""
    security = () if documented is None else ({documented: ()},)
    one = operation("GET /jobs", security=security)
    whole = deployed(one, security_schemes={"documented": KEY}, **more).contract
    return whole if own else replace(whole, operations=(replace(one, integration=None),))


def api(document: Mapping[str, Any]) -> Api:
    """An API that deploys a document with one route."""
    return Api("Api", "REST", "abc123defg", "v1", {}, document, HERE)


def joined(written: Contract, document: Mapping[str, Any]) -> tuple[Operation, Contract]:
    """The one operation as it is deployed, and the contract."""
    whole = guarded(written, written, api(document))
    return whole.operations[0], whole


KEY = {"type": "apiKey", "in": "header", "name": "x-api-key"}
ROUTE = {"x-amazon-apigateway-integration": {"type": "aws_proxy"}}


def test_the_auth_of_the_template_stands_before_its_routes() -> None:
    """Requirements, schemes, extensions and gateway responses of the document that is deployed."""
    document = {
        "paths": {"/jobs": {"get": {**ROUTE, "security": [{"Guard": ["a"]}], "x-amazon-apigateway-auth": {}}}},
        "components": {"securitySchemes": {"Guard": {"type": "apiKey"}}},
        "x-amazon-apigateway-api-key-source": "AUTHORIZER",
        "x-amazon-apigateway-gateway-responses": {"UNAUTHORIZED": {"statusCode": 418}},
    }

    one, whole = joined(contract(documented="documented"), document)

    assert one.security == ({"Guard": ("a",)},)
    assert one.extensions == {"x-amazon-apigateway-integration": {"type": "aws_proxy"}, "x-amazon-apigateway-auth": {}}
    assert set(whole.security_schemes) == {"documented", "Guard"}
    assert whole.extensions["x-amazon-apigateway-api-key-source"] == "AUTHORIZER"
    assert whole.gateway_responses == {"UNAUTHORIZED": {"statusCode": 418}}


@pytest.mark.parametrize(
    ("own", "document", "names"),
    [
        (False, {"paths": {"/jobs": {"get": ROUTE}}}, []),
        (True, {"paths": {"/jobs": {"get": ROUTE}}}, ["documented"]),
        (True, {"paths": {}}, ["documented"]),
        (True, {"paths": {"/jobs": {"get": {**ROUTE, "security": [{"Guard": []}]}}}}, ["Guard"]),
        (False, {"paths": {"/jobs": {"get": ROUTE}}, "security": [{"Guard": []}]}, ["Guard"]),
        (False, {"paths": {"/jobs": {"x-amazon-apigateway-any-method": {"security": [{"Guard": []}]}}}}, ["Guard"]),
        (True, {"paths": {"/jobs": {"get": {**ROUTE, "security": []}}}}, []),
    ],
    ids=["open route", "contract's own", "no route", "added", "root", "any method", "opened"],
)
def test_what_is_deployed_counts(own: bool, document: dict[str, Any], names: list[str]) -> None:
    """A contract that documents a guard which the template does not set up has none."""
    one, _ = joined(contract(documented="documented", own=own), document)

    assert [name for requirement in one.security for name in requirement] == names


def test_what_means_nothing_to_api_gateway_may_be_what_handlers_ask_for() -> None:
    """A documented requirement of theirs stays, beside what is deployed."""
    one = operation("GET /jobs", security=({"bearer": ()}, {"documented": ()}), integration=None)
    schemes = {"bearer": {"type": "http", "scheme": "bearer"}, "documented": KEY}
    written = replace(deployed(security_schemes=schemes).contract, operations=(one,))

    for route, before in ((ROUTE, ()), ({**ROUTE, "security": [{"Guard": []}]}, ({"Guard": ()},))):
        found, _ = joined(written, {"paths": {"/jobs": {"get": route}}})
        assert found.security == (*before, {"bearer": ()})


def test_media_types_that_the_template_sets_up_are_binary() -> None:
    """As with everything that is deployed beside the contract."""
    _, whole = joined(contract(), {"paths": {}, "x-amazon-apigateway-binary-media-types": ["image/png"]})

    assert whole.binary_media_types == ("image/png",)


def stack(*functions: Function) -> Stack:
    """A stack with these functions."""
    by_name = {each.logical_id: each for each in functions}
    return Stack("template.yaml", "eu-west-1", "123456789012", by_name, {}, {}, {}, {}, {}, {}, HERE)


def with_uri(uri: Any) -> Contract:
    """A contract behind a Lambda authorizer."""
    scheme = {"x-amazon-apigateway-authorizer": {"type": "token", "authorizerUri": uri}}
    one = operation("GET /jobs", security=({"Guard": ()},))
    return deployed(one, security_schemes={"Guard": scheme}).contract


def test_an_authorizer_is_a_function_of_the_template() -> None:
    """Found by its ARN, like that of an integration; a version behind it is ignored."""
    guard = function("guard")

    found, problems = authorizers_of(with_uri(f"{PREFIX}{guard.arn}:live/invocations"), stack(guard), {})

    assert (found, problems) == ({"Guard": guard}, ())


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        (f"{PREFIX}{function('gard').arn}/invocations", "the authorizer `Guard` calls "),
        (None, "the authorizer `Guard` calls nothing, which the template does not have"),
        (
            Unresolved("!ImportValue A", "it is elsewhere", HERE),
            "the authorizer `Guard`: !ImportValue A: it is elsewhere",
        ),
    ],
    ids=["unknown", "none", "unresolved"],
)
def test_an_authorizer_that_is_not_there_makes_its_operations_unavailable(uri: Any, reason: str) -> None:
    """With the reason, and what it may have meant."""
    found, (problem,) = authorizers_of(with_uri(uri), stack(function("guard")), {})

    assert found == {}
    assert problem.reason.startswith(reason)
    assert problem.operation == "GET /jobs"


def test_what_api_gateway_would_not_import_could_not_run() -> None:
    """In its own words, for the operations of the route that it refuses; a document that it refuses is all of them."""
    written = deployed("GET /jobs", "GET /users").contract
    refused_route = {"paths": {"/jobs": {"get": {"security": [{"Guard": []}]}}, "/users": {"get": ROUTE}}}
    routes = {"GET /jobs": "GET /jobs", "GET /users": "GET /users"}

    deployed_api = replace(api({"openapi": "3.0.1", **refused_route}), place=lambda keys: Location(str(keys), 7))
    (one,) = refusals_of(written, routes, deployed_api)
    (whole,) = refusals_of(written, routes, api({"openapi": "3.1.0", "paths": {}}))

    assert one.operation == "GET /jobs"
    assert one.location == Location("('paths', '/jobs', 'get', 'security', 0)", 7)
    assert one.reason.startswith("API Gateway would not import it: Invalid authorizer ID specified.")
    assert (whole.operation, whole.reason.partition(": ")[2]) == (None, "Invalid OpenAPI input: version 3.1.0")


def test_a_document_that_the_template_has_elsewhere_is_the_contract() -> None:
    """Where nobody can read what is deployed, the contract is, and what it says would be refused likewise."""
    written = replace(deployed("GET /jobs").contract, document={"openapi": "3.1.0", "paths": {}})

    (whole,) = refusals_of(written, {}, replace(api({}), definition=None))

    assert whole.reason.endswith("Invalid OpenAPI input: version 3.1.0")


def documented(security: str) -> Document:
    """A contract in YAML, line by line."""
    text = f"paths:\n  /jobs:\n    get:\n      responses: {{}}\n{security}"
    return parse(text, "openapi.yaml")


@pytest.mark.parametrize(
    ("security", "line"), [("      security:\n      - {}\n      - {nope: []}\n", 7), ("security:\n- {nope: []}\n", 6)]
)
def test_a_requirement_that_names_nothing_is_told_with_its_line(security: str, line: int) -> None:
    """The operation's, or that of the whole document."""
    requirements: tuple[dict[str, tuple[str, ...]], ...] = ({}, {"nope": ()}) if line == 7 else ({"nope": ()},)
    written = deployed(operation("GET /jobs", security=requirements)).contract
    schemes = replace(written, security_schemes={"nop": {}})

    (problem,) = undefined_schemes(written, schemes, documented(security), set())

    assert problem.reason.startswith("its security requirement names `nope`, and neither the contract nor")
    assert (problem.operation, problem.location) == ("GET /jobs", Location("openapi.yaml", line))
    assert problem.cure == "Did you mean `nop`?"


@pytest.mark.parametrize(
    ("name", "said"), [("nope", {"GET /jobs"}), ("NONE", set()), ("known", set())], ids=["said", "open", "defined"]
)
def test_a_requirement_is_told_once(name: str, said: set[str | None]) -> None:
    """Nothing is added to what API Gateway says, and what the template defines or opens is right."""
    written = deployed(operation("GET /jobs", security=({name: ()},))).contract
    whole = replace(written, security_schemes={"known": {}})

    assert list(undefined_schemes(written, whole, documented(""), said)) == []
