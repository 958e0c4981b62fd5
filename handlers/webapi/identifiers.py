"""Ids and times as the contract writes them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], float]
"""Seconds since 1970, as `time.time` gives them."""

Randomness = Callable[[], bytes]
"""At least ten random bytes each time."""

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def random() -> bytes:
    """Fourteen random bytes: those of a random UUID that are not fixed by its version and variant."""
    value = uuid.uuid4().bytes
    return value[:6] + value[7:8] + value[9:]


def timestamp(now: float) -> str:
    """RFC 3339 in UTC with milliseconds and `Z`."""
    seconds, milliseconds = divmod(_milliseconds(now), 1000)
    at = datetime.fromtimestamp(seconds, UTC).replace(microsecond=1000 * milliseconds)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _milliseconds(now: float) -> int:
    """Whole milliseconds since 1970, the same for ids and times, so that both have one order."""
    return round(now * 1_000_000) // 1000


def ulid(now: float, random: bytes) -> str:
    """
    A ULID: 48 bits of milliseconds since 1970, then 80 random bits, in Crockford's base 32.

    Args:
        now: Seconds since 1970.
        random: At least ten random bytes; the first ten count.
    """
    return ulid_text(_milliseconds(now).to_bytes(6) + random[:10])


def ulid_text(value: bytes) -> str:
    """The 26 characters of a ULID's 16 bytes."""
    number = int.from_bytes(value)
    return "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))


def ulid_bytes(text: str) -> bytes:
    """The 16 bytes of a ULID's 26 characters, which must be one."""
    number = 0
    for character in text:
        number = number << 5 | _CROCKFORD.index(character)
    return number.to_bytes(16)
