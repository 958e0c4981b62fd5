"""The thread in which a warm function runs, and the limit on the real time that it may take.

A thread of its own gives a function what it has in Lambda: thread-local values and an event loop that are
nobody else's. Its caller can stop waiting for it, whatever it is stuck in, and an interrupt from the
keyboard, which reaches the main thread alone, is never mistaken for something that the handler raised.
"""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from time import monotonic, thread_time
from typing import Any

_POLL_SECONDS = 0.05
_LONGEST_STEP_SECONDS = 2 * _POLL_SECONDS
_SHORTEST_STEP_SECONDS = 0.001


class OverrunError(BaseException):
    """Raised in a thread that has run for too long; no `except Exception` of a handler catches it."""


class StuckError(Exception):
    """A thread has run for too long and does not get to the next line of Python."""


class Patience:
    """
    Real time that may be waited for a thread, counted only as far as this process had its turns.

    A machine that is overloaded or suspended keeps the thread from its work and the one who waits from looking: what
    passes between two looks counts as little more than what was meant to.

    Args:
        seconds: How long.
        clock: Seconds, from any beginning.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = monotonic) -> None:
        self._left = seconds
        self._clock = clock
        self._looked = clock()

    def step(self) -> float:
        """How long to wait until the next look; 0 when there is no time left."""
        now = self._clock()
        self._left -= min(now - self._looked, _LONGEST_STEP_SECONDS)
        self._looked = now
        return min(_POLL_SECONDS, self._left) if self._left > _SHORTEST_STEP_SECONDS else 0.0


class Worker:
    """
    A thread that does one job at a time.

    Args:
        name: What it is for.

    Attributes:
        usable: False when a job was cut off: what state the thread is in, nobody knows.
        busy_seconds: How much processor time the last job took. Code in C that lets no other thread have its turn,
            like a regular expression that backtracks, keeps also the one who waits from looking at the clock.
    """

    def __init__(self, name: str) -> None:
        self.usable = True
        self.busy_seconds = 0.0
        self._job: Callable[[], Any] | None = None
        self._outcome: Any = None
        self._error: BaseException | None = None
        self._wake = threading.Lock()
        self._done = threading.Lock()
        self._sending = threading.Lock()
        self._leaving = False
        self._wake.acquire()
        self._done.acquire()
        self.thread = threading.Thread(target=self._main, name=name, daemon=True)
        self.thread.start()

    def call(
        self, job: Callable[[], Any], *, seconds: float, grace_seconds: float, ended: Callable[[], bool] = lambda: False
    ) -> Any:
        """
        Do the job in the thread and wait for what it returns.

        Args:
            job: Raises nothing but OverrunError; what else it raises is raised here.
            seconds: How long to wait before it is cut off.
            grace_seconds: How long it then has to notice.
            ended: Whether nobody wants the outcome any more; asked now and then.

        Raises:
            OverrunError: It was cut off.
            StuckError: It did not notice; the thread is left behind.
            KeyboardInterrupt: Nobody wants the outcome any more; it was cut off, or left behind.
        """
        self._job = job
        self._wake.release()
        try:
            done = self._wait(seconds, ended)
        except BaseException:
            self._cut_off(grace_seconds)
            raise
        if not done and not self._cut_off(grace_seconds):
            raise StuckError
        outcome, error = self._outcome, self._error
        self._job = self._outcome = self._error = None
        if error is not None:
            raise error
        if not self.usable:
            raise OverrunError
        return outcome

    def close(self) -> None:
        """Let the thread end, after its job if it has one; without a job it has ended when this returns."""
        if self.usable:
            idle = self._job is None
            self.usable = False
            self._job = None
            self._wake.release()
            if idle:
                self.thread.join()

    def _wait(self, seconds: float, ended: Callable[[], bool]) -> bool:
        """Whether the job was done in time; a signal that another thread received is noticed meanwhile."""
        patience = Patience(seconds)
        while True:
            step = patience.step()
            if self._done.acquire(timeout=step):
                return True
            if ended():
                raise KeyboardInterrupt
            if not step:
                return False

    def _cut_off(self, grace_seconds: float) -> bool:
        """Whether the thread came to an end; the exception is sent again to code that swallows it."""
        self.usable = False
        patience = Patience(grace_seconds)
        while self.thread.is_alive() and (step := patience.step()):
            self.cut_off()
            if self._done.acquire(timeout=step):
                return True
        return not self.thread.is_alive()

    def cut_off(self) -> bool:
        """Send the exception that ends the thread's job; whether there is a thread that it can still be sent to."""
        with self._sending:
            if not self._leaving:
                _send(self.thread, ctypes.py_object(OverrunError))
        return self.thread.is_alive()

    def _main(self) -> None:
        with suppress(OverrunError):
            while self._work():
                pass
        while not self._leaving:
            with suppress(OverrunError):
                self._leave()
        _close_event_loop()

    def _leave(self) -> None:
        """From here on nothing can be cut off: an exception that was sent too late is taken back."""
        with self._sending:
            self._leaving = True
            _send(self.thread, None)

    def _work(self) -> bool:
        self._wake.acquire()
        job = self._job
        if job is None:
            return False
        began = thread_time()
        try:
            self._outcome = job()
        except BaseException as error:  # noqa: BLE001 - it is raised where the job was ordered
            self._error = error
        finally:
            self.busy_seconds = thread_time() - began
            del job
            self._done.release()
        return self.usable


def _send(thread: threading.Thread, exception: Any) -> None:
    """
    https://docs.python.org/3/c-api/init.html#c.PyThreadState_SetAsyncExc

    Args:
        exception: None takes back what was sent and not raised yet.
    """
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), exception)


def _close_event_loop() -> None:
    """Close the loop that `asyncio.get_event_loop` made for this thread; nobody else would."""
    asyncio = sys.modules.get("asyncio")
    if asyncio is not None:
        with suppress(RuntimeError):
            asyncio.get_event_loop().close()
