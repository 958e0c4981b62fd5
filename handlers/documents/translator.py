"""Amazon Translate: documents from one language into another."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from webapi.failures import AwsFailure, calling
from webapi.problems import Refusal

KINDS: Mapping[str, str] = {
    "InvalidRequestException": "DocumentUnreadableProblem",
    "ResourceNotFoundException": "GlossaryInvalidProblem",
    "UnsupportedLanguagePairException": "UnsupportedLanguagePairProblem",
}
"""What each error of Amazon Translate that is the request's fault is to the client."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """What became of a document: its bytes, and the language that it was in."""

    content: bytes
    source_language: str


class Translator:
    """Translates documents; every failure of Amazon Translate is an `AwsFailure`, unless the request is to blame."""

    def __init__(self, client: Any, *, languages: Collection[str]) -> None:
        """
        A translator.

        Args:
            client: boto3's client for `translate`.
            languages: The codes that a document may turn out to be in.
        """
        self._client = client
        self._languages = frozenset(languages)

    def translate(
        self, content: bytes, content_type: str, *, source: str, target: str, terminology: str | None = None
    ) -> Rendering:
        """
        The document in the target language.

        Args:
            source: A code, or `auto`.
            terminology: The name of the terminology to use.

        Raises:
            Refusal: 422, Amazon Translate cannot do it for this document, these languages or this terminology.
            AwsFailure: It failed.
        """
        try:
            with calling("translate"):
                answer = self._client.translate_document(
                    Document={"Content": content, "ContentType": content_type},
                    SourceLanguageCode=source,
                    TargetLanguageCode=target,
                    **({"TerminologyNames": [terminology]} if terminology else {}),
                )
        except AwsFailure as failure:
            if failure.code in KINDS:
                raise Refusal(422, kind=KINDS[failure.code]) from None
            raise
        rendering = Rendering(answer["TranslatedDocument"]["Content"], answer["SourceLanguageCode"])
        if rendering.source_language not in self._languages:
            raise AwsFailure("translate", "UnknownLanguage", passing=False)
        return rendering
