"""Progress: what is told while a run runs."""

from __future__ import annotations

import io

import pytest

from contracts.contract import Operation
from contracts.errors import Location
from contracts.exchange import Case, Exchange
from contracts.http import Request, Response
from contracts.reports.progress import Progress


class Clock:
    """A clock that stands still until it is set."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def exchange(name: str) -> Exchange:
    """An exchange of the operation of that name."""
    operation = Operation(name, "GET", "/", (), None, {}, None, Location("openapi.yaml"))
    return Exchange(Case("1", operation, Request("GET", "/"), "fuzzing"), Response(200))


def test_a_log_gets_a_line_now_and_then() -> None:
    """Where nothing can be redrawn, a line is written each ten seconds and at the end, without control characters."""
    stream, clock = io.StringIO(), Clock()
    progress = Progress(stream, clock, terminal=False)
    progress.begin(["a", "b", "c"])
    progress.phase("fuzzing")
    for second in range(25):
        clock.now = 100.0 + second
        progress.exchange(exchange("a" if second % 2 else "b"))
    progress.done()

    assert stream.getvalue().splitlines() == [
        "fuzzing: 2 of 3 operations, 11 cases, 1 a second, 10 s",
        "fuzzing: 2 of 3 operations, 21 cases, 1 a second, 20 s",
        "fuzzing: 2 of 3 operations, 25 cases, 1 a second, 24 s",
    ]


def test_a_log_has_a_line_for_each_phase_that_made_requests() -> None:
    """A phase is told when it is over, one that made no requests is not, and nothing is told twice."""
    stream, clock = io.StringIO(), Clock()
    progress = Progress(stream, clock, terminal=False)
    progress.begin(["a"])
    for name, exchanges in (("examples", 2), ("coverage", 0), ("fuzzing", 1)):
        progress.phase(name)
        for _ in range(exchanges):
            progress.exchange(exchange("a"))
    clock.now += 10
    progress.exchange(exchange("a"))
    progress.done()

    assert stream.getvalue().splitlines() == [
        "examples: 1 of 1 operations, 2 cases, 0 s",
        "fuzzing: 1 of 1 operations, 4 cases, 0 a second, 10 s",
    ]


@pytest.mark.parametrize("terminal", [True, False])
def test_a_stream_that_nobody_reads_is_given_up(terminal: bool) -> None:
    """A pipe whose reader went away ends no run: nothing more is written to it."""

    class Broken(io.StringIO):
        writes = 0

        def write(self, text: str) -> int:
            self.writes += 1
            raise BrokenPipeError

    stream = Broken()
    progress = Progress(stream, Clock(), terminal=terminal)
    for name in ("examples", "coverage"):
        progress.phase(name)
        progress.exchange(exchange("a"))
    progress.done()

    assert stream.writes == 1


def test_a_terminal_has_one_line_that_changes() -> None:
    """On a terminal the line is redrawn at most ten times a second, fits its width, and is gone at the end."""
    stream, clock = io.StringIO(), Clock()
    progress = Progress(stream, clock, terminal=True, width=30)
    progress.phase("coverage")
    for step in range(100):
        clock.now = 100.0 + step / 100
        progress.exchange(exchange("a"))
    progress.done()
    *drawn, last = stream.getvalue().split("\r\x1b[K")[1:]

    assert 5 < len(drawn) <= 12
    assert max(map(len, drawn)) < 30
    assert last == ""
    assert "\n" not in stream.getvalue()


def test_operations_are_counted_anew_in_each_phase() -> None:
    """Each phase says how many it has reached itself, of those that are asked: what it calls for their sake is none."""
    stream, clock = io.StringIO(), Clock()
    progress = Progress(stream, clock, terminal=False)
    progress.begin(["a", "b"])
    progress.exchange(exchange("a"))
    progress.phase("stateful")
    progress.exchange(exchange("helper"))
    clock.now += 10
    progress.exchange(exchange("b"))

    assert stream.getvalue().splitlines()[-1].startswith("stateful: 1 of 2 operations, 3 cases")


def test_a_clock_that_goes_back_does_no_harm() -> None:
    """A clock that somebody travels with gives no error and no negative rate."""
    stream, clock = io.StringIO(), Clock()
    progress = Progress(stream, clock, terminal=True)
    clock.now = 0.0
    progress.phase("fuzzing")
    progress.exchange(exchange("a"))

    assert "a second" not in stream.getvalue()
