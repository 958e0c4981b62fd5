"""Deployment: where an API stands, and the moment of one request: all that the gateway cannot know by itself.

Clock and ids come from the caller; what has the form of an id on AWS has that form here.
Sources: recorded events and responses (LS, DN: see the package's docstring).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from contracts.gateway.tokens import Verifier

Usage = Literal["within", "throttled", "quota exceeded"]
Kind = Literal["REST", "HTTP"]


# RFC 9562, section 4.1: the two highest bits of the variant are 10; the others are drawn.
_VARIANTS = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of the usage plan that the stage belongs to."""

    id: str
    value: str
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class AccessKey:
    """Credentials of a user of the account that the API belongs to."""

    id: str
    secret: str
    user: str


@dataclass(frozen=True, slots=True)
class Deployment:
    """
    One stage of one API.

    Attributes:
        host: The API's own domain name, `<api id>.execute-api.<region>.amazonaws.com`, or the custom domain that
            requests come through.
        source_ip: Where all requests come from.
        kind: What the template makes: a REST API or an HTTP API.
        api_keys: None when nobody said which keys there are: operations that need one are then not supported.
        access_keys: Whose signatures are good; None, likewise, when nobody said.
        tokens: Who verifies JSON Web Tokens; None, likewise, when nobody said which keys sign them.
        base_path: What stands before paths on the custom domain that `host` is, "" for nothing; None where `host` is
            the API's own.
    """

    account_id: str
    region: str
    api_id: str
    host: str
    stage: str
    stage_variables: Mapping[str, str] = field(default_factory=dict)
    source_ip: str = "127.0.0.1"
    kind: Kind = "REST"
    api_keys: tuple[ApiKey, ...] | None = None
    access_keys: tuple[AccessKey, ...] | None = None
    tokens: Verifier | None = None
    base_path: str | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """
    The clock and the ids of one request.

    Attributes:
        request_id: A UUID.
        extended_request_id: 15 characters and `=` (DN: `JCIudEUfPHcEhog=`), also the header x-amz-apigw-id.
        trace_root: X-Ray's `1-<8 hex digits>-<24 hex digits>`.
        trace_parent: 16 hex digits.
        usage: Where the usage plan stands for a caller with an API key.
    """

    epoch_milliseconds: int
    request_id: str
    extended_request_id: str
    trace_root: str
    trace_parent: str
    usage: Usage = "within"

    @classmethod
    def of(cls, epoch_milliseconds: float, randomness: bytes, *, usage: Usage = "within") -> Moment:
        """
        A moment whose ids are drawn from `randomness`: equal bytes give equal ids.

        Args:
            randomness: Any number of bytes.
        """
        drawn = hashlib.sha512(randomness)
        digits = drawn.hexdigest()
        variant = _VARIANTS[digits[16]]
        milliseconds = int(epoch_milliseconds)
        seconds = max(milliseconds, 0) // 1000 % 2**32
        return cls(
            epoch_milliseconds=milliseconds,
            # RFC 9562, section 5.4; `uuid` takes five times as long to say the same.
            request_id=f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:32]}",
            extended_request_id=base64.urlsafe_b64encode(drawn.digest()[16:27]).decode("ascii"),
            trace_root=f"1-{seconds:08x}-{digits[54:78]}",
            trace_parent=digits[78:94],
            usage=usage,
        )
