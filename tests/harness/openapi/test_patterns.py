"""Patterns of other dialects, in words that all of them share."""

from __future__ import annotations

import re

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.openapi.patterns import portable

PIECES = st.sampled_from(
    [
        r"a",
        r"Z",
        r"7",
        r"_",
        r"-",
        r"[a-c]",
        r"[^x-]",
        r"[A-Cq_]",
        r"[-b]",
        r"[!-a]",
        r"[A-z]",
        r"[b-]",
        r"[a-a]",
        r"[X-c]",
        r"[\dx]",
        r"\d",
        r"\.",
        r"\x41",
        r"(?:ab|c)",
        r"(",
        r")",
        r"d?",
        r"[B]+",
        r"^",
        r"$",
    ]
)
deterministic = settings(derandomize=True, database=None, deadline=None, max_examples=200)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (r"^[\w-.]+$", r"^[\w\-.]+$"),
        (r"^[\w-\.]+@([\w-]+\.)+[\w-]{2,4}$", r"^[\w\-\.]+@([\w-]+\.)+[\w-]{2,4}$"),
        (r"[+-\d]", r"[+\-\d]"),
        (r"[!()[\]{}]", r"[!()\[\]{}]"),
        (r"\A[a-z]+\z", "^[a-z]+$"),
        (r"(?<year>\d{4})", r"(?:\d{4})"),
        (r"(?P<year>\d{4})", r"(?:\d{4})"),
        (r"(?i)a[b-d_]\d", r"[aA][b-dB-D_]\d"),
    ],
)
def test_what_dialects_write_differently_is_written_alike(written: str, expected: str) -> None:
    """The pattern that comes out is one for JSON Schema and for Python, and means the same."""
    found = portable(written)

    assert found == expected
    re.compile(found)
    jsonschema_rs.Draft4Validator({"pattern": found})


@pytest.mark.parametrize(
    "written",
    [
        "^[a-z0-9-]+$",
        r"\[a-\d",
        r"(?<!a)b",
        r"\p{L}[\p{Lu}]",
        "[[:alpha:]]",
        "[a-z&&[^b]]",
        "[^]",
        r"(?<q>')a\k<q>",
        r"(?i)\x41",
        "",
    ],
)
def test_what_is_clear_or_not_known_stays(written: str) -> None:
    """A pattern that all dialects read alike is not touched, nor one that each reads in its own way."""
    assert portable(written) == written


@deterministic
@given(st.lists(PIECES, max_size=8).map("".join), st.booleans(), st.text("aAbBcCdDqQxXzZ7_-.", max_size=4))
def test_a_pattern_keeps_its_meaning(pattern: str, caseless: bool, text: str) -> None:
    """Whatever is rewritten matches what it matched before."""
    pattern = f"(?i){pattern}" if caseless else pattern
    try:
        before = re.compile(pattern, re.ASCII)
    except re.error:
        return

    assert bool(re.search(portable(pattern), text, re.ASCII)) == bool(before.search(text))
