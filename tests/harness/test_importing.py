"""What API Gateway makes of a document, and what it refuses in which words."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.openapi import imported
from contracts.openapi.importing import Kind

URI = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:1:function:f/invocations"
PROXY = {"type": "aws_proxy", "httpMethod": "POST", "uri": URI}
KEY = {"type": "apiKey", "in": "header", "name": "x-api-key"}
GUARD = {
    "type": "apiKey",
    "x-amazon-apigateway-authtype": "custom",
    "x-amazon-apigateway-authorizer": {"type": "token"},
}
POOL = {**GUARD, "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools"}}
IAM = {**KEY, "name": "Authorization", "x-amazon-apigateway-authtype": "awsSigv4"}
CORS = "x-amazon-apigateway-cors"
VALIDATOR = "x-amazon-apigateway-request-validator"
JWT = {"type": "oauth2", "x-amazon-apigateway-authorizer": {"type": "jwt"}}


def document(
    *paths: str, integration: Any = PROXY, operation: dict[str, Any] | None = None, **members: Any
) -> dict[str, Any]:
    """A document with a GET on each path."""
    one = {"x-amazon-apigateway-integration": integration, **(operation or {})}
    return {"openapi": "3.0.1", "paths": {path: {"get": one} for path in paths or ("/jobs",)}, **members}


def schemes(**named: Any) -> dict[str, Any]:
    """Components with security schemes."""
    return {"securitySchemes": named}


def refused(whole: dict[str, Any], kind: Kind = "REST") -> list[str]:
    """The messages of a document's refusals."""
    return [each.message for each in imported(whole, kind).refusals]


@pytest.mark.parametrize(
    ("scheme", "kind", "authorization", "key"),
    [
        (KEY, "REST", "NONE", True),
        (KEY, "HTTP", "NONE", False),
        (GUARD, "REST", "CUSTOM", False),
        (POOL, "REST", "COGNITO_USER_POOLS", False),
        (IAM, "REST", "AWS_IAM", False),
        (JWT, "HTTP", "JWT", False),
        ({"type": "http", "scheme": "bearer"}, "REST", "NONE", False),
    ],
)
def test_security_schemes_make_authorizers(scheme: Any, kind: Kind, authorization: str, key: bool) -> None:
    """At an operation or at the root; what has no meaning for API Gateway is ignored."""
    integration = {**PROXY, "payloadFormatVersion": "2.0"}
    requirement: list[dict[str, list[str]]] = [{"one": []}]
    for place in ({"operation": {"security": requirement}}, {"security": requirement}):
        whole = document(integration=integration, components=schemes(one=scheme), **place)
        (method,) = imported(whole, kind).methods.values()
        assert (method.authorization_type, method.api_key_required) == (authorization, key)
        assert refused(whole, kind) == []


def test_what_the_sam_transform_opens_is_open() -> None:
    """`Authorizer: NONE` becomes a requirement of that name, which no document defines."""
    whole = document(operation={"security": [{"NONE": []}]}, security=[{"one": []}], components=schemes(one=GUARD))

    assert imported(whole, "REST").methods["GET /jobs"].authorization_type == "NONE"
    assert refused(whole) == []


def test_an_operation_may_open_what_the_root_closes() -> None:
    """An empty list asks for nothing."""
    whole = document(operation={"security": []}, security=[{"one": []}], components=schemes(one=GUARD))

    assert imported(whole, "REST").methods["GET /jobs"].authorization_type == "NONE"


