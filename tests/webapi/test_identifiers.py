"""Ids and times as the contract writes them."""

from hypothesis import given, settings
from hypothesis import strategies as st

from webapi.identifiers import timestamp, ulid, ulid_bytes, ulid_text


def test_ids_sort_by_time() -> None:
    """A later id is greater, whatever its random part."""
    assert ulid(1.000, b"\xff" * 10) < ulid(1.001, bytes(10))


def test_known_ulid() -> None:
    """The time of a ULID is its first ten characters: the specification's example is 1469918176385 ms."""
    assert ulid(1469918176.385, b"\xff" * 10) == "01ARYZ6S41" + "Z" * 16


def test_ulid_round_trip() -> None:
    """Bytes to text and back is nothing lost."""
    assert ulid_bytes(ulid_text(bytes(range(16)))) == bytes(range(16))


def test_timestamp() -> None:
    """A time is RFC 3339 in UTC with exactly three digits of a second."""
    assert timestamp(1735689600.0) == "2025-01-01T00:00:00.000Z"


@given(
    now=st.floats(0, 4e9), later=st.floats(0, 0.01), randoms=st.tuples(st.binary(min_size=10), st.binary(min_size=10))
)
@settings(derandomize=True, database=None, deadline=None)
def test_ids_and_times_have_one_order(now: float, later: float, randoms: tuple[bytes, bytes]) -> None:
    """However close together two things are made: the one with the greater id is not said to be the older one."""
    first, second = ((ulid(at, random), timestamp(at)) for at, random in zip((now, now + later), randoms, strict=True))
    (_, lesser), (_, greater) = sorted([first, second])

    assert lesser <= greater
