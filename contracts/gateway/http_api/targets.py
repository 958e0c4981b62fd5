"""Targets: how an HTTP API reads the path of a request.

VK (live captures of 2026-07, `ingress-paths.json`; DN for the plain ones): the path is decoded, cut off at a `?` that
this brought to light, and decoded once more: `%2525` arrives as `%`, `a%3Fb` as `a`, and `%25done`, which is no
encoding the second time, is refused. `rawPath` is that path. A `+` stays.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, unquote_to_bytes

from contracts.gateway.calls import Place

DEFAULT_STAGE = "$default"
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def place_of(target: str, stage: str) -> Place | None:
    """
    Take a request target apart; None where its path is no encoding.

    Routes are found by the segments that were sent, each decoded, so that an encoded slash divides nothing (I: DN has
    path parameters decoded).

    Args:
        stage: The stage that is deployed. `$default` stands at the root, and leaves no trace in paths (DN, VK, FL);
            another is the first segment, and part of paths (FL).
    """
    sent = _sent(target)
    segments = _decoded(sent)
    if segments is None:
        return None
    named = stage != DEFAULT_STAGE
    return Place(
        stage=segments[0] if named else stage,
        path=sent,
        full_path="/" + "/".join(segments),
        segments=tuple(segments[1:] if named else segments),
    )


def _sent(target: str) -> str:
    raw = target.partition("?")[0].partition("#")[0]
    if not raw.startswith("/") and "://" in raw:  # the absolute form of RFC 9112, section 3.2.2
        raw = "/" + raw.partition("://")[2].partition("/")[2]
    return raw if raw.startswith("/") else f"/{raw}"


def _decoded(path: str) -> list[str] | None:
    if "%" not in path:
        return path[1:].split("/")
    segments: list[str] = []
    for part in path[1:].split("/"):
        if "%" not in part:
            segments.append(part)
            continue
        if _BAD_ESCAPE.search(part):
            return None
        kept, cut, _ = _unquoted(part).partition("?")
        if "%" in kept:
            if _BAD_ESCAPE.search(kept):
                return None
            kept = _unquoted(kept)
        segments.append(kept)
        if cut:
            break
    return segments


def _unquoted(text: str) -> str:
    # What is not ASCII was never encoded; what is takes half the time as bytes.
    return unquote_to_bytes(text).decode("utf-8", "replace") if text.isascii() else unquote(text)
