"""
The position in a list, as something opaque that a client hands back.

Bytes: version, a signature (HMAC-SHA256) and the key of the last item seen; in base64url without padding. What is
signed is the key, whose list it is and what was asked for: a cursor is good for one list of one tenant, and nobody else
can make one.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from typing import Any

_VERSION = b"\x03"
_SIGNATURE = 16

Query = Mapping[str, Any]
"""What a list is asked for, besides how long a page is and where it begins; with the name of the list."""


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

    def cursor(self, last: str, tenant: str, query: Query) -> str:
        """The position after the item whose key within the list is `last`."""
        position = last.encode()
        raw = _VERSION + self._signature(position, tenant, query) + position
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")

    def position(self, text: str, tenant: str, query: Query) -> str:
        """
        The key of the last item seen.

        Raises:
            BadCursor: Not one of our cursors, or one of another list or another tenant.
        """
        try:
            raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise BadCursor from None
        signature, position = raw[1 : 1 + _SIGNATURE], raw[1 + _SIGNATURE :]
        if not raw.startswith(_VERSION) or not hmac.compare_digest(signature, self._signature(position, tenant, query)):
            raise BadCursor
        last = position.decode()
        if self.cursor(last, tenant, query) != text:  # base64 has several spellings of the same bytes; ours is one
            raise BadCursor
        return last

    def _signature(self, position: bytes, tenant: str, query: Query) -> bytes:
        asked = json.dumps([tenant, query], sort_keys=True).encode()
        return hmac.digest(self._key, len(asked).to_bytes(4) + asked + position, "sha256")[:_SIGNATURE]
