"""Tokens: JSON Web Tokens that are verified against a key set which the run was given; nothing is fetched.

* RS256 alone, the keys by `kid` (D: "API Gateway currently supports only RSA-based algorithms").
* `iss` is the authorizer's issuer, `aud` (or `client_id`) one of its audiences, now is between `nbf` and `exp`, and
  `iat` is not to come (D: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import jwt
from jwt import PyJWKSet
from jwt.exceptions import PyJWKSetError, PyJWTError

ALGORITHM = "RS256"


@dataclass(frozen=True, slots=True)
class Token:
    """A token that was verified: its claims, and its scopes (`scope` or `scp`)."""

    claims: Mapping[str, Any]
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InvalidToken:
    """Why a token is none: what `error_description` says of it, and whether it would have been one earlier."""

    reason: str
    expired: bool = False


class Verifier(Protocol):
    """Whoever can tell which tokens are good."""

    def verified(
        self, text: str, *, issuers: Sequence[str], audiences: Sequence[str], seconds: int
    ) -> Token | InvalidToken:
        """
        What a token says, or why it is none.

        Args:
            issuers: One of them must have made it.
            audiences: One of them must be meant by it; () means that nobody asks.
            seconds: Now, since 1970.
        """
        ...


@dataclass(frozen=True, slots=True)
class _NoKeys:
    """Nobody signs tokens: none is good."""

    def verified(
        self,
        text: str,  # noqa: ARG002 - the protocol's form
        *,
        issuers: Sequence[str],  # noqa: ARG002
        audiences: Sequence[str],  # noqa: ARG002
        seconds: int,  # noqa: ARG002
    ) -> Token | InvalidToken:
        """No token is good."""
        return InvalidToken("signing key not found")


NO_KEYS = _NoKeys()


@dataclass(frozen=True, slots=True)
class KeySet:
    """The public keys of a JSON Web Key Set (RFC 7517)."""

    keys: PyJWKSet

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> KeySet:
        """
        The keys of a document.

        Raises:
            ValueError: It is no key set, or none of its keys can be used.
        """
        try:
            return cls(PyJWKSet.from_dict(dict(document)))
        except (PyJWKSetError, PyJWTError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(str(error) or type(error).__name__) from error

    def verified(
        self, text: str, *, issuers: Sequence[str], audiences: Sequence[str], seconds: int
    ) -> Token | InvalidToken:
        """What a token says, or why it is none."""
        claims = self._claims(text)
        if isinstance(claims, InvalidToken):
            return claims
        problem = _problem(claims, issuers, audiences, seconds)
        if problem is not None:
            return problem
        scopes = claims.get("scope", claims.get("scp"))
        words = scopes.split() if isinstance(scopes, str) else scopes
        return Token(claims, tuple(str(each) for each in words) if isinstance(words, list) else ())

    def _claims(self, text: str) -> Mapping[str, Any] | InvalidToken:
        """The claims, the signature proved; times are compared with our own clock."""
        try:
            header = jwt.get_unverified_header(text)
            key = next((each for each in self.keys.keys if each.key_id == header.get("kid")), None)
            if header.get("alg") != ALGORITHM or key is None:
                return InvalidToken("signing key not found" if key is None else "unsupported algorithm")
            options: Any = dict.fromkeys(("verify_exp", "verify_nbf", "verify_iat", "verify_aud", "verify_iss"), False)
            return jwt.decode(text, key=key.key, algorithms=[ALGORITHM], options=options)
        except (PyJWTError, ValueError, RecursionError):  # also what is no UTF-8, and JSON that nobody reads
            return InvalidToken("the token has an invalid signature" if text.count(".") == 2 else "invalid token")


def _problem(
    claims: Mapping[str, Any], issuers: Sequence[str], audiences: Sequence[str], seconds: int
) -> InvalidToken | None:
    if claims.get("iss") not in issuers:
        return InvalidToken("the token has an invalid issuer")
    meant = claims.get("aud", claims.get("client_id"))
    if audiences and not set(meant if isinstance(meant, list) else [meant]) & set(audiences):
        return InvalidToken("the token does not have a valid audience")
    expires = _time(claims, "exp")
    if expires is None or seconds >= expires:
        return InvalidToken("the token has expired", expired=expires is not None)
    if any((at := _time(claims, name)) is not None and at > seconds for name in ("nbf", "iat")):
        return InvalidToken("the token is not valid yet")
    return None


def _time(claims: Mapping[str, Any], name: str) -> float | None:
    value = claims.get(name)
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
