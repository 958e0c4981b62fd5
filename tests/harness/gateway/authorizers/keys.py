"""A pair of keys, made anew for every run of the tests, and tokens that it signs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from contracts.gateway import KeySet

PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
DOCUMENT = {"keys": [{**json.loads(RSAAlgorithm.to_jwk(PRIVATE.public_key())), "kid": "k1"}]}
KEYS = KeySet.of(DOCUMENT)


def token(claims: Mapping[str, Any], *, kid: str = "k1") -> str:
    """A token with these claims."""
    return jwt.encode(dict(claims), PRIVATE, algorithm="RS256", headers={"kid": kid})
