"""A REST API written as AWS::ApiGateway::Resource and Method resources, as the OpenAPI document that would deploy it.

The members follow what API Gateway exports (`aws apigateway get-export --export-type oas30
--parameters extensions=integrations,authorizers`), so that a stage which reads a contract reads this too.
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from contracts.stack import Resource

GATEWAY = "AWS::ApiGateway::"
PATH_PARAMETER = re.compile(r"\{([^{}+]+)\+?\}")
PLACES = {"path": "path", "querystring": "query", "header": "header"}
# Members whose values an integration writes in lower case in OpenAPI and in upper case in CloudFormation.
LOWER_CASE_MEMBERS = ("type", "passthroughBehavior")
SECURITY_SCHEMES: Mapping[str, Mapping[str, Any]] = {
    "sigv4": {
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        "x-amazon-apigateway-authtype": "awsSigv4",
    },
    "api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
}

Refs = Mapping[str, str]


def definition(api: Resource, *, api_id: str, resources: Mapping[str, Resource], refs: Refs) -> dict[str, Any] | None:
    """
    An OpenAPI 3.0.1 document of the API's methods, or None when it has none.

    Args:
        resources: All deployed resources, resolved.
        refs: What `Ref` returns for each logical id.
    """
    own = {refs[key]: resource for key, resource in resources.items() if resource.properties.get("RestApiId") == api_id}
    methods = [resource for resource in own.values() if resource.kind == f"{GATEWAY}Method"]
    if not methods:
        return None
    paths: dict[str, dict[str, Any]] = {}
    for method in methods:
        path = _path(method.properties.get("ResourceId"), own)
        verb = str(method.properties.get("HttpMethod")).lower()
        member = "x-amazon-apigateway-any-method" if verb == "any" else verb
        paths.setdefault(path, {})[member] = _operation(method.properties, path, own)
    return {
        "openapi": "3.0.1",
        "info": {"title": str(api.properties.get("Name") or api.logical_id), "version": "1.0"},
        "paths": paths,
        "components": {"schemas": _schemas(own), "securitySchemes": _security_schemes(own, methods)},
        **beside(api, own.values()),
    }


def beside(api: Resource, own: Any) -> dict[str, Any]:
    """The members of the document that CloudFormation also takes from properties and resources beside a body."""
    found: dict[str, Any] = {}
    validators = [resource for resource in own if resource.kind == f"{GATEWAY}RequestValidator"]
    if validators:
        found["x-amazon-apigateway-request-validators"] = {
            _validator_name(resource): {
                "validateRequestBody": _is_true(resource.properties.get("ValidateRequestBody")),
                "validateRequestParameters": _is_true(resource.properties.get("ValidateRequestParameters")),
            }
            for resource in validators
        }
    answers = [resource.properties for resource in own if resource.kind == f"{GATEWAY}GatewayResponse"]
    if answers:
        found["x-amazon-apigateway-gateway-responses"] = {
            str(answer.get("ResponseType")): _lowered(
                {key: value for key, value in answer.items() if key not in ("ResponseType", "RestApiId")}
            )
            for answer in answers
        }
    if api.properties.get("BinaryMediaTypes"):
        found["x-amazon-apigateway-binary-media-types"] = api.properties["BinaryMediaTypes"]
    if api.properties.get("MinimumCompressionSize") is not None:
        found["x-amazon-apigateway-minimum-compression-size"] = api.properties["MinimumCompressionSize"]
    if api.properties.get("ApiKeySourceType"):
        found["x-amazon-apigateway-api-key-source"] = api.properties["ApiKeySourceType"]
    if api.properties.get("Policy"):
        found["x-amazon-apigateway-policy"] = api.properties["Policy"]
    return found


def _path(resource_id: Any, own: Mapping[str, Resource]) -> str:
    """The path of a resource, from its chain of parents; the root is no resource of the template."""
    parts: list[str] = []
    seen = set()
    while resource_id in own and resource_id not in seen:
        seen.add(resource_id)
        properties = own[resource_id].properties
        parts.append(str(properties.get("PathPart")))
        resource_id = properties.get("ParentId")
    return "/" + "/".join(reversed(parts))


def _operation(properties: Mapping[str, Any], path: str, own: Mapping[str, Resource]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "parameters": list(_parameters(properties, path)),
        "responses": dict(_responses(properties)),
    }
    if properties.get("OperationName"):
        operation["operationId"] = properties["OperationName"]
    models = properties.get("RequestModels")
    if isinstance(models, Mapping) and models:
        operation["requestBody"] = {"content": _content(models)}
    integration = properties.get("Integration")
    if isinstance(integration, Mapping):
        operation["x-amazon-apigateway-integration"] = _integration(integration)
    validator = own.get(properties.get("RequestValidatorId", ""))
    if validator is not None:
        operation["x-amazon-apigateway-request-validator"] = _validator_name(validator)
    security = list(_security(properties, own))
    if security:
        scopes = properties.get("AuthorizationScopes") if properties.get("AuthorizerId", "") in own else None
        wanted = [str(scope) for scope in scopes] if isinstance(scopes, list) else []
        operation["security"] = [{name: [] if name in SECURITY_SCHEMES else wanted for name in security}]
    return operation


def _parameters(properties: Mapping[str, Any], path: str) -> Iterator[dict[str, Any]]:
    """Path parameters of the path itself, then those of RequestParameters: `method.request.querystring.q: true`."""
    for name in PATH_PARAMETER.findall(path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
    declared = properties.get("RequestParameters")
    for source, required in declared.items() if isinstance(declared, Mapping) else ():
        _, _, place, name = (*str(source).split(".", 3), "", "", "")[:4]
        if PLACES.get(place) in ("query", "header"):
            yield {"name": name, "in": PLACES[place], "required": _is_true(required), "schema": {"type": "string"}}


def _responses(properties: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for response in _objects(properties.get("MethodResponses")):
        status = str(response.get("StatusCode"))
        documented: dict[str, Any] = {"description": f"{status} response"}
        models = response.get("ResponseModels")
        if isinstance(models, Mapping) and models:
            documented["content"] = _content(models)
        headers = [str(name).split(".", 3)[-1] for name in response.get("ResponseParameters") or {}]
        if headers:
            documented["headers"] = {name: {"schema": {"type": "string"}} for name in headers}
        yield status, documented


def _content(models: Mapping[str, Any]) -> dict[str, Any]:
    # Empty and Error are the models that every REST API has; their schemas say nothing that holds.
    return {
        media_type: {} if name in ("Empty", "Error") else {"schema": {"$ref": f"#/components/schemas/{name}"}}
        for media_type, name in models.items()
    }


def _schemas(own: Mapping[str, Resource]) -> dict[str, Any]:
    models = [resource.properties for resource in own.values() if resource.kind == f"{GATEWAY}Model"]
    return {str(model.get("Name")): model.get("Schema") or {} for model in models}


def _integration(integration: Mapping[str, Any]) -> dict[str, Any]:
    settings = _lowered(integration)
    if "integrationHttpMethod" in settings:
        settings["httpMethod"] = settings.pop("integrationHttpMethod")
    responses = settings.pop("integrationResponses", None)
    if responses:
        settings["responses"] = {
            str(response.get("SelectionPattern") or "default"): _lowered(
                {key: value for key, value in response.items() if key != "SelectionPattern"}
            )
            for response in _objects(responses)
        }
    for member in LOWER_CASE_MEMBERS:
        if isinstance(settings.get(member), str):
            settings[member] = settings[member].lower()
    return settings


def _security(properties: Mapping[str, Any], own: Mapping[str, Resource]) -> Iterator[str]:
    authorizer = own.get(properties.get("AuthorizerId", ""))
    if properties.get("AuthorizationType") == "AWS_IAM":
        yield "sigv4"
    elif authorizer is not None:
        yield authorizer.logical_id
    if _is_true(properties.get("ApiKeyRequired")):
        yield "api_key"


def _security_schemes(own: Mapping[str, Resource], methods: list[Resource]) -> dict[str, Any]:
    used = {name for method in methods for name in _security(method.properties, own)}
    schemes = {name: dict(scheme) for name, scheme in SECURITY_SCHEMES.items() if name in used}
    for resource in own.values():
        if resource.kind == f"{GATEWAY}Authorizer":
            schemes[resource.logical_id] = _authorizer(resource.properties)
    return schemes


def _authorizer(properties: Mapping[str, Any]) -> dict[str, Any]:
    source = str(properties.get("IdentitySource") or "")
    kind = str(properties.get("Type")).lower()
    settings = {key: value for key, value in properties.items() if key not in ("Type", "Name", "RestApiId", "AuthType")}
    header = source.split(",", maxsplit=1)[0].strip()
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authtype.html
    return {
        "type": "apiKey",
        "name": header.rsplit(".", 1)[-1] if header.startswith("method.request.header.") else "Unused",
        "in": "header",
        "x-amazon-apigateway-authtype": "cognito_user_pools" if kind == "cognito_user_pools" else "custom",
        "x-amazon-apigateway-authorizer": {"type": kind, **_lowered(settings)},
    }


def _validator_name(resource: Resource) -> str:
    return str(resource.properties.get("Name") or resource.logical_id)


def _lowered(settings: Mapping[str, Any]) -> dict[str, Any]:
    """CloudFormation's member names as the extensions spell them: `TimeoutInMillis` is `timeoutInMillis`."""
    return {key[:1].lower() + key[1:]: value for key, value in settings.items()}


def _is_true(value: Any) -> bool:
    return value is True or value == "true"


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
