"""Cognito user pools in front of REST APIs.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-integrate-with-cognito.html (D)

* Without scopes the method wants an identity token, with scopes an access token that has one of them (D).
* Missing, invalid or without the scope: 401 "Unauthorized"; expired: 401 "The incoming token has expired" (R).
* `requestContext.authorizer.claims` has every claim as text, `iat` and `exp` as `Sun Dec 17 07:28:12 UTC 2017` (R:
  captured events in public repositories).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from contracts.gateway.authorizers.admission import Desk
from contracts.gateway.callers import Caller
from contracts.gateway.calls import Call
from contracts.gateway.refusals import UNAUTHORIZED, Refusal
from contracts.gateway.responses import written
from contracts.gateway.tokens import InvalidToken, Token, Verifier

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DATES = ("exp", "iat")
LAST_SECOND = 253_402_300_800  # of the year 9999


@dataclass(frozen=True, slots=True)
class CognitoAuthorizer:
    """
    A Cognito authorizer.

    Attributes:
        header: Where the token is; it may stand behind `Bearer`.
        issuers: The user pools, as tokens name them.
        scopes: One of them must be in the token; () asks for an identity token instead.
    """

    header: str
    issuers: tuple[str, ...]
    scopes: tuple[str, ...]
    tokens: Verifier
    judges: bool = False
    needs_allow: bool = True

    def admit(self, call: Call, desk: Desk) -> Caller | Refusal:  # noqa: ARG002 - the protocol's form
        """Who calls, by the token's claims."""
        text = bearer(call.request.headers.get(self.header))
        if not text:
            return Refusal(UNAUTHORIZED)
        seconds = call.moment.epoch_milliseconds // 1000
        token = self.tokens.verified(text, issuers=self.issuers, audiences=(), seconds=seconds)
        if isinstance(token, InvalidToken):
            return Refusal(UNAUTHORIZED, "The incoming token has expired" if token.expired else None)
        if not self._fits(token):
            return Refusal(UNAUTHORIZED)
        return Caller(context={"claims": {name: _text(name, value) for name, value in token.claims.items()}})

    def _fits(self, token: Token) -> bool:
        use = token.claims.get("token_use")
        if self.scopes:
            return use == "access" and bool(set(self.scopes) & set(token.scopes))
        return use == "id"


def bearer(value: str | None) -> str:
    """The token of a header, with or without `Bearer` before it."""
    text = (value or "").strip()
    return text[7:].strip() if text[:7].lower() == "bearer " else text


def issuer(provider_arn: str) -> str:
    """
    What tokens of a user pool name as their issuer.

    Args:
        provider_arn: `arn:aws:cognito-idp:<region>:<account>:userpool/<pool>`.
    """
    parts = provider_arn.split(":", 5)
    pool = parts[-1].rpartition("/")[2]
    return f"https://cognito-idp.{parts[3] if len(parts) == 6 else ''}.amazonaws.com/{pool}"


def _text(name: str, value: Any) -> str:
    if name in DATES and isinstance(value, (int, float)) and 0 <= value < LAST_SECOND:
        at = datetime.fromtimestamp(value, UTC)
        return f"{DAYS[at.weekday()]} {MONTHS[at.month - 1]} {at:%d %H:%M:%S} UTC {at.year}"
    if isinstance(value, list):
        return ",".join(str(each) for each in value)
    return json.dumps(value) if isinstance(value, Mapping) else str(written(value))
