"""Texts at the edges of what a schema allows: of a given length, against a pattern, and no value of a format."""

from __future__ import annotations

from collections.abc import Callable, Iterator

# Outside of the Basic Multilingual Plane: one character, two UTF-16 code units, four bytes of UTF-8.
WIDE = "🙂"

# What fills a text up, plain letters and digits first.
_FILLERS = ("a", "A", "0", "-")

# For each format of JSON Schema and OpenAPI, texts that are certainly none of its values.
NOT_OF_FORMAT = {
    "date": ("yesterday", "2024-02-30"),
    "date-time": ("yesterday", "2024-13-01T00:00:00Z"),
    "email": ("nobody",),
    "hostname": ("-nowhere-.example",),
    "ipv4": ("256.0.0.1",),
    "ipv6": ("12345::",),
    "time": ("25:61:00Z",),
    "uri": ("not a reference",),
    "uuid": ("no-uuid", "123e4567-e89b-12d3-a456-42661417400g"),
}


def of_length(length: int, like: str, allowed: Callable[[str], bool]) -> str | None:
    """
    A text of so many characters that is allowed; None when none was found.

    Args:
        like: A text that is allowed, of another length.
        allowed: Whether everything but the length of a text is as it should be.
    """
    return next((each for each in _stretched(length, like) if len(each) == length and allowed(each)), None)


def _stretched(length: int, like: str) -> Iterator[str]:
    for filler in _FILLERS:
        yield filler * length
    yield like[:length] if length <= len(like) else f"{like}{like[-1:] * (length - len(like))}"
    if length > len(like) > 0:
        yield f"{like[0] * (length - len(like))}{like}"
        yield (like * (length // len(like) + 1))[:length]
        middle = len(like) // 2
        yield f"{like[:middle]}{like[middle] * (length - len(like))}{like[middle:]}"


def against_pattern(like: str) -> Iterator[tuple[str, str]]:
    """
    Texts that a pattern may not allow, by the part of it that a check may leave out, and what each is in words.

    Args:
        like: A text that the pattern allows.
    """
    # `$` is the end of the text (ECMA-262, 22.2.2.4); in other dialects a line break may follow it.
    yield f"{like}\n", "with a line break at its end"
    yield f"{like}!", "with `!` at its end"
    yield f"!{like}", "with `!` at its beginning"
    yield like.swapcase(), "in the other case"
    yield f"{like}\n!", "with a second line"
    yield "!", "that is `!`"


def other_case(text: str) -> str:
    """The same letters in the other case."""
    return text.swapcase()
