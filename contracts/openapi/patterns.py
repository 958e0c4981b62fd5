r"""Regular expressions as public contracts write them, in words that every dialect reads alike.

API Gateway reads a pattern as Java does, and most readers by ECMA 262's rules for the web (appendix B), where
`[\w-.]` means what `[\w\-.]` means; Python and ECMA 262's Unicode mode refuse the first. Nothing here changes what a
pattern matches.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

# One step of a pattern: an escape with what belongs to it, or one character.
_STEP = re.compile(r"\\(?:[pP]\{[^}]*\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[A-Za-z]|.)|.", re.DOTALL)
_CLASS_ESCAPE = re.compile(r"\\(?:[dDsSwW]|[pP]\{.*)", re.DOTALL)
# Each dialect reads these in its own way: an empty class, an intersection, POSIX's names of classes.
_AMBIGUOUS = re.compile(r"\[\^?\]|&&|\[:")
_NAMED_GROUP = re.compile(r"(?<!\\)\(\?P?<[A-Za-z_]\w*>")
_BACK_REFERENCE = re.compile(r"\\[gk]|\(\?P=")
_LETTERS = frozenset(string.ascii_letters)
_CASELESS = "(?i)"
_NUMBERED = re.compile(r"\\[xucpP]")  # characters by number or property, whose other case nobody sees
# Anchors of Java, Perl and Python that ECMA 262 writes in another way.
_ANCHORS = {r"\A": "^", r"\Z": "$", r"\z": "$"}


def portable(pattern: str) -> str:
    """The pattern with the same meaning in words that all dialects share; what is not known here stays as it is."""
    if _AMBIGUOUS.search(pattern):
        return pattern
    if _BACK_REFERENCE.search(pattern) is None:
        pattern = _NAMED_GROUP.sub("(?:", pattern)
    steps = _STEP.findall(pattern.removeprefix(_CASELESS))
    if not pattern.startswith(_CASELESS):
        return "".join(_told(steps))
    return pattern if _NUMBERED.search(pattern) or _BACK_REFERENCE.search(pattern) else "".join(_both_cases(steps))


def _told(steps: list[str]) -> Iterator[str]:
    for index, step, opened in _in_classes(steps):
        if opened is None:
            yield _ANCHORS.get(step, step)
        else:
            yield "\\" + step if _is_literal(steps, index, opened) else step


def _in_classes(steps: list[str]) -> Iterator[tuple[int, str, int | None]]:
    """Each step with its index, and the index at which the class around it began."""
    opened: int | None = None
    for index, step in enumerate(steps):
        if opened is not None and step == "]":
            opened = None
        yield index, step, opened
        if opened is None and step == "[":
            opened = index


def _is_literal(steps: list[str], index: int, opened: int) -> bool:
    """Whether a character of a class stands for itself there, where some dialects read more into it."""
    if steps[index] == "[":
        return True
    before, after = steps[index - 1], steps[index + 1 : index + 2]
    if steps[index] != "-" or index - 1 == opened or after in ([], ["]"]):
        return False
    return any(_CLASS_ESCAPE.fullmatch(step) for step in (before, *after))


def _both_cases(steps: list[str]) -> Iterator[str]:
    """Without the flag `(?i)`, which ECMA 262 has not: every letter, and every range of letters, in both cases."""
    told = list(_told(steps))
    end_of_range = -1
    for index, _, opened in _in_classes(steps):
        step = told[index]
        if index <= end_of_range:
            continue
        if opened is not None and _is_range(told[index : index + 3]):
            end_of_range = index + 2
            yield f"{step}-{told[end_of_range]}{_other_case(step, told[end_of_range])}"
        else:
            other = _other_case(step, step)
            yield f"[{step}{other}]" if other and opened is None else step + other


def _is_range(steps: list[str]) -> bool:
    return steps[1:2] == ["-"] and all(len(step) == 1 and step != "]" for step in steps[2:])


def _other_case(first: str, last: str) -> str:
    """The letters between two characters in the case that they have not there."""
    if len(first) > 1 or len(last) > 1:
        return ""
    between = {chr(code) for code in range(ord(first), ord(last) + 1)} & _LETTERS
    missing = sorted({letter.swapcase() for letter in between} - between)
    if len(missing) > 2 and ord(missing[-1]) - ord(missing[0]) == len(missing) - 1:
        return f"{missing[0]}-{missing[-1]}"
    return "".join(missing)
