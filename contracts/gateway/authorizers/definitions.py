"""Definitions: the authorizers that a contract's security schemes define, by `x-amazon-apigateway-authorizer`.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html (D)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.contract import Contract, Operation
from contracts.gateway.authorizers.admission import Authorizer
from contracts.gateway.authorizers.cognito import CognitoAuthorizer, issuer
from contracts.gateway.authorizers.http_lambdas import EVENTS, HttpLambdaAuthorizer
from contracts.gateway.authorizers.http_tokens import HttpIamAuthorizer, JwtAuthorizer
from contracts.gateway.authorizers.lambdas import DEFAULT_TTL_SECONDS, LONGEST_TTL_SECONDS, LambdaAuthorizer
from contracts.gateway.authorizers.signatures import IamAuthorizer
from contracts.gateway.deployment import Deployment
from contracts.stack import Function

AUTHTYPE = "x-amazon-apigateway-authtype"
AUTHORIZER = "x-amazon-apigateway-authorizer"
AUTH = "x-amazon-apigateway-auth"
IAM = "AWS_IAM"
VERIFYING = ("cognito_user_pools", "jwt")
HEADER_SOURCE = "method.request.header."
JWT_SOURCE = "$request.header.Authorization"
_NO_ACCESS_KEYS = "it wants a signature (AWS_IAM), and nobody said whose signatures are good"


@dataclass(frozen=True, slots=True)
class Definition:
    """
    One authorizer as an operation asks for it.

    Attributes:
        name: The security scheme's; `AWS_IAM` where there is none.
        kind: Lower case: `aws_iam`, `token`, `request`, `cognito_user_pools`, `jwt`, or what else is written.
        header: The scheme's `name`.
        settings: `x-amazon-apigateway-authorizer`.
        scopes: What the operation's requirement lists.
    """

    name: str
    kind: str
    header: str
    settings: Mapping[str, Any]
    scopes: tuple[str, ...] = ()


def definitions(contract: Contract, operation: Operation) -> Iterator[Definition]:
    """The authorizers that an operation asks for; API Gateway knows no other security schemes (D)."""
    auth = operation.extensions.get(AUTH)
    if isinstance(auth, Mapping) and str(auth.get("type")).upper() == IAM:
        yield Definition(IAM, IAM.lower(), "Authorization", {})
    for requirement in operation.security:
        for name, scopes in requirement.items():
            scheme = contract.security_schemes.get(name)
            if isinstance(scheme, Mapping) and (AUTHTYPE in scheme or AUTHORIZER in scheme):
                yield _definition(name, scheme, scopes)


def _definition(name: str, scheme: Mapping[str, Any], scopes: tuple[str, ...]) -> Definition:
    written = scheme.get(AUTHORIZER)
    settings: Mapping[str, Any] = written if isinstance(written, Mapping) else {}
    authtype = str(scheme.get(AUTHTYPE, "")).lower()
    kind = IAM.lower() if authtype == "awssigv4" else str(settings.get("type") or authtype).lower()
    return Definition(name, kind, str(scheme.get("name") or "Authorization"), settings, scopes)


def authorizer_of(
    definition: Definition, deployment: Deployment, functions: Mapping[str, Function]
) -> Authorizer | str:
    """
    The authorizer of an API, or why it is not supported.

    Args:
        functions: The function of each Lambda authorizer by `Definition.name`.
    """
    make = _http if deployment.kind == "HTTP" else _rest
    return make(definition, deployment, functions)


def _rest(definition: Definition, deployment: Deployment, functions: Mapping[str, Function]) -> Authorizer | str:
    if definition.kind == IAM.lower():
        return _NO_ACCESS_KEYS if deployment.access_keys is None else IamAuthorizer(deployment.access_keys)
    if definition.kind == "cognito_user_pools":
        return _cognito(definition, deployment)
    if definition.kind in ("token", "request"):
        return _lambda(definition, functions.get(definition.name))
    return f"its authorizer `{definition.name}` is of the type `{definition.kind}`, which REST APIs do not have"


def identity_sources(definition: Definition) -> tuple[str, ...]:
    """Where a definition's authorizer looks for the caller's identity; () where that is nowhere in particular."""
    if definition.kind == IAM.lower():
        return ()
    if definition.kind == "jwt":
        return _sources(definition) or (JWT_SOURCE,)
    if definition.kind in ("token", "cognito_user_pools"):
        return _sources(definition)[:1] or (HEADER_SOURCE + definition.header,)
    return _sources(definition)


def _cognito(definition: Definition, deployment: Deployment) -> Authorizer | str:
    providers = definition.settings.get("providerARNs")
    written = providers if isinstance(providers, list) else [providers]
    arns = [each for each in written if isinstance(each, str)]
    if len(arns) < len(written):
        return f"the user pools of its authorizer `{definition.name}` (providerARNs) are not known before a deployment"
    if deployment.tokens is None:
        return _no_keys(definition)
    return CognitoAuthorizer(
        header=identity_sources(definition)[0].removeprefix(HEADER_SOURCE),
        issuers=tuple(issuer(each) for each in arns),
        scopes=definition.scopes,
        tokens=deployment.tokens,
    )


def _no_keys(definition: Definition) -> str:
    return f"its authorizer `{definition.name}` verifies tokens, and nobody said which keys sign them"


def _lambda(definition: Definition, function: Function | None) -> Authorizer | str:
    settings = definition.settings
    token = definition.kind == "token"
    written = settings.get("identityValidationExpression") if token else None
    try:
        expression = None if written is None else re.compile(str(written))
    except re.error:
        return f"identityValidationExpression of its authorizer `{definition.name}` cannot be read here: {written}"
    return LambdaAuthorizer(
        name=definition.name,
        token=token,
        sources=identity_sources(definition),
        function=function,
        expression=expression,
        ttl_seconds=_ttl(definition, DEFAULT_TTL_SECONDS),
    )


def _http(definition: Definition, deployment: Deployment, functions: Mapping[str, Function]) -> Authorizer | str:
    settings = definition.settings
    if definition.kind == IAM.lower():
        if deployment.access_keys is None:
            return _NO_ACCESS_KEYS
        return HttpIamAuthorizer(IamAuthorizer(deployment.access_keys))
    if definition.kind == "jwt":
        return _jwt(definition, deployment)
    version = str(settings.get("authorizerPayloadFormatVersion"))
    if definition.kind != "request" or version not in EVENTS:
        what = f"format {version}" if definition.kind == "request" else f"type `{definition.kind}`"
        return f"its authorizer `{definition.name}` is of the {what}, which HTTP APIs do not have"
    return HttpLambdaAuthorizer(
        name=definition.name,
        version=version,
        simple=version == "2.0" and settings.get("enableSimpleResponses") in (True, "true"),
        sources=identity_sources(definition),
        function=functions.get(definition.name),
        ttl_seconds=_ttl(definition, 0),
    )


def _jwt(definition: Definition, deployment: Deployment) -> Authorizer | str:
    written = definition.settings.get("jwtConfiguration")
    configuration = written if isinstance(written, Mapping) else {}
    issuer_url, audience = configuration.get("issuer"), configuration.get("audience") or []
    audiences = audience if isinstance(audience, list) else [audience]
    if not isinstance(issuer_url, str) or not all(isinstance(each, str) for each in audiences):
        return f"issuer or audience of its authorizer `{definition.name}` are not known before a deployment"
    if deployment.tokens is None:
        return _no_keys(definition)
    return JwtAuthorizer(
        source=identity_sources(definition)[0],
        issuer=issuer_url,
        audiences=tuple(audiences),
        scopes=definition.scopes,
        tokens=deployment.tokens,
    )


def _ttl(definition: Definition, default: int) -> int:
    written = str(definition.settings.get("authorizerResultTtlInSeconds", default))
    return min(int(written), LONGEST_TTL_SECONDS) if written.isdecimal() else default


def _sources(definition: Definition) -> tuple[str, ...]:
    """The identity sources, written as a list or as one text with commas."""
    written = definition.settings.get("identitySource") or ""
    texts = [str(each) for each in written] if isinstance(written, list) else str(written).split(",")
    return tuple(each.strip() for each in texts if each.strip())
