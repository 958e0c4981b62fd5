"""Amazon Translate's list of languages, kept for an hour."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from webapi.failures import AwsFailure, calling

KEPT = 3600
"""Seconds; the languages change a few times a year."""

MOST_PAGES = 20
"""Far more than there are; a list that does not end must not keep a function busy until it is cut off."""

Languages = tuple[tuple[str, str], ...]
"""Codes and names, ordered by code."""


class Catalogue:
    """Lists languages; every failure of Amazon Translate is an `AwsFailure`."""

    def __init__(self, client: Any, *, known: Collection[str], clock: Callable[[], float]) -> None:
        """
        An empty catalogue.

        Args:
            client: boto3's client for `translate`.
            known: The codes that this service accepts; Amazon Translate may know others (and `auto`).
            clock: Seconds, as `time.time` gives them.
        """
        self._client = client
        self._known = frozenset(known)
        self._clock = clock
        self._kept: dict[str, tuple[float, Languages]] = {}

    def languages(self, display_language: str) -> Languages:
        """
        The languages with their names in `display_language`; asked for anew after an hour.

        Raises:
            AwsFailure: Amazon Translate did not list them.
        """
        now = self._clock()
        since, kept = self._kept.get(display_language, (now, ()))
        if kept and 0 <= now - since < KEPT:
            return kept
        fresh = self._fetched(display_language)
        self._kept[display_language] = (now, fresh)
        return fresh

    def _fetched(self, display_language: str) -> Languages:
        """All pages of the list."""
        names: dict[str, str] = {}
        more: dict[str, str] = {}
        for _ in range(MOST_PAGES):
            with calling("translate"):
                page = self._client.list_languages(DisplayLanguageCode=display_language, **more)
            names |= {each["LanguageCode"]: each["LanguageName"] for each in page["Languages"]}
            if not page.get("NextToken"):
                return tuple(sorted((code, name) for code, name in names.items() if code in self._known))
            more = {"NextToken": page["NextToken"]}
        raise AwsFailure("translate", "EndlessList", passing=False)
