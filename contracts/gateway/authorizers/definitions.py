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
from contracts.gateway.authorizers.lambdas import DEFAULT_TTL_SECONDS, LONGEST_TTL_SECONDS, LambdaAuthorizer
from contracts.gateway.authorizers.signatures import IamAuthorizer
from contracts.gateway.deployment import Deployment
from contracts.stack import Function

AUTHTYPE = "x-amazon-apigateway-authtype"
AUTHORIZER = "x-amazon-apigateway-authorizer"
AUTH = "x-amazon-apigateway-auth"
IAM = "AWS_IAM"
HEADER_SOURCE = "method.request.header."


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
    if deployment.kind == "HTTP":
        return f"it is guarded by the authorizer `{definition.name}` of an HTTP API, which is not supported yet"
    if definition.kind == IAM.lower():
        if deployment.access_keys is None:
            return "it wants a signature (AWS_IAM), and nobody said whose signatures are good"
        return IamAuthorizer(deployment.access_keys)
    if definition.kind == "cognito_user_pools":
        return _cognito(definition, deployment)
    if definition.kind in ("token", "request"):
        return _lambda(definition, functions.get(definition.name))
    return f"its authorizer `{definition.name}` is of the type `{definition.kind}`, which REST APIs do not have"


def _cognito(definition: Definition, deployment: Deployment) -> Authorizer | str:
    providers = definition.settings.get("providerARNs")
    written = providers if isinstance(providers, list) else [providers]
    arns = [each for each in written if isinstance(each, str)]
    if len(arns) < len(written):
        return f"the user pools of its authorizer `{definition.name}` (providerARNs) are not known before a deployment"
    if deployment.tokens is None:
        return f"its authorizer `{definition.name}` verifies tokens, and nobody said which keys sign them"
    header = _sources(definition)[0] if _sources(definition) else HEADER_SOURCE + definition.header
    return CognitoAuthorizer(
        header=header.removeprefix(HEADER_SOURCE),
        issuers=tuple(issuer(each) for each in arns),
        scopes=definition.scopes,
        tokens=deployment.tokens,
    )


def _lambda(definition: Definition, function: Function | None) -> Authorizer | str:
    settings = definition.settings
    token = definition.kind == "token"
    written = settings.get("identityValidationExpression") if token else None
    try:
        expression = None if written is None else re.compile(str(written))
    except re.error:
        return f"identityValidationExpression of its authorizer `{definition.name}` cannot be read here: {written}"
    ttl = str(settings.get("authorizerResultTtlInSeconds", DEFAULT_TTL_SECONDS))
    sources = _sources(definition) or ((HEADER_SOURCE + definition.header,) if token else ())
    return LambdaAuthorizer(
        name=definition.name,
        token=token,
        sources=sources[:1] if token else sources,
        function=function,
        expression=expression,
        ttl_seconds=min(int(ttl), LONGEST_TTL_SECONDS) if ttl.isdecimal() else DEFAULT_TTL_SECONDS,
    )


def _sources(definition: Definition) -> tuple[str, ...]:
    written = definition.settings.get("identitySource")
    return tuple(each.strip() for each in str(written or "").split(",") if each.strip())
