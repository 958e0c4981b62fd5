"""Forgery: the credentials of a request taken away, damaged, or made by somebody who has no right to make them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contracts.checks.replay import with_header
from contracts.checks.scope import Scope
from contracts.contract import Operation
from contracts.credentials import DATE_HEADER, TIME, TOKEN_HEADER, Callers, shown, without
from contracts.http import Request
from contracts.identities import API_KEY_HEADER, AUTHORIZATION, Identity

NONSENSE = "nonsense"
# Claims by which a verifier finds the key and the audience: a token with others would be refused for them.
OF_THE_ISSUER = frozenset({"iss", "aud", "client_id", "token_use", "jti"})
# No clock of a service goes further.
LATEST = datetime(9000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Forgery:
    """
    A request that must not be let in.

    Attributes:
        what: What is wrong with its credentials, after "a caller": `without credentials`.
        missing: Whether it shows nothing at all where something is asked for.
        verbatim: Whether its signature must go as it is.
        at: When it is made, where that makes it wrong.
    """

    what: str
    make: Callable[[Request], Request]
    missing: bool = False
    verbatim: bool = False
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Places:
    """Where the callers of an operation show their credentials: the names of headers and of query parameters."""

    headers: tuple[str, ...]
    query: tuple[str, ...]

    @classmethod
    def of(cls, scope: Scope, operation: Operation) -> Places:
        """By what the gateway asks for, and by the security schemes; all of these where none is in force."""
        needs = scope.callers.needed(operation)
        schemes = scope.contract.security_schemes
        named = [name for requirement in operation.security for name in requirement if name in schemes]
        headers = [*needs.headers, *([API_KEY_HEADER] if needs.api_key else [])]
        headers += [AUTHORIZATION, DATE_HEADER, TOKEN_HEADER] if needs.signature else []
        query = [*needs.query]
        for scheme in (schemes[name] for name in named or schemes):
            in_header = scheme.get("type") == "apiKey" and scheme.get("in") == "header"
            if scheme.get("type") == "apiKey" and scheme.get("in") == "query":
                query.append(str(scheme.get("name")))
            elif scheme.get("type") == "apiKey" and scheme.get("in") == "cookie":
                headers.append("Cookie")
            else:
                headers.append(str(scheme.get("name")) if in_header else AUTHORIZATION)
        return cls(tuple({each.lower(): each for each in headers}.values()), tuple(dict.fromkeys(query)))

    def held(self, request: Request) -> tuple[str, ...]:
        """The headers of these that a request has, but for those that only belong to a signature."""
        own = (each for each in self.headers if each not in (DATE_HEADER, TOKEN_HEADER))
        return tuple(each for each in own if each in request.headers)


def absent(scope: Scope, operation: Operation, request: Request) -> Iterator[Forgery]:
    """The request without any credentials, and without each of those that are asked for together."""
    places = Places.of(scope, operation)
    nothing = partial(without, headers=places.headers, query=places.query)
    yield Forgery("without credentials", nothing, missing=True)
    held = places.held(request)
    for name in held if len(held) > 1 and not _alternatives(scope, operation) else ():
        yield Forgery(f"without {name}", partial(without, headers=(name,), query=()), missing=True)


def forged(scope: Scope, operation: Operation, request: Request, asked: set[tuple[str, ...]]) -> Iterator[Forgery]:
    """
    The request with credentials that are malformed or wrong, as far as those of its caller can be falsified.

    Args:
        asked: The gateway's guards that have been asked already, each by a header and the schemes that it belongs to.
    """
    callers = scope.callers
    places = Places.of(scope, operation)
    needs = callers.needed(operation)
    if needs.signature:
        yield from _signatures(callers, operation, request)
        return
    for name in places.held(request):
        guard = (name.lower(), *sorted(_schemes(scope, operation, name)))
        if needs and guard in asked:
            continue
        asked.add(guard)
        # Where another requirement would do as well, what belongs to it must not be there.
        others = [each for each in places.headers if each != name] if _alternatives(scope, operation) else []
        for what, value, at in _values(str(request.headers.get(name)), _known(callers.identities)):
            yield Forgery(what, partial(_with, others=others, name=name, value=value), at=at)


def _alternatives(scope: Scope, operation: Operation) -> bool:
    """Whether one of several requirements is enough: to API Gateway all of them together are one."""
    return len(operation.security) > 1 and not scope.callers.needed(operation)


def _schemes(scope: Scope, operation: Operation, header: str) -> Iterator[str]:
    """The security schemes of an operation that a header belongs to."""
    for name in (name for requirement in operation.security for name in requirement):
        scheme = scope.contract.security_schemes.get(name, {})
        own = str(scheme.get("name")) if scheme.get("type") == "apiKey" else AUTHORIZATION
        if own.lower() == header.lower():
            yield name


def _with(request: Request, *, others: Iterable[str], name: str, value: str) -> Request:
    return with_header(without(request, others, ()), name, value)


def _known(identities: Iterable[Identity]) -> frozenset[str]:
    """What the configured identities show: none of it is forged."""
    return frozenset(value for each in identities for value in each.shown().values())


def _values(value: str, known: Collection[str]) -> Iterator[tuple[str, str, datetime | None]]:
    """What to say of a wrong value of a header, the value, and when it is shown."""
    scheme, space, text = value.rpartition(" ")
    prefix = scheme + space
    yield "with credentials that are nonsense", f"{prefix}{NONSENSE}", None
    if prefix:
        yield f"with nothing behind {scheme}", scheme, None
    claims = claims_of(text)
    if claims is None:
        other = damaged(text)
        if prefix + other not in known:
            yield "with credentials that nobody has", prefix + other, None
        return
    for what, token in tokens(text, claims):
        yield what, prefix + token, None
    expires = claims.get("exp")
    if isinstance(expires, (int, float)) and not isinstance(expires, bool) and expires < LATEST.timestamp():
        yield "with a token that has expired", value, datetime.fromtimestamp(expires, UTC) + timedelta(seconds=60)


def claims_of(text: str) -> dict[str, Any] | None:
    """The claims of a JSON Web Token (RFC 7519), whoever signed it; None where it is none."""
    try:
        found = jwt.decode(text, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def tokens(text: str, claims: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What can be made of a token without its key, and what to say of each."""
    header, payload, signature = text.split(".")
    yield "with a token whose signature was changed", f"{header}.{payload}.{damaged(signature)}"
    others = {
        name: damaged(value) if isinstance(value, str) and name not in OF_THE_ISSUER else value
        for name, value in claims.items()
    }
    if others != claims:
        written = base64.urlsafe_b64encode(json.dumps(others).encode()).rstrip(b"=").decode()
        yield "with a token whose claims were changed", f"{header}.{written}.{signature}"
    own = jwt.get_unverified_header(text)
    kept = {"kid": own["kid"]} if isinstance(own.get("kid"), str) else {}
    yield "with a token that nobody signed (`alg: none`)", jwt.encode(dict(claims), "", "none", headers=kept)
    # RFC 8037; a key and signatures that are the same in every run.
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    public = base64.urlsafe_b64encode(key.public_key().public_bytes_raw()).rstrip(b"=").decode()
    embedded = {"jwk": {"kty": "OKP", "crv": "Ed25519", "x": public}}
    yield "with a token that a foreign key signed", jwt.encode(dict(claims), key, "EdDSA", headers={**kept, **embedded})


