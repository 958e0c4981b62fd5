"""JSON Web Tokens: whether one is good, by a key set and a clock that are handed in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt

ALGORITHM = "RS256"
"""The only one: a token that says another, or none, is no token of ours."""


class BadToken(Exception):  # noqa: N818 - what it is, to whoever showed it
    """It is not one of ours, not for us, or not good now."""


@dataclass(frozen=True, slots=True)
class Caller:
    """
    Whom a token stands for.

    Attributes:
        subject: The token's `sub`.
        tenant_id: Whose things the caller sees.
        scopes: What the caller may do.
    """

    subject: str
    tenant_id: str
    scopes: frozenset[str]


class Tokens:
    """Verifies tokens of one issuer, for one audience."""

    def __init__(self, key_set: str, *, issuer: str, audience: str) -> None:
        """
        A verifier.

        Args:
            key_set: A JSON Web Key Set (RFC 7517) with the public keys, as JSON text.
            issuer: Who must have made a token (`iss`).
            audience: Whom it must be for (`aud`).
        """
        keys = jwt.PyJWKSet.from_dict(json.loads(key_set)).keys
        self._keys = {key.key_id: key for key in keys if key.key_id is not None}
        self._issuer = issuer
        self._audience = audience

    def caller(self, token: str) -> Caller:
        """
        Whom a token stands for.

        Args:
            token: In its compact form (RFC 7519).

        Raises:
            BadToken: Nobody.
        """
        try:
            key = self._keys[jwt.get_unverified_header(token)["kid"]]
            claims = jwt.decode(
                token,
                key.key,
                algorithms=[ALGORITHM],
                issuer=self._issuer,
                audience=self._audience,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except (jwt.PyJWTError, KeyError, TypeError, ValueError, RecursionError):
            raise BadToken from None
        return _caller(claims)


def _caller(claims: Mapping[str, Any]) -> Caller:
    """
    Whom the claims of a token that was verified stand for.

    Raises:
        BadToken: They name no tenant.
    """
    subject, tenant_id, scope = claims["sub"], claims.get("tenant_id"), claims.get("scope", "")
    if not all(isinstance(each, str) for each in (subject, tenant_id, scope)) or not subject or not tenant_id:
        raise BadToken
    return Caller(subject, tenant_id, frozenset(scope.split()))
