"""Amazon Translate, which moto lacks: real codes, limits and errors; the translation is a marked copy of the text.

`Hello {name}` in Korean is `[ko] Hello {name}`: deterministic, visibly translated, placeholders and
markup kept. The languages are data (translate_languages.json).
https://docs.aws.amazon.com/translate/latest/APIReference/API_Operations.html
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from contracts.aws.wire import Answer, json_answer

# https://docs.aws.amazon.com/translate/latest/dg/what-is-limits.html and API_TranslateText.html
_TEXT_BYTES = 10_000
_DOCUMENT_BYTES = 102_400
_AUTO = "auto"
_PAGE = 500

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
        ("ta", "\u0b80-\u0bff"),
        ("th", "\u0e00-\u0e7f"),
        ("ka", "\u10a0-\u10ff"),
        ("am", "\u1200-\u137f"),
        ("hy", "\u0530-\u058f"),
    )
)
_LETTER = re.compile(r"[^\W\d_]")
_HTML_TEXT = re.compile(r">([^<>]*\S[^<>]*)<")


@dataclass(frozen=True, slots=True)
class Languages:
    """What the developer guide lists: names by code, display languages, targets that know formality."""

    names: Mapping[str, str]
    display: tuple[str, ...]
    formality: frozenset[str]


class _RefusedError(Exception):
    """An error of the service: its code, its status, its members."""

    def __init__(self, code: str, message: str, **members: str) -> None:
        super().__init__(code)
        self.code, self.text, self.members = code, message, members


@lru_cache(maxsize=1)
def languages() -> Languages:
    """The languages, read once."""
    data = json.loads((Path(__file__).parent / "translate_languages.json").read_text(encoding="utf-8"))
    return Languages(data["languages"], tuple(data["display_languages"]), frozenset(data["formality"]))


def translate(operation: str, body: bytes) -> Answer | None:
    """
    The service's answer, or None for an operation that is not emulated.

    Args:
        operation: For example `TranslateText`.
        body: The wire request, JSON.
    """
    act = _OPERATIONS.get(operation)
    if act is None:
        return None
    try:
        return json_answer(act(json.loads(body or b"{}")))
    except _RefusedError as error:
        return json_answer({"__type": error.code, "Message": error.text, **error.members}, status=400)


def _translate_text(request: Mapping[str, Any]) -> dict[str, Any]:
    text = request["Text"]
    if not text:
        raise _RefusedError("InvalidRequestException", "The text is empty.")
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > _TEXT_BYTES:
        raise _RefusedError(
            "TextSizeLimitExceededException",
            f"Input text size exceeds limit. Max length of request text allowed is {_TEXT_BYTES} bytes "
            f"while in this request the text size is {size} bytes",
        )
    source, target = _pair(request, text)
    return {
        "TranslatedText": _marked(text, source, target=target),
        "SourceLanguageCode": source,
        "TargetLanguageCode": target,
        **_applied(request, target, brevity=True),
    }


def _translate_document(request: Mapping[str, Any]) -> dict[str, Any]:
    document = request["Document"]
    try:
        content = base64.b64decode(document["Content"], validate=True)
    except binascii.Error:
        raise _RefusedError("InvalidRequestException", "The document is not base64.") from None
    if len(content) > _DOCUMENT_BYTES:
        raise _RefusedError("LimitExceededException", f"The document exceeds {_DOCUMENT_BYTES} bytes.")
    kind = document["ContentType"].partition(";")[0]
    if kind not in {"text/plain", "text/html"}:
        raise _RefusedError("InvalidRequestException", f"The content type {kind} is not emulated or not supported.")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise _RefusedError("InvalidRequestException", "The document is not UTF-8.") from None
    source, target = _pair(request, text)
    if kind == "text/html":
        translated = _HTML_TEXT.sub(lambda found: f">{_marked(found[1], source, target=target)}<", text)
    else:
        translated = _marked(text, source, target=target)
    return {
        "TranslatedDocument": {"Content": base64.b64encode(translated.encode()).decode()},
        "SourceLanguageCode": source,
        "TargetLanguageCode": target,
        **_applied(request, target, brevity=False),
    }


def _list_languages(request: Mapping[str, Any]) -> dict[str, Any]:
    known = languages()
    display = request.get("DisplayLanguageCode", "en")
    if display not in known.display:
        raise _RefusedError(
            "UnsupportedDisplayLanguageCodeException",
            f"{display} is no display language.",
            DisplayLanguageCode=display,
        )
    size = request.get("MaxResults", _PAGE)
    if not 1 <= size <= _PAGE:
        raise _RefusedError("InvalidParameterValueException", f"MaxResults is 1 to {_PAGE}.")
    start = _start(request.get("NextToken"), len(known.names))
    page = list(known.names.items())[start : start + size]
    answer: dict[str, Any] = {
        "DisplayLanguageCode": display,
        "Languages": [{"LanguageCode": code, "LanguageName": _shown(name, display)} for code, name in page],
    }
    if start + size < len(known.names):
        answer["NextToken"] = base64.urlsafe_b64encode(str(start + size).encode()).decode()
    return answer


_OPERATIONS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "TranslateText": _translate_text,
    "TranslateDocument": _translate_document,
    "ListLanguages": _list_languages,
}


def _pair(request: Mapping[str, Any], text: str) -> tuple[str, str]:
    """The language pair, with `auto` resolved."""
    source, target = request["SourceLanguageCode"], request["TargetLanguageCode"]
    known = languages().names
    if (source != _AUTO and source not in known) or target not in known:
        raise _RefusedError(
            "UnsupportedLanguagePairException",
            f"Unsupported language pair: {source} to {target}.",
            SourceLanguageCode=source,
            TargetLanguageCode=target,
        )
    return (_detected(text) if source == _AUTO else source), target


def _detected(text: str) -> str:
    """
    The language by its script; Latin is English. Without a letter there is nothing to detect.

    https://docs.aws.amazon.com/translate/latest/APIReference/API_TranslateText.html, Errors
    """
    for code, script in _SCRIPTS:
        if script.search(text):
            return code
    if _LETTER.search(text):
        return "en"
    raise _RefusedError(
        "DetectedLanguageLowConfidenceException",
        "The confidence that Amazon Comprehend accurately detected the source language is low.",
        DetectedLanguageCode="en",
    )


def _marked(text: str, source: str, *, target: str) -> str:
    """
    The translation. The same language on both sides is no error and costs nothing: the text stays.

    https://docs.aws.amazon.com/translate/latest/dg/what-is-languages.html, Note
    """
    return text if source == target else f"[{target}] {text}"


def _applied(request: Mapping[str, Any], target: str, *, brevity: bool) -> dict[str, Any]:
    """
    The settings that took effect; one that the target does not know is ignored, not refused.

    https://docs.aws.amazon.com/translate/latest/APIReference/API_TranslationSettings.html
    """
    asked = request.get("Settings") or {}
    for name, values in (("Formality", {"FORMAL", "INFORMAL"}), ("Profanity", {"MASK"}), ("Brevity", {"ON"})):
        if name in asked and asked[name] not in values:
            raise _RefusedError("InvalidRequestException", f"{name} {asked[name]} is not one of {sorted(values)}.")
    applied = {
        name: value
        for name, value in asked.items()
        if (name != "Formality" or target in languages().formality) and (name != "Brevity" or brevity)
    }
    return {"AppliedSettings": applied} if applied else {}


def _start(token: str | None, count: int) -> int:
    if token is None:
        return 0
    try:
        start = int(base64.urlsafe_b64decode(token.encode()))
    except (ValueError, binascii.Error):
        start = -1
    if not 0 < start < count:
        raise _RefusedError("InvalidParameterValueException", "NextToken is not one that this service gave.")
    return start


def _shown(name: str, display: str) -> str:
    """The name in the display language; visibly so, since the true names are not known here."""
    return name if display == "en" else f"[{display}] {name}"
