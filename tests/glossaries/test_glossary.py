"""A glossary and its rules."""

from __future__ import annotations

import csv
import io
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.aws.stand_ins.translate.terminologies import terms
from glossaries.glossary import glossary, repeated
from webapi.contract import contract

BODY = {"source_language": "en", "target_language": "de", "terms": [{"source": "key", "target": "Taste"}]}
PATTERN: str = contract().schemas["Term"]["pattern"]
TERM = st.from_regex(PATTERN, fullmatch=True).filter(lambda term: len(term.encode()) <= 200)


def made(body: dict[str, Any]) -> Any:
    """The glossary that a body makes."""
    return glossary("products", body, instead_of=None, at="2025-01-01T00:00:00.000Z")


def test_a_replacement_keeps_when_it_was_created() -> None:
    """And counts on."""
    first = made(BODY)
    second = glossary("products", BODY, instead_of=first, at="2025-01-02T00:00:00.000Z")

    assert (second.version, second.created_at, second.updated_at) == (2, first.created_at, "2025-01-02T00:00:00.000Z")


def test_a_term_is_repeated_in_any_case() -> None:
    """Amazon Translate could not tell which of them is meant; the first one counts."""
    sources = ("key", "lock", "KEY", "straße", "STRASSE")

    assert repeated({"terms": [{"source": source} for source in sources]}) == [2, 4]


@settings(derandomize=True, database=None, deadline=None, max_examples=60)
@given(st.lists(st.tuples(TERM, TERM), min_size=1, max_size=5))
def test_every_term_gets_through_the_file(pairs: list[tuple[str, str]]) -> None:
    """Commas, quotes, line separators, any script: what is written is what is read, and nothing is skipped."""
    file = made(BODY | {"terms": [{"source": source, "target": target} for source, target in pairs]}).as_csv()
    read = terms(file, "CSV")

    assert [tuple(row) for row in csv.reader(io.StringIO(file.decode(), newline=""))] == [("en", "de"), *pairs]
    assert ([tuple(each.values()) for each in read.entries], read.skipped) == (pairs, 0)
