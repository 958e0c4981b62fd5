"""Security: what stands before an operation by its contract, and API keys.

API Gateway knows security schemes of the type apiKey alone (D): a key in the header x-api-key, and what
x-amazon-apigateway-authtype makes an authorizer of. All other schemes mean nothing to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.contract import Contract, Operation
from contracts.gateway.calls import Call
from contracts.gateway.deployment import ApiKey
from contracts.gateway.refusals import INVALID_API_KEY, QUOTA_EXCEEDED, THROTTLED, Kind, Refusal

AUTHTYPE = "x-amazon-apigateway-authtype"
AUTHORIZER = "x-amazon-apigateway-authorizer"
AUTH = "x-amazon-apigateway-auth"
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
        authorizer: In words, what else is required, or None.
    """

    api_key: bool = False
    authorizer: str | None = None


def guard_of(contract: Contract, operation: Operation) -> Guard:
    """What the security requirements and extensions of an operation ask for."""
    api_key = False
    authorizer = _authorizer_of_extension(operation.extensions.get(AUTH))
    for name, scheme in _schemes(contract, operation):
        if AUTHTYPE in scheme or AUTHORIZER in scheme:
            authorizer = f"the authorizer `{name}` ({scheme.get(AUTHTYPE, 'custom')})"
        elif _is_api_key(scheme):
            api_key = True
    return Guard(api_key, authorizer)


def _authorizer_of_extension(auth: Any) -> str | None:
    kind = auth.get("type") if isinstance(auth, Mapping) else None
    return None if kind is None or str(kind).upper() == "NONE" else f"authorization by {kind}"


def _schemes(contract: Contract, operation: Operation) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for requirement in operation.security:
        for name in requirement:
            scheme = contract.security_schemes.get(name)
            if isinstance(scheme, Mapping):
                yield name, scheme


def _is_api_key(scheme: Mapping[str, Any]) -> bool:
    return (
        str(scheme.get("type")) == "apiKey"
        and str(scheme.get("in")) == "header"
        and str(scheme.get("name")).lower() == API_KEY_HEADER
    )


def key_of(call: Call) -> ApiKey | Refusal:
    """
    The caller's API key, or why the call is refused: missing, unknown or disabled (LS, CAP), over the rate or the
    quota (MS).
    """
    given = call.request.headers.get(API_KEY_HEADER)
    for key in call.deployment.api_keys or ():
        if given == key.value and key.enabled:
            over = OVER_THE_LIMIT.get(call.moment.usage)
            return key if over is None else Refusal(over)
    return Refusal(INVALID_API_KEY)
