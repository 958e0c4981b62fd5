"""Methods: an operation of the contract, made ready once to answer many requests, or the reason why it cannot."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import jsonschema_rs

from contracts.contract import Contract, Integration, Operation
from contracts.errors import Location
from contracts.gateway.deployment import Deployment
from contracts.gateway.mocks import Mock, mock_of
from contracts.gateway.payloads import HTTP, REST, Payload
from contracts.gateway.security import Guard, guard_of
from contracts.gateway.services import ServiceIntegration, service_of
from contracts.gateway.validation import Validation, validation_of
from contracts.stack import Function

# D: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html and .../http-api-quotas.html
LONGEST_HTTP_TIMEOUT = 30_000  # milliseconds, and what an HTTP API waits for when nothing is said
# LS request_data_mapping: mapping to one of these makes every call fail.
UNMAPPABLE = frozenset(
    {"authorization", "connection", "content-length", "expect", "proxy-authenticate", "te", "transfer-encoding"}
)
PAYLOAD_FORMAT_VERSION = "payloadFormatVersion"
_MAPPED_HEADER = "integration.request.header."


@dataclass(frozen=True, slots=True)
class Unsupported:
    """An operation that the gateway cannot answer as API Gateway would, and why."""

    operation: Operation
    reason: str
    location: Location


@dataclass(frozen=True, slots=True)
class Method:
    """
    One operation, ready to answer.

    Attributes:
        mock: The integration when it is a mock.
        service: The integration when it is a service of AWS.
        function: The integration when it is a function.
        broken: Whether the integration is configured so that every call of it fails.
        payload: How a function is told of a call, and how its result is read.
    """

    operation: Operation
    resource_id: str
    guard: Guard
    validation: Validation
    timeout_milliseconds: int
    function: Function | None = None
    mock: Mock | None = None
    service: ServiceIntegration | None = None
    broken: bool = False
    payload: Payload = REST


def method_of(
    contract: Contract,
    operation: Operation,
    *,
    deployment: Deployment,
    function: Function | None,
    authorizers: Mapping[str, Function],
) -> tuple[Method, tuple[Unsupported, ...]]:
    """A method, and why the gateway cannot answer it as API Gateway would; it then fails whatever the request."""
    guard = guard_of(contract, operation, deployment=deployment, authorizers=authorizers)
    if deployment.kind == "HTTP":
        return _route_of(operation, guard, deployment=deployment, function=function)
    integration = operation.integration
    mock = mock_of(integration) if integration is not None and integration.kind == "mock" else None
    service = service_of(integration) if integration is not None and integration.kind == "aws" else None
    reasons = [*_of_guard(guard), *_of_integration(integration, mock)]
    if isinstance(service, str):
        reasons.append(service)
    try:
        validation = validation_of(contract, operation)
    except jsonschema_rs.ValidationError as error:
        validation = Validation()
        reasons.append(f"Invalid model specified: {error.message}")
    place = integration.location if integration is not None else operation.location
    method = Method(
        operation=operation,
        resource_id=_resource_id(deployment, operation.path),
        guard=guard,
        validation=validation,
        timeout_milliseconds=integration.timeout_milliseconds if integration is not None else 0,
        function=function,
        mock=mock,
        service=None if isinstance(service, str) else service,
        broken=bool(reasons) or (mock is None and service is None and (function is None or _is_broken(integration))),
    )
    return method, tuple(Unsupported(operation, reason, place) for reason in reasons[:1])


def _route_of(
    operation: Operation, guard: Guard, *, deployment: Deployment, function: Function | None
) -> tuple[Method, tuple[Unsupported, ...]]:
    """A route of an HTTP API: it has no validation and no mocks (D)."""
    integration = operation.integration
    payload, of_integration = HTTP["2.0"], list(_of_http_integration(integration))
    if integration is not None and not of_integration:
        payload = HTTP[str(integration.settings[PAYLOAD_FORMAT_VERSION])]
    reasons = [*_of_guard(guard), *of_integration]
    method = Method(
        operation=operation,
        resource_id=_resource_id(deployment, operation.path),
        guard=guard,
        validation=Validation(),
        timeout_milliseconds=_http_timeout(integration),
        function=function,
        broken=bool(reasons) or function is None,
        payload=payload,
    )
    place = integration.location if integration is not None else operation.location
    return method, tuple(Unsupported(operation, reason, place) for reason in reasons[:1])


def _of_http_integration(integration: Integration | None) -> Iterator[str]:
    if integration is None:
        return
    settings = integration.settings
    version = settings.get(PAYLOAD_FORMAT_VERSION)
    if integration.kind != "aws_proxy" or "integrationSubtype" in settings:
        kind = str(settings.get("integrationSubtype") or integration.kind or "none")
        yield f"an integration of type `{kind}` of an HTTP API is not supported yet"
    elif version is None:
        yield "PayloadFormatVersion is a required parameter for integration"
    elif str(version) not in HTTP:
        yield f"PayloadFormatVersion {version} is not supported"
    for mapping in ("requestParameters", "responseParameters"):
        if settings.get(mapping):
            yield f"parameter mapping of an HTTP API ({mapping}) is not supported yet"
    if _http_timeout(integration) > LONGEST_HTTP_TIMEOUT:
        yield f"an HTTP API waits {LONGEST_HTTP_TIMEOUT} ms at most, and timeoutInMillis is more"


def _http_timeout(integration: Integration | None) -> int:
    if integration is None or "timeoutInMillis" not in integration.settings:
        return LONGEST_HTTP_TIMEOUT
    return integration.timeout_milliseconds


def _of_guard(guard: Guard) -> Iterator[str]:
    if guard.problem is not None:
        yield guard.problem


def _of_integration(integration: Integration | None, mock: Mock | None) -> Iterator[str]:
    if integration is None:
        return
    if integration.kind not in ("aws", "aws_proxy", "mock"):
        yield f"an integration of type `{integration.kind or 'none'}` is not supported yet"
    if str(integration.settings.get("responseTransferMode")).upper() == "STREAM":
        yield "responses that are streamed (responseTransferMode) are not supported yet"
    if mock is not None and mock.problem is not None:
        yield f"a mock integration that is not supported: {mock.problem}"


def _is_broken(integration: Integration | None) -> bool:
    """Whether a Lambda integration fails whatever the request: called by another verb than POST (LS), unmappable."""
    if integration is None or str(integration.http_method or "POST").upper() != "POST":
        return True
    mapped = integration.settings.get("requestParameters")
    names = mapped if isinstance(mapped, Mapping) else {}
    return any(str(name).lower().removeprefix(_MAPPED_HEADER) in UNMAPPABLE for name in names)


def _resource_id(deployment: Deployment, path: str) -> str:
    """Ten lower-case letters and digits (LS: six to ten), the same for the same resource."""
    digest = hashlib.sha256(f"{deployment.api_id} {path}".encode("utf-8", "replace")).digest()
    return base64.b32encode(digest)[:10].decode("ascii").lower()
