"""A translation and its rules."""

from translations.translation import Rendering, translated

NEW = {"text": "가나 😀", "source_language": "ko", "target_language": "de", "tags": []}
X = Rendering("x", "ko")


def test_characters() -> None:
    """Characters are code points, not bytes and not UTF-16 units."""
    assert translated(NEW, X, now=0, random=bytes(10)).characters == 4


def test_absent_reference() -> None:
    """A reference that was not given is absent, not null."""
    assert "client_reference" not in translated(NEW, X, now=0, random=bytes(10)).representation()
