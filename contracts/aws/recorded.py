"""What a record keeps of parameters and results: values of its own, bytes and streams by their length."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO, UnsupportedOperation
from typing import Any

from botocore.response import StreamingBody

_NO_BYTES = object()
_SIMPLE = (str, int, float, bool, type(None))


def recorded(value: Any) -> Any:
    """
    A copy that shares nothing mutable with the value; `{"bytes": n}` in place of bytes and streams.

    The length of a stream that cannot tell it is None. A stream is neither read nor moved.
    """
    if isinstance(value, _SIMPLE):
        return value
    if isinstance(value, Mapping):
        return {key: recorded(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [recorded(member) for member in value]
    if isinstance(value, (set, frozenset)):
        return {member if isinstance(member, _SIMPLE) else repr(member) for member in value}
    length = _length(value)
    return value if length is _NO_BYTES else {"bytes": length}


def recorded_result(result: Any) -> Any:
    """A parsed answer without what describes its transport."""
    if not isinstance(result, Mapping):
        return None
    return {name: recorded(member) for name, member in result.items() if name != "ResponseMetadata"}


def _length(value: Any) -> Any:
    """The number of bytes, None when a stream cannot tell it, `_NO_BYTES` for what holds none."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return len(value)
    return _stream_length(value) if hasattr(value, "read") else _NO_BYTES


def _stream_length(stream: Any) -> int | None:
    if isinstance(stream, StreamingBody):
        body: Any = stream  # its parts are private, and nothing public tells the length
        raw, declared = body._raw_stream, body._content_length
        if declared is not None:
            return int(declared)
        return len(raw.getbuffer()) if isinstance(raw, BytesIO) else None
    try:
        here = stream.tell()
        stream.seek(0, 2)
        end = stream.tell()
        stream.seek(here)
    except (AttributeError, OSError, UnsupportedOperation, ValueError):
        return None
    return int(end) - int(here)
