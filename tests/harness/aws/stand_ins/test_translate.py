"""The stand-in for Amazon Translate: real codes, limits and errors; a translation that is visibly one."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.aws.cloud import Cloud
from contracts.aws.stand_ins.translate import languages


@pytest.fixture
def client(cloud: Cloud) -> Any:
    """A client of Translate."""
    return boto3.client("translate")


def translated(client: Any, text: str, *, source: str = "en", target: str = "ko", **settings: str) -> Any:
    """The answer of TranslateText."""
    options = {"Settings": settings} if settings else {}
    return client.translate_text(Text=text, SourceLanguageCode=source, TargetLanguageCode=target, **options)


def test_a_translation_is_visible_and_keeps_placeholders(client: Any) -> None:
    """The text is marked with the target language and otherwise the same."""
    answer = translated(client, "Hello {name}, <b>100 %s</b>")

    assert answer["TranslatedText"] == "[ko] Hello {name}, <b>100 %s</b>"
    assert (answer["SourceLanguageCode"], answer["TargetLanguageCode"]) == ("en", "ko")


def test_the_same_language_keeps_the_text(client: Any) -> None:
    """A pair of equal languages is no error: the text comes back."""
    assert translated(client, "Hello", target="en")["TranslatedText"] == "Hello"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Hello", "en"),
        ("안녕", "ko"),
        ("漢字とかな", "ja"),
        ("汉字", "zh"),
        ("Привет", "ru"),
        ("שלום", "he"),
        ("नमस्ते", "hi"),
    ],
)
def test_auto_detects_by_script(client: Any, text: str, code: str) -> None:
    """`auto` is resolved from the script, the same way every time."""
    assert translated(client, text, source="auto", target="fr")["SourceLanguageCode"] == code


def test_nothing_to_detect_is_low_confidence(client: Any) -> None:
    """A text without letters has no language that could be detected; the error has a guess."""
    with pytest.raises(client.exceptions.DetectedLanguageLowConfidenceException) as caught:
        translated(client, "12 + 30", source="auto")

    assert caught.value.response["DetectedLanguageCode"] == "en"


def test_the_limit_counts_bytes(client: Any) -> None:
    """10,000 bytes of UTF-8 are accepted; one more is too many, though it has fewer characters."""
    assert translated(client, "가" * 3333 + "a")["TranslatedText"].startswith("[ko] ")
    with pytest.raises(client.exceptions.TextSizeLimitExceededException):
        translated(client, "가" * 3334)


@pytest.mark.parametrize(("source", "target"), [("xx", "ko"), ("en", "xx"), ("en", "auto"), ("EN", "ko")])
def test_an_unknown_pair_is_refused(client: Any, source: str, target: str) -> None:
    """A code that the guide does not list, or `auto` as a target, is an unsupported pair, and the error names both."""
    with pytest.raises(client.exceptions.UnsupportedLanguagePairException) as caught:
        translated(client, "Hello", source=source, target=target)

    response = caught.value.response
    assert (response["SourceLanguageCode"], response["TargetLanguageCode"]) == (source, target)
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_settings_are_applied_where_the_target_knows_them(client: Any) -> None:
    """Formality is applied for Korean and ignored for English; a value that is none is an invalid request."""
    assert translated(client, "Hi", Formality="FORMAL")["AppliedSettings"] == {"Formality": "FORMAL"}
    assert "AppliedSettings" not in translated(client, "Hola", source="es", target="en", Formality="FORMAL")
    assert translated(client, "Hi", Profanity="MASK")["AppliedSettings"] == {"Profanity": "MASK"}
    with pytest.raises(client.exceptions.InvalidRequestException):
        translated(client, "Hi", Formality="POLITE")


def test_all_languages_are_listed_once(client: Any) -> None:
    """The pages hold every language of the guide exactly once, and the last has no token."""
    found: list[str] = []
    token: dict[str, Any] = {}
    while True:
        page = client.list_languages(MaxResults=20, **token)
        found += [each["LanguageCode"] for each in page["Languages"]]
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}

    assert len(found) == len(set(found)) == 75
    assert set(found) == set(languages().names)
    assert {"ko", "zh-TW", "es-MX", "fr-CA", "fa-AF", "pt-PT", "no"} <= set(found)


def test_a_display_language_is_checked(client: Any) -> None:
    """Ten display languages are known; another is refused by name, and so is a token of somebody else's."""
    assert client.list_languages(DisplayLanguageCode="ko")["DisplayLanguageCode"] == "ko"
    with pytest.raises(client.exceptions.UnsupportedDisplayLanguageCodeException):
        client.list_languages(DisplayLanguageCode="xx")
    with pytest.raises(client.exceptions.InvalidParameterValueException):
        client.list_languages(NextToken="theirs")


def test_a_document_keeps_its_markup(client: Any) -> None:
    """In HTML the text between tags is translated; a document that is too large is refused."""

    def document(content: bytes) -> Any:
        return client.translate_document(
            Document={"Content": content, "ContentType": "text/html"}, SourceLanguageCode="en", TargetLanguageCode="de"
        )

    assert document(b"<p id='a'>Hi</p>")["TranslatedDocument"]["Content"] == b"<p id='a'>[de] Hi</p>"
    with pytest.raises(client.exceptions.LimitExceededException):
        document(b"x" * 102_401)


@settings(derandomize=True, database=None, deadline=None, max_examples=30, suppress_health_check=list(HealthCheck))
@given(st.text(min_size=1, max_size=300), st.sampled_from(sorted(languages().names)), st.sampled_from(["en", "ko"]))
def test_a_translation_is_deterministic_and_not_too_long(client: Any, text: str, target: str, source: str) -> None:
    """The same text is translated the same way, into at most 20,000 characters that hold the text."""
    first = translated(client, text, source=source, target=target)["TranslatedText"]

    assert first == translated(client, text, source=source, target=target)["TranslatedText"]
    assert first.endswith(text)
    assert len(first) <= 20_000
