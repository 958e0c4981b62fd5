"""Identities: whom a run calls the service as, and what that somebody shows to be let in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

AUTHORIZATION = "Authorization"
API_KEY_HEADER = "x-api-key"


@dataclass(frozen=True, slots=True)
class Identity:
    """
    A test user of the service; any of these may be all that there is.

    Attributes:
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

    def shown(self) -> dict[str, str]:
        """The headers that go with every request, the token's among them and a signature's not."""
        token = {} if self.bearer is None else {AUTHORIZATION: f"Bearer {self.bearer}"}
        key = {} if self.api_key is None else {API_KEY_HEADER: self.api_key}
        return {**token, **key, **self.headers}
