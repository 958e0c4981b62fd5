"""TranslateText of the stand-in: real codes, limits and errors; a translation that is visibly one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.aws.stand_ins.translate.languages import languages
from contracts.aws.stand_ins.translate.texts import Manner


def translated(client: Any, text: str, *, source: str = "en", target: str = "ko", **settings: str) -> Any:
    """The answer of TranslateText."""
    options = {"Settings": settings} if settings else {}
    return client.translate_text(Text=text, SourceLanguageCode=source, TargetLanguageCode=target, **options)


def test_a_translation_is_visible_longer_and_keeps_placeholders(client: Any) -> None:
    """The text is marked with the target language, a third longer, and otherwise the same."""
    answer = translated(client, "Hello {name}, <b>100 %s</b>")

    assert answer["TranslatedText"] == "[ko] Hello {name}, <b>100 %s</b>" + 9 * "~"
    assert (answer["SourceLanguageCode"], answer["TargetLanguageCode"]) == ("en", "ko")


def test_the_same_language_keeps_the_text(client: Any) -> None:
    """A pair of equal languages is no error: the text comes back, and nothing in it is masked."""
    assert translated(client, "Damn", target="en", Profanity="MASK")["TranslatedText"] == "Damn"


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
        ("Ωμέγα and more", "el"),
    ],
)
def test_auto_detects_by_script(client: Any, text: str, code: str) -> None:
    """`auto` is resolved from the script, the same way every time."""
    assert translated(client, text, source="auto", target="fr")["SourceLanguageCode"] == code


@pytest.mark.parametrize("text", ["12 + 30", "a b", "\N{SNOWMAN}", "ᎣᏏᏲ"])
def test_too_little_to_detect_is_low_confidence(client: Any, text: str) -> None:
    """Fewer than three Latin letters and none of a telling script: no language; the error has a guess."""
    with pytest.raises(client.exceptions.DetectedLanguageLowConfidenceException) as caught:
        translated(client, text, source="auto")

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


def test_settings_are_applied_where_the_languages_know_them(client: Any) -> None:
    """What the languages do not know is ignored, and the answer says what took effect."""
    assert translated(client, "Hi", Formality="FORMAL")["AppliedSettings"] == {"Formality": "FORMAL"}
    assert "AppliedSettings" not in translated(client, "Hola", source="es", target="en", Formality="FORMAL")
    assert translated(client, "Hi", target="de", Brevity="ON")["AppliedSettings"] == {"Brevity": "ON"}
    assert "AppliedSettings" not in translated(client, "Hi", Brevity="ON")
    assert "AppliedSettings" not in translated(client, "Hi", target="hi", Profanity="MASK")


def test_settings_show_in_the_translation(client: Any) -> None:
    """Masked words are the guide's grawlix, except within markup; a brief translation has no padding."""
    masked = translated(
        client, "Damn it <b id='damn'>all</b>, damned {damn}", target="de", Profanity="MASK", Brevity="ON"
    )

    assert masked["TranslatedText"] == "[de] ?$#@$ it <b id='damn'>all</b>, ?$#@$ {damn}"


def test_a_value_that_is_none_is_refused(client: Any) -> None:
    """A setting has the values of the service's model."""
    with pytest.raises(client.exceptions.InvalidRequestException):
        translated(client, "Hi", Formality="POLITE")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Alexa says <a title='Alexa'>Alexa</a>", "ALEXA says <a title='Alexa'>ALEXA</a>"),
        ('<p>Alexa <span translate="no">Alexa <b>Alexa</b></span> Alexa</p>', None),
        ("<p translate=no>Alexa<br>Alexa</p>Alexa", "<p translate=no>Alexa<br>Alexa</p>ALEXA"),
        ("<!-- Alexa --><script>Alexa<b></script>Alexa", "<!-- Alexa --><script>Alexa<b></script>ALEXA"),
        ("{Alexa} {{Alexa}} %(Alexa)s ${Alexa} Alexa", "{Alexa} {{Alexa}} %(Alexa)s ${Alexa} ALEXA"),
        ("1 < 2 Alexa", "1 < 2 ALEXA"),
        ("Alexander", "Alexander"),
        ("알렉사Alexa는", "알렉사ALEXA는"),
        ("<b Alexa", "<b Alexa"),
    ],
)
def test_terms_are_replaced_in_texts_alone(text: str, kept: str | None) -> None:
    """Tags, comments, scripts, placeholders and what is marked `translate="no"` stay byte for byte."""
    manner = Manner("en", "de", terms={"Alexa": "ALEXA"}, brief=True)

    wanted = kept or '<p>ALEXA <span translate="no">Alexa <b>Alexa</b></span> ALEXA</p>'
    assert manner.translated(text) == f"[de] {wanted}"


def test_a_term_comes_in_the_capitals_of_the_text() -> None:
    """Lower case takes the term as it is, capitals make capitals, and the longest term is looked for first."""
    manner = Manner("en", "de", terms={"console": "konsole", "game console": "spielkonsole"}, brief=True)

    assert manner.translated("console Console CONSOLE game console") == "[de] konsole Konsole KONSOLE spielkonsole"
    assert manner.applied == {"console": "konsole", "game console": "spielkonsole"}


def test_whatever_is_left_open_is_read_in_one_go() -> None:
    """Markup that never ends costs no more than markup that does: a hundred thousand openings are read at once."""
    for opening in ("<!--", "<script>", "<a", "<p translate=no>", "%(", "{{"):
        Manner("en", "de", terms={"Alexa": "x"}).translated(opening * (100_000 // len(opening)))


@settings(derandomize=True, database=None, deadline=None, max_examples=30, suppress_health_check=list(HealthCheck))
@given(st.text(min_size=1, max_size=300), st.sampled_from(sorted(languages().names)), st.sampled_from(["en", "ko"]))
def test_a_translation_is_deterministic_and_not_too_long(client: Any, text: str, target: str, source: str) -> None:
    """The same text is translated the same way, into at most 20,000 characters that hold the text."""
    first = translated(client, text, source=source, target=target)["TranslatedText"]

    assert first == translated(client, text, source=source, target=target)["TranslatedText"]
    assert text in first
    assert len(first) <= 20_000
    assert source == target or len(first) > len(text)


@settings(derandomize=True, database=None, deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(['<p translate="no">', "</p>", "<p>", "<br>", "<!--", "-->", "<", "term", "x", " "])))
def test_markup_loses_nothing(pieces: list[str]) -> None:
    """Without its marks and padding, translated HTML is the HTML, whatever is open or closed in it."""
    text = "".join(pieces)
    translation = Manner("en", "de", terms={"term": "TERM"}).translated_markup(text)

    assert translation.replace("[de] ", "").replace("~", "").replace("TERM", "term") == text
