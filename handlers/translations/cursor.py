"""
The position in a list, as something opaque that a client hands back.

Bytes: version, the id of the last item seen, and a digest of what was listed; in base64url without padding.
The tenant is not in it: whoever hands it back sees a place in their own list, never another's.
"""

from __future__ import annotations

import base64
import binascii
import hashlib

from webapi.identifiers import ulid_bytes, ulid_text

_VERSION = b"\x01"
_ID = 16
_DIGEST = 8


class BadCursor(ValueError):  # noqa: N818 - what it is, to whoever handed it back
    """This is no position in this list."""


def cursor(last_id: str, target_language: str | None) -> str:
    """The position after the item `last_id` in the list that `target_language` filters, if any."""
    raw = _VERSION + ulid_bytes(last_id) + _digest(target_language)
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def position(text: str, target_language: str | None) -> str:
    """
    The id of the last item seen.

    Raises:
        BadCursor: Not one of our cursors, or one of another list.
    """
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise BadCursor from None
    if len(raw) != len(_VERSION) + _ID + _DIGEST or not raw.startswith(_VERSION):
        raise BadCursor
    if raw[-_DIGEST:] != _digest(target_language):
        raise BadCursor
    last_id = ulid_text(raw[len(_VERSION) : -_DIGEST])
    if cursor(last_id, target_language) != text:  # base64 has several spellings of the same bytes; ours is one
        raise BadCursor
    return last_id


def _digest(target_language: str | None) -> bytes:
    """What was listed, so that a cursor cannot be carried from one list to another by mistake."""
    return hashlib.sha256(f"target_language={target_language or ''}".encode()).digest()[:_DIGEST]
