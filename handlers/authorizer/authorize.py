"""
The Lambda authorizer of the REST API, of the type TOKEN.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
"""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from typing import Any

from authorizer.policies import answer
from authorizer.tokens import BadToken, Tokens

BEARER = "bearer"


@functools.cache
def tokens() -> Tokens:
    """The verifier that the template configures; made once per warm function."""
    return Tokens(os.environ["KEY_SET"], issuer=os.environ["TOKEN_ISSUER"], audience=os.environ["TOKEN_AUDIENCE"])


def handler(event: Mapping[str, Any], _context: Any) -> dict[str, Any]:
    """The Lambda function: who calls, and what they may do."""
    return authorize(event, tokens())


def authorize(event: Mapping[str, Any], by: Tokens) -> dict[str, Any]:
    """
    The answer for a token.

    Raises:
        Exception: "Unauthorized", the one text that API Gateway answers with 401.
    """
    scheme, _, token = str(event.get("authorizationToken", "")).strip().partition(" ")
    try:
        caller = by.caller(token.strip() if scheme.lower() == BEARER else "")
    except BadToken:
        raise Exception("Unauthorized") from None  # noqa: TRY002 - API Gateway knows it by this text alone
    return answer(caller, str(event["methodArn"]))
