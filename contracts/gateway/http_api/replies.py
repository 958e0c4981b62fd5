"""Replies: what a Lambda integration of an HTTP API makes of a function's result.

* Unknown members are ignored, those of the other format too (SAM); a REST API refuses them.
* A body is text/plain unless the function says otherwise (DN); base64 is always decoded (DN, MS).
* Payload format 2.0: a result without `statusCode` is the body itself, of a 200 in JSON (D; LS for function URLs).
* Payload format 1.0: without `statusCode` it is an error (D, SAM); a header's single value is before the multiple ones
  (DN; a REST API has them the other way).
* Whatever is wrong is a 500 (DN for a status that is none and for no JSON; D).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from contracts.exchange import Reply
from contracts.gateway import json_text
from contracts.gateway.calls import Call
from contracts.gateway.http_api.responses import response
from contracts.gateway.media_types import DEFAULT_MEDIA_TYPE
from contracts.gateway.refusals import BAD_REPLY, TIMED_OUT, Refusal
from contracts.gateway.replies import Malformed, flag, lines_of, object_of, status_of, text_of
from contracts.gateway.responses import Line
from contracts.http import Response

PLAIN_TEXT = "text/plain; charset=utf-8"


def answered_v2(call: Call, reply: Reply, timeout_milliseconds: int) -> Response | Refusal:
    """The function's response by payload format 2.0, or why there is none."""
    return _answered(call, reply, timeout_milliseconds=timeout_milliseconds, version_2=True)


def answered_v1(call: Call, reply: Reply, timeout_milliseconds: int) -> Response | Refusal:
    """The function's response by payload format 1.0, or why there is none."""
    return _answered(call, reply, timeout_milliseconds=timeout_milliseconds, version_2=False)


def _answered(call: Call, reply: Reply, *, timeout_milliseconds: int, version_2: bool) -> Response | Refusal:
    if reply.duration_milliseconds > timeout_milliseconds:
        return Refusal(TIMED_OUT)
    if reply.error is not None or reply.payload is None:  # D
        return Refusal(BAD_REPLY)
    try:
        result = json_text.read(reply.payload)
        if version_2 and not (isinstance(result, dict) and "statusCode" in result):
            said = result if isinstance(result, str) else reply.payload
            return response(call, 200, media_type=DEFAULT_MEDIA_TYPE, body=said.encode("utf-8", "replace"))
        envelope = object_of(result)
        return response(
            call,
            status_of(envelope.get("statusCode")),
            media_type=PLAIN_TEXT,
            lines=_lines_v2(envelope) if version_2 else _lines_v1(envelope),
            body=_body(envelope),
        )
    except (Malformed, ValueError):  # ValueError: no JSON
        return Refusal(BAD_REPLY)


def _body(envelope: Mapping[str, Any]) -> bytes:
    text = text_of(envelope.get("body")).encode("utf-8", "replace")
    if not flag(envelope.get("isBase64Encoded")):
        return text
    try:
        return base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        raise Malformed from None


def _lines_v2(envelope: Mapping[str, Any]) -> list[Line]:
    lines: list[Line] = []
    for name, value in object_of(envelope.get("headers")).items():
        lines += lines_of(name, (value,))
    return lines + lines_of("set-cookie", _list(envelope.get("cookies")))  # D: a Set-Cookie each


def _lines_v1(envelope: Mapping[str, Any]) -> list[Line]:
    lines: list[Line] = []
    multiple = dict(object_of(envelope.get("multiValueHeaders")))
    for name, value in object_of(envelope.get("headers")).items():
        lines += lines_of(name, (value,))
        for same in [each for each in multiple if each.lower() == name.lower()]:
            lines += lines_of(name, _list(multiple.pop(same)))
    for name, values in multiple.items():
        lines += lines_of(name, _list(values))
    return lines


def _list(value: Any) -> Sequence[Any]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise Malformed
    return value
