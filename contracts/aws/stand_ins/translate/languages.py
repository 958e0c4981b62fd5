"""The languages of Amazon Translate, what each can do, and which one a text is written in."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from contracts.aws.stand_ins.translate.refused import RefusedError

AUTO = "auto"
_ENGLISH = "en"

# Scripts that tell a language by themselves, most telling first: kana before Han.
_SCRIPTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (code, re.compile(f"[{ranges}]"))
    for code, ranges in (
        ("ko", "\uac00-\ud7a3\u1100-\u11ff"),
        ("ja", "\u3040-\u30ff"),
        ("zh", "\u4e00-\u9fff"),
        ("ru", "\u0400-\u04ff"),
        ("el", "\u0370-\u03ff"),
        ("he", "\u0590-\u05ff"),
        ("ar", "\u0600-\u06ff"),
        ("hi", "\u0900-\u097f"),
        ("bn", "\u0980-\u09ff"),
        ("pa", "\u0a00-\u0a7f"),
        ("gu", "\u0a80-\u0aff"),
        ("ta", "\u0b80-\u0bff"),
        ("te", "\u0c00-\u0c7f"),
        ("kn", "\u0c80-\u0cff"),
        ("ml", "\u0d00-\u0d7f"),
        ("si", "\u0d80-\u0dff"),
        ("th", "\u0e00-\u0e7f"),
        ("ka", "\u10a0-\u10ff"),
        ("am", "\u1200-\u137f"),
        ("hy", "\u0530-\u058f"),
    )
)
_LATIN = re.compile(r"[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f]")
_FEWEST_LATIN = 3


@dataclass(frozen=True, slots=True)
class Languages:
    """
    What the developer guide lists.

    Attributes:
        names: English names by code.
        shown: Names by display language and code.
        formality: Targets that know formality.
        brevity: Languages that know brevity: as a target, or as a source into English.
        unmasked: Targets in which no profanity is masked.
    """

    names: Mapping[str, str]
    shown: Mapping[str, Mapping[str, str]]
    formality: frozenset[str]
    brevity: frozenset[str]
    unmasked: frozenset[str]


@lru_cache(maxsize=1)
def languages() -> Languages:
    """The languages, read once."""
    data = json.loads((Path(__file__).parent / "languages.json").read_text(encoding="utf-8"))
    names = data["languages"]
    return Languages(
        names,
        {each: names if each == _ENGLISH else data["names"][each] for each in data["display_languages"]},
        *(frozenset(data[each]) for each in ("formality", "brevity", "unmasked")),
    )


def text_pair(source: str, target: str, text: str) -> tuple[str, str]:
    """
    The pair of languages of a text, with `auto` resolved: any language into any.

    https://docs.aws.amazon.com/translate/latest/dg/what-is-languages.html

    Raises:
        RefusedError: `UnsupportedLanguagePairException`, `DetectedLanguageLowConfidenceException`.
    """
    _refuse_unknown(source, target)
    if source != AUTO:
        return source, target
    found = detected(text)
    if found is None:
        raise RefusedError(
            "DetectedLanguageLowConfidenceException",
            "The confidence that Amazon Comprehend accurately detected the source language is low.",
            DetectedLanguageCode=_ENGLISH,
        )
    return found, target


def document_pair(source: str, target: str, text: str) -> tuple[str, str]:
    """
    The pair of languages of a document, with `auto` resolved: from English or into English.

    The model has no error for a language that is detected with low confidence; the best guess counts.
    https://docs.aws.amazon.com/translate/latest/APIReference/API_TranslateDocument.html

    Raises:
        RefusedError: `UnsupportedLanguagePairException`.
    """
    _refuse_unknown(source, target)
    known = (detected(text) or _ENGLISH) if source == AUTO else source
    if _ENGLISH not in (known, target):
        raise _unsupported(known, target)
    return known, target


def detected(text: str) -> str | None:
    """
    The language of a text by its script; Latin letters are English. None when they tell too little.

    One letter of a script that a language has to itself is enough; of Latin letters it takes three.
    Amazon Comprehend decides by a model that nobody can run here; what it shares with this rule is that a text
    without words, or of hardly any, has no language that can be told.
    https://docs.aws.amazon.com/translate/latest/dg/how-it-works.html (automatic language detection)
    """
    if not text.isascii():
        for code, script in _SCRIPTS:
            if script.search(text):
                return code
    found = _LATIN.finditer(text)
    return _ENGLISH if sum(1 for _, _ in zip(range(_FEWEST_LATIN), found, strict=False)) == _FEWEST_LATIN else None


def _refuse_unknown(source: str, target: str) -> None:
    known = languages().names
    if (source != AUTO and source not in known) or target not in known:
        raise _unsupported(source, target)


def _unsupported(source: str, target: str) -> RefusedError:
    return RefusedError(
        "UnsupportedLanguagePairException",
        f"Unsupported language pair: {source} to {target}.",
        SourceLanguageCode=source,
        TargetLanguageCode=target,
    )
