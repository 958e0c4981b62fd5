"""A server with a target in the test's hands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from contracts.http import Headers, Request, Response
from contracts.serve import Documentation, bound, serving

DOCUMENTATION = Documentation.of("Notes <1>", {"openapi": "3.0.1", "paths": {}}, base_path="/v1")


@dataclass
class Echo:
    """Remembers requests, and answers what it is told to."""

    response: Response = field(default_factory=lambda: Response(200, Headers((("X-Spelled", "So"),)), b"hello"))
    requests: list[Request] = field(default_factory=list)

    def answer(self, request: Request) -> Response:
        """The response, whatever is asked."""
        self.requests.append(request)
        return self.response


@pytest.fixture(scope="module")
def served_echo() -> Iterator[tuple[Echo, int]]:
    """One server for all tests of a module, and its port."""
    echo = Echo()
    with serving(echo.answer, DOCUMENTATION, bound(0)) as served:
        yield echo, int(served.url.rpartition(":")[2])


@pytest.fixture
def echo(served_echo: tuple[Echo, int]) -> Echo:
    """What is behind the socket, as new."""
    echo, _ = served_echo
    echo.response, echo.requests = Echo().response, []
    return echo


@pytest.fixture
def port(served_echo: tuple[Echo, int]) -> int:
    """Where it can be reached."""
    return served_echo[1]
