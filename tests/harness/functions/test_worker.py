"""A job has a limit in real time, whatever it is stuck in."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from contracts.functions.worker import OverrunError, Patience, StuckError, Worker


@pytest.fixture
def worker() -> Iterator[Worker]:
    """A worker that is let go at the end."""
    made = Worker("test")
    yield made
    made.close()


def test_jobs_run_one_after_the_other_in_one_thread(worker: Worker) -> None:
    """The same thread every time, and not the caller's."""
    idents = {worker.call(threading.get_ident, seconds=5, grace_seconds=1) for _ in range(3)}

    assert idents == {worker.thread.ident}


def test_what_a_job_raises_is_raised_to_the_caller(worker: Worker) -> None:
    """And the worker stays usable."""
    with pytest.raises(ZeroDivisionError):
        worker.call(lambda: 1 // 0, seconds=5, grace_seconds=1)

    assert worker.call(lambda: 5, seconds=5, grace_seconds=1) == 5


def test_an_endless_loop_is_cut_off(worker: Worker) -> None:
    """Python code ends at its next line."""

    def loop() -> None:
        while True:
            pass

    with pytest.raises(OverrunError):
        worker.call(loop, seconds=0.05, grace_seconds=2)
    worker.thread.join(2)

    assert (worker.usable, worker.thread.is_alive()) == (False, False)


def test_a_loop_that_swallows_everything_is_cut_off_as_far_as_possible(worker: Worker) -> None:
    """The exception is sent again and again."""
    swallowed = []

    def stubborn() -> None:
        for _ in range(3):
            try:
                while True:
                    pass
            except BaseException as error:  # noqa: BLE001 - what the test is about
                swallowed.append(type(error))

    with pytest.raises(OverrunError):
        worker.call(stubborn, seconds=0.05, grace_seconds=5)

    assert swallowed[:2] == [OverrunError, OverrunError]


def test_what_is_stuck_outside_of_python_is_left_behind(worker: Worker) -> None:
    """A lock that nobody releases: the caller goes on."""
    lock = threading.Lock()
    lock.acquire()
    with pytest.raises(StuckError):
        worker.call(lock.acquire, seconds=0.02, grace_seconds=0.1)
    lock.release()
    worker.thread.join(2)

    assert (worker.usable, worker.thread.is_alive()) == (False, False)


def test_nobody_waits_for_what_nobody_wants(worker: Worker) -> None:
    """A job is cut off as soon as whoever waits for it is told that the run is to end."""
    begun = threading.Event()

    def loop() -> None:
        begun.set()
        while True:
            pass

    with pytest.raises(KeyboardInterrupt):
        worker.call(loop, seconds=600, grace_seconds=10, ended=begun.is_set)
    worker.thread.join(10)

    assert (worker.usable, worker.thread.is_alive()) == (False, False)


def test_a_job_that_ends_in_time_is_done_whatever_is_wanted(worker: Worker) -> None:
    """Whether the run is to end is asked of those that take time alone."""
    assert worker.call(lambda: 5, seconds=600, grace_seconds=10, ended=lambda: False) == 5


def test_time_in_which_this_process_stood_still_does_not_count() -> None:
    """Of a minute without a turn hardly anything is counted; of many short waits all of it is."""
    now = [0.0]
    patience = Patience(1.0, clock=lambda: now[0])
    now[0] += 60
    assert patience.step() > 0

    steps = 0
    while step := patience.step():
        now[0] += step
        steps += 1

    assert 0.8 <= now[0] - 60 <= 1.0
    assert steps == pytest.approx((now[0] - 60) / 0.05, abs=1)


def test_what_was_left_behind_can_be_cut_off_later(worker: Worker) -> None:
    """Code that swallowed the exception ends when it is sent again, long after the caller stopped waiting."""
    swallowed: list[BaseException] = []

    def stubborn() -> None:
        while len(swallowed) < 3:
            try:
                while True:
                    pass
            except OverrunError as error:
                swallowed.append(error)

    with pytest.raises(StuckError):
        worker.call(stubborn, seconds=0.01, grace_seconds=0.01)
    while worker.cut_off():
        worker.thread.join(0.01)

    assert len(swallowed) == 3
