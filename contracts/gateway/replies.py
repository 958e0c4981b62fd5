"""Replies: what a Lambda proxy integration of a REST API makes of a function's result.

Legal members are those of `LEGAL`; any other makes the answer 502 (LS). The sources of the rules stand beside them.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from contracts.exchange import Reply
from contracts.gateway import json_text
from contracts.gateway.calls import Call
from contracts.gateway.media_types import DEFAULT_MEDIA_TYPE, essence, is_binary
from contracts.gateway.refusals import BAD_BASE64, BAD_REPLY, TIMED_OUT, Refusal
from contracts.gateway.responses import Line, line, response, written
from contracts.http import Response

# LS; SAM for `base64Encoded`
LEGAL = frozenset({"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded", "base64Encoded"})
# A final status (RFC 9110, section 15): 0 is recorded as 502 (DN), and nobody can send 100 or 600 as an answer.
STATUS = re.compile(r"[2-5][0-9][0-9]")
# D, important notes, lambda column.
REMAPPED = frozenset(
    {"authorization", "connection", "content-md5", "date", "max-forwards", "server", "user-agent", "www-authenticate"}
)
DROPPED = frozenset({"expect", "host", "proxy-authenticate", "te", "trailer", "transfer-encoding", "upgrade", "via"})
REMAPPED_PREFIX = "x-amzn-Remapped-"


class Malformed(Exception):  # noqa: N818 - never leaves the readers of replies
    """The result is nothing that a proxy integration can return."""


def answered(call: Call, reply: Reply, timeout_milliseconds: int) -> Response | Refusal:
    """The function's response, or why there is none."""
    if reply.duration_milliseconds > timeout_milliseconds:  # D
        return Refusal(TIMED_OUT)
    if reply.error is not None or reply.payload is None:  # LS, SAGE; R: the function's own timeout is one
        return Refusal(BAD_REPLY)
    try:
        result = _result(reply.payload)
        status = 200 if result.get("statusCode") is None else status_of(result["statusCode"])  # LS
        lines = tuple(_remapped(_lines(result)))
        text = text_of(result.get("body"))
        encoded = flag(result.get("isBase64Encoded")) or flag(result.get("base64Encoded"))
    except Malformed:
        return Refusal(BAD_REPLY)
    body = text.encode("utf-8", "replace")
    if encoded and _wants_binary(call):
        try:
            body = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
        except (binascii.Error, ValueError):  # LS
            return Refusal(BAD_BASE64)
    return response(call, status, media_type=DEFAULT_MEDIA_TYPE, lines=lines, body=body, traced=True)


def _result(payload: str) -> Mapping[str, Any]:
    """The object that the function returned; null is an empty one (R)."""
    try:
        result = json_text.read(payload)
    except ValueError:
        raise Malformed from None
    if result is None:
        return {}
    if not isinstance(result, dict) or not result.keys() <= LEGAL:
        raise Malformed
    return result


def status_of(value: Any) -> int:
    """
    A number, or its digits as text (LS).

    Raises:
        Malformed: It is no final status.
    """
    if type(value) is int and 200 <= value < 600:
        return value
    if not isinstance(value, str) or STATUS.fullmatch(value) is None:
        raise Malformed
    return int(value)


def text_of(value: Any) -> str:
    """
    A body; none is empty.

    Raises:
        Malformed: It is no text.
    """
    if value is None:
        return ""
    if not isinstance(value, str):  # R
        raise Malformed
    return value


def flag(value: Any) -> bool:
    """
    Whether a flag is set.

    Raises:
        Malformed: It is no boolean.
    """
    if value is not None and not isinstance(value, bool):
        raise Malformed
    return value is True


def _lines(result: Mapping[str, Any]) -> Iterator[Line]:
    """
    The function's headers: the multiple values first, then the single one, under the spelling of the multiple
    ones (LS, DN); equal pairs once (D).
    """
    spelling: dict[str, str] = {}
    seen: set[Line] = set()
    for name, values in object_of(result.get("multiValueHeaders")).items():
        if not isinstance(values, list):  # LS
            raise Malformed
        spelling.setdefault(name.lower(), name)
        for value in values:
            yield from _once(name, value, seen=seen)
    for name, value in object_of(result.get("headers")).items():
        yield from _once(spelling.get(name.lower(), name), value, seen=seen)


def object_of(value: Any) -> Mapping[str, Any]:
    """
    An object; null is an empty one (LS).

    Raises:
        Malformed: It is none.
    """
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Malformed
    return value


def _once(name: str, value: Any, *, seen: set[Line]) -> Iterator[Line]:
    for found in lines_of(name, (value,)):
        key = (found[0].lower(), found[1])
        if key not in seen:
            seen.add(key)
            yield found


def lines_of(name: str, values: Iterable[Any]) -> list[Line]:
    """
    The lines of a header; a value that is null has none (unrecorded: nothing to say).

    Raises:
        Malformed: HTTP cannot carry one.
    """
    lines = []
    for value in values:
        if value is not None:
            text = written(value)
            found = None if text is None else line(name, text)
            if found is None:
                raise Malformed
            lines.append(found)
    return lines


def _remapped(lines: Iterator[Line]) -> Iterator[Line]:
    for name, value in lines:
        lower = name.lower()
        if lower in REMAPPED:
            yield REMAPPED_PREFIX + name, value
        elif lower not in DROPPED:
            yield name, value


def _wants_binary(call: Call) -> bool:
    """Whether the first media type that the client accepts is a binary one; the function's is irrelevant (LS)."""
    accepted = call.request.headers.get_all("Accept")
    return is_binary(essence(accepted[0]) if accepted else "", call.binary_media_types)
