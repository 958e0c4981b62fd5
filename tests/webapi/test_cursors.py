"""Positions in lists, as clients hand them back."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapi.cursors import BadCursor, Cursors

OURS = Cursors(b"a key that is long enough for all")
QUERY = {"list": "glossaries"}


@settings(derandomize=True, database=None, deadline=None, max_examples=50)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=64))
def test_a_cursor_is_the_position_that_it_was_made_of(last: str) -> None:
    """Any key of a list, in an alphabet that URLs can carry."""
    text = OURS.cursor(last, "acme", QUERY)

    assert OURS.position(text, "acme", QUERY) == last
    assert text.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize(
    ("tenant", "query", "key"),
    [("beta", QUERY, OURS), ("acme", {"list": "others"}, OURS), ("acme", QUERY, Cursors(b"another key"))],
)
def test_a_cursor_is_good_for_one_list(tenant: str, query: dict[str, str], key: Cursors) -> None:
    """Of one tenant, for one question, with one key."""
    with pytest.raises(BadCursor):
        key.position(OURS.cursor("last", "acme", QUERY), tenant, query)


@given(place=st.integers(0, 20), bit=st.integers(0, 7))
@settings(derandomize=True, database=None, deadline=None)
def test_no_bit_of_a_cursor_can_be_changed(place: int, bit: int) -> None:
    """Nobody can point it at another item."""
    good = OURS.cursor("last", "acme", QUERY)
    raw = bytearray(base64.urlsafe_b64decode(good + "=" * (-len(good) % 4)))
    raw[place] ^= 1 << bit

    with pytest.raises(BadCursor):
        OURS.position(base64.urlsafe_b64encode(raw).decode().rstrip("="), "acme", QUERY)


@settings(derandomize=True, database=None, deadline=None, max_examples=100)
@given(st.binary(max_size=40) | st.just(b"\x03" + bytes(16)), st.integers(0, 60))
def test_whatever_else_is_handed_back_is_none(raw: bytes, place: int) -> None:
    """Any bytes, and a cursor of ours with one character changed or spelt otherwise."""
    text = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    good = OURS.cursor("last", "acme", QUERY)
    changed = (
        good[: place % len(good)] + ("A" if good[place % len(good)] != "A" else "B") + good[place % len(good) + 1 :]
    )
    for each in (text, changed, good[:-1], good + "A", good + "=", good[::-1], "null", "한국어", "-" * 200, ""):
        with pytest.raises(BadCursor):
            OURS.position(each, "acme", QUERY)
