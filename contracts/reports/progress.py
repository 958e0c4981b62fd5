"""How far a run has come, while it runs: one changing line on a terminal; in a log a line for each phase that is over.

Everything happens in the caller's thread and on the clock that was passed in: a thread that redraws by
itself would tick on the virtual clock that handlers run under.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TextIO

from contracts.exchange import Exchange
from contracts.reports.printable import one_line

Clock = Callable[[], float]
"""Seconds, from any beginning, that never go back."""

_REDRAW_SECONDS = 0.1
_LOG_SECONDS = 10.0
_ERASE_LINE = "\r\x1b[K"


class Progress:
    """
    Progress as text: what a run tells of itself, in the shape that the run asks for.

    Args:
        stream: Where it is written; usually standard error, so that a report on standard output stays clean.
        clock: The time that passes for the person who waits.
        terminal: Whether the stream obeys control sequences.
        width: In columns; a line on a terminal is cut to it, since a wrapped line cannot be erased.

    A stream that cannot be written to is given up: nobody reads it, and the run goes on.
    """

    def __init__(self, stream: TextIO, clock: Clock, *, terminal: bool, width: int = 80) -> None:
        self._stream: TextIO | None = stream
        self._clock = clock
        self._terminal = terminal
        self._width = width
        self._operations: frozenset[str] = frozenset()
        self._reached: set[str] = set()
        self._exchanges = self._told = 0
        self._phase = "starting"
        self._began = self._written = clock()

    def begin(self, operations: Collection[str]) -> None:
        """The run is about to ask these operations; what it calls for their sake is not counted among them."""
        self._operations = frozenset(operations)
        self._began = self._written = self._clock()

    def phase(self, name: str) -> None:
        """A phase begins: `examples`, `coverage`, `fuzzing`, `stateful`, or the name of a check."""
        self._over()
        self._phase = name
        self._reached.clear()
        if self._terminal:
            self._write(self._clock())

    def exchange(self, exchange: Exchange) -> None:
        """A request was made and answered."""
        self._exchanges += 1
        if exchange.case.operation is not None and exchange.case.operation.name in self._operations:
            self._reached.add(exchange.case.operation.name)
        now = self._clock()
        if now - self._written >= (_REDRAW_SECONDS if self._terminal else _LOG_SECONDS):
            self._write(now)

    def done(self) -> None:
        """Nothing more comes; to be called also when the run ended early."""
        self._over()
        if self._terminal:
            self._put(_ERASE_LINE)

    def _over(self) -> None:
        """In a log, how a phase ended that made requests; on a terminal its line is overwritten."""
        if not self._terminal and self._exchanges > self._told:
            self._write(self._clock())

    def _write(self, now: float) -> None:
        self._written, self._told = now, self._exchanges
        line = self._line(now)
        self._put(f"{_ERASE_LINE}{line[: self._width - 1]}" if self._terminal else f"{line}\n")

    def _put(self, text: str) -> None:
        if self._stream is None:
            return
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:
            self._stream = None

    def _line(self, now: float) -> str:
        elapsed = now - self._began
        rate = f", {self._exchanges / elapsed:,.0f} a second" if elapsed >= 1 else ""
        of = f" of {len(self._operations)}" if self._operations else ""
        name = one_line(self._phase, ascii_only=True)
        return f"{name}: {len(self._reached)}{of} operations, {self._exchanges:,} cases{rate}, {elapsed:,.0f} s"
