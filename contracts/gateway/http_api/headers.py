"""Headers of requests to HTTP APIs: what of them reaches a function, and how names are written."""

from __future__ import annotations

from functools import lru_cache

from contracts.gateway.calls import Call
from contracts.gateway.events_v1 import trace

# I: they speak of the client's connection (RFC 9110, section 7.6.1), and no capture has one.
DROPPED = frozenset({"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"})


def headers_in(call: Call) -> dict[str, list[str]]:
    """
    The lines of each header by its name in lower case, and what the gateway adds (DN, VK, LGO).

    Content-Length is there even where the client sent no body (LGO: "0" in a GET by curl).
    """
    values: dict[str, list[str]] = {}
    for name, value in call.request.headers.lines:
        lower = name.lower()
        if lower not in DROPPED:
            values.setdefault(lower, []).append(value)
    deployment = call.deployment
    values.setdefault("content-length", [str(len(call.request.body or b""))])
    values.setdefault("host", [deployment.host])
    values["x-amzn-trace-id"] = [trace(values.get("x-amzn-trace-id"), call)]
    # R: what a client claims is kept, and the true source appended.
    values["x-forwarded-for"] = [", ".join([*values.get("x-forwarded-for", ()), deployment.source_ip])]
    values["x-forwarded-port"] = ["443"]
    values["x-forwarded-proto"] = ["https"]
    return values


@lru_cache(maxsize=1024)
def title(name: str) -> str:
    """A name in title case (DN: `Myheader`, `X-Custom-Header`)."""
    return "-".join(part.capitalize() for part in name.split("-"))
