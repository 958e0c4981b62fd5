"""Files as documents: each read once, and references from one to another followed."""

from __future__ import annotations

import codecs
import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from os.path import realpath
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import unquote

from contracts.documents import json_text, yaml_text
from contracts.documents.pointers import Keys, fragment_of, keys_of, keys_of_fragment, member
from contracts.errors import DocumentError, Location

# What stages walk recursively must fit Python's stack; no document that people write comes near.
DEEPEST = 100
# Those of UTF-32 first: one of them begins with one of UTF-16.
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


def _no_line(_: Keys) -> int | None:
    return None


@dataclass(frozen=True, slots=True)
class Document:
    """
    One file that was read.

    Attributes:
        path: The file, as the user named it.
        value: Plain JSON values; a mapping's keys are text. Not to be changed: aliases share what they repeat.
        line_of: The line of what some keys lead to.
    """

    path: str
    value: Any
    line_of: Callable[[Keys], int | None] = field(default=_no_line, repr=False, compare=False)

    def location(self, pointer: str | Sequence[str | int] = "") -> Location:
        """The place of a value, or of the nearest thing around it that was written; of a member, of its key."""
        return Location(self.path, self.line_of(keys_of(pointer)))

    def at(self, pointer: str | Sequence[str | int]) -> Any:
        """
        The value that a pointer leads to.

        Raises:
            DocumentError: It leads nowhere.
        """
        return _walked(self, keys_of(pointer), wanted=f"the pointer {pointer!r}", location=None)


@dataclass(frozen=True, slots=True)
class Found:
    """What a reference leads to: a value and where it is."""

    document: Document
    keys: Keys
    value: Any

    @property
    def location(self) -> Location:
        """Its place."""
        return self.document.location(self.keys)

    @property
    def identity(self) -> tuple[int, Keys]:
        """Equal for all references to one value of one `Documents`."""
        return id(self.document), self.keys


@dataclass(slots=True)
class Documents:
    """Reads each file once."""

    _read: dict[str, Document] = field(default_factory=dict)

    def read(self, path: str | PurePath) -> Document:
        """
        The document of a file; the name that it is first asked by is the one that it keeps.

        Raises:
            DocumentError: The file cannot be read, or is not YAML or JSON.
        """
        return self._once(str(path), None)

    def follow(self, document: Document, reference: str, *, at: Sequence[str | int] = ()) -> Found:
        """
        What a `$ref` leads to, which may be another reference.

        Args:
            document: The document that has the reference; a file in it is relative to that document.
            reference: Its text: `#/a/b`, `file.yaml` or `file.yaml#/a/b`.
            at: Where it stands, for messages.

        Raises:
            DocumentError: It leads nowhere.
        """
        place = document.location(at)
        file, _, fragment = reference.partition("#")
        target = self._beside(document, file, place) if file else document
        try:
            keys = keys_of_fragment(fragment)
        except ValueError as error:
            raise DocumentError(
                f"`{reference}` is not a reference: what follows # must begin with /",
                location=place,
                cure=f"Write it as a JSON pointer, for example `{file}#/{fragment}`.",
            ) from error
        wanted = f"the reference `{reference}`"
        return Found(target, keys, _walked(target, keys, wanted=wanted, location=place))

    def resolve(self, document: Document, reference: str, *, at: Sequence[str | int] = ()) -> Found:
        """
        What a `$ref` leads to at the end of a chain of references.

        Raises:
            DocumentError: It leads nowhere, or references lead in a circle without anything in it.
        """
        place = document.location(at)
        chain: list[tuple[int, Keys]] = []
        found = self.follow(document, reference, at=at)
        while isinstance(found.value, dict) and isinstance(found.value.get("$ref"), str):
            if found.identity in chain:
                raise DocumentError(
                    f"the reference `{reference}` leads in a circle and to nothing",
                    location=place,
                    cure=f"Write out what is meant at {found.location}, instead of a reference.",
                )
            chain.append(found.identity)
            found = self.follow(found.document, found.value["$ref"], at=(*found.keys, "$ref"))
        return found

    def _beside(self, document: Document, file: str, place: Location) -> Document:
        if "://" in file:
            raise DocumentError(
                f"the reference `{file}` leads into the network, which is never asked",
                location=place,
                cure="Save that file beside this one and refer to it by its name.",
            )
        path = Path(document.path).parent / unquote(file)
        if not path.suffix and not _exists(path):
            raise DocumentError(
                f"there is no file {path}",
                location=place,
                cure=f"Correct the path; what is in this file is referred to as `#/components/schemas/{file}`.",
            )
        return self._once(str(path), place)

    def _once(self, path: str, place: Location | None) -> Document:
        """The document of a file that is asked for at a place, None for the user."""
        file = realpath(path.replace("\0", ""))
        if file not in self._read:
            self._read[file] = parse(_text(path, location=place), path)
        return self._read[file]


