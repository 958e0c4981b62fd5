"""Errors of HTTP APIs: a refusal is a status and its reason phrase in JSON, and nobody can customise it (D).

DN: `{"message":"Internal Server Error"}`, 35 bytes; CAP: `{"message":"Not Found"}`, 23 bytes, `Unauthorized` and
`Forbidden`. The others follow their form.
"""

from __future__ import annotations

from collections.abc import Mapping

from contracts.gateway import refusals
from contracts.gateway.calls import Call
from contracts.gateway.http_api.responses import response
from contracts.gateway.media_types import DEFAULT_MEDIA_TYPE
from contracts.gateway.refusals import Customisations, Kind, Refusal
from contracts.http import Response

# Where the status is another one than a REST API's.
STATUSES: Mapping[Kind, int] = {
    refusals.NO_ROUTE: 404,  # CAP
    refusals.NO_STAGE: 404,  # D
    refusals.BAD_REPLY: 500,  # DN
    refusals.TIMED_OUT: 503,  # R; other sources say 504, and nobody recorded it
}
# RFC 9110 and its ancestors: API Gateway says the older phrases (CAP, DN; R for 413).
PHRASES: Mapping[int, str] = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    413: "Request Entity Too Large",
    414: "Request-URI Too Long",
    415: "Unsupported Media Type",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


def refused(call: Call, refusal: Refusal, _customised: Customisations) -> Response:
    """The response of a refusal."""
    status = STATUSES.get(refusal.kind, refusal.kind.status)
    body = f'{{"message":"{PHRASES[status]}"}}'.encode("ascii")
    return response(call, status, media_type=DEFAULT_MEDIA_TYPE, lines=refusal.lines, body=body)
