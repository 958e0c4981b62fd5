"""A translated document and its rules; nothing here knows of AWS or HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Document:
    """
    What is known of a translated document, besides its content.

    Attributes:
        document_id: A ULID: ids sort by the time of creation.
        file_name: As the client calls the file.
        content_type: Of the original and of the translation.
        size: Bytes of the original.
        source_language_detected: Whether the language was found out from the content.
        glossary_name: The glossary that was applied, or None.
        created_at: RFC 3339, UTC, milliseconds.
    """

    document_id: str
    file_name: str
    content_type: str
    size: int
    source_language: str
    source_language_detected: bool
    target_language: str
    created_at: str
    glossary_name: str | None = None

    def representation(self) -> dict[str, Any]:
        """The JSON object that stands for it; what has no value is absent."""
        members: dict[str, Any] = {
            "document_id": self.document_id,
            "file_name": self.file_name,
            "content_type": self.content_type,
            "size": self.size,
            "source_language": self.source_language,
            "source_language_detected": self.source_language_detected,
            "target_language": self.target_language,
            "created_at": self.created_at,
        }
        if self.glossary_name is not None:
            members["glossary_name"] = self.glossary_name
        return members

    def disposition(self) -> str:
        """
        The Content-Disposition that has a browser save the content under its name.

        Everything but letters, digits and a few marks is percent-encoded (RFC 8187): no name can break the header.
        """
        return f"attachment; filename*=UTF-8''{quote(self.file_name, safe='')}"
