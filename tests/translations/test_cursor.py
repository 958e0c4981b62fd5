"""Cursors: positions in a list that clients hand back."""

import base64

import pytest

from translations.cursor import BadCursor, cursor, position

ID = "01JGFJJZ00A9K3Q8X5T2V7W4YE"
GOOD = cursor(ID, "ko")


def test_round_trip() -> None:
    """A cursor leads back to the item that it was made from."""
    assert position(GOOD, "ko") == ID


def test_unfiltered() -> None:
    """A list without a filter has cursors of its own."""
    assert position(cursor(ID, None), None) == ID


@pytest.mark.parametrize("target_language", [None, "de"])
def test_other_lists(target_language: str | None) -> None:
    """A cursor is worth nothing in another list."""
    with pytest.raises(BadCursor):
        position(GOOD, target_language)


@pytest.mark.parametrize(
    "text",
    ["", "A", "AAAA", "null", GOOD[:-1], GOOD + "A", GOOD + "=", "/" + GOOD[1:], "한국어", GOOD[::-1], "-" * 200],
)
def test_garbage(text: str) -> None:
    """Whatever else comes back is no cursor, and nothing worse happens."""
    with pytest.raises(BadCursor):
        position(text, "ko")


def test_one_spelling() -> None:
    """Unused bits of the last character cannot be set: there is one cursor for a position."""
    raw = base64.urlsafe_b64decode(GOOD + "==")
    twin = next(
        GOOD[:-1] + last
        for last in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
        if last != GOOD[-1] and base64.urlsafe_b64decode(GOOD[:-1] + last + "==") == raw
    )

    with pytest.raises(BadCursor):
        position(twin, "ko")
