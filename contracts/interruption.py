"""Interruption: a signal ends a run early, at a place where nothing is left half done.

A `KeyboardInterrupt` that strikes anywhere would leave a handler's streams, modules, clocks or working directory
in the process that is to write the reports. So a run defers it: the signal is noted, and whoever is about to
begin something, or waits for a handler, asks.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from types import FrameType
from typing import Any, NoReturn, Self

# A terminal sends SIGINT to every process of its group, and a runner such as tox then passes it on: two are one.
TOGETHER_SECONDS = 0.25
_SHELL = 128  # what shells add to the number of a signal that ended a process


def _interrupt(_status: int) -> NoReturn:
    raise KeyboardInterrupt


class Interruption:
    """
    The signals that end a run, while it is open as a context manager; one that somebody else handles is left alone.

    Args:
        signals: Their numbers; none outside the main thread, which is the only one that may handle signals.
        leave: Called with an exit status by a second signal, wherever it strikes.
        clock: Seconds, from any beginning.

    Attributes:
        signal: The number of the first signal; None as long as there was none.
    """

    def __init__(
        self,
        signals: Sequence[signal.Signals] = (signal.SIGINT,),
        *,
        leave: Callable[[int], Any] = _interrupt,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.signal: int | None = None
        self._signals = signals
        self._leave = leave
        self._clock = clock
        self._since = 0.0
        self._deferrals = 0
        self._former: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for each in self._signals:
                former = signal.getsignal(each)
                if former in (signal.SIG_DFL, signal.default_int_handler):
                    self._former[each] = former
                    signal.signal(each, self._receive)
        return self

    def __exit__(self, *_: object) -> None:
        while self._former:
            signal.signal(*self._former.popitem())

    def requested(self) -> bool:
        """Whether the run is to end; cheap, and may be asked in any thread."""
        return self.signal is not None

    def check(self) -> None:
        """
        Go on, unless the run is to end.

        Raises:
            KeyboardInterrupt: It is.
        """
        if self.signal is not None:
            raise KeyboardInterrupt

    @contextmanager
    def deferred(self) -> Iterator[None]:
        """While it is open, a first signal raises nothing: it is noted."""
        self._deferrals += 1
        try:
            yield
        finally:
            self._deferrals -= 1

    @contextmanager
    def immediate(self) -> Iterator[None]:
        """
        While it is open, a first signal raises KeyboardInterrupt where it strikes: for what only reads and computes.

        Raises:
            KeyboardInterrupt: There was a signal before, or there is one now.
        """
        former, self._deferrals = self._deferrals, 0
        try:
            self.check()
            yield
        finally:
            self._deferrals = former

    def fulfilled(self) -> None:
        """The signal did what it was for, as one that stops a server: nothing was interrupted by it."""
        self.signal = None

    def exit_status(self, status: int) -> int:
        """The exit status of an interrupted command: 1 as ever if something is broken, else that of its signal."""
        return status if self.signal is None or status == 1 else _SHELL + self.signal

    def _receive(self, number: int, _frame: FrameType | None) -> None:
        now = self._clock()
        if self.signal is None:
            self.signal, self._since = number, now
            if not self._deferrals:
                raise KeyboardInterrupt
        elif now - self._since >= TOGETHER_SECONDS:
            self._leave(_SHELL + number)
