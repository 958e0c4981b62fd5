"""The authorizer: which tokens are good, and what they are good for."""

from __future__ import annotations

import base64
import json
from typing import Any

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from authorizer.authorize import authorize
from authorizer.policies import answer
from authorizer.tokens import Caller, Tokens
from tests.identities import ACME, AUDIENCE, ISSUER, key_set, new_key, token

KEY, OTHER = new_key(), new_key()
TOKENS = Tokens(json.dumps(key_set(KEY)), issuer=ISSUER, audience=AUDIENCE)
METHOD_ARN = "arn:aws:execute-api:eu-central-1:123456789012:abc123/v1/GET/translations/01JGFJJZ00A9K3Q8X5T2V7W4YE"
STAGE = "arn:aws:execute-api:eu-central-1:123456789012:abc123/v1"


def answered(written: str) -> dict[str, Any]:
    """The answer for what stands in the header Authorization."""
    return authorize({"type": "TOKEN", "authorizationToken": written, "methodArn": METHOD_ARN}, TOKENS)


def resources(said: dict[str, Any]) -> tuple[str, list[str]]:
    """Effect and resources of the only statement of an answer."""
    [statement] = said["policyDocument"]["Statement"]
    return statement["Effect"], statement["Resource"]


@pytest.mark.parametrize("written", ["Bearer {}", "bearer {}", "  BEARER   {} "])
def test_a_good_token(written: str) -> None:
    """Whoever shows one is known by its tenant and its scopes, as texts; the scheme's case means nothing (RFC 9110)."""
    said = answered(written.format(token(KEY, sub="alice")))

    assert said["principalId"] == "alice"
    assert said["context"] == {"tenant_id": ACME, "scope": "read write"}


@pytest.mark.parametrize(
    ("scope", "methods"),
    [
        ("read", ["GET", "HEAD"]),
        ("write", ["POST", "PUT", "DELETE"]),
        ("read write other", ["GET", "HEAD", "POST", "PUT", "DELETE"]),
    ],
)
def test_a_policy_speaks_of_the_whole_stage(scope: str, methods: list[str]) -> None:
    """An answer is kept and used for other operations, so that it allows all that the scopes do and nothing else."""
    said = answered(f"Bearer {token(KEY, scope=scope)}")

    assert resources(said) == ("Allow", [f"{STAGE}/{method}/*" for method in methods])


@pytest.mark.parametrize("scope", ["", "admin", None])
def test_a_token_that_is_good_for_nothing(scope: str | None) -> None:
    """Without a scope that means something, everything is denied: the caller is known, and may nothing."""
    assert resources(answered(f"Bearer {token(KEY, scope=scope)}")) == ("Deny", [f"{STAGE}/*/*"])


BAD = {
    "no token": "Bearer ",
    "another scheme": f"Basic {token(KEY)}",
    "no scheme": token(KEY),
    "nothing": "",
    "no compact form": "Bearer a.b",
    "expired": f"Bearer {token(KEY, exp=1_500_000_000)}",
    "without an end": f"Bearer {token(KEY, exp=None)}",
    "not good yet": f"Bearer {token(KEY, nbf=4_000_000_000)}",
    "another issuer": f"Bearer {token(KEY, iss='https://other.example/')}",
    "another audience": f"Bearer {token(KEY, aud='other')}",
    "no tenant": f"Bearer {token(KEY, tenant_id=None)}",
    "a tenant that is no text": f"Bearer {token(KEY, tenant_id=7)}",
    "no subject": f"Bearer {token(KEY, sub=None)}",
    "an unknown key": f"Bearer {token(KEY, 'other')}",
    "signed by another key": f"Bearer {token(OTHER)}",
    "not signed": f"Bearer {jwt.encode({'sub': 'x'}, '', algorithm='none', headers={'kid': 'test'})}",
    "signed with the public key as a secret": f"Bearer {jwt.encode({'sub': 'x'}, 'x' * 32, headers={'kid': 'test'})}",
    "changed": f"Bearer {token(KEY)[:-8]}AAAAAAAA",
}


@pytest.mark.parametrize("written", BAD.values(), ids=BAD.keys())
def test_tokens_that_are_none(written: str) -> None:
    """The one text that API Gateway answers with 401; nobody is told why."""
    with pytest.raises(Exception, match=r"^Unauthorized$") as error:
        answered(written)

    assert error.value.__suppress_context__


DEEP = base64.urlsafe_b64encode(b"[" * 100_000).decode().rstrip("=")
PART = st.binary(max_size=30).map(lambda value: base64.urlsafe_b64encode(value).decode().rstrip("="))
VALUES: st.SearchStrategy[object] = st.sampled_from([None, [], {}, "test", "RS256"])
HEADER = st.dictionaries(st.sampled_from(["alg", "kid", "crit", "b64"]), VALUES)


@given(
    written=st.text(max_size=60)
    | st.lists(PART, min_size=1, max_size=4).map(lambda parts: f"Bearer {'.'.join(parts)}")
    | st.tuples(HEADER, PART, PART).map(lambda parts: f"Bearer {encoded(parts[0])}.{parts[1]}.{parts[2]}")
    | st.just(f"Bearer {DEEP}.{DEEP}.{DEEP}")
)
@settings(derandomize=True, database=None, deadline=None, max_examples=60)
def test_whatever_is_shown_is_answered(written: str) -> None:
    """No text makes the authorizer fail otherwise than by saying that nobody calls: the gateway would answer 500."""
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        answered(written)


def encoded(value: object) -> str:
    """JSON as a part of a token."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_context_is_text() -> None:
    """What reaches the functions is text alone: API Gateway refuses lists and objects."""
    said = answer(Caller("alice", ACME, frozenset({"write", "read"})), METHOD_ARN)

    assert {type(each) for each in said["context"].values()} == {str}
