"""Which media types are binary."""

from __future__ import annotations

import pytest

from contracts.gateway.media_types import essence, is_binary


@pytest.mark.parametrize(
    ("media_type", "configured", "expected"),
    [
        ("image/png", "image/png", True),
        ("image/png", "IMAGE/PNG", True),
        ("image/png", "image/*", True),
        ("image/*", "image/*", True),
        ("image/*", "image/png", False),
        ("*/*", "image/png", False),
        ("random/test", "*/test", False),
        ("*/test", "*/test", False),
        ("", "*/*", True),
        ("imagex/png", "image/*", False),
    ],
)
def test_a_wildcard_counts_in_the_configuration_alone(media_type: str, configured: str, expected: bool) -> None:
    """The recorded table of configured types and first accepted types."""
    assert is_binary(media_type, ["text/css", configured]) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, ""), ("", ""), ("Image/PNG;q=0.5, text/html", "image/png"), (" text/html ; charset=utf-8", "text/html")],
)
def test_the_first_media_type_is_taken_without_its_parameters(value: str | None, expected: str) -> None:
    """In lower case, for types compare without case."""
    assert essence(value) == expected
