"""JSON Web Tokens against a key set, by the rules of HTTP APIs' JWT authorizers."""

from __future__ import annotations

from typing import Any

import jwt
import pytest

from contracts.gateway import InvalidToken, KeySet, Token
from tests.harness.gateway.authorizers.keys import DOCUMENT, KEYS, token

NOW = 1_744_668_768
GOOD: dict[str, Any] = {"iss": "https://issuer.example", "aud": "app", "exp": NOW + 60, "sub": "u-7"}


def verified(text: str) -> Token | InvalidToken:
    """What a verifier says of a token now."""
    return KEYS.verified(text, issuers=("https://issuer.example",), audiences=("app", "other"), seconds=NOW)


def test_a_good_token_says_its_claims() -> None:
    """All of them, as they are."""
    assert verified(token(GOOD)) == Token(GOOD, ())


@pytest.mark.parametrize(
    "claims",
    [
        *({"aud": ["x", "other"]}, {"aud": None, "client_id": None}, {"client_id": "app"}, {"nbf": NOW, "iat": NOW}),
    ],
)
def test_an_audience_is_one_of_those_that_are_wanted(claims: dict[str, Any]) -> None:
    """`client_id` counts where there is no `aud`."""
    merged = {key: value for key, value in {**GOOD, **claims}.items() if value is not None}
    if "client_id" in claims:
        merged.pop("aud", None)

    assert isinstance(verified(token(merged)), Token) is ("client_id" in merged or "aud" in merged)


@pytest.mark.parametrize("name", ["scope", "scp"])
def test_scopes_are_words_or_a_list(name: str) -> None:
    """Under either name."""
    for written in ("a b", ["a", "b"]):
        found = verified(token({**GOOD, name: written}))
        assert isinstance(found, Token)
        assert found.scopes == ("a", "b")


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"iss": "https://other.example"}, "the token has an invalid issuer"),
        ({"aud": "else"}, "the token does not have a valid audience"),
        ({"exp": NOW}, "the token has expired"),
        ({"exp": "later"}, "the token has expired"),
        ({"nbf": NOW + 1}, "the token is not valid yet"),
        ({"iat": NOW + 1}, "the token is not valid yet"),
    ],
)
def test_a_token_of_another_issuer_audience_or_time_is_none(claims: dict[str, Any], reason: str) -> None:
    """The reason is what error_description says."""
    found = verified(token({**GOOD, **claims}))

    assert isinstance(found, InvalidToken)
    assert found.reason == reason


@pytest.mark.parametrize(
    "text",
    [
        *("", "a.b.c", "\ud800", "e30.e30.", token(GOOD)[:-3] + "AAA", token(GOOD, kid="k2")),
        jwt.encode(GOOD, "a secret that everybody knows by now", algorithm="HS256", headers={"kid": "k1"}),
    ],
    ids=["empty", "dots", "no text", "no algorithm", "signature", "another key", "another algorithm"],
)
def test_what_no_key_has_signed_is_no_token(text: str) -> None:
    """Nor what is no token at all."""
    assert isinstance(verified(text), InvalidToken)


@pytest.mark.parametrize("document", [{}, {"keys": []}, {"keys": {}}, {"keys": [{"kty": "none"}]}, {"keys": ["x"]}])
def test_what_is_no_key_set_is_refused(document: dict[str, Any]) -> None:
    """With a reason."""
    with pytest.raises(ValueError, match="JWK"):
        KeySet.of(document)


def test_keys_of_other_kinds_are_left_out() -> None:
    """A set may have more than it is used for."""
    assert len(KeySet.of({"keys": [{"kty": "none"}, *DOCUMENT["keys"]]}).keys.keys) == 1
