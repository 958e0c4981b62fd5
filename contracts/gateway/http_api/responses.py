"""Responses of HTTP APIs: what every answer has in common, whoever decided it.

Always Date, Connection (HTTP/1.1 alone), Content-Length and Apigw-Requestid; no x-amzn-RequestId and no trace id (DN).
Names are in title case on HTTP/1.1 (DN: `Myheader`), and in lower case on HTTP/2, which has no other (RFC 9113, 8.2).
"""

from __future__ import annotations

from collections.abc import Iterable

from contracts.gateway.calls import Call
from contracts.gateway.clock import http_date
from contracts.gateway.http_api.headers import title
from contracts.gateway.responses import BODILESS, Line
from contracts.http import Headers, Response

# What the gateway says itself, whatever an integration says.
OWN = frozenset({"apigw-requestid", "connection", "content-length", "date", "keep-alive", "transfer-encoding"})


def response(
    call: Call, status: int, *, media_type: str | None, lines: Iterable[Line] = (), body: bytes = b""
) -> Response:
    """
    The response, complete.

    Args:
        media_type: Content-Type, unless one of the lines has it; None for none.
        lines: Headers that HTTP can carry; those in `OWN` are left out.
    """
    moment = call.moment
    kept = [(title(name), value) for name, value in lines if name.lower() not in OWN]
    said: list[Line] = [("Date", http_date(moment.epoch_milliseconds // 1000))]
    if media_type is not None and "Content-Type" not in dict(kept):
        said.append(("Content-Type", media_type))
    if status in BODILESS:
        body = b""
    else:
        said.append(("Content-Length", str(len(body))))
    first_version = _is_first_version(call)
    if first_version:
        said.append(("Connection", "keep-alive"))
    said += [*kept, ("Apigw-Requestid", moment.extended_request_id)]
    named = said if first_version else [(name.lower(), value) for name, value in said]
    return Response(status, Headers(tuple(named)), b"" if call.request.method == "HEAD" else body)


def spelled(call: Call, name: str) -> str:
    """A header's name as the client sees it."""
    return title(name) if _is_first_version(call) else name.lower()


def _is_first_version(call: Call) -> bool:
    return call.request.protocol.startswith("HTTP/1")
