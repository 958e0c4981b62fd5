"""A glossary and its rules; nothing here knows of AWS or HTTP."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Glossary:
    """
    How certain terms are translated from one language into another.

    Attributes:
        glossary_name: Given by the client; one within a tenant.
        terms: Each with its translation; no term twice, whatever its case.
        version: Grows with every replacement.
        created_at: RFC 3339, UTC, milliseconds; `updated_at` likewise.
    """

    glossary_name: str
    source_language: str
    target_language: str
    terms: tuple[tuple[str, str], ...]
    version: int
    created_at: str
    updated_at: str

    def representation(self) -> dict[str, Any]:
        """The JSON object that stands for it."""
        return self.summary() | {"terms": [{"source": source, "target": target} for source, target in self.terms]}

    def summary(self) -> dict[str, Any]:
        """The same without the terms."""
        return {
            "glossary_name": self.glossary_name,
            "source_language": self.source_language,
            "target_language": self.target_language,
            "term_count": len(self.terms),
            "version": self.version,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
        }

    def as_csv(self) -> bytes:
        """The file that Amazon Translate imports: a row of the languages, then a row for each term."""
        file = io.StringIO()
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow((self.source_language, self.target_language))
        rows.writerows(self.terms)
        return file.getvalue().encode()


def glossary(name: str, body: Mapping[str, Any], *, instead_of: Glossary | None, at: str) -> Glossary:
    """
    What a valid `PutGlossary` makes.

    Args:
        instead_of: What there was under this name.
        at: The time, RFC 3339.
    """
    return Glossary(
        glossary_name=name,
        source_language=body["source_language"],
        target_language=body["target_language"],
        terms=tuple((term["source"], term["target"]) for term in body["terms"]),
        version=1 if instead_of is None else instead_of.version + 1,
        created_at=at if instead_of is None else instead_of.created_at,
        updated_at=at,
    )


def repeated(body: Mapping[str, Any]) -> list[int]:
    """
    The places of the terms that were there before, whatever their case.

    Amazon Translate finds a term in any case, so that it could not tell which of the two is meant.
    """
    seen: set[str] = set()
    places = []
    for place, term in enumerate(body["terms"]):
        folded = term["source"].casefold()
        if folded in seen:
            places.append(place)
        seen.add(folded)
    return places
