"""Amazon Translate: from one language into another."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from translations.translation import Rendering
from webapi.failures import AwsFailure, calling
from webapi.problems import Refusal

KINDS: Mapping[str, str] = {
    "UnsupportedLanguagePairException": "UnsupportedLanguagePairProblem",
    "DetectedLanguageLowConfidenceException": "UndetectableLanguageProblem",
    "ResourceNotFoundException": "GlossaryInvalidProblem",
}
"""What each error of Amazon Translate that is the request's fault is to the client."""


class Translator:
    """Translates texts; every failure of Amazon Translate is an `AwsFailure`, unless the request is to blame."""

    def __init__(self, client: Any, *, longest: int, languages: Collection[str]) -> None:
        """
        A translator.

        Args:
            client: boto3's client for `translate`.
            longest: Characters of the longest translation that can be kept.
            languages: The codes that a text may turn out to be in.
        """
        self._client = client
        self._longest = longest
        self._languages = frozenset(languages)

    def translate(self, new: Mapping[str, Any], *, terminology: str | None = None) -> Rendering:
        """
        The text in the target language.

        Args:
            new: A valid `NewTranslation` with its defaults.
            terminology: The name of the terminology to use.

        Raises:
            Refusal: 422, Amazon Translate cannot do it for this text, these languages or this terminology.
            AwsFailure: It failed, or it made more than can be kept.
        """
        settings = {"Formality": new.get("formality"), "Profanity": new.get("profanity")}
        asked = {name: value for name, value in settings.items() if value is not None}
        try:
            with calling("translate"):
                answer = self._client.translate_text(
                    Text=new["text"],
                    SourceLanguageCode=new["source_language"],
                    TargetLanguageCode=new["target_language"],
                    **({"Settings": asked} if asked else {}),
                    **({"TerminologyNames": [terminology]} if terminology else {}),
                )
        except AwsFailure as failure:
            if failure.code in KINDS:
                raise Refusal(422, kind=KINDS[failure.code]) from None
            raise
        applied = answer.get("AppliedSettings", {})
        rendering = Rendering(
            text=answer["TranslatedText"],
            source_language=answer["SourceLanguageCode"],
            formality=applied.get("Formality"),
            profanity=applied.get("Profanity"),
        )
        if len(rendering.text) > self._longest:
            raise AwsFailure("translate", "TranslationTooLong", passing=False)
        if rendering.source_language not in self._languages:
            raise AwsFailure("translate", "UnknownLanguage", passing=False)
        return rendering
