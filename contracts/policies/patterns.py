"""Patterns: texts of a policy with wildcards and policy variables in them.

`*` is any number of characters and `?` is one, slashes and colons included (Resource element); `${key}` is the value of
a condition key, `${key, 'text'}` the text where there is none, and `${*}`, `${?}` and `${$}` are those characters
themselves (Variables and tags, policy version 2012-10-17).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

Context = Mapping[str, tuple[str, ...]]
"""Values of condition keys by name, in lower case: IAM does not tell the case of key names."""

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_DEFAULT = re.compile(r"([^,]+?)\s*,\s*'([^']*)'")


def matches(pattern: str, text: str, context: Context, *, ignore_case: bool = False) -> bool:
    """Whether a text is what a pattern describes; never when a variable of the pattern has no single value."""
    if "$" in pattern:
        filled = _filled(pattern, context)
        if filled is None:
            return False
        expression = filled
    else:
        expression = _wild(pattern)
    return _compiled(expression, ignore_case).fullmatch(text) is not None


def plain(text: str, context: Context) -> str | None:
    """A text with its variables put in, wildcards meaning nothing; None when one has no single value."""
    parts: list[str] = []
    end = 0
    for found in _VARIABLE.finditer(text):
        value = _value(found[1], context)
        if value is None:
            return None
        parts += [text[end : found.start()], value]
        end = found.end()
    return "".join([*parts, text[end:]])


def _filled(pattern: str, context: Context) -> str | None:
    """The regular expression of a pattern; what a variable puts in is no wildcard."""
    parts: list[str] = []
    end = 0
    for found in _VARIABLE.finditer(pattern):
        value = _value(found[1], context)
        if value is None:
            return None
        parts += [_wild(pattern[end : found.start()]), re.escape(value)]
        end = found.end()
    return "".join([*parts, _wild(pattern[end:])])


def _value(name: str, context: Context) -> str | None:
    name = name.strip()
    if name in ("*", "?", "$"):
        return name
    default = _DEFAULT.fullmatch(name)
    values = context.get((default[1] if default is not None else name).lower(), ())
    if len(values) == 1:
        return values[0]
    return default[2] if default is not None and not values else None


def _wild(pattern: str) -> str:
    return re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")


@lru_cache(maxsize=1024)
def _compiled(expression: str, ignore_case: bool) -> re.Pattern[str]:
    return re.compile(expression, re.DOTALL | (re.IGNORECASE if ignore_case else 0))
