"""Bodies of requests to HTTP APIs: text or base64 by the Content-Type alone; there is nothing to configure (MS, FL)."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from contracts.gateway.media_types import essence

# MS; FL 2172: text, and everything else is base64: forms, multipart, unknown types, a missing Content-Type.
# `+json` types are unmeasured.
TEXT_TYPES = frozenset({"application/graphql", "application/javascript", "application/json", "application/xml"})
TEXT_CHARSETS = frozenset({"", "utf-8"})


def body_of(body: bytes | None, content_type: Sequence[str] | None) -> tuple[str | None, bool]:
    """
    The body as an event has it, and whether that is base64; None for an empty one (MS).

    Bytes that are no UTF-8 in a type that is text are damaged (I: as in REST APIs).

    Args:
        content_type: The lines of that header.
    """
    if not body:
        return None, False
    if content_type and is_text(content_type[-1]):
        return body.decode("utf-8", "replace"), False
    return base64.b64encode(body).decode("ascii"), True


def is_text(content_type: str) -> bool:
    """Whether a body of this type is text: one of the types that are, with no charset or UTF-8 in any case."""
    media_type = essence(content_type)
    return (media_type in TEXT_TYPES or media_type.startswith("text/")) and _charset(content_type) in TEXT_CHARSETS


def _charset(content_type: str) -> str:
    for parameter in content_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"').lower()
    return ""
