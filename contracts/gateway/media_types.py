"""Media types: which bodies are binary, by the API's binary media types (REST APIs only)."""

from __future__ import annotations

from collections.abc import Sequence

# "A missing Content-Type" is taken for this one (D: mapping templates and models; LS for models).
DEFAULT_MEDIA_TYPE = "application/json"


def essence(value: str | None) -> str:
    """The first media type of a Content-Type or Accept value, lower case, without parameters; "" when there is none."""
    return (value or "").partition(",")[0].partition(";")[0].strip().lower()


def is_binary(media_type: str, binary_media_types: Sequence[str]) -> bool:
    """
    Whether a media type is one of the configured ones.

    An entry is a type, `type/*` or `*/*`; `*/subtype` matches nothing. A wildcard in the request is no wildcard:
    `image/*` matches the entry `image/*` and not `image/png` (LS test_aws_proxy_binary_response; MS; CH for `*/*`).
    """
    for entry in map(str.lower, binary_media_types):
        if entry == "*/*":
            return True
        if entry.startswith("*/"):
            continue
        if entry == media_type or (entry.endswith("/*") and media_type.startswith(entry[:-1])):
            return True
    return False
