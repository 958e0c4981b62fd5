"""Calling: with what a live endpoint lets its callers in: an API key, a token, a signature.

They are the environment's, where it has any, since secrets belong in no file; else those of the identities that are
configured, which is what `contracts serve` takes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from contracts.contract import Contract, Operation
from contracts.credentials import Signer, shown
from contracts.errors import ConfigurationError
from contracts.http import Request
from contracts.identities import API_KEY_HEADER, Identity

API_KEY = "CONTRACTS_API_KEY"
BEARER = "CONTRACTS_BEARER"
ACCESS_KEY, SECRET_KEY, SESSION_TOKEN = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"
REGIONS = ("AWS_REGION", "AWS_DEFAULT_REGION")
NOWHERE = "us-east-1"

# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authtype.html
AUTHTYPE = "x-amazon-apigateway-authtype"
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-auth.html
AUTH = "x-amazon-apigateway-auth"
_HOST = re.compile(r"\.execute-api\.([a-z0-9-]+)\.(?:amazonaws|api)\.")


def from_environment(environment: Mapping[str, str]) -> Identity | None:
    """
    Whom the environment lets us be; None where it says nothing.

    The names of AWS's own are those that every AWS tool reads.

    Raises:
        ConfigurationError: An access key has no secret.
    """
    access, secret = environment.get(ACCESS_KEY), environment.get(SECRET_KEY)
    if bool(access) is not bool(secret):
        missing, there = (SECRET_KEY, ACCESS_KEY) if access else (ACCESS_KEY, SECRET_KEY)
        raise ConfigurationError(
            f"{there} is set and {missing} is not", cure=f"Set both, or neither: requests are signed with {there}."
        )
    identity = Identity(
        "environment",
        bearer=environment.get(BEARER) or None,
        api_key=environment.get(API_KEY) or None,
        access_key=access or None,
        secret_key=secret or None,
        session_token=environment.get(SESSION_TOKEN) or None,
    )
    return None if identity == Identity("environment") else identity


@dataclass(frozen=True, slots=True)
class Caller:
    """
    Adds credentials to requests.

    Attributes:
        region: What signatures are for, where the host does not say it.
    """

    contract: Contract
    identities: Sequence[Identity]
    region: str

    @classmethod
    def of(cls, contract: Contract, configured: Sequence[Identity], environment: Mapping[str, str]) -> Caller:
        """
        Who calls, by the environment first.

        Raises:
            ConfigurationError: The environment says half of what it must.
        """
        named = from_environment(environment)
        region = next((environment[name] for name in REGIONS if environment.get(name)), NOWHERE)
        return cls(contract, tuple(configured) if named is None else (named,), region)

    def knows(self, operation: Operation) -> bool:
        """Whether somebody has anything of what the operation asks for."""
        needs = Needs.of(self.contract, operation)
        return any(needs.met_by(each) for each in self.identities)

    def showing(self, operation: Operation, request: Request, url: str, milliseconds: int) -> Request:
        """
        A request with what the operation asks for; the same request where nobody has any of it.

        Args:
            url: Where it goes.
            milliseconds: Now, since the epoch.
        """
        needs = Needs.of(self.contract, operation)
        identity = max(self.identities, key=needs.met_by, default=None)
        if identity is None or not needs:
            return request
        if not needs.signature:
            return shown(request, identity)
        request = shown(request, replace(identity, bearer=None))
        if identity.access_key is None:
            return request
        # A space is `%20` to whoever computes the signature again, and `+` would be a plus.
        path, mark, query = request.target.partition("?")
        request = replace(request, target=f"{path}{mark}{query.replace('+', '%20')}")
        host = urlsplit(url).netloc
        found = _HOST.search(host)
        return Signer(found[1] if found else self.region, host).signed(request, identity, milliseconds)


@dataclass(frozen=True, slots=True)
class Needs:
    """
    What an operation asks of its callers, by its contract.

    Attributes:
        signature: A signature (AWS_IAM).
        headers, query: Names of headers, in lower case, and of parameters.
    """

    signature: bool = False
    headers: frozenset[str] = frozenset()
    query: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.signature or self.headers or self.query)

    @classmethod
    def of(cls, contract: Contract, operation: Operation) -> Needs:
        """What the operation's security requirements, and API Gateway's extensions, say."""
        auth = operation.extensions.get(AUTH)
        signature = isinstance(auth, Mapping) and str(auth.get("type")).upper() == "AWS_IAM"
        headers: set[str] = set()
        query: set[str] = set()
        for name in (name for requirement in operation.security for name in requirement):
            scheme: Mapping[str, Any] = contract.security_schemes.get(name, {})
            if str(scheme.get(AUTHTYPE, "")).lower() == "awssigv4":
                signature = True
            elif scheme.get("type") != "apiKey":
                headers.add("authorization")
            elif scheme.get("in") == "query":
                query.add(str(scheme.get("name")))
            else:
                headers.add(str(scheme.get("name", API_KEY_HEADER)).lower())
        return cls(signature, frozenset(headers), frozenset(query))

    def met_by(self, identity: Identity) -> int:
        """How much of it an identity has."""
        has = {name.lower() for name in identity.shown()}
        signs = self.signature and identity.access_key is not None
        return len(self.headers & has) + len(self.query & set(identity.query)) + int(signs)
