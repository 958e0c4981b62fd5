"""Over the socket and in process: the same requests give the same events and the same responses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from contracts.exchange import Target
from contracts.http import Headers, Request, Response
from contracts.serve import Documentation, bound, serving
from tests.harness.gateway.test_cases import Played, recorded
from tests.harness.serve.wire import asked

# The connection's own affairs (RFC 9110, section 7.6.1, and RFC 9112, section 6).
FRAMING = ("Connection", "Content-Length", "Transfer-Encoding")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test a recorded case."""
    if "case" in metafunc.fixturenames:
        cases = recorded(metafunc.config)
        metafunc.parametrize("case", cases, ids=[case["id"] for case in cases])


@dataclass
class Wire:
    """A server whose target is another one for each request."""

    port: int = 0
    target: Target | None = None

    def answer(self, request: Request) -> Response:
        assert self.target is not None
        return self.target(request)

    def ask(self, target: Target, request: Request) -> Response:
        """What the target answers to a request that came over the socket."""
        self.target = target
        return asked(self.port, request)


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    """One server for all cases."""
    wire = Wire()
    with serving(wire.answer, Documentation.of("Cases", {}, base_path=""), bound(0)) as served:
        wire.port = int(served.url.rpartition(":")[2])
        yield wire


def test_a_recorded_case_is_the_same_over_the_socket(case: Mapping[str, Any], tmp_path: Path, wire: Wire) -> None:
    """Functions get the same events, the client the same status, headers and body, ids and times included."""
    if "import" in case["given"]:
        pytest.skip("nothing is asked")
    called, sent = Played(case, tmp_path), Played(case, tmp_path, wire.ask)

    assert (sent.events, sent.authorizer_events, sent.invoked) == (
        called.events,
        called.authorizer_events,
        called.invoked,
    )
    assert _without_framing(sent.response) == _without_framing(called.response)


def _without_framing(response: Response) -> tuple[int, Headers, bytes]:
    return response.status, response.headers.without(*FRAMING), response.body
