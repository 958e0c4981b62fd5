"""Cognito user pools before REST APIs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness.gateway.apis import NOON
from tests.harness.gateway.authorizers.guards import UNAUTHORIZED, Line, behind, policy, scheme, told
from tests.harness.gateway.authorizers.keys import KEYS, token

POOL = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_abc"
ISSUER = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc"
SECONDS = NOON // 1000
COGNITO = scheme("cognito_user_pools", authtype="cognito_user_pools", providerARNs=[POOL])


def line(**more: Any) -> Line:
    """Somebody who calls an API behind a user pool."""
    return Line(behind(COGNITO, tokens=KEYS, **more))


def identity(**claims: Any) -> str:
    """An identity token of the pool."""
    return token({"iss": ISSUER, "token_use": "id", "iat": SECONDS, "exp": SECONDS + 3600, "sub": "u-7", **claims})


def test_an_identity_token_is_let_in() -> None:
    """With `Bearer` before it or without; its claims reach the function as text."""
    caller = line()

    assert caller.send("GET /v1/jobs", ("Authorization", identity())).status == 200
    assert caller.send("GET /v1/jobs", ("Authorization", f"Bearer {identity(email_verified=True)}")).status == 200
    assert caller.event["requestContext"]["authorizer"] == {
        "claims": {
            "iss": ISSUER,
            "token_use": "id",
            "iat": "Mon Apr 14 22:12:48 UTC 2025",
            "exp": "Mon Apr 14 23:12:48 UTC 2025",
            "sub": "u-7",
            "email_verified": "true",
        }
    }


@pytest.mark.parametrize(
    "text",
    [
        *("", "Bearer ", "no token", identity(token_use="access"), identity(iss="https://other.example")),
        token({"iss": ISSUER, "token_use": "id", "exp": SECONDS + 1}, kid="unknown"),
        identity()[:-4] + "AAAA",
    ],
    ids=["empty", "bearer", "no token", "access", "issuer", "key", "signature"],
)
def test_what_is_no_identity_token_is_refused(text: str) -> None:
    """Whatever is wrong with it."""
    assert told(line().send("GET /v1/jobs", ("Authorization", text))) == UNAUTHORIZED


def test_an_expired_token_is_told_so() -> None:
    """In words of its own."""
    response = line().send("GET /v1/jobs", ("Authorization", identity(exp=SECONDS)))

    assert told(response) == (401, "UnauthorizedException", {"message": "The incoming token has expired"})


def test_a_method_with_scopes_wants_an_access_token() -> None:
    """That has one of them."""
    caller = line(scopes=("jobs/read", "jobs/write"))

    assert told(caller.send("GET /v1/jobs", ("Authorization", identity(scope="jobs/read")))) == UNAUTHORIZED
    for scope, status in (("openid jobs/read", 200), ("openid", 401)):
        access = identity(token_use="access", scope=scope)
        assert caller.send("GET /v1/jobs", ("Authorization", access)).status == status


def test_a_resource_policy_must_allow_whom_a_pool_knows() -> None:
    """The token first, then the policy."""
    document = policy("Allow", "execute-api:/v1/POST/*", Principal="*")
    caller = line(extensions={"x-amazon-apigateway-policy": document})

    assert caller.send("GET /v1/jobs").status == 401
    assert caller.send("GET /v1/jobs", ("Authorization", identity())).status == 403


def test_without_keys_or_pools_it_could_not_run() -> None:
    """Nothing is fetched, and nothing guessed."""
    (keys,) = behind(COGNITO).unsupported
    (pools,) = behind(scheme("cognito_user_pools", providerARNs=[{"Fn::ImportValue": "Pool"}]), tokens=KEYS).unsupported

    assert keys.reason == "its authorizer `guard` verifies tokens, and nobody said which keys sign them"
    assert pools.reason == "the user pools of its authorizer `guard` (providerARNs) are not known before a deployment"
