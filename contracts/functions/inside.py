"""What is inside: the one invocation under way in this process, its clock, its randomness and its log.

Everything that is swapped or replaced for a handler belongs to the whole process, so at most one
invocation is under way at a time. Whoever asks from a thread of the host gets None and the real thing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from random import Random
from threading import get_ident
from weakref import WeakSet

NANOSECONDS = 1_000_000_000
# More than anybody reads; a loop that prints would otherwise fill the memory before its time is up.
LONGEST_LOG = 1_000_000


class TimedOutError(BaseException):
    """Raised in a handler that slept beyond its time limit; no `except Exception` of the handler catches it."""


class ProcessExitError(BaseException):
    """Raised in place of ending the process; the first argument is the exit status."""


class Log:
    """What an invocation wrote, up to `LONGEST_LOG` characters."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._left = LONGEST_LOG

    def write(self, text: str) -> None:
        """Add text; what is too much is left out, and that is said once."""
        if self._left <= 0:
            return
        self._parts.append(text[: self._left])
        self._left -= len(text)
        if self._left <= 0:
            self._parts.append(f"\n... (cut after {LONGEST_LOG:,} characters)\n")

    def text(self) -> str:
        """All of it."""
        return "".join(self._parts)


@dataclass(slots=True)
class Clock:
    """
    The virtual clock that all functions share; nanoseconds since the epoch.

    Attributes:
        frozen: Whether readings leave the time as it is; what is slept passes all the same.
        ahead: By how much what measures durations is ahead of the time: it neither stops nor goes back.
    """

    nanoseconds: int
    frozen: bool = False
    ahead: int = 0

    def advance(self, nanoseconds: int) -> int:
        """Move on, and say what time it is then."""
        self.nanoseconds += nanoseconds
        return self.nanoseconds

    def tick(self, nanoseconds: int) -> int:
        """Move on, unless frozen, as a reading or the time between two invocations does; and say what time it is."""
        if self.frozen:
            self.ahead += nanoseconds
            return self.nanoseconds
        return self.advance(nanoseconds)

    def measure(self, nanoseconds: int) -> int:
        """A reading of what measures durations, after a tick."""
        return self.tick(nanoseconds) + self.ahead

    def step(self, nanoseconds: int) -> None:
        """Set the time, as a person sets a clock: durations that are being measured stay what they are."""
        self.ahead += self.nanoseconds - nanoseconds
        self.nanoseconds = nanoseconds

    def begin(self, nanoseconds: int) -> None:
        """Start anew at this time."""
        self.nanoseconds, self.ahead = nanoseconds, 0


@dataclass(slots=True, eq=False)
class Inside:
    """
    One invocation, or one import, while it is under way.

    Attributes:
        thread: The thread in which the handler runs.
        deadline: When its time is up, on the clock; nanoseconds.
        suspended: Steps out of the handler's world while it is open, for a function called by a function.
        ident: The identifier of `thread`.
        timed_out: Whether it went beyond its deadline.
        out_of_reach: What beyond this machine it was kept from reaching.
    """

    thread: threading.Thread
    clock: Clock
    entropy: Random
    request_id: str
    deadline: int
    suspended: Callable[[], AbstractContextManager[None]]
    log: Log = field(default_factory=Log)
    ident: int = 0
    timed_out: bool = False
    out_of_reach: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ident = self.thread.ident or 0

    def pass_time(self, nanoseconds: int) -> None:
        """
        Let time pass without waiting for it.

        Raises:
            TimedOutError: The time is up; the clock then stands at the deadline.
        """
        PROCESS.slept += nanoseconds
        if self.clock.advance(nanoseconds) > self.deadline:
            self.clock.nanoseconds = self.deadline
            self.timed_out = True
            raise TimedOutError


@dataclass(slots=True)
class _Process:
    """
    What there can be only one of in a process.

    Attributes:
        run: What is under way.
        threads: Threads that handlers started; they are inside, too.
        slept: By how much handlers that slept are ahead of real time; nanoseconds.
    """

    run: Inside | None = None
    threads: WeakSet[threading.Thread] = field(default_factory=WeakSet)
    slept: int = 0


PROCESS = _Process()


def inside() -> Inside | None:
    """The invocation that the calling thread belongs to, or None."""
    run = PROCESS.run
    if run is None or get_ident() == run.ident:
        return run
    return run if started_inside() else None


def started_inside() -> bool:
    """Whether the calling thread was started by a handler."""
    return bool(PROCESS.threads) and threading.current_thread() in PROCESS.threads


def threads_alive() -> bool:
    """Whether a thread that a handler started is at work or waits for some."""
    return any(thread.is_alive() for thread in PROCESS.threads)


@contextmanager
def under_way(run: Inside | None) -> Iterator[None]:
    """While it is open, this is what `inside` gives."""
    former, PROCESS.run = PROCESS.run, run
    try:
        yield
    finally:
        PROCESS.run = former
