"""
What a caller may do, as API Gateway wants to hear it.

The gateway keeps an answer and uses it for other operations that are called with the same token, so that the policy
speaks of all of them and not of the one that was asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from authorizer.tokens import Caller

METHODS: Mapping[str, Sequence[str]] = {"read": ("GET", "HEAD"), "write": ("POST", "PUT", "DELETE")}
"""The methods that each scope allows."""


def answer(caller: Caller, method_arn: str) -> dict[str, Any]:
    """
    A policy with the caller's context: texts, which reach the functions as `requestContext.authorizer`.

    Args:
        method_arn: `arn:aws:execute-api:<region>:<account>:<api>/<stage>/<METHOD>/<path>`.
    """
    api, stage = method_arn.split("/")[:2]
    allowed = [method for scope, methods in METHODS.items() if scope in caller.scopes for method in methods]
    effect = "Allow" if allowed else "Deny"
    return {
        "principalId": caller.subject,
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Action": "execute-api:Invoke",
                    "Effect": effect,
                    "Resource": [f"{api}/{stage}/{method}/*" for method in allowed or ("*",)],
                }
            ],
        },
        "context": {"tenant_id": caller.tenant_id, "scope": " ".join(sorted(caller.scopes))},
    }