@pytest.mark.parametrize(
    ("whole", "words", "last"),
    [
        (document("/{a}", "/{b}/c"), "A sibling ({a}) of this resource already has a variable path part", "/{b}/c"),
        (document("/{a+}/c"), "Cannot create a child of a resource with a greedy path variable: {a+}", "/{a+}/c"),
        (document("/jobs/job-{id}"), "Resource's path part only allow a-zA-Z0-9._-:", "/jobs/job-{id}"),
        (document("/j%20bs"), "Resource's path part only allow a-zA-Z0-9._-:", "/j%20bs"),
        (document(security=[{"none": []}]), "Invalid authorizer ID specified.", 0),
        (
            document(
                operation={"security": [{}, {"a": []}]},
                components=schemes(a={**KEY, "x-amazon-apigateway-authtype": "custom"}),
            ),
            "Invalid authorizer ID specified.",
            1,
        ),
        (document(operation={VALIDATOR: "all"}), "Invalid Request Validator identifier", VALIDATOR),
        (document(components={"schemas": {"a-b": {}}}), "Model name must be alphanumeric: a-b", "a-b"),
        (document(integration={**PROXY, "uri": "arn:aws:lambda:x"}), "Invalid ARN specified in the request", "uri"),
        (
            document(integration={**PROXY, "uri": "arn:aws:apigateway:r:lambda:oops/f"}),
            "must contain path or action",
            "uri",
        ),
        (
            document(integration={**PROXY, "uri": "arn:aws:apigateway:r:s3:path/b"}),
            "currently only supports Lambda",
            "uri",
        ),
        ({**document(), "openapi": "3.1.0"}, "Invalid OpenAPI input: version 3.1.0", "openapi"),
    ],
)
def test_what_a_rest_api_refuses(whole: dict[str, Any], words: str, last: str | int) -> None:
    """One message, in API Gateway's own words, with its exact place."""
    (refusal,) = imported(whole, "REST").refusals

    assert words in refusal.message
    assert refusal.keys[-1] == last
    value: Any = whole
    for key in refusal.keys:
        value = value[key]


@pytest.mark.parametrize("shared", [False, True])
def test_a_parameter_name_stands_in_one_place(shared: bool) -> None:
    """Whether the path or the operation has it; a name twice in one place is an override."""
    path, query = {"name": "id", "in": "path", "required": True}, {"name": "id", "in": "query"}
    components = {"parameters": {"Query": query}}
    whole = document(
        "/jobs/{id}", operation={"parameters": [{"$ref": "#/components/parameters/Query"}]}, components=components
    )
    whole["paths"]["/jobs/{id}"]["parameters"] = [path] if shared else []

    assert refused(whole) == (["Parameter names must be unique across querystring, header and path"] if shared else [])


@pytest.mark.parametrize(
    ("whole", "words"),
    [
        (document(), "PayloadFormatVersion is a required parameter for integration"),
        (document("/jobs/", integration=None), "The provided route key is not formatted properly"),
        ({**document(integration=None), "swagger": "2.0"}, "HTTP APIs are imported from OpenAPI 3.0 alone"),
        (
            document(integration=None, security=[{"a": []}, {"b": []}], components=schemes(a=JWT, b=IAM)),
            "A route of an HTTP API can have one authorizer",
        ),
        (
            {**document(integration=None), CORS: {"allowOrigins": ["https://a", "*"], "allowCredentials": True}},
            "allow-credentials is not supported if 'allow-origin' is *",
        ),
    ],
)
def test_what_an_http_api_refuses(whole: dict[str, Any], words: str) -> None:
    """Which a REST API may take."""
    (message,) = refused(whole, "HTTP")

    assert words in message


@pytest.mark.parametrize(
    ("origins", "credentials"),
    [(["https://a.example"], True), (["https://*"], True), (["*"], False), (["*"], None)],
)
def test_an_http_api_takes_credentials_of_origins_that_it_knows(origins: list[str], credentials: bool | None) -> None:
    """All of one scheme are known; `*` without credentials is for everybody."""
    cors = {"allowOrigins": origins, "allowCredentials": credentials}

    assert refused({**document(integration=None), CORS: cors}, "HTTP") == []


def test_an_http_api_ignores_what_only_rest_apis_know() -> None:
    """Validators, models and two variables on one level."""
    integration = {**PROXY, "payloadFormatVersion": "2.0"}
    whole = document(
        *("/{a}/x", "/{b}/y"),
        integration=integration,
        operation={"x-amazon-apigateway-request-validator": "none"},
        components={"schemas": {"a-b": {}}},
    )

    assert refused(whole, "HTTP") == []


def test_the_default_route_has_a_name_of_its_own() -> None:
    """`/$default` with any method is `$default`."""
    whole = {"openapi": "3.0.1", "paths": {"/$default": {"x-amazon-apigateway-any-method": {}}}}

    assert list(imported(whole, "HTTP").methods) == ["$default"]
