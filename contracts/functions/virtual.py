"""Time and chance inside an invocation: functions of the standard library, replaced while one is under way.

Replaced are the sources that nearly all Python code draws from. They cannot be replaced, and a handler that
uses them differs from run to run: the order of sets of texts (hash randomisation; set PYTHONHASHSEED), C
extensions with a source of their own (OpenSSL, numpy), `random.Random()` without a seed, `time.monotonic`
beyond what was slept, processor time, and the order in which threads get their turn.

A module that keeps one of the replacements (`from time import sleep`) can use it ever after: outside an
invocation, and in threads of the host, each of them does what the original does.
"""

from __future__ import annotations

import os
import random
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import time_machine

from contracts.functions.inside import (
    NANOSECONDS,
    PROCESS,
    Inside,
    ProcessExitError,
    inside,
    threads_alive,
    under_way,
)

# Two readings of a real clock differ, and code divides by the difference.
TICK_NANOSECONDS = 1_000
# How often these read the clock depends on what they have cached since the process began, which must
# not show in a handler's timestamps.
_NO_TICK = frozenset({"boto3", "botocore", "contracts", "logging", "moto", "s3transfer", "urllib3", "uuid"})
# An address that no network card has: its multicast bit is set (RFC 9562, section 6.10).
_NODE = 0x0155_0000_0001

_sleep = time.sleep
_monotonic, _monotonic_ns = time.monotonic, time.monotonic_ns
_perf_counter, _perf_counter_ns = time.perf_counter, time.perf_counter_ns
_urandom = os.urandom
_exit = os._exit
_getnode = uuid.getnode
_main_thread = threading.main_thread
_start = threading.Thread.start


def sleep(seconds: float) -> None:
    """`time.sleep`: no time passes but on the virtual clock."""
    run = inside()
    if run is None or threading.get_ident() != run.ident:
        return _sleep(seconds)
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    # Who polls for what a thread does must give it real time; nought lets other threads have their turn.
    _sleep(seconds if threads_alive() else 0)
    return run.pass_time(round(seconds * NANOSECONDS))


def monotonic() -> float:
    """`time.monotonic`: real, since event loops and locks wait in real time, and ahead by what was slept."""
    return _monotonic() if inside() is None else _monotonic() + PROCESS.slept / NANOSECONDS


def monotonic_ns() -> int:
    """`time.monotonic_ns`, likewise."""
    return _monotonic_ns() if inside() is None else _monotonic_ns() + PROCESS.slept


def perf_counter() -> float:
    """`time.perf_counter`: what is measured with it is the same in every run."""
    run = inside()
    return _perf_counter() if run is None else run.clock.measure(TICK_NANOSECONDS) / NANOSECONDS


def perf_counter_ns() -> int:
    """`time.perf_counter_ns`, likewise."""
    run = inside()
    return _perf_counter_ns() if run is None else run.clock.measure(TICK_NANOSECONDS)


def urandom(size: int) -> bytes:
    """`os.urandom`, from the seed."""
    run = inside()
    return _urandom(size) if run is None else run.entropy.randbytes(size)


def getnode() -> int:
    """`uuid.getnode`: not this machine's."""
    return _getnode() if inside() is None else _NODE


def end_process(status: int) -> None:
    """`os._exit`: ends the invocation, not us."""
    if inside() is None:
        _exit(status)
    raise ProcessExitError(status)


def main_thread() -> threading.Thread:
    """`threading.main_thread`: the handler's own, as in Lambda; asyncio makes an event loop in no other."""
    run = inside()
    return _main_thread() if run is None else run.thread


def start(thread: threading.Thread) -> None:
    """`Thread.start`: what a handler starts is inside as well."""
    if inside() is not None:
        PROCESS.threads.add(thread)
    _start(thread)


def time_ns() -> int:
    """What every clock of `time` and `datetime` reads, by way of time-machine."""
    run = inside()
    if run is None:
        return time_machine.escape_hatch.time.time_ns()
    reader = str(sys._getframe(1).f_globals.get("__name__"))
    return run.clock.tick(0 if reader.partition(".")[0] in _NO_TICK else TICK_NANOSECONDS)


_REPLACED: tuple[tuple[Any, str, Any], ...] = (
    (time, "sleep", sleep),
    (time, "monotonic", monotonic),
    (time, "monotonic_ns", monotonic_ns),
    (time, "perf_counter", perf_counter),
    (time, "perf_counter_ns", perf_counter_ns),
    (os, "urandom", urandom),
    # What `secrets` and `random.SystemRandom` draw from.
    (random, "_urandom", urandom),
    (os, "_exit", end_process),
    (uuid, "getnode", getnode),
    (threading, "main_thread", main_thread),
    (threading.Thread, "start", start),
)


@contextmanager
def clocks() -> Iterator[None]:
    """
    While it is open, all clocks are read through `time_ns`; it is open for as long as there may be invocations.

    It is not opened for each of them: while time-machine starts or stops, a thread of the host that reads the
    clock gets an error.
    """
    travel = time_machine.travel(0, tick=False)
    # A traveller has one time for all threads, and it stands still.
    setattr(travel.start(), "time_ns", time_ns)  # noqa: B010 - a method is replaced, for this one object
    try:
        yield
    finally:
        travel.stop()


@contextmanager
def virtual(run: Inside) -> Iterator[None]:
    """While it is open, time and chance inside are those of the run; one may be open within another."""
    with ExitStack() as stack:
        for owner, name, replacement in _REPLACED:
            stack.callback(setattr, owner, name, getattr(owner, name))
            setattr(owner, name, replacement)
        stack.callback(random.setstate, random.getstate())
        random.seed(run.entropy.getrandbits(64))
        stack.enter_context(under_way(run))
        yield
