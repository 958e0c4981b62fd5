"""TranslateDocument of the stand-in: bytes of text, HTML and Word in, bytes of the same kind out."""

from __future__ import annotations

import contextlib
import io
import zipfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.aws.stand_ins.translate.documents import document
from contracts.aws.stand_ins.translate.refused import RefusedError
from contracts.aws.stand_ins.translate.texts import Manner
from tests.harness.aws.stand_ins.translate.asking import WORD, word_document, word_part


def translated(
    client: Any, content: bytes, kind: str = "text/plain", *, source: str = "en", target: str = "de", **options: Any
) -> Any:
    """The answer of TranslateDocument."""
    return client.translate_document(
        Document={"Content": content, "ContentType": kind},
        SourceLanguageCode=source,
        TargetLanguageCode=target,
        **options,
    )


def content_of(answer: Any) -> bytes:
    """The translated bytes."""
    found: bytes = answer["TranslatedDocument"]["Content"]
    return found


def test_a_text_is_translated_as_a_whole(client: Any) -> None:
    """Plain text has no markup: every character of it is text."""
    assert content_of(translated(client, b"<p>Hi")) == b"[de] <p>Hi~~"


def test_html_keeps_its_markup(client: Any) -> None:
    """Each text between tags is translated, with the white space around it; what is marked stays."""
    answer = translated(client, b"<p id='a'>\n Hi\n</p><p translate='no'>Hi</p>", "text/html")

    assert content_of(answer) == b"<p id='a'>\n [de] Hi~\n</p><p translate='no'>Hi</p>"


def test_a_word_document_is_translated_in_its_texts(client: Any) -> None:
    """The runs of text are translated and escaped again; every other part is the same."""
    answer = content_of(translated(client, word_document("Hi", "R &amp; D", " "), WORD))

    assert "<w:t>[de] Hi~</w:t>" in word_part(answer)
    assert "<w:t>[de] R &amp; D~~</w:t>" in word_part(answer)
    assert "<w:t> </w:t>" in word_part(answer)
    assert word_part(answer, "[Content_Types].xml") == "<Types/>"


def test_the_same_document_is_translated_into_the_same_bytes(client: Any) -> None:
    """Not even a time of the archive differs."""
    original = word_document("Hi")

    assert content_of(translated(client, original, WORD)) == content_of(translated(client, original, WORD))


def test_english_is_on_one_side(client: Any) -> None:
    """A document is translated from English or into English, and `auto` is resolved before."""
    with pytest.raises(client.exceptions.UnsupportedLanguagePairException):
        translated(client, b"Hallo", source="de", target="fr")
    with pytest.raises(client.exceptions.UnsupportedLanguagePairException):
        translated(client, "안녕".encode(), source="auto", target="fr")

    assert translated(client, "안녕".encode(), source="auto", target="en")["SourceLanguageCode"] == "ko"
    assert translated(client, b"1 + 1", source="auto", target="ko")["SourceLanguageCode"] == "en"


def test_formality_is_refused_where_the_target_does_not_know_it(client: Any) -> None:
    """Unlike for texts, and brevity does not exist."""
    with pytest.raises(client.exceptions.InvalidRequestException):
        translated(client, b"Hi", target="ar", Settings={"Formality": "FORMAL"})

    answer = translated(client, b"Hi", Settings={"Formality": "FORMAL", "Brevity": "ON"})
    assert answer["AppliedSettings"] == {"Formality": "FORMAL"}


@pytest.mark.parametrize("content", [b"x" * 102_401, b"x" * 100_001])
def test_a_large_document_exceeds_the_limit(client: Any, content: bytes) -> None:
    """102,400 bytes and 100,000 characters are the limits; the one has more of the first, the other of the second."""
    assert translated(client, "가".encode() * 34_133)["TargetLanguageCode"] == "de"
    with pytest.raises(client.exceptions.LimitExceededException):
        translated(client, content)


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"", "text/plain"), (b"\xff", "text/plain"), (b"%PDF", "application/pdf"), (b"PK", WORD), (b"\xff", "text/html")],
)
def test_what_is_no_such_document_is_an_invalid_request(client: Any, content: bytes, kind: str) -> None:
    """Nothing, another encoding, another type, another content than the type says."""
    with pytest.raises(client.exceptions.InvalidRequestException):
        translated(client, content, kind)


def test_a_document_that_unpacks_into_too_much_is_refused(client: Any) -> None:
    """A few kilobytes can hold megabytes of the same byte."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "x" * 10_000_001)

    with pytest.raises(client.exceptions.LimitExceededException):
        translated(client, packed.getvalue(), WORD)


@settings(derandomize=True, database=None, deadline=None, max_examples=150)
@given(st.data())
def test_any_bytes_are_a_document_or_refused(data: st.DataObject) -> None:
    """A Word document with any byte changed, cut anywhere: translated or refused, and no other error."""
    original = bytearray(word_document("Hello world"))
    for place in data.draw(st.lists(st.integers(0, len(original) - 1), max_size=4)):
        original[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(original)))
    for kind in (WORD, "text/plain", "text/html"):
        with contextlib.suppress(RefusedError):
            assert document(bytes(original[:cut]), kind).translated(Manner("en", "de"))
