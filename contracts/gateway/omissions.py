"""Omissions: what a document or a template asks of API Gateway that is not done here, and that nothing needs to run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from contracts.gateway.deployment import Kind
from contracts.stack import Setting, Unresolved

COMPRESSION = "x-amazon-apigateway-minimum-compression-size"
ENDPOINT = "x-amazon-apigateway-endpoint-configuration"
LARGEST_API = 300  # resources or routes
OWN_NAME = "the API answers by its own host name here, although {} is true"
# D: "Amazon API Gateway important notes": reserved for the service's health check.
HEALTH_PATHS = frozenset({"/ping", "/sping"})


def omissions(extensions: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """
    What is left out, each with the extension that asks for it.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html (D)

    Args:
        extensions: The document's own `x-*` members.
    """
    if extensions.get(COMPRESSION) is not None:
        yield COMPRESSION, "answers are not compressed here, and requests not decompressed"
    endpoint = extensions.get(ENDPOINT)
    if isinstance(endpoint, Mapping):
        if _is_true(endpoint.get("disableExecuteApiEndpoint")):
            yield ENDPOINT, OWN_NAME.format("disableExecuteApiEndpoint")
        if endpoint.get("vpcEndpointIds"):
            yield ENDPOINT, VPC


def over_quota(routes: Iterable[tuple[str, str]], kind: Kind) -> str | None:
    """
    Why an account whose quotas nobody raised cannot have an API; None where it can (D: quotas of either kind).

    Args:
        routes: Method and path of each.
    """
    every = set(routes)
    if kind == "HTTP":
        number, what = len(every), "routes"
    else:
        parts = [path.strip("/").split("/") for _, path in every]
        number = len({tuple(each[:end]) for each in parts for end in range(1, len(each) + 1)} | {("",)})
        what = "resources"
    if number <= LARGEST_API:
        return None
    return f"it has {number} {what}, and API Gateway takes {LARGEST_API} of an account that has not asked for more"


def settings_left_out(settings: Iterable[Setting]) -> Iterator[tuple[Setting, str]]:
    """What a template sets that is left out, each with what that means; the same is said once."""
    said: set[str] = set()
    for setting in settings:
        judge = _SETTINGS.get((setting.kind, setting.name))
        if judge is None or isinstance(setting.value, Unresolved):
            continue
        for words in judge(setting.value):
            if words not in said:
                said.add(words)
                yield setting, words


# D: the guide's pages of endpoint types, of caching, canary releases and mutual TLS, and the `$context` variables.
EDGE = "the headers that CloudFront adds (`CloudFront-*`, `Via`, `X-Amz-Cf-Id`) are in no event here"
VPC = "requests come from no VPC endpoint here: `identity` has no `vpcId` and `vpceId`, and policies know of none"
CACHE = "answers are not cached here: each request reaches its function"
CANARY = "every request goes to the stage itself here, and none to its canary: no event has `isCanaryRequest`"
MUTUAL_TLS = "no client shows a certificate here: no event has a `clientCert`"
WEB_ACL = "the web ACL is not asked here: it turns nobody away"


def _is_true(value: Any) -> bool:
    return str(value).lower() == "true"


def _endpoint(value: Any) -> Iterator[str]:
    types = value.get("Types") if isinstance(value, Mapping) else None
    written = [str(each).upper() for each in types] if isinstance(types, list) else []
    if "EDGE" in written:
        yield EDGE
    if "PRIVATE" in written:
        yield VPC


def _own_name(value: Any) -> Iterator[str]:
    if _is_true(value):
        yield OWN_NAME.format("DisableExecuteApiEndpoint")


def _cluster(value: Any) -> Iterator[str]:
    if _is_true(value):
        yield CACHE


def _methods(value: Any) -> Iterator[str]:
    if any(isinstance(each, Mapping) and _is_true(each.get("CachingEnabled")) for each in value or ()):
        yield CACHE


def _description(value: Any) -> Iterator[str]:
    """Of a stage that its deployment makes."""
    described = value if isinstance(value, Mapping) else {}
    if any(_is_true(described.get(name)) for name in ("CacheClusterEnabled", "CachingEnabled")):
        yield CACHE
    yield from _methods(described.get("MethodSettings"))
    yield from _canary(described.get("CanarySetting"))


def _canary(value: Any) -> Iterator[str]:
    if value:
        yield CANARY


def _mutual_tls(value: Any) -> Iterator[str]:
    if value:
        yield MUTUAL_TLS


def _web_acl(_: Any) -> Iterator[str]:
    yield WEB_ACL


_SETTINGS: Mapping[tuple[str, str], Callable[[Any], Iterator[str]]] = {
    ("AWS::ApiGateway::Deployment", "DeploymentCanarySettings"): _canary,
    ("AWS::ApiGateway::Deployment", "StageDescription"): _description,
    ("AWS::ApiGateway::DomainName", "MutualTlsAuthentication"): _mutual_tls,
    ("AWS::ApiGateway::RestApi", "DisableExecuteApiEndpoint"): _own_name,
    ("AWS::ApiGateway::RestApi", "EndpointConfiguration"): _endpoint,
    ("AWS::ApiGateway::Stage", "CacheClusterEnabled"): _cluster,
    ("AWS::ApiGateway::Stage", "CanarySetting"): _canary,
    ("AWS::ApiGateway::Stage", "MethodSettings"): _methods,
    ("AWS::ApiGatewayV2::Api", "DisableExecuteApiEndpoint"): _own_name,
    ("AWS::ApiGatewayV2::DomainName", "MutualTlsAuthentication"): _mutual_tls,
    ("AWS::WAFRegional::WebACLAssociation", "ResourceArn"): _web_acl,
    ("AWS::WAFv2::WebACLAssociation", "ResourceArn"): _web_acl,
}
