"""
Custom terminologies: an account's lists of terms in a region, and the files that they are imported from.

https://docs.aws.amazon.com/translate/latest/dg/creating-custom-terminology.html
https://docs.aws.amazon.com/translate/latest/dg/what-is-limits.html (custom terminology quotas)
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from contracts.aws.stand_ins.translate.languages import languages
from contracts.aws.stand_ins.translate.refused import RefusedError

LARGEST_FILE = 10 * 2**20
MOST_TERMINOLOGIES = 100
_MOST_TARGETS = 10
_LONGEST_TERM = 200
_DELIMITERS = {"CSV": ",", "TSV": "\t"}
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class Terms:
    """
    What a terminology file holds.

    Attributes:
        languages: Codes: the source language, then the targets.
        entries: The terms of each entry by language code.
        skipped: How many entries were left out, since a term of theirs has more than 200 bytes.
    """

    languages: tuple[str, ...]
    entries: tuple[Mapping[str, str], ...]
    skipped: int


@dataclass(frozen=True, slots=True)
class Terminology:
    """
    A custom terminology as it was last imported.

    Attributes:
        directionality: `UNI`, `MULTI`, or None as a request left it out, which means `UNI`.
        file_format: `CSV`, `TSV` or `TMX`.
        created, updated: Seconds since 1970.
    """

    name: str
    terms: Terms
    size: int
    file_format: str
    directionality: str | None
    description: str | None
    encryption_key: Mapping[str, str] | None
    created: float
    updated: float

    def between(self, source: str, target: str) -> dict[str, str]:
        """Target terms by source term; none when the terminology has nothing for the pair."""
        known = self.terms.languages
        if target not in known or (source not in known if self.directionality == "MULTI" else source != known[0]):
            return {}
        pairs = ((each.get(source), each.get(target)) for each in self.terms.entries)
        return {term: translation for term, translation in pairs if term and translation}

    def properties(self, arn: str) -> dict[str, object]:
        """https://docs.aws.amazon.com/translate/latest/APIReference/API_TerminologyProperties.html"""
        found: dict[str, object] = {
            "Name": self.name,
            "Arn": arn,
            "SourceLanguageCode": self.terms.languages[0],
            "TargetLanguageCodes": list(self.terms.languages[1:]),
            "SizeBytes": self.size,
            "TermCount": len(self.terms.entries),
            "SkippedTermCount": self.terms.skipped,
            "CreatedAt": self.created,
            "LastUpdatedAt": self.updated,
            "Format": self.file_format,
        }
        optional = {
            "Description": self.description,
            "Directionality": self.directionality,
            "EncryptionKey": self.encryption_key,
        }
        return found | {name: value for name, value in optional.items() if value is not None}


def terms(content: bytes, file_format: str) -> Terms:
    """
    The terms of a terminology file.

    Raises:
        RefusedError: `LimitExceededException` for a file that is too large or has too many languages,
            `InvalidParameterValueException` for one that cannot be read.
    """
    if len(content) > LARGEST_FILE:
        raise RefusedError("LimitExceededException", f"The terminology file exceeds {LARGEST_FILE} bytes.")
    try:
        text = content.decode("utf-8-sig")
        if file_format in _DELIMITERS:
            known, entries = _table(text, _DELIMITERS[file_format])
        else:
            known, entries = _tmx(text)
    except (UnicodeDecodeError, csv.Error, ET.ParseError, ValueError) as error:
        raise _invalid(f"The terminology file is no {file_format} file in UTF-8: {type(error).__name__}.") from None
    _check(known)
    kept = [each for each in entries if all(len(term.encode()) <= _LONGEST_TERM for term in each.values())]
    return Terms(known, tuple(kept), len(entries) - len(kept))


def _table(text: str, delimiter: str) -> tuple[tuple[str, ...], list[Mapping[str, str]]]:
    """Of CSV or TSV: the language codes of the first row, the terms of the others."""
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True) if row]
    if not rows:
        raise _invalid("The terminology file is empty.")
    codes = tuple(code.strip() for code in rows[0])
    if any(len(row) != len(codes) for row in rows):
        raise _invalid("Every row of the terminology file must have as many columns as the first.")
    return codes, [dict(zip(codes, row, strict=True)) for row in rows[1:]]


def _tmx(text: str) -> tuple[tuple[str, ...], list[Mapping[str, str]]]:
    """Of TMX: the header's source language first, then the others in the order of the file."""
    # A document type may define entities without end; a terminology file needs none.
    if "<!DOCTYPE" in text:
        raise _invalid("The terminology file has a document type.")
    root = ET.fromstring(text)  # noqa: S314 - without a document type there is nothing to expand
    entries: list[Mapping[str, str]] = [
        {unit.get(_LANGUAGE, unit.get("lang", "")): "".join(segment.itertext()) for unit, segment in _variants(each)}
        for each in root.iter("tu")
    ]
    header = root.find("header")
    source = "" if header is None else header.get("srclang", "")
    return tuple(dict.fromkeys((source, *(code for entry in entries for code in entry)))), entries


def _variants(unit: ET.Element) -> Iterable[tuple[ET.Element, ET.Element]]:
    for variant in unit.iter("tuv"):
        segment = variant.find("seg")
        if segment is not None:
            yield variant, segment


def _check(codes: tuple[str, ...]) -> None:
    """
    Whether these can be the languages of a terminology.

    Raises:
        RefusedError: Too few, too many, one twice, or one that is no language of Amazon Translate.
    """
    unknown = [code for code in codes if code not in languages().names]
    if unknown or len(set(codes)) != len(codes) or len(codes) < 2:
        raise _invalid("The terminology file must name a source language and other target languages, by their codes.")
    if len(codes) > 1 + _MOST_TARGETS:
        raise RefusedError("LimitExceededException", f"A terminology has at most {_MOST_TARGETS} target languages.")


def _invalid(message: str) -> RefusedError:
    return RefusedError("InvalidParameterValueException", message)
