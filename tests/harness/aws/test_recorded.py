"""What a record keeps: a copy, with bytes and streams by their length."""

from __future__ import annotations

import io
from typing import Any

import pytest
from botocore.response import StreamingBody
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.aws.recorded import recorded, recorded_result

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@settings(derandomize=True, database=None, deadline=None)
@given(VALUES)
def test_plain_values_are_copied_as_they_are(value: Any) -> None:
    """What is plain data is recorded as it is."""
    assert recorded(value) == value


class Pipe(io.RawIOBase):
    """A stream that cannot tell its length."""

    def readable(self) -> bool:
        """It can be read."""
        return True


def body(length: Any) -> StreamingBody:
    """A body of two bytes as botocore gives it, with the length that the answer's header tells."""
    return StreamingBody(io.BytesIO(b"ab"), length)


@pytest.mark.parametrize(
    ("value", "length"),
    [
        (b"four", 4),
        (bytearray(3), 3),
        (io.BytesIO(b"12345"), 5),
        (body("2"), 2),
        (body(None), 2),
        (Pipe(), None),
    ],
    ids=["bytes", "bytearray", "file", "answer", "answer without a length", "pipe"],
)
def test_bytes_and_streams_are_their_length(value: Any, length: int | None) -> None:
    """Bytes are not kept, streams are not read."""
    assert recorded({"Body": [value]}) == {"Body": [{"bytes": length}]}


def test_a_stream_stays_where_it_is() -> None:
    """A stream that was read half is recorded by what is left, and goes on from there."""
    stream = io.BytesIO(b"12345")
    stream.read(2)

    assert recorded(stream) == {"bytes": 3}
    assert stream.read() == b"345"


def test_a_result_is_kept_without_its_transport() -> None:
    """Headers and request ids are not part of a result."""
    assert recorded_result({"a": 1, "ResponseMetadata": {"RequestId": "x"}}) == {"a": 1}
