"""JWT authorizers of HTTP APIs.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html (D)

* No token: 401 with `www-authenticate: Bearer`; one that is not good: 401 with the reason in it (D).
* A route with scopes wants one of them in the token, else 403 (FL).
* `requestContext.authorizer.jwt` has the claims as text: numbers and booleans as JSON has them, arrays as `[a b]`,
  objects as JSON text, nulls left out; `scopes` is null unless the route has scopes, and then all of the token's (FL).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.gateway.authorizers.admission import Desk
from contracts.gateway.authorizers.cognito import bearer
from contracts.gateway.authorizers.http_lambdas import identity_value
from contracts.gateway.authorizers.signatures import IamAuthorizer
from contracts.gateway.callers import Caller
from contracts.gateway.calls import Call
from contracts.gateway.refusals import ACCESS_DENIED, UNAUTHORIZED, Refusal
from contracts.gateway.responses import written
from contracts.gateway.tokens import InvalidToken, Verifier

CHALLENGE = "WWW-Authenticate"


@dataclass(frozen=True, slots=True)
class JwtAuthorizer:
    """
    A JWT authorizer.

    Attributes:
        source: Where the token is: `$request.header.Authorization`.
        scopes: One of them must be in the token; () asks for none.
    """

    source: str
    issuer: str
    audiences: tuple[str, ...]
    scopes: tuple[str, ...]
    tokens: Verifier
    judges: bool = False
    needs_allow: bool = False

    def admit(self, call: Call, desk: Desk) -> Caller | Refusal:  # noqa: ARG002 - the protocol's form
        """Who calls, by the token's claims."""
        text = bearer(identity_value(call, self.source))
        if not text:
            return Refusal(UNAUTHORIZED, lines=((CHALLENGE, "Bearer"),))
        seconds = call.moment.epoch_milliseconds // 1000
        token = self.tokens.verified(text, issuers=(self.issuer,), audiences=self.audiences, seconds=seconds)
        if isinstance(token, InvalidToken):
            challenge = f'Bearer scope="" error="invalid_token" error_description="{token.reason}"'
            return Refusal(UNAUTHORIZED, lines=((CHALLENGE, challenge),))
        if self.scopes and not set(self.scopes) & set(token.scopes):
            return Refusal(ACCESS_DENIED)
        claims = {name: claim(value) for name, value in token.claims.items() if value is not None}
        jwt = {"claims": claims, "scopes": list(token.scopes) if self.scopes else None}
        return Caller(context=jwt, context_v2={"jwt": jwt})


@dataclass(frozen=True, slots=True)
class HttpIamAuthorizer:
    """AWS_IAM on an HTTP API: whatever is wrong with a signature is 403 "Forbidden" (R)."""

    iam: IamAuthorizer
    judges: bool = False
    needs_allow: bool = False

    def admit(self, call: Call, desk: Desk) -> Caller | Refusal:
        """Who signed the call (D: the members of `requestContext.authorizer.iam`)."""
        caller = self.iam.admit(call, desk)
        if isinstance(caller, Refusal):
            return Refusal(ACCESS_DENIED)
        known = caller.identity
        iam = {
            "accessKey": known["accessKey"],
            "accountId": known["accountId"],
            "callerId": known["caller"],
            "cognitoIdentity": None,
            "principalOrgId": None,
            "userArn": known["userArn"],
            "userId": known["user"],
        }
        return Caller(context_v2={"iam": iam}, identity=known, principals=caller.principals)


def claim(value: Any) -> str:
    """A claim as a function receives it."""
    if isinstance(value, list):
        return f"[{' '.join(claim(each) for each in value)}]"
    if isinstance(value, Mapping):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return str(written(value))
