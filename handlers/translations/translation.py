"""A translation and its rules; nothing here knows of AWS or HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webapi.identifiers import timestamp, ulid


@dataclass(frozen=True, slots=True)
class Translation:
    """
    A text, its translation, and what belongs to them.

    Attributes:
        translation_id: A ULID: ids sort by the time of creation.
        characters: Code points of `text`.
        reviewed: Whether a person has looked at it.
        version: Grows with every replacement.
        created_at: RFC 3339, UTC, milliseconds; `updated_at` likewise.
        client_reference: The client's own; None when it has none.
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
    client_reference: str | None = None

    def representation(self) -> dict[str, Any]:
        """The JSON object that stands for it; what has no value is absent."""
        members: dict[str, Any] = {
            "translation_id": self.translation_id,
            "text": self.text,
            "translated_text": self.translated_text,
            "source_language": self.source_language,
            "target_language": self.target_language,
            "tags": list(self.tags),
            "characters": self.characters,
            "reviewed": self.reviewed,
            "version": self.version,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
        }
        if self.client_reference is not None:
            members["client_reference"] = self.client_reference
        return members


@dataclass(frozen=True, slots=True)
class Replacement:
    """The whole of what a client can set on a stored translation."""

    translated_text: str
    tags: tuple[str, ...]
    reviewed: bool
    client_reference: str | None = None


def translated(new: Mapping[str, Any], translated_text: str, *, now: float, random: bytes) -> Translation:
    """
    A translation that was just made.

    Args:
        new: A valid `NewTranslation` with its defaults.
        translated_text: What became of its text.
        now: Seconds since 1970.
        random: At least ten random bytes.
    """
    at = timestamp(now)
    return Translation(
        translation_id=ulid(now, random),
        text=new["text"],
        translated_text=translated_text,
        source_language=new["source_language"],
        target_language=new["target_language"],
        tags=tuple(new["tags"]),
        characters=len(new["text"]),
        reviewed=False,
        version=1,
        created_at=at,
        updated_at=at,
        client_reference=new.get("client_reference"),
    )


def replacement(body: Mapping[str, Any]) -> Replacement:
    """What a valid `ReplaceTranslation` with its defaults asks for."""
    return Replacement(
        translated_text=body["translated_text"],
        tags=tuple(body["tags"]),
        reviewed=body["reviewed"],
        client_reference=body.get("client_reference"),
    )
