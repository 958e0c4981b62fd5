"""Translation: the contract of a case as an OpenAPI document, by section 3.1 of tests/aws/CASES.md."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

PLACES = {"header": "header", "path": "path", "querystring": "query"}
VALIDATORS = {"none": (False, False), "params": (True, False), "body": (False, True), "all": (True, True)}
API_KEY_SCHEME = "api_key"
DEFAULT_ROUTE = "$default"
AUTHORIZER = "x-amazon-apigateway-authorizer"
ISSUER, AUDIENCE = "https://issuer.example/pool", "suite"
REGION, ACCOUNT = "ap-northeast-2", "123456789012"
# Members of a contract that become extensions of the document.
DOCUMENT_EXTENSIONS = {
    "binaryMediaTypes": "x-amazon-apigateway-binary-media-types",
    "apiKeySource": "x-amazon-apigateway-api-key-source",
    "gatewayResponses": "x-amazon-apigateway-gateway-responses",
    "policy": "x-amazon-apigateway-policy",
    "cors": "x-amazon-apigateway-cors",
}


def translated(contract: Mapping[str, Any], version: str | None = None) -> dict[str, Any]:
    """
    The OpenAPI document of a case's contract.

    Args:
        version: The payload format of all integrations of an HTTP API; None for a REST API.
    """
    document: dict[str, Any] = {
        "openapi": "3.0.1",
        "info": {"title": "case", "version": "1"},
        "paths": {},
        "components": {
            "schemas": contract.get("models", {}),
            "securitySchemes": _schemes(contract.get("authorizers", {})),
        },
        "x-amazon-apigateway-request-validators": {
            name: {"validateRequestParameters": parameters, "validateRequestBody": body}
            for name, (parameters, body) in VALIDATORS.items()
        },
    }
    document |= {DOCUMENT_EXTENSIONS[name]: value for name, value in contract.items() if name in DOCUMENT_EXTENSIONS}
    for route in contract["routes"]:
        verb, path = place_of(route["route"])
        name = "x-amazon-apigateway-any-method" if verb == "ANY" else verb.lower()
        operation = _operation(route, path, version)
        if route["route"] == DEFAULT_ROUTE:
            operation["isDefaultRoute"] = True
        document["paths"].setdefault(path, {})[name] = operation
    return document


def place_of(route: str) -> tuple[str, str]:
    """Verb and path of a route of a case."""
    verb, _, path = route.partition(" ")
    return ("ANY", f"/{DEFAULT_ROUTE}") if route == DEFAULT_ROUTE else (verb, path)


def _operation(route: Mapping[str, Any], path: str, version: str | None) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "responses": {"200": {"description": "ok"}},
        "parameters": _parameters(route.get("requestParameters", {}), path),
        "x-amazon-apigateway-integration": _integration(route, version),
        "x-amazon-apigateway-request-validator": route.get("validate", "none"),
    }
    if "operationId" in route:
        operation["operationId"] = route["operationId"]
    if "requestModels" in route:
        operation["requestBody"] = {
            "content": {media_type: {"schema": schema} for media_type, schema in route["requestModels"].items()}
        }
    security: dict[str, list[str]] = {API_KEY_SCHEME: []} if route.get("apiKeyRequired") else {}
    if "authorizer" in route:
        security = {**security, route["authorizer"]: route.get("scopes", [])}
    return operation | ({"security": [security]} if security else {})


def foreign_path_parameters(route: Mapping[str, Any]) -> list[str]:
    """Required path parameters that the path does not have: no OpenAPI, and yet API Gateway takes them."""
    prefix = "method.request.path."
    names = [key.removeprefix(prefix) for key in route.get("requestParameters", {}) if key.startswith(prefix)]
    return [name for name in names if name not in _variables(route["route"])]


def _variables(path: str) -> list[str]:
    return re.findall(r"\{([^}+]+)\+?\}", path)


def _parameters(required: Mapping[str, bool], path: str) -> list[dict[str, Any]]:
    found = {("path", name): True for name in _variables(path)}
    for key, needed in required.items():
        _, _, place, name = key.split(".", 3)
        if place != "path":
            found[PLACES[place], name] = needed
    return [
        {"name": name, "in": place, "required": needed, "schema": {"type": "string"}}
        for (place, name), needed in found.items()
    ]


def _integration(route: Mapping[str, Any], version: str | None) -> dict[str, Any]:
    given = dict(route.get("integration", {"type": "AWS_PROXY"}))
    given.pop("permission", None)
    integration: dict[str, Any] = {**given, "type": given["type"].lower()}
    if integration["type"] == "aws_proxy":
        integration.setdefault("httpMethod", "POST")
        if version is not None:
            integration["payloadFormatVersion"] = version
        integration["uri"] = _invocation(route.get("fn", "main"))
    return integration


def _schemes(authorizers: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    schemes: dict[str, Any] = {
        API_KEY_SCHEME: {"type": "apiKey", "name": "x-api-key", "in": "header"},
        "AWS_IAM": {
            "type": "apiKey",
            "name": "Authorization",
            "in": "header",
            "x-amazon-apigateway-authtype": "awsSigv4",
        },
    }
    return schemes | {name: _scheme(name, authorizer) for name, authorizer in authorizers.items()}


def authorizer_function(name: str) -> str:
    """The label of the function of an authorizer."""
    return f"authorizer-{name}"


def _scheme(name: str, authorizer: Mapping[str, Any]) -> dict[str, Any]:
    """An authorizer as a security scheme; caching is off (section 3.1)."""
    sources = authorizer.get("identitySource", [])
    settings: dict[str, Any] = {"identitySource": sources if isinstance(sources, str) else ", ".join(sources)}
    if authorizer["type"] == "JWT":
        jwt = {"issuer": ISSUER, "audience": [AUDIENCE]}
        return {"type": "oauth2", AUTHORIZER: {**settings, "type": "jwt", "jwtConfiguration": jwt}}
    settings["authorizerUri"] = _invocation(authorizer_function(name))
    settings["authorizerResultTtlInSeconds"] = 0
    if authorizer["type"] == "LAMBDA":
        settings |= {"type": "request", "authorizerPayloadFormatVersion": authorizer["payload"]}
        settings["enableSimpleResponses"] = authorizer.get("simple", False)
    else:
        settings["type"] = authorizer["type"].lower()
    if "validation" in authorizer:
        settings["identityValidationExpression"] = authorizer["validation"]
    if not sources:
        del settings["identitySource"]
    return {
        "type": "apiKey",
        "name": authorizer.get("header", "Authorization"),
        "in": "header",
        "x-amazon-apigateway-authtype": "custom",
        AUTHORIZER: settings,
    }


def _invocation(label: str) -> str:
    function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{label}"
    return f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function}/invocations"
