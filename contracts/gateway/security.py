"""Security: what stands before an operation by its contract, and API keys.

API Gateway knows security schemes of the type apiKey alone (D): a key in the header x-api-key, and what
x-amazon-apigateway-authtype makes an authorizer of. All other schemes mean nothing to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.contract import Contract, Operation
from contracts.gateway.authorizers.admission import Authorizer
from contracts.gateway.authorizers.definitions import (
    AUTHORIZER,
    AUTHTYPE,
    IAM,
    VERIFYING,
    Definition,
    authorizer_of,
    definitions,
    identity_sources,
)
from contracts.gateway.calls import Call
from contracts.gateway.deployment import ApiKey, Deployment
from contracts.gateway.refusals import INVALID_API_KEY, QUOTA_EXCEEDED, THROTTLED, Kind, Refusal
from contracts.identities import Needs
from contracts.stack import Function

API_KEY_SOURCE = "x-amazon-apigateway-api-key-source"
API_KEY_HEADER = "x-api-key"
# D: https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
OVER_THE_LIMIT: Mapping[str, Kind] = {"throttled": THROTTLED, "quota exceeded": QUOTA_EXCEEDED}


@dataclass(frozen=True, slots=True)
class Guard:
    """
    What stands before an operation.

    Attributes:
        api_key: Whether a key is required.
        key_of_authorizer: Whether the key is the one that the authorizer names, and not the caller's header.
        authorizer: Who knows the callers, or None.
        problem: Why the gateway cannot stand guard as API Gateway would, or None.
        needs: What a call must show.
    """

    api_key: bool = False
    key_of_authorizer: bool = False
    authorizer: Authorizer | None = None
    problem: str | None = None
    needs: Needs = field(default_factory=Needs)


def guard_of(
    contract: Contract, operation: Operation, *, deployment: Deployment, authorizers: Mapping[str, Function]
) -> Guard:
    """
    What the security requirements and extensions of an operation ask for.

    Args:
        authorizers: The function of each Lambda authorizer by the name of its security scheme.
    """
    api_key = any(_is_api_key(scheme) for scheme in _schemes(contract, operation))
    key_of_authorizer = str(contract.extensions.get(API_KEY_SOURCE, "HEADER")).upper() == "AUTHORIZER"
    if deployment.kind == "HTTP":  # D: "HTTP APIs do not have API keys"
        api_key = False
    found = list(definitions(contract, operation))
    made = authorizer_of(found[0], deployment, authorizers) if found else None
    problem = made if isinstance(made, str) else None
    if len({each.name for each in found}) > 1:
        problem = f"it asks for the authorizers {', '.join(each.name for each in found)}, and a method has one"
    if problem is None and api_key and deployment.api_keys is None:
        problem = "it requires an API key, and nobody said which keys there are"
    definition = found[0] if found else None
    needs = _needs(definition, api_key=api_key and not key_of_authorizer)
    return Guard(api_key, key_of_authorizer, None if isinstance(made, str) else made, problem, needs)


def _needs(definition: Definition | None, *, api_key: bool) -> Needs:
    if definition is None:
        return Needs(api_key)
    names = [each.rpartition(".") for each in identity_sources(definition)]
    return Needs(
        api_key=api_key,
        signature=definition.kind == IAM.lower(),
        headers=tuple(name for place, _, name in names if place.endswith("request.header")),
        query=tuple(name for place, _, name in names if place.endswith("request.querystring")),
        verified=definition.kind in VERIFYING,
    )


def enforced(scheme: Mapping[str, Any]) -> bool:
    """Whether a security scheme means something to API Gateway: others are the handlers' own affair."""
    return AUTHTYPE in scheme or AUTHORIZER in scheme or _is_api_key(scheme)


def _schemes(contract: Contract, operation: Operation) -> Iterator[Mapping[str, Any]]:
    for requirement in operation.security:
        for name in requirement:
            scheme = contract.security_schemes.get(name)
            if isinstance(scheme, Mapping):
                yield scheme


def _is_api_key(scheme: Mapping[str, Any]) -> bool:
    return (
        AUTHTYPE not in scheme
        and AUTHORIZER not in scheme
        and str(scheme.get("type")) == "apiKey"
        and str(scheme.get("in")) == "header"
        and str(scheme.get("name")).lower() == API_KEY_HEADER
    )


def key_of(call: Call, guard: Guard) -> ApiKey | Refusal:
    """
    The caller's API key, or why the call is refused: missing, unknown or disabled (LS, CAP), over the rate or the
    quota (MS).
    """
    if guard.key_of_authorizer:  # D: x-amazon-apigateway-api-key-source
        given = call.caller.usage_key if call.caller is not None else None
    else:
        given = call.request.headers.get(API_KEY_HEADER)
    for key in call.deployment.api_keys or ():
        if given == key.value and key.enabled:
            over = OVER_THE_LIMIT.get(call.moment.usage)
            return key if over is None else Refusal(over)
    return Refusal(INVALID_API_KEY)
