"""
From bytes to a JSON value, by RFC 8259 and not by Python's more generous reading of it.

Refused besides what `json` itself refuses: another encoding than UTF-8, a byte order mark, duplicate names, NaN and
Infinity, numbers too large to be one, escapes of half a character (lone surrogates), and nesting without end.
"""

from __future__ import annotations

import json
import math
from typing import Any

from webapi.problems import Fault, Refusal, refused
from webapi.requests import Request

DEEPEST = 50
"""Levels of nesting; deeper than any schema of the contract and far from the limits of the parsers."""


class _Unacceptable(ValueError):  # noqa: N818 - becomes a refusal
    """Something that the JSON parser lets pass, and we do not."""


def media_type(request: Request) -> tuple[str, str]:
    """
    The body's media type in lower case ("" when it is not said) and its charset ("" likewise).

    Several Content-Type headers are no statement at all, unless they are equal.
    """
    values = set(request.header("content-type"))
    if len(values) != 1:
        return "", ""
    essence, *parameters = values.pop().split(";")
    charset = ""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip('"').lower().replace("_", "-")
    return essence.strip().lower(), charset


def json_body(request: Request, charset: str) -> Any:
    """
    The value of a JSON body.

    Args:
        request: A request that has a body.
        charset: What its Content-Type says, in lower case; "" when it says nothing.

    Raises:
        Refusal: The body is not JSON in UTF-8.
    """
    if charset not in ("", "utf-8", "utf8"):
        raise refused(Fault("header", "Content-Type", "charset", "must be utf-8 where a charset is given"))
    try:
        text = (request.body or b"").decode("utf-8")
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite)
        _check(value)
    except UnicodeDecodeError:
        raise _not_json("encoding", "must be UTF-8") from None
    except _Unacceptable as unacceptable:
        raise _not_json("json", str(unacceptable)) from None
    except RecursionError:
        raise _not_json("json", "must not be nested so deeply") from None
    except ValueError:  # also an integer of more digits than Python converts
        raise _not_json("json", "must be JSON") from None
    return value


def _not_json(code: str, detail: str) -> Refusal:
    return refused(Fault("pointer", "", code, detail))


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names are unique: which of two equal names counts is anybody's guess (RFC 8259, 4)."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _Unacceptable("must not have two members of one name")
    return members


def _no_constant(_: str) -> Any:
    raise _Unacceptable("must not have NaN or Infinity")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise _Unacceptable("must not have numbers out of range")
    return number


def _check(value: Any) -> None:
    """Looks into every corner of a value without recursion."""
    waiting = [(value, 1)]
    while waiting:
        part, depth = waiting.pop()
        if depth > DEEPEST:
            raise _Unacceptable("must not be nested so deeply")
        if isinstance(part, dict):
            waiting += [(each, depth + 1) for each in part.values()]
            waiting += [(name, depth) for name in part]
        elif isinstance(part, list):
            waiting += [(each, depth + 1) for each in part]
        elif isinstance(part, str) and not whole(part):
            raise _Unacceptable("must not have half a character (a lone surrogate)")


def whole(text: str) -> bool:
    """Whether every character is one, none half a surrogate pair: others can neither be stored nor sent."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