def parse(text: str, path: str) -> Document:
    """
    A document from its text; a file named `.json`, and what else is JSON, is read as JSON.

    Raises:
        DocumentError: It is not YAML or JSON, or not one document.
    """
    document = _json(text, path) if _is_json(text, path) else _yaml(text, path)
    if document.value is None:
        raise DocumentError("the file is empty", location=Location(path), cure="Give the file that you meant.")
    _refuse_deep(document)
    return document


def _is_json(text: str, path: str) -> bool:
    if path.lower().endswith(".json"):
        return True
    if not text.lstrip().startswith("{"):
        return False
    # Templates in JSON are often named `.template` or `.yaml`; what JSON does not know (comments) may still be YAML.
    return json_text.is_json(text)


def _json(text: str, path: str) -> Document:
    if not text.strip():
        raise DocumentError("the file is empty", location=Location(path), cure="Give the file that you meant.")
    return Document(path, json_text.parse(text, path), json_text.Lines(text).line_of)


def _yaml(text: str, path: str) -> Document:
    node = yaml_text.compose(text, path)
    return Document(path, yaml_text.Construction(path).value(node), partial(yaml_text.line_of, node))


def _refuse_deep(document: Document) -> None:
    level = [each for each in (document.value,) if isinstance(each, (dict, list))]
    for _ in range(DEEPEST):
        level = [
            member
            for each in level
            for member in (each.values() if isinstance(each, dict) else each)
            if isinstance(member, (dict, list))
        ]
        if not level:
            return
    raise DocumentError(
        f"the file is nested more than {DEEPEST} levels deep",
        location=Location(document.path),
        cure="Give the file that you meant; this one is odd.",
    )


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that is too long
        return False


def _text(path: str, *, location: Location | None) -> str:
    try:
        data = Path(path).read_bytes()
    except FileNotFoundError as error:
        missing = f"there is no file {path}" if location is not None else "there is no such file"
        raise DocumentError(
            missing, location=location or Location(path), cure="Correct the path; it is looked for on this machine."
        ) from error
    except IsADirectoryError as error:
        raise DocumentError(
            f"{path} is a folder", location=location or Location(path), cure="Name a file in it."
        ) from error
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL
        reason = (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
        raise DocumentError(
            f"{path} cannot be read: {reason}", location=location or Location(path), cure="See to its permissions."
        ) from error
    _refuse_other_encodings(data, path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError(
            f"the file is not UTF-8: the byte 0x{data[error.start]:02x} cannot stand there",
            location=Location(path, data.count(b"\n", 0, error.start) + 1),
            cure="Save the file as UTF-8.",
        ) from error


def _refuse_other_encodings(data: bytes, path: str) -> None:
    """Text in an encoding that shows at its beginning, and what is no text at all."""
    encoding = next((name for mark, name in BYTE_ORDER_MARKS if data.startswith(mark)), None)
    if encoding is not None:
        raise DocumentError(
            f"the file is {encoding}, not UTF-8", location=Location(path, 1), cure="Save the file as UTF-8."
        )
    if b"\0" in data:
        raise DocumentError(
            "the file is binary, or text in another encoding than UTF-8",
            location=Location(path),
            cure="Give the file that you meant, or save it as UTF-8.",
        )


def _walked(document: Document, keys: Keys, *, wanted: str, location: Location | None) -> Any:
    value = document.value
    for index, key in enumerate(keys):
        exists, found = member(value, key)
        if not exists:
            raise _nowhere(document, keys[:index], key, value=value, wanted=wanted, location=location)
        value = found
    return value


def _nowhere(
    document: Document, before: Keys, key: str | int, *, value: Any, wanted: str, location: Location | None
) -> DocumentError:
    place = f"`#{fragment_of(before)}`" if before else "the document"
    known = list(value) if isinstance(value, dict) else []
    nearest = difflib.get_close_matches(str(key), known, 1)
    if nearest:
        cure = f"Did you mean `#{fragment_of((*before, nearest[0]))}`?"
    elif known:
        listed = ", ".join(known[:8]) + (", ..." if len(known) > 8 else "")
        cure = f"There are: {listed}."
    else:
        cure = "Correct the reference, or add what it names."
    at = document.path if location is not None and document.path != location.path else ""
    there = f"{place} of {at}" if at else place
    return DocumentError(
        f"{wanted} leads nowhere: {there} has no `{key}`",
        location=location or document.location(before),
        cure=cure,
    )
