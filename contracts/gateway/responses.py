"""Responses: what every answer of the gateway has in common, whoever decided it.

Always Date, Connection (HTTP/1.1 alone), Content-Length and two ids; X-Amzn-Trace-Id where an integration answered
(LS, DN), and not on MOCK answers (LS) and errors (DN).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from contracts.gateway.calls import Call
from contracts.gateway.clock import http_date
from contracts.gateway.events_v1 import TRACE_ROOT, request_id
from contracts.http import Headers, Response

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, section 5.6.2
_UNWRITABLE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")  # RFC 9110, section 5.5
_TRACE_FIELD = re.compile(r"[A-Za-z]+=[A-Za-z0-9:._-]+")
# What the gateway says itself, whatever an integration or a gateway response says.
OWN = frozenset(
    {"connection", "content-length", "date", "transfer-encoding", "x-amz-apigw-id", "x-amzn-requestid"}
    | {"x-amzn-trace-id"}
)
BODILESS = frozenset({204, 304})  # RFC 9110, section 6.4.1

Line = tuple[str, str]


def written(value: Any) -> str | None:
    """A scalar of JSON as a header value (LS: `true` is "true"), or None where it cannot be one."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    return value if isinstance(value, str) else None


def line(name: str, value: str) -> Line | None:
    """
    A header line that HTTP can carry, or None when there is none.

    Text beyond ASCII stands as the UTF-8 bytes that go over the wire, each as one character.
    """
    if _UNWRITABLE.search(value) or TOKEN.fullmatch(name) is None:
        return None
    value = value.strip(" \t")
    return name, value if value.isascii() else value.encode("utf-8", "replace").decode("latin-1")


def response(
    call: Call, status: int, *, media_type: str, lines: Iterable[Line] = (), body: bytes = b"", traced: bool = False
) -> Response:
    """
    The response, complete.

    Args:
        media_type: Content-Type, unless one of the lines has it.
        lines: Headers that HTTP can carry; those in `OWN` are left out.
        traced: Whether X-Amzn-Trace-Id is said.
    """
    moment = call.moment
    kept = [each for each in lines if each[0].lower() not in OWN]
    head: list[Line] = [("Date", http_date(moment.epoch_milliseconds // 1000))]
    if all(name.lower() != "content-type" for name, _ in kept):
        head.append(("Content-Type", media_type))
    if status in BODILESS:
        body = b""
    else:
        head.append(("Content-Length", str(len(body))))
    if call.request.protocol.startswith("HTTP/1"):
        head.append(("Connection", "keep-alive"))
    head.append(("x-amzn-RequestId", request_id(call)))
    head.append(("x-amz-apigw-id", moment.extended_request_id))
    if traced:
        kept.append(("X-Amzn-Trace-Id", _trace(call.request.headers.lines, call)))
    return Response(status, Headers((*head, *kept)), b"" if call.request.method == "HEAD" else body)


def _trace(lines: Sequence[Line], call: Call) -> str:
    """A full trace header is carried through; what of it is missing is made up (LS)."""
    sent = next((value for name, value in lines if name.lower() == "x-amzn-trace-id"), "")
    moment = call.moment
    root = TRACE_ROOT.search(sent)
    fields = [each.strip() for each in sent.split(";")] if root is not None else [f"Root={moment.trace_root}"]
    fields = [each for each in fields if _TRACE_FIELD.fullmatch(each)]
    known = {each.partition("=")[0] for each in fields}
    if "Parent" not in known:
        fields.append(f"Parent={moment.trace_parent}")
    if "Sampled" not in known:
        fields.append("Sampled=0")
    return ";".join(fields)
