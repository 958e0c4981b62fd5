"""Text made safe to show."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.reports.printable import as_text, clipped, one_line, printable


@settings(derandomize=True, database=None, deadline=None)
@given(st.text(), st.booleans())
def test_everything_becomes_printable(text: str, ascii_only: bool) -> None:
    """Whatever a text holds, what is shown has no control character, and only ASCII where that is asked."""
    for shown in (printable(text, ascii_only=ascii_only), one_line(text, ascii_only=ascii_only)):
        assert shown.isprintable()
        assert shown.isascii() or not ascii_only


@settings(derandomize=True, database=None, deadline=None)
@given(st.text())
def test_printable_text_is_left_alone(text: str) -> None:
    """A text that is printable already is shown as it is."""
    shown = printable(text)

    assert printable(shown) == shown


def test_says_how_much_was_left_off() -> None:
    """A clipped text tells the length of the rest."""
    assert clipped("abcdef", 4) == "abcd... (2 more characters)"
    assert clipped("abcd", 4) == "abcd"


def test_text_is_utf8_without_nul() -> None:
    """Bytes are text when they decode and hold no NUL."""
    assert as_text("é".encode()) == "é"
    assert as_text(b"\xff") is None
    assert as_text(b"a\0") is None
