"""JSON as text: its value, read strictly, and the line of everything in it, found when first asked for."""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any

from contracts.documents.pointers import Keys, index_of
from contracts.errors import DocumentError, Location

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+')
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class _RepeatedError(ValueError):
    """A key stands twice in one object."""


class _NumberError(ValueError):
    """A number that JSON or this machine does not have."""

    def __init__(self, spelling: str) -> None:
        super().__init__(spelling)
        self.spelling = spelling


def parse(text: str, path: str) -> Any:
    """
    The value of a JSON text.

    Raises:
        DocumentError: It is not JSON, repeats a key, or has a number that JSON does not have.
    """
    try:
        value = json.loads(
            text, object_pairs_hook=_members, parse_constant=_refused, parse_float=_float, parse_int=_integer
        )
    except json.JSONDecodeError as error:
        raise DocumentError(
            f"this is not JSON: {error.msg} (column {error.colno})",
            location=Location(path, error.lineno),
            cure="Correct the syntax at this place; JSON has neither comments nor commas at the end.",
        ) from error
    except _RepeatedError as error:
        raise _repeated(text, path) from error
    except _NumberError as error:
        raise DocumentError(
            f"{error.spelling[:40]} is not a number that JSON can carry",
            location=Location(path, _line_of_token(text, error.spelling)),
            cure="Write it as text, in quotes, or leave it out.",
        ) from error
    except RecursionError as error:
        raise DocumentError(
            "the file is nested too deeply",
            location=Location(path),
            cure="Give the file that you meant; this one is odd.",
        ) from error
    _refuse_lone_surrogates(text, value, path)
    return value


def is_json(text: str) -> bool:
    """Whether a text has the syntax of JSON, whatever else may be wrong with it."""
    try:
        json.loads(text, parse_int=str)
    except (ValueError, RecursionError):
        return False
    return True


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _RepeatedError
    return members


def _refused(spelling: str) -> Any:
    raise _NumberError(spelling)


def _float(spelling: str) -> float:
    number = float(spelling)
    if math.isinf(number):
        raise _NumberError(spelling)
    return number


def _integer(spelling: str) -> int:
    # Python refuses to read integers of more than 4,300 digits.
    if len(spelling) > 4000:
        raise _NumberError(spelling)
    return int(spelling)


def _line_of_token(text: str, spelling: str) -> int | None:
    return next((text.count("\n", 0, it.start()) + 1 for it in _TOKEN.finditer(text) if it.group() == spelling), None)


def _refuse_lone_surrogates(text: str, value: Any, path: str) -> None:
    if _SURROGATE.search(text) is None:
        return
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise DocumentError(
            "a \\u escape is half of a surrogate pair, which is no Unicode text",
            location=Location(path, _line_of_surrogate(text)),
            cure="Write the character itself, or both halves.",
        ) from error


def _line_of_surrogate(text: str) -> int | None:
    for token in _TOKEN.finditer(text):
        if _SURROGATE.search(token.group()):
            try:
                json.loads(token.group()).encode()
            except UnicodeEncodeError:
                return text.count("\n", 0, token.start()) + 1
    return None


def _repeated(text: str, path: str) -> DocumentError:
    first, second, key = _scanned(text)[1][0]
    return DocumentError(
        f'the key "{key}" stands twice in one object, first at line {first}',
        location=Location(path, second),
        cure="Remove or rename one of the two.",
    )


@dataclass(slots=True)
class _Place:
    line: int
    members: dict[str | int, _Place] = field(default_factory=dict)


@dataclass(slots=True)
class Lines:
    """Finds lines in a text that is known to be JSON; the text is scanned when a line is first asked for."""

    text: str
    _root: _Place | None = None

    def line_of(self, keys: Keys) -> int:
        """The line of a value, or of the nearest thing around it; of a member, the line of its key."""
        if self._root is None:
            self._root = _scanned(self.text)[0]
        place = self._root
        for key in keys:
            found = place.members.get(str(key)) or place.members.get(-1 if (i := index_of(key)) is None else i)
            if found is None:
                break
            place = found
        return place.line


def _scanned(text: str) -> tuple[_Place, list[tuple[int, int, str]]]:
    """Where everything is, and which keys stand twice: (first line, second line, key)."""
    breaks = [it.start() for it in re.finditer("\n", text)]
    top = _Place(1)
    repeated: list[tuple[int, int, str]] = []
    open_places: list[tuple[_Place, bool]] = [(top, False)]
    key: str | None = None
    key_line = 1
    for token in _TOKEN.finditer(text):
        spelling = token.group()
        place, is_object = open_places[-1]
        if spelling in "]}":
            open_places.pop()
        elif spelling not in ",:":
            line = bisect_right(breaks, token.start()) + 1
            if is_object and key is None:
                key, key_line = json.loads(spelling), line
                continue
            name: str | int = len(place.members) if key is None else key
            if name in place.members:
                repeated.append((place.members[name].line, key_line, str(name)))
            here = place.members[name] = _Place(line if key is None else key_line)
            key = None
            if spelling in "[{":
                open_places.append((here, spelling == "{"))
    return top.members[0], repeated
