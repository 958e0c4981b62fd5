"""Text made safe to show: what a terminal would obey is written as an escape instead.

Bodies, headers and log lines come from generated requests and from services under test, so they may
hold anything; a report must neither move the cursor nor hide what was really sent.
"""

from __future__ import annotations


def printable(text: str, *, ascii_only: bool = False) -> str:
    """The text with every character that is not printable (or not ASCII, if asked) as a Python escape."""
    if text.isprintable() and (not ascii_only or text.isascii()):
        return text
    return "".join(
        character if character.isprintable() and (not ascii_only or character.isascii()) else _escape(character)
        for character in text
    )


def one_line(text: str, *, ascii_only: bool = False) -> str:
    """The text on one line: every run of white space becomes one space."""
    return printable(" ".join(text.split()), ascii_only=ascii_only)


def clipped(text: str, longest: int) -> str:
    """The text, or its beginning and how much was left off; `longest` counts characters."""
    return text if len(text) <= longest else f"{text[:longest]}... ({len(text) - longest:,} more characters)"


def as_text(body: bytes) -> str | None:
    """The body as text, or None when it is not UTF-8 or holds NUL, as no text does."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
