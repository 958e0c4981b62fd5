"""Identities: whom a run calls the service as, what that somebody shows to be let in, and what a call must show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

AUTHORIZATION = "Authorization"
API_KEY_HEADER = "x-api-key"


@dataclass(frozen=True, slots=True)
class Needs:
    """
    What a call must show to be let in by a gateway; falsy when nothing.

    Attributes:
        headers, query: Names of headers and parameters that an authorizer asks for.
        verified: Whether it asks for a token that is verified against a key set.
    """

    api_key: bool = False
    signature: bool = False
    headers: tuple[str, ...] = ()
    query: tuple[str, ...] = ()
    verified: bool = False

    def __bool__(self) -> bool:
        return self.api_key or self.signature or bool(self.headers or self.query)


@dataclass(frozen=True, slots=True)
class Identity:
    """
    A test user of the service; any of these may be all that there is.

    Attributes:
        owner: Whose things it makes and sees; identities of different owners are strangers.
        headers: What goes with every request of this identity.
        query: Parameters that do.
        bearer: A token that goes as `Authorization: Bearer <token>`.
        api_key: A key of the API's usage plan, for operations that require one.
        access_key, secret_key: Credentials of an IAM user, whose signature (Signature Version 4) goes with requests.
        session_token: What temporary credentials have beside these.
    """

    name: str
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    bearer: str | None = None
    api_key: str | None = None
    access_key: str | None = None
    secret_key: str | None = None
    session_token: str | None = None
    owner: str | None = None

    def shown(self) -> dict[str, str]:
        """The headers that go with every request, the token's among them and a signature's not."""
        token = {} if self.bearer is None else {AUTHORIZATION: f"Bearer {self.bearer}"}
        key = {} if self.api_key is None else {API_KEY_HEADER: self.api_key}
        return {**token, **key, **self.headers}
