"""A translation and its rules; nothing here knows of AWS or HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webapi.identifiers import timestamp, ulid

OPTIONAL = ("client_reference", "formality", "profanity", "glossary_name")
"""The members of a translation that can be absent."""


@dataclass(frozen=True, slots=True)
class Translation:
    """
    A text, its translation, and what belongs to them.

    Attributes:
        translation_id: A ULID: ids sort by the time of creation.
        source_language_detected: Whether the language was found out from the text.
        characters: Code points of `text`.
        reviewed: Whether a person has looked at it.
        version: Grows with every replacement.
        created_at: RFC 3339, UTC, milliseconds; `updated_at` likewise.
        client_reference: The client's own; None when it has none.
        formality: What was applied; None where nothing was. `profanity` likewise.
        glossary_name: The glossary that was applied, or None.
    """

    translation_id: str
    text: str
    translated_text: str
    source_language: str
    target_language: str
    tags: tuple[str, ...]
    characters: int
    reviewed: bool
    version: int
    created_at: str
    updated_at: str
    source_language_detected: bool = False
    client_reference: str | None = None
    formality: str | None = None
    profanity: str | None = None
    glossary_name: str | None = None

    def representation(self) -> dict[str, Any]:
        """The JSON object that stands for it; what has no value is absent."""
        members: dict[str, Any] = {
            "translation_id": self.translation_id,
            "text": self.text,
            "translated_text": self.translated_text,
            "source_language": self.source_language,
            "source_language_detected": self.source_language_detected,
            "target_language": self.target_language,
            "tags": list(self.tags),
            "characters": self.characters,
            "reviewed": self.reviewed,
            "version": self.version,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
        }
        optional = {name: getattr(self, name) for name in OPTIONAL}
        return members | {name: value for name, value in optional.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Replacement:
    """The whole of what a client can set on a stored translation."""

    translated_text: str
    tags: tuple[str, ...]
    reviewed: bool
    client_reference: str | None = None


@dataclass(frozen=True, slots=True)
class Rendering:
    """
    What became of a text.

    Attributes:
        source_language: As it was said, or found out.
        formality: What was applied; None where nothing was. `profanity` likewise.
    """

    text: str
    source_language: str
    formality: str | None = None
    profanity: str | None = None


def translated(new: Mapping[str, Any], rendering: Rendering, *, now: float, random: bytes) -> Translation:
    """
    A translation that was just made.

    Args:
        new: A valid `NewTranslation` with its defaults.
        rendering: What became of its text.
        now: Seconds since 1970.
        random: At least ten random bytes.
    """
    at = timestamp(now)
    return Translation(
        translation_id=ulid(now, random),
        text=new["text"],
        translated_text=rendering.text,
        source_language=rendering.source_language,
        source_language_detected=rendering.source_language != new["source_language"],
        target_language=new["target_language"],
        tags=tuple(new["tags"]),
        characters=len(new["text"]),
        reviewed=False,
        version=1,
        created_at=at,
        updated_at=at,
        client_reference=new.get("client_reference"),
        formality=rendering.formality,
        profanity=rendering.profanity,
        glossary_name=new.get("glossary_name"),
    )


def replacement(body: Mapping[str, Any]) -> Replacement:
    """What a valid `ReplaceTranslation` with its defaults asks for."""
    return Replacement(
        translated_text=body["translated_text"],
        tags=tuple(body["tags"]),
        reviewed=body["reviewed"],
        client_reference=body.get("client_reference"),
    )
