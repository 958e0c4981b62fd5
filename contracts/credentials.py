"""Credentials: a request with what an identity shows: headers, parameters, and a signature by botocore's signer.

A signature is good for one request and five minutes. Whoever changes a request, or makes it again later, renews it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import quote

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from contracts.contract import Operation
from contracts.http import Headers, Request
from contracts.identities import AUTHORIZATION, Identity, Needs

SERVICE = "execute-api"
ALGORITHM = "AWS4-HMAC-SHA256"
TIME = "%Y%m%dT%H%M%SZ"
DATE_HEADER = "X-Amz-Date"
TOKEN_HEADER = "X-Amz-Security-Token"  # noqa: S105 - a name


@dataclass(frozen=True, slots=True)
class Signer:
    """
    Signs requests for one API.

    Attributes:
        host: What the API is called, as in the header Host.
    """

    region: str
    host: str

    def signed(self, request: Request, identity: Identity, milliseconds: int) -> Request:
        """The request with the signature of an identity that has an access key, of this moment."""
        at = datetime.fromtimestamp(milliseconds // 1000, UTC).strftime(TIME)
        own = {DATE_HEADER: at} | ({} if identity.session_token is None else {TOKEN_HEADER: identity.session_token})
        headers = Headers.of([*request.headers.without(AUTHORIZATION, DATE_HEADER, TOKEN_HEADER), *own.items()])
        # What the way to the service may change is not signed: Host and our own headers are enough.
        made = AWSRequest(request.method, f"https://{self.host}{request.target}", data=request.body or b"")
        made.headers["Host"] = request.headers.get("Host") or self.host
        for name, value in own.items():
            made.headers[name] = value
        made.context["timestamp"] = at
        signer = SigV4Auth(Credentials(identity.access_key or "", identity.secret_key or ""), SERVICE, self.region)
        text = signer.string_to_sign(made, signer.canonical_request(made))
        parts = (
            f"{ALGORITHM} Credential={signer.scope(made)}",
            f"SignedHeaders={signer.signed_headers(signer.headers_to_sign(made))}",
            f"Signature={signer.signature(text, made)}",
        )
        return replace(request, headers=headers.adding(AUTHORIZATION, ", ".join(parts)))

    def renewed(self, request: Request, identities: Iterable[Identity], milliseconds: int) -> Request:
        """The request with a new signature of whoever signed it; the same request where nobody of these did."""
        written = request.headers.get(AUTHORIZATION) or ""
        if not written.startswith(ALGORITHM):
            return request
        for identity in identities:
            if identity.access_key is not None and f"Credential={identity.access_key}/" in written:
                return self.signed(request, identity, milliseconds)
        return request


@dataclass(frozen=True, slots=True)
class Callers:
    """
    Who calls which operation, and as whom it could be called.

    Attributes:
        able: Those who have what an operation needs, by `Operation.name`; the first of them calls it. What nothing
            stands before is called by nobody in particular.
        needs: What a call must show to the gateway, by `Operation.name`.
        secured: The names of the operations whose contract lets nobody in who shows nothing.
        signer: Who signs where a signature is needed; None where nobody does.
    """

    identities: tuple[Identity, ...] = ()
    able: Mapping[str, tuple[Identity, ...]] = field(default_factory=dict)
    needs: Mapping[str, Needs] = field(default_factory=dict)
    secured: frozenset[str] = frozenset()
    signer: Signer | None = None

    def of(self, operation: Operation | None) -> Identity | None:
        """Who calls an operation; None where it is nobody in particular."""
        return None if operation is None else next(iter(self.able.get(operation.name, ())), None)

    def needed(self, operation: Operation) -> Needs:
        """What a call of an operation must show to the gateway."""
        return self.needs.get(operation.name, Needs())

    def showing(self, operation: Operation | None, request: Request, milliseconds: int) -> Request:
        """A request with the credentials of the operation's caller."""
        identity = self.of(operation)
        if operation is None or identity is None:
            return request
        return self._signed(operation, shown(request, identity), identity, milliseconds)

    def made_by(self, identity: Identity, operation: Operation, request: Request) -> Request:
        """A request of the operation's caller as another would make it; its signature is still to be renewed."""
        caller = self.of(operation)
        own = request if caller is None else without(request, caller.shown(), caller.query)
        return self._signed(operation, shown(own, identity), identity, 0)

    def renewed(self, request: Request, milliseconds: int) -> Request:
        """A request with a signature that is good now, where it has one."""
        return request if self.signer is None else self.signer.renewed(request, self.identities, milliseconds)

    def _signed(self, operation: Operation, request: Request, identity: Identity, milliseconds: int) -> Request:
        if self.signer is None or not self.needed(operation).signature:
            return request
        return self.signer.signed(request, identity, milliseconds)


def without(request: Request, headers: Iterable[str], query: Iterable[str]) -> Request:
    """The request without headers and parameters of these names."""
    target, dropped = request.target, {quote(name, safe="") for name in query}
    if dropped:
        path, _, text = target.partition("?")
        kept = [pair for pair in text.split("&") if pair and pair.partition("=")[0] not in dropped]
        target = f"{path}?{'&'.join(kept)}" if kept else path
    return replace(request, target=target, headers=request.headers.without(*headers))


def shown(request: Request, identity: Identity) -> Request:
    """The request with an identity's headers and parameters in place of others of their names."""
    headers = identity.shown()
    lines = [*request.headers.without(*headers), *headers.items()]
    target = request.target
    if identity.query:
        path, _, query = target.partition("?")
        kept = [pair for pair in query.split("&") if pair and pair.partition("=")[0] not in identity.query]
        added = [f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in identity.query.items()]
        target = f"{path}?{'&'.join([*kept, *added])}"
    return replace(request, target=target, headers=Headers.of(lines))
