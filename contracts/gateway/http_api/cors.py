"""CORS of an HTTP API, as x-amazon-apigateway-cors configures it.

D, "Configure CORS for HTTP APIs in API Gateway":

* A preflight is answered even if there is no OPTIONS route; where a route takes it (OPTIONS, ANY, `$default`), the
  route answers, which is why the guide wants an open `OPTIONS /{proxy+}` beside a guarded `$default`.
* To a request with an Origin the configured headers are added; the function's own CORS headers are ignored.

R: an origin that is not listed gets no headers, and a preflight is a 204.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.gateway.calls import Call
from contracts.gateway.http_api.responses import spelled
from contracts.gateway.responses import Line, line
from contracts.http import Headers, Response

CORS = "x-amazon-apigateway-cors"
PREFIX = "access-control-"
PREFLIGHT_STATUS = 204
# Origins may be all of a scheme (D: CORS configuration of an API).
ANY_ORIGIN = "*"
WHOLE_SCHEMES = ("http://*", "https://*")


@dataclass(frozen=True, slots=True)
class Cors:
    """
    A CORS configuration.

    Attributes:
        answers: The headers of every CORS answer, beside the origin.
        preflights: Those that preflights have besides.
    """

    origins: tuple[str, ...]
    answers: tuple[Line, ...]
    preflights: tuple[Line, ...]

    def allowed(self, origin: str) -> str | None:
        """Access-Control-Allow-Origin for a request from there, or None."""
        if ANY_ORIGIN in self.origins:
            return ANY_ORIGIN
        whole = any(each in self.origins and origin.lower().startswith(each[:-1]) for each in WHOLE_SCHEMES)
        return origin if whole or origin in self.origins else None


def cors_of(extensions: Mapping[str, Any]) -> Cors | None:
    """The configuration of a document by its extensions; None where it has none."""
    written = extensions.get(CORS)
    if not isinstance(written, Mapping):
        return None
    credentials = ["true"] if str(written.get("allowCredentials")).lower() == "true" else []
    return Cors(
        origins=_texts(written.get("allowOrigins")),
        answers=(
            *_list("access-control-allow-credentials", credentials),
            *_list("access-control-expose-headers", written.get("exposeHeaders")),
        ),
        preflights=(
            *_list("access-control-allow-methods", written.get("allowMethods")),
            *_list("access-control-allow-headers", written.get("allowHeaders")),
            *_list("access-control-max-age", written.get("maxAge")),
        ),
    )


def is_preflight(call: Call) -> bool:
    """Whether a request asks for leave to make another (Fetch standard, CORS-preflight fetch)."""
    headers = call.request.headers
    return call.method == "OPTIONS" and "Origin" in headers and "Access-Control-Request-Method" in headers


def with_cors(cors: Cors, call: Call, answer: Response) -> Response:
    """An answer with the configured headers in place of the function's."""
    lines = [each for each in answer.headers.lines if not each[0].lower().startswith(PREFIX)]
    origin = call.request.headers.get("Origin")
    allowed = None if origin is None else cors.allowed(origin)
    said = None if allowed is None else line("access-control-allow-origin", allowed)
    if said is not None:
        unrouted = call.operation is None and is_preflight(call)
        added = (said, *cors.answers, *(cors.preflights if unrouted else ()))
        lines += [(spelled(call, name), value) for name, value in added]
    return Response(answer.status, Headers(tuple(lines)), answer.body)


def _list(name: str, written: Any) -> Iterator[Line]:
    found = line(name, ",".join(_texts(written)))
    if found is not None and found[1]:
        yield found


def _texts(written: Any) -> tuple[str, ...]:
    if isinstance(written, (str, int)):
        return (str(written),)
    return tuple(str(each) for each in written) if isinstance(written, (list, tuple)) else ()
