"""A translation and its rules."""

from translations.create import location
from translations.translation import timestamp, translated, ulid, ulid_bytes, ulid_text

NEW = {"text": "가나 😀", "source_language": "ko", "target_language": "de", "tags": []}


def test_characters() -> None:
    """Characters are code points, not bytes and not UTF-16 units."""
    assert translated(NEW, "x", now=0, random=bytes(10)).characters == 4


def test_absent_reference() -> None:
    """A reference that was not given is absent, not null."""
    assert "client_reference" not in translated(NEW, "x", now=0, random=bytes(10)).representation()


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


def test_location_keeps_the_base_path() -> None:
    """The Location has the stage or the base path that the request came through."""
    assert location("/v1/translations", "ID") == "/v1/translations/ID"
    assert location("/translate/v1/translations/", "ID") == "/translate/v1/translations/ID"


def test_location_is_no_other_host() -> None:
    """A path that starts with two slashes does not make the Location name a host."""
    assert location("//evil/translations", "ID") == "/evil/translations/ID"
