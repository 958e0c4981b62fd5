"""
Conditional requests (RFC 9110, 13): entity tags, and what If-Match and If-None-Match say of them.

The tag of a thing that is replaced is made from its version, so that a write can be made conditional on it in DynamoDB.
The tag of something that is computed is made from its text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webapi.problems import Refusal
from webapi.replies import Answer, encoded
from webapi.validation import Call

IF_MATCH = "If-Match"
IF_NONE_MATCH = "If-None-Match"
ANY = "*"

_TAG = re.compile(r'(W/)?("[^"]*")')
_VERSION = re.compile(r'"v([1-9][0-9]{0,15})"')


@dataclass(frozen=True, slots=True)
class Versions:
    """
    The versions that a write is meant for; falsy where the header names none that there could be.

    Attributes:
        any: Whatever version there is (`*`).
        numbers: One of these.
    """

    any: bool
    numbers: tuple[int, ...] = ()

    def __contains__(self, version: int) -> bool:
        return self.any or version in self.numbers


def tag_of_version(version: int) -> str:
    """The entity tag of a version: strong, and another for each version."""
    return f'"v{version}"'


def tag_of_value(value: Any) -> str:
    """The entity tag of a JSON value: equal values, written alike, have equal tags."""
    return f'"{hashlib.sha256(encoded(value).encode()).hexdigest()[:32]}"'


def wanted(call: Call) -> Versions | None:
    """
    What If-Match says of the versions that a write is meant for; None without the header.

    Tags are compared strongly: a weak one, and one that was never ours, is that of no version (RFC 9110, 8.8.3.2).
    """
    given = call.parameters.get(IF_MATCH)
    if given is None:
        return None
    if given.strip() == ANY:
        return Versions(any=True)
    strong = (tag for weak, tag in _TAG.findall(given) if not weak)
    return Versions(False, tuple(int(found[1]) for tag in strong if (found := _VERSION.fullmatch(tag))))


def must_be_new(call: Call) -> bool:
    """Whether a write is meant for something that is not there yet (`If-None-Match: *`)."""
    return str(call.parameters.get(IF_NONE_MATCH, "")).strip() == ANY


def refuse_stale(call: Call, tag: str | None) -> None:
    """
    Checks what a write says of the state that it is meant for (RFC 9110, 13.2.2).

    Args:
        tag: The entity tag of what is there now; None where there is nothing.

    Raises:
        Refusal: 412, If-Match or If-None-Match does not hold.
    """
    wanted_tags, known_tags = call.parameters.get(IF_MATCH), call.parameters.get(IF_NONE_MATCH)
    if wanted_tags is not None:
        strong = [each for weak, each in _TAG.findall(wanted_tags) if not weak]
        if tag is None or (wanted_tags.strip() != ANY and tag not in strong):
            raise Refusal(412)
    if known_tags is not None and tag is not None:
        weak_or_strong = [each for _, each in _TAG.findall(known_tags)]
        if known_tags.strip() == ANY or tag in weak_or_strong:
            raise Refusal(412)


def read(call: Call, value: Any, tag: str, headers: Mapping[str, str] | None = None) -> Answer:
    """
    The answer to a read: 200 with the value, or 304 where If-None-Match names the tag that it has now.

    Tags are compared weakly, as reads do (RFC 9110, 13.1.2).
    """
    given = str(call.parameters.get(IF_NONE_MATCH, ""))
    known = given.strip() == ANY or tag in [each for _, each in _TAG.findall(given)]
    return Answer(304 if known else 200, None if known else value, {"ETag": tag, **(headers or {})})
