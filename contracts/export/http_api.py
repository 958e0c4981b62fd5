"""HTTP APIs: the document that API Gateway can import as one.

It takes routes, integrations, authorizers and CORS of a document, and ignores parameters, bodies and schemas (D:
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-open-api.html); what only REST APIs know is left
out, so that nobody takes it for enforced.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.contract import Contract
from contracts.export.rest import for_api_gateway
from contracts.schemas import ANY_METHOD, METHODS

INTEGRATION = "x-amazon-apigateway-integration"
AUTHORIZER, AUTHTYPE = "x-amazon-apigateway-authorizer", "x-amazon-apigateway-authtype"
# Extensions that an HTTP API reads; of all others of API Gateway's it knows nothing.
DOCUMENT_EXTENSIONS = ("x-amazon-apigateway-cors", "x-amazon-apigateway-importexport-version")
OPERATION_EXTENSIONS = (INTEGRATION, "x-amazon-apigateway-auth")
# A function that is written for a REST API reads events of this format.
DEFAULT_PAYLOAD_FORMAT = "1.0"
PARAMETER_MEMBERS = ("name", "in", "required", "description", "schema")


def for_http_api(contract: Contract) -> dict[str, Any]:
    """
    The document that API Gateway can import as an HTTP API: the same paths, methods, parameters and authorizers.

    An integration without payloadFormatVersion gets 1.0, which is what functions behind a REST API read. Mock
    integrations are left out: HTTP APIs have none.
    """
    whole = for_api_gateway(contract)
    components = whole.get("components", {})
    schemes = {name: each for name, each in components.get("securitySchemes", {}).items() if is_authorizer(each)}
    result = {
        key: member
        for key, member in whole.items()
        if key in ("openapi", "info", "servers", "tags", *DOCUMENT_EXTENSIONS)
    }
    result["paths"] = {
        path: {key: _operation(member, schemes) for key, member in item.items() if key in (*METHODS, ANY_METHOD)}
        for path, item in whole["paths"].items()
        if not path.startswith("x-")
    }
    if schemes:
        result["components"] = {"securitySchemes": schemes}
    return result


def is_authorizer(scheme: Mapping[str, Any]) -> bool:
    """Whether a security scheme is one that an HTTP API knows: an authorizer, or AWS_IAM."""
    return AUTHORIZER in scheme or str(scheme.get(AUTHTYPE)).lower() == "awssigv4"


def _operation(operation: Mapping[str, Any], schemes: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("tags", "summary", "description", "operationId")
    result = {key: operation[key] for key in kept if key in operation}
    if "parameters" in operation:
        result["parameters"] = [
            {key: each[key] for key in PARAMETER_MEMBERS if key in each} for each in operation["parameters"]
        ]
    result["responses"] = {
        status: {"description": response.get("description", "")} for status, response in operation["responses"].items()
    }
    security = [
        {name: scopes for name, scopes in requirement.items() if name in schemes}
        for requirement in operation.get("security", ())
    ]
    if any(security):
        result["security"] = [requirement for requirement in security if requirement]
    result |= {key: operation[key] for key in OPERATION_EXTENSIONS if key in operation}
    integration = operation.get(INTEGRATION)
    if isinstance(integration, Mapping) and str(integration.get("type")).lower() == "mock":
        del result[INTEGRATION]
    elif isinstance(integration, Mapping) and "$ref" not in integration:
        result[INTEGRATION] = {"payloadFormatVersion": DEFAULT_PAYLOAD_FORMAT, **integration}
    return result
