"""
Identities of the tests: a new pair of keys, and what `[tool.contracts]` says of it, `python tests/identities.py`.

The private key signs the tokens and is gone: nobody else can make one that the key set takes.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

ISSUER = "https://login.example/"
AUDIENCE = "translations"
ACME, BETA = "01JGFJJZ00ACMEACMEACMEACME", "01JGFJJZ00BETABETABETABETA"
BEGINNING, END = datetime(2020, 1, 1, tzinfo=UTC), datetime(2120, 1, 1, tzinfo=UTC)


def new_key() -> rsa.RSAPrivateKey:
    """A key of the least size that is good for RS256."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def key_set(key: rsa.RSAPrivateKey, name: str = "test") -> dict[str, Any]:
    """A JSON Web Key Set with the public half of a key."""
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    return {
        "keys": [{"kty": public["kty"], "n": public["n"], "e": public["e"], "alg": "RS256", "use": "sig", "kid": name}]
    }


def token(key: rsa.RSAPrivateKey, name: str = "test", *, algorithm: str = "RS256", **claims: Any) -> str:
    """A token of acme's, good for a century; a claim that is None is left out."""
    whole = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "test",
        "tenant_id": ACME,
        "scope": "read write",
        "iat": int(BEGINNING.timestamp()),
        "exp": int(END.timestamp()),
        **claims,
    }
    said = {name: value for name, value in whole.items() if value is not None}
    return jwt.encode(said, key, algorithm=algorithm, headers={"kid": name})


def main() -> None:
    """Print the key set and the tokens of the configured identities."""
    key = new_key()
    sys.stdout.write(f"{json.dumps(key_set(key), separators=(',', ':'))}\n")
    for name, claims in {
        "acme": {},
        "beta": {"tenant_id": BETA},
        "acme's reader": {"scope": "read"},
        "acme's writer": {"scope": "write"},
    }.items():
        sys.stdout.write(f"{name}: {token(key, sub=name, **claims)}\n")


if __name__ == "__main__":
    main()
