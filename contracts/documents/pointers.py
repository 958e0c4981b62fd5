"""JSON pointers (RFC 6901) and the keys that they stand for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import quote, unquote

Keys = tuple[str | int, ...]
# What a fragment may hold beside unreserved characters (RFC 3986, section 3.5).
FRAGMENT_SAFE = "/!$&'()*+,;=:@?~"


def keys_of(pointer: str | Sequence[str | int]) -> Keys:
    """
    The keys of a pointer, `/a/0` or already a sequence; an index of a list stays text when it was text.

    Raises:
        ValueError: The text is neither empty nor begins with a slash.
    """
    if not isinstance(pointer, str):
        return tuple(pointer)
    if not pointer:
        return ()
    if not pointer.startswith("/"):
        raise ValueError(f"{pointer!r} is not a JSON pointer: it must be empty or begin with /")
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in pointer[1:].split("/"))


def pointer_of(keys: Iterable[str | int]) -> str:
    """The pointer of some keys, as text."""
    return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in keys)


def fragment_of(keys: Iterable[str | int]) -> str:
    """The pointer as it stands behind the `#` of a reference."""
    return quote(pointer_of(keys), safe=FRAGMENT_SAFE)


def keys_of_fragment(fragment: str) -> Keys:
    """
    The keys of a pointer that stands behind the `#` of a reference, where it is percent-encoded too.

    Raises:
        ValueError: It is no pointer.
    """
    return keys_of(unquote(fragment))


def member(value: object, key: str | int) -> tuple[bool, object]:
    """Whether a value has a member, and which; an index may be a number or its digits (RFC 6901, section 4)."""
    if isinstance(value, dict):
        return (True, value[str(key)]) if str(key) in value else (False, None)
    index = index_of(key)
    if isinstance(value, list) and index is not None and index < len(value):
        return True, value[index]
    return False, None


def index_of(key: str | int) -> int | None:
    """The index of a list that a key names, or None; leading zeros are not allowed."""
    text = str(key)
    if not (text.isascii() and text.isdigit()) or (text[0] == "0" and text != "0"):
        return None
    return int(text) if len(text) < 10 else None
