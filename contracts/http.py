"""HTTP as values: what went over the wire, byte for byte, before anybody interprets it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Headers:
    """
    Header lines in order, spelled as they were sent; a name may stand on several lines.

    Names compare without case (RFC 9110, section 5.1).
    """

    lines: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, lines: Iterable[tuple[str, str]]) -> Headers:
        """Headers from (name, value) pairs, in order."""
        return cls(tuple((name, value) for name, value in lines))

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and any(line[0].lower() == name.lower() for line in self.lines)

    def get(self, name: str) -> str | None:
        """The value of the last line of that name, or None."""
        values = self.get_all(name)
        return values[-1] if values else None

    def get_all(self, name: str) -> tuple[str, ...]:
        """The values of all lines of that name, in order."""
        wanted = name.lower()
        return tuple(value for line, value in self.lines if line.lower() == wanted)

    def without(self, *names: str) -> Headers:
        """The same lines but those of these names."""
        dropped = {name.lower() for name in names}
        return Headers(tuple(line for line in self.lines if line[0].lower() not in dropped))

    def adding(self, name: str, value: str) -> Headers:
        """The same lines and one more at the end."""
        return Headers((*self.lines, (name, value)))


@dataclass(frozen=True, slots=True)
class Request:
    """
    One HTTP request as a client sends it.

    Attributes:
        method: As sent, for example `POST`.
        target: The request target of RFC 9112 in origin form, percent-encoding untouched, stage and query included.
        headers: As sent, `Host` and `Content-Length` included.
        body: The bytes; None means that no body was sent at all (no Content-Length), b"" an empty one.
        protocol: The version on the request line.
    """

    method: str
    target: str
    headers: Headers = field(default_factory=Headers)
    body: bytes | None = None
    protocol: str = "HTTP/1.1"

    @property
    def path(self) -> str:
        """The target without its query, percent-encoding untouched."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """What follows the first question mark, percent-encoding untouched; empty when there is none."""
        return self.target.partition("?")[2]


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP response as the client receives it; `body` is empty rather than absent."""

    status: int
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""

    def json(self) -> Any:
        """
        The body as a JSON value.

        Raises:
            ValueError: It is not JSON.
        """
        return json.loads(self.body)
