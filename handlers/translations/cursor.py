"""
The position in a list, as something opaque that a client hands back.

Bytes: version, the id of the last item seen, and a signature (HMAC-SHA256) of that, of whose list it is and of what was
asked for; in base64url without padding. A cursor is good for one list of one tenant, and nobody else can make one.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from typing import Any

from webapi.identifiers import ulid_bytes, ulid_text

_VERSION = b"\x02"
_ID = 16
_SIGNATURE = 16

Query = Mapping[str, Any]
"""What a list is asked for, besides how long a page is and where it begins."""


class BadCursor(ValueError):  # noqa: N818 - what it is, to whoever handed it back
    """This is no position in this list."""


class Cursors:
    """Makes cursors and reads them."""

    def __init__(self, key: bytes) -> None:
        """
        Cursors of one key.

        Args:
            key: A secret; whoever knows it can make cursors.
        """
        self._key = key

    def cursor(self, last_id: str, tenant: str, query: Query) -> str:
        """The position after the item `last_id`."""
        raw = _VERSION + ulid_bytes(last_id)
        return base64.urlsafe_b64encode(raw + self._signature(raw, tenant, query)).rstrip(b"=").decode("ascii")

    def position(self, text: str, tenant: str, query: Query) -> str:
        """
        The id of the last item seen.

        Raises:
            BadCursor: Not one of our cursors, or one of another list or another tenant.
        """
        try:
            raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise BadCursor from None
        signed = raw[:-_SIGNATURE]
        if len(raw) != len(_VERSION) + _ID + _SIGNATURE or not raw.startswith(_VERSION):
            raise BadCursor
        if not hmac.compare_digest(raw[-_SIGNATURE:], self._signature(signed, tenant, query)):
            raise BadCursor
        last_id = ulid_text(signed[len(_VERSION) :])
        if self.cursor(last_id, tenant, query) != text:  # base64 has several spellings of the same bytes; ours is one
            raise BadCursor
        return last_id

    def _signature(self, signed: bytes, tenant: str, query: Query) -> bytes:
        what = json.dumps([tenant, query], sort_keys=True).encode()
        return hmac.digest(self._key, signed + what, "sha256")[:_SIGNATURE]