def damaged(text: str) -> str:
    """
    The text with one character in its middle changed for another of its kind; nonsense where it has none.

    Not the last one: of the last character of a base64 text some bits may mean nothing.
    """
    for position in sorted(range(len(text)), key=lambda each: abs(each - len(text) // 2)):
        character = text[position]
        if character.isascii() and character.isalnum():
            first, last = ("0", "9") if character.isdigit() else ("a", "z") if character.islower() else ("A", "Z")
            other = first if character == last else chr(ord(character) + 1)
            return f"{text[:position]}{other}{text[position + 1 :]}"
    return NONSENSE


def _signatures(callers: Callers, operation: Operation, request: Request) -> Iterator[Forgery]:
    caller, signer = callers.of(operation), callers.signer
    if caller is None or signer is None:
        return

    def signed(request: Request, identity: Identity, milliseconds: int = 0) -> Request:
        return signer.signed(shown(request, identity), identity, milliseconds)

    stranger = replace(caller, access_key=damaged(caller.access_key or ""))
    yield Forgery("with the signature of an unknown access key", partial(signed, identity=stranger))
    at = _signed_at(request)
    if at is not None:
        # Of the moment at which the caller's own was good: nothing but the secret is wrong.
        guesser = replace(caller, secret_key=damaged(caller.secret_key or ""))
        guessed = partial(signed, identity=guesser, milliseconds=int(at.timestamp()) * 1000)
        yield Forgery("with a signature by another secret", guessed, verbatim=True, at=at)
    yield Forgery("with a signature of long ago", partial(signed, identity=caller), verbatim=True)
    garbage = partial(with_header, name=AUTHORIZATION, value=f"Bearer {NONSENSE}")
    yield Forgery("with a header that is no signature", garbage)


def _signed_at(request: Request) -> datetime | None:
    """When a request was signed; None where it was not."""
    try:
        return datetime.strptime(request.headers.get(DATE_HEADER) or "", TIME).replace(tzinfo=UTC)
    except ValueError:
        return None
