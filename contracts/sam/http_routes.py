"""An HTTP API written as AWS::ApiGatewayV2::Route and Integration resources, as the OpenAPI document of it.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.sam.rest_methods import PATH_PARAMETER, Refs
from contracts.stack import Resource

GATEWAY = "AWS::ApiGatewayV2::"
ANY = "x-amazon-apigateway-any-method"
# CloudFormation's members of an integration, and those of x-amazon-apigateway-integration.
INTEGRATION_MEMBERS = {
    "ConnectionId": "connectionId",
    "ConnectionType": "connectionType",
    "CredentialsArn": "credentials",
    "IntegrationMethod": "httpMethod",
    "IntegrationSubtype": "integrationSubtype",
    "IntegrationUri": "uri",
    "PayloadFormatVersion": "payloadFormatVersion",
    "RequestParameters": "requestParameters",
    "ResponseParameters": "responseParameters",
    "TimeoutInMillis": "timeoutInMillis",
}


def definition(api: Resource, *, api_id: str, resources: Mapping[str, Resource], refs: Refs) -> dict[str, Any] | None:
    """
    An OpenAPI 3.0.1 document of the API's routes, or None when it has none.

    Args:
        resources: All deployed resources, resolved.
        refs: What `Ref` returns for each logical id.
    """
    own = {refs[key]: resource for key, resource in resources.items() if resource.properties.get("ApiId") == api_id}
    paths: dict[str, dict[str, Any]] = {}
    for key, operation in (*_quick_created(api.properties), *_routes(own)):
        path, member = _place(key)
        paths.setdefault(path, {})[member] = {"parameters": list(_parameters(path)), **operation}
    if not paths:
        return None
    return {
        "openapi": "3.0.1",
        "info": {"title": str(api.properties.get("Name") or api.logical_id), "version": "1.0"},
        "paths": paths,
        "components": {"securitySchemes": _security_schemes(own)},
        **beside(api),
    }


def beside(api: Resource) -> dict[str, Any]:
    """The member of the document that CloudFormation also takes from a property beside a body."""
    written = api.properties.get("CorsConfiguration")
    if not isinstance(written, Mapping):
        return {}
    return {"x-amazon-apigateway-cors": {f"{name[0].lower()}{name[1:]}": value for name, value in written.items()}}


def _quick_created(properties: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The one route of an API that names its target itself ("quick create")."""
    target = properties.get("Target")
    if target is None:
        return
    function = ":lambda:" in str(target)
    integration = {
        "type": "aws_proxy" if function else "http_proxy",
        "httpMethod": "POST" if function else "ANY",
        "uri": _invocation_uri(target),
        "payloadFormatVersion": "2.0" if function else "1.0",
    }
    yield str(properties.get("RouteKey") or "$default"), _operation(integration)


def _routes(own: Mapping[str, Resource]) -> Iterator[tuple[str, dict[str, Any]]]:
    for resource in own.values():
        if resource.kind != f"{GATEWAY}Route":
            continue
        properties = resource.properties
        target = own.get(str(properties.get("Target")).removeprefix("integrations/"))
        operation = _operation(None if target is None else _integration(target.properties))
        if properties.get("OperationName"):
            operation["operationId"] = properties["OperationName"]
        security = _security(properties, own)
        if security is not None:
            operation["security"] = [security]
        yield str(properties.get("RouteKey")), operation


def _place(route_key: str) -> tuple[str, str]:
    """Path and member of a route key: `GET /pets`, `ANY /pets`, `$default`."""
    method, _, path = route_key.partition(" ")
    if not path:
        return f"/{route_key}", ANY
    return path, ANY if method == "ANY" else method.lower()


def _operation(integration: dict[str, Any] | None) -> dict[str, Any]:
    operation: dict[str, Any] = {"responses": {}}
    if integration is not None:
        operation["x-amazon-apigateway-integration"] = integration
    return operation


def _integration(properties: Mapping[str, Any]) -> dict[str, Any]:
    kind = str(properties.get("IntegrationType")).lower()
    members = {name: properties[key] for key, name in INTEGRATION_MEMBERS.items() if key in properties}
    if "uri" in members:
        members["uri"] = _invocation_uri(members["uri"])
    return {"type": kind, **members}


def _invocation_uri(uri: Any) -> Any:
    """A route may name its function by the ARN alone; an OpenAPI document has the path that invokes it."""
    if not isinstance(uri, str) or ":lambda:" not in uri or "/functions/" in uri:
        return uri
    _, partition, _, region = uri.split(":")[:4]
    return f"arn:{partition}:apigateway:{region}:lambda:path/2015-03-31/functions/{uri}/invocations"


def _parameters(path: str) -> Iterator[dict[str, Any]]:
    for name in PATH_PARAMETER.findall(path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _security(properties: Mapping[str, Any], own: Mapping[str, Resource]) -> dict[str, list[str]] | None:
    if properties.get("AuthorizationType") == "AWS_IAM":
        return {"sigv4": []}
    authorizer = own.get(properties.get("AuthorizerId", ""))
    if authorizer is None:
        return None
    scopes = properties.get("AuthorizationScopes")
    return {authorizer.logical_id: [str(scope) for scope in scopes] if isinstance(scopes, list) else []}


def _security_schemes(own: Mapping[str, Resource]) -> dict[str, Any]:
    schemes: dict[str, Any] = {}
    for resource in own.values():
        if resource.kind == f"{GATEWAY}Route" and resource.properties.get("AuthorizationType") == "AWS_IAM":
            schemes["sigv4"] = {
                "type": "apiKey",
                "name": "Authorization",
                "in": "header",
                "x-amazon-apigateway-authtype": "awsSigv4",
            }
        if resource.kind == f"{GATEWAY}Authorizer":
            schemes[resource.logical_id] = _authorizer(resource.properties)
    return schemes


def _authorizer(properties: Mapping[str, Any]) -> dict[str, Any]:
    sources = properties.get("IdentitySource")
    identity = ",".join(map(str, sources)) if isinstance(sources, list) else str(sources or "")
    if properties.get("AuthorizerType") == "JWT":
        configuration = properties.get("JwtConfiguration")
        jwt = configuration if isinstance(configuration, Mapping) else {}
        settings = {
            "type": "jwt",
            "identitySource": identity,
            "jwtConfiguration": {"issuer": jwt.get("Issuer"), "audience": jwt.get("Audience") or []},
        }
        return {"type": "oauth2", "flows": {}, "x-amazon-apigateway-authorizer": settings}
    request: dict[str, Any] = {
        "type": "request",
        "identitySource": identity,
        "authorizerUri": properties.get("AuthorizerUri"),
        "authorizerPayloadFormatVersion": properties.get("AuthorizerPayloadFormatVersion"),
        "enableSimpleResponses": properties.get("EnableSimpleResponses") in (True, "true"),
        "authorizerResultTtlInSeconds": properties.get("AuthorizerResultTtlInSeconds"),
    }
    present = {name: value for name, value in request.items() if value is not None}
    return {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authorizer": present}
