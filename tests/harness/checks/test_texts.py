"""An answer is read as it was meant: strict JSON, in the charset that it names."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.checks import registered
from contracts.finding import Finding


def found(
    make: Any, body: bytes, content_type: str = "application/json", *, sent: bytes | None = None
) -> list[Finding]:
    contract = make.notes()
    check: Any = next(each for each in registered(contract) if each.name == "answer-reads-as-it-was-meant")
    headers = [("Content-Type", content_type)]
    target = "/v1/notes/n-0001"
    return list(
        check.after_exchange(make.exchange(make.of(contract, "getNote"), 200, body, headers=headers, target=target))
    )


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"mean": NaN}', "has NaN, which is no JSON"),
        (b'[-Infinity, "NaN"]', "has -Infinity, which is no JSON"),
        (b"\xef\xbb\xbf{}", "begins with a byte order mark"),
    ],
)
def test_what_other_parsers_refuse_is_broken(make: Any, body: bytes, words: str) -> None:
    """Python's own reader takes it; JSON does not have it."""
    (finding,) = found(make, body)

    assert words in finding.message


@pytest.mark.parametrize("body", [b'{"text": "NaN"}', b'{"Infinity": 1}', b"NaN of what", b'{"a": '])
def test_words_are_no_constants(make: Any, body: bytes) -> None:
    """A text may say NaN; what is no JSON at all is another rule's."""
    assert found(make, body) == []


def test_text_beyond_its_charset_is_broken(make: Any) -> None:
    """The bytes are UTF-8, so a client that believes the header reads something else."""
    (finding,) = found(make, '{"text": "é"}'.encode(), "application/json; charset=iso-8859-1")

    assert "says charset=iso-8859-1, in which its text cannot be read" in finding.message


@pytest.mark.parametrize(
    ("body", "charset"), [("é", "UTF-8"), ("e", "iso-8859-1"), ("é", "no-such-charset"), ("é", '"utf-8"')]
)
def test_a_charset_that_reads_the_same_is_right(make: Any, body: str, charset: str) -> None:
    """ASCII reads the same in most; a charset that nobody here knows is not judged."""
    assert found(make, body.encode(), f"text/plain; charset={charset}") == []
