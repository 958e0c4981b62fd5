"""Interruption: which signals end a run, where they strike, and with which exit status."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from typing import Any

import pytest

from contracts.interruption import TOGETHER_SECONDS, Interruption

BOTH = (signal.SIGINT, signal.SIGTERM)


class Clock:
    """A clock that stands still until it is set."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_signal_raises_where_nobody_defers_it() -> None:
    """Without more ado it is KeyboardInterrupt, SIGTERM too."""
    for number in BOTH:
        with Interruption(BOTH) as interruption:
            with pytest.raises(KeyboardInterrupt):
                signal.raise_signal(number)

            assert interruption.signal == number


def test_a_deferred_signal_is_noted() -> None:
    """It raises nothing until somebody asks, not even when the deferral is over."""
    with Interruption(BOTH) as interruption:
        with interruption.deferred(), interruption.deferred():
            signal.raise_signal(signal.SIGTERM)

        assert interruption.requested()
        with pytest.raises(KeyboardInterrupt):
            interruption.check()


def test_what_only_computes_is_interrupted_within_a_deferral() -> None:
    """Inside, a signal strikes at once; afterwards it is deferred again."""
    with Interruption() as interruption, interruption.deferred():
        with pytest.raises(KeyboardInterrupt), interruption.immediate():
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt), interruption.immediate():
            pytest.fail("it begins nothing after a signal")


def test_a_second_signal_leaves_at_once() -> None:
    """Whatever is deferred, the second one leaves, with the status that shells have for it."""
    left: list[int] = []
    clock = Clock()
    with Interruption(BOTH, leave=left.append, clock=clock) as interruption, interruption.deferred():
        signal.raise_signal(signal.SIGINT)
        clock.now = TOGETHER_SECONDS
        signal.raise_signal(signal.SIGTERM)

    assert left == [143]


def test_two_signals_at_once_are_one() -> None:
    """A terminal sends a signal to the whole group, and a runner such as tox passes it on: that is no second one."""
    left: list[int] = []
    clock = Clock()
    with Interruption(leave=left.append, clock=clock) as interruption, interruption.deferred():
        signal.raise_signal(signal.SIGINT)
        clock.now = TOGETHER_SECONDS * 0.9
        signal.raise_signal(signal.SIGINT)

    assert left == []


def test_a_second_signal_of_a_library_is_an_ordinary_one() -> None:
    """Who does not say how to leave gets KeyboardInterrupt, as from Python itself."""
    clock = Clock()
    with Interruption(clock=clock) as interruption, interruption.deferred():
        signal.raise_signal(signal.SIGINT)
        clock.now = 10
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize("handler", [lambda *_: None, signal.SIG_IGN], ids=["handled", "ignored"])
def test_who_has_a_handler_keeps_it(handler: Any) -> None:
    """A signal that somebody handles, or ignores as `nohup` has it, is left alone."""
    former = signal.signal(signal.SIGINT, handler)
    try:
        with Interruption() as interruption:
            assert signal.getsignal(signal.SIGINT) is handler
            signal.raise_signal(signal.SIGINT)

        assert not interruption.requested()
    finally:
        signal.signal(signal.SIGINT, former)


def test_one_within_another_leaves_the_signals_to_the_outer_one() -> None:
    """The inner one ends, and the outer one's handlers are still in place."""
    with Interruption(BOTH) as outer, outer.deferred():
        with Interruption(BOTH) as inner:
            signal.raise_signal(signal.SIGINT)

        assert (outer.signal, inner.signal) == (signal.SIGINT, None)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_another_thread_may_have_one() -> None:
    """Outside the main thread no signal is handled, and none is expected."""
    seen: list[Callable[..., Any] | Any] = []

    def look() -> None:
        with Interruption(BOTH):
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()

    assert seen == [signal.SIG_DFL]


@pytest.mark.parametrize(
    ("number", "status", "expected"),
    [(None, 0, 0), (None, 2, 2), (signal.SIGINT, 0, 130), (signal.SIGTERM, 2, 143), (signal.SIGINT, 1, 1)],
)
def test_exit_status(number: signal.Signals | None, status: int, expected: int) -> None:
    """What is broken is 1 in any case; else a signal counts more than what could not run."""
    with Interruption(BOTH) as interruption, interruption.deferred():
        if number is not None:
            signal.raise_signal(number)

        assert interruption.exit_status(status) == expected
