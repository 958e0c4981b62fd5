"""Amazon Translate: from one language into another."""

from __future__ import annotations

from typing import Any

from webapi.failures import AwsFailure, calling


class Translator:
    """Translates texts; every failure of Amazon Translate is an `AwsFailure`."""

    def __init__(self, client: Any, *, longest: int) -> None:
        """
        A translator.

        Args:
            client: boto3's client for `translate`.
            longest: Characters of the longest translation that can be kept.
        """
        self._client = client
        self._longest = longest

    def translate(self, text: str, *, source: str, target: str) -> str:
        """
        The text in the target language.

        Raises:
            AwsFailure: Amazon Translate did not translate it, or into more than can be kept.
        """
        with calling("translate"):
            answer = self._client.translate_text(Text=text, SourceLanguageCode=source, TargetLanguageCode=target)
        translated: str = answer["TranslatedText"]
        if len(translated) > self._longest:
            raise AwsFailure("translate", "TranslationTooLong", passing=False)
        return translated
