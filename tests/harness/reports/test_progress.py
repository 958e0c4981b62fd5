"""Progress: what is told while a run runs."""

from __future__ import annotations

import io

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
    """Where nothing can be redrawn, a line is written each ten seconds, and it has no control characters."""
    stream, clock = io.StringIO(), Clock()
    progress = Progress(stream, clock, terminal=False)
    progress.begin(3)
    progress.phase("fuzzing")
    for second in range(25):
        clock.now = 100.0 + second
        progress.exchange(exchange("a" if second % 2 else "b"))
    progress.done()

    assert stream.getvalue().splitlines() == [
        "fuzzing: 2 of 3 operations, 11 cases, 1 a second, 10 s",
        "fuzzing: 2 of 3 operations, 21 cases, 1 a second, 20 s",
    ]


def test_a_short_run_leaves_a_log_alone() -> None:
    """A run of less than ten seconds writes nothing into a log."""
    stream = io.StringIO()
    progress = Progress(stream, Clock(), terminal=False)
    progress.phase("examples")
    progress.exchange(exchange("a"))
    progress.done()

    assert stream.getvalue() == ""


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
    """Each phase says how many operations it has reached itself."""
    stream, clock = io.StringIO(), Clock()
    progress = Progress(stream, clock, terminal=False)
    progress.exchange(exchange("a"))
    progress.phase("stateful")
    clock.now += 10
    progress.exchange(exchange("b"))

    assert stream.getvalue().startswith("stateful: 1 operations, 2 cases")


def test_a_clock_that_goes_back_does_no_harm() -> None:
    """A clock that somebody travels with gives no error and no negative rate."""
    stream, clock = io.StringIO(), Clock()
    progress = Progress(stream, clock, terminal=True)
    clock.now = 0.0
    progress.phase("fuzzing")
    progress.exchange(exchange("a"))

    assert "a second" not in stream.getvalue()
