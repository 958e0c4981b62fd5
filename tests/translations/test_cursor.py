"""Cursors: positions in a list that clients hand back."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.identities import ACME, BETA
from translations.cursor import BadCursor, Cursors

ID = "01JGFJJZ00A9K3Q8X5T2V7W4YE"
CURSORS = Cursors(b"a key that nobody else has")
QUERY = {"target_language": "ko", "order": "-created"}
GOOD = CURSORS.cursor(ID, ACME, QUERY)


def test_round_trip() -> None:
    """A cursor leads back to the item that it was made from."""
    assert CURSORS.position(GOOD, ACME, QUERY) == ID


@pytest.mark.parametrize("change", [{"target_language": None}, {"target_language": "de"}, {"order": "created"}])
def test_other_lists(change: dict[str, str | None]) -> None:
    """A cursor is worth nothing in another list."""
    with pytest.raises(BadCursor):
        CURSORS.position(GOOD, ACME, QUERY | change)


def test_other_tenants() -> None:
    """A cursor is worth nothing to another tenant, although it has nobody's things in it."""
    with pytest.raises(BadCursor):
        CURSORS.position(GOOD, BETA, QUERY)


def test_other_keys() -> None:
    """Who does not know the key makes no cursors."""
    with pytest.raises(BadCursor):
        CURSORS.position(Cursors(b"another key").cursor(ID, ACME, QUERY), ACME, QUERY)


@given(place=st.integers(0, 32), bit=st.integers(0, 7))
@settings(derandomize=True, database=None, deadline=None)
def test_changed_cursors(place: int, bit: int) -> None:
    """No bit of a cursor can be changed: nobody can point it at another item."""
    raw = bytearray(base64.urlsafe_b64decode(GOOD + "=" * (-len(GOOD) % 4)))
    raw[place] ^= 1 << bit

    with pytest.raises(BadCursor):
        CURSORS.position(base64.urlsafe_b64encode(raw).decode().rstrip("="), ACME, QUERY)


@pytest.mark.parametrize(
    "text",
    ["", "A", "AAAA", "null", GOOD[:-1], GOOD + "A", GOOD + "=", "/" + GOOD[1:], "한국어", GOOD[::-1], "-" * 200],
)
def test_garbage(text: str) -> None:
    """Whatever else comes back is no cursor, and nothing worse happens."""
    with pytest.raises(BadCursor):
        CURSORS.position(text, ACME, QUERY)


def test_one_spelling() -> None:
    """There is one cursor for a position: 33 bytes fill their 44 characters, so that no bit is left unused."""
    assert (len(GOOD), len(GOOD) % 4) == (44, 0)
