"""Time and chance inside an invocation come from the seed, and the host has the real ones."""

from __future__ import annotations

import os
import random
import secrets
import threading
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.exchange import Reply
from contracts.functions import Functions, virtual
from contracts.stack import Function

Made = Callable[..., Function]
Answered = Callable[..., Any]

DRAWS = """
import datetime, os, random, secrets, time, uuid
AT_IMPORT = uuid.uuid4().hex
def handler(event, context):
    return [AT_IMPORT, uuid.uuid4().hex, uuid.uuid1().hex, random.random(), secrets.token_hex(4), os.urandom(4).hex(),
            random.SystemRandom().random(), time.time(), datetime.datetime.now().isoformat(), time.perf_counter(),
            context.aws_request_id, context.log_stream_name, os.environ["_X_AMZN_TRACE_ID"]]
"""


def texts(replies: list[Reply]) -> list[str | None]:
    """What they say, for comparison."""
    return [reply.payload for reply in replies]


def test_one_seed_gives_one_history(made: Made) -> None:
    """Two runs of the same requests see the same ids, numbers and times."""
    function = made(DRAWS)
    histories = []
    for _ in range(2):
        with Functions(seed=7) as functions:
            histories.append(texts([functions.invoke(function, {}) for _ in range(3)]))

    assert histories[0] == histories[1]
    assert None not in histories[0]


def test_another_seed_gives_another_history(made: Made) -> None:
    """Every drawn value differs."""
    import json

    function = made(DRAWS)
    values: list[list[Any]] = []
    for seed in (1, 2):
        with Functions(seed=seed) as functions:
            values.append(json.loads(functions.invoke(function, {}).payload or ""))

    assert [index for index, (one, other) in enumerate(zip(*values, strict=True)) if one == other] == [7, 8, 9]


def test_ids_never_repeat(made: Made, answered: Answered) -> None:
    """Two invocations, of one function or of two, never draw the same id."""
    code = (
        "import uuid\ndef handler(event, context): return [uuid.uuid4().hex, uuid.uuid1().hex, context.aws_request_id]"
    )
    first, second = made(code, name="One"), made(code, name="Two")
    ids = [each for _ in range(20) for function in (first, second) for each in answered(function)]

    assert len(set(ids)) == len(ids)


def test_what_other_functions_do_does_not_matter(made: Made) -> None:
    """The ids of a function are the same whoever else is invoked in between."""
    code = "import uuid\ndef handler(event, context): return uuid.uuid4().hex"
    function, other = made(code, name="One"), made(code, name="Two")
    with Functions(seed=1) as functions:
        alone = texts([functions.invoke(function, {}) for _ in range(2)])
    with Functions(seed=1) as functions:
        among = []
        for _ in range(2):
            functions.invoke(other, {})
            among.append(functions.invoke(function, {}).payload)

    assert among == alone


def test_the_hosts_randomness_is_untouched(made: Made, answered: Answered) -> None:
    """Drawn from before and after, the host's generator gives what it would have given."""
    random.seed(5)
    expected = [random.random(), random.random()]
    random.seed(5)
    first = random.random()
    answered(made("import random\ndef handler(event, context): random.seed(99)"))

    assert [first, random.random()] == expected


def test_the_host_has_the_real_things_again(made: Made, answered: Answered) -> None:
    """Clocks, sleep, sources of randomness, threads."""
    before = (time.sleep, time.monotonic, time.perf_counter, os.urandom, os._exit, uuid.getnode, threading.main_thread)
    answered(made("def handler(event, context): pass"))

    assert (
        time.sleep,
        time.monotonic,
        time.perf_counter,
        os.urandom,
        os._exit,
        uuid.getnode,
        threading.main_thread,
    ) == before
    assert secrets.token_hex(8) != secrets.token_hex(8)


def test_time_grows_from_invocation_to_invocation(made: Made, answered: Answered, functions: Functions) -> None:
    """A little, and the same in every run; the gateway can read the clock."""
    function = made("import time\ndef handler(event, context): return time.time()")
    times = [answered(function) for _ in range(3)]

    assert [round(each, 3) for each in times] == [1767225600.223, 1767225600.323, 1767225600.423]
    assert functions.now() == 1767225600423


def test_fractions_of_a_second_are_never_nought(made: Made, answered: Answered) -> None:
    """`isoformat` leaves a fraction of nought out, and a pattern would find fault with one time in ten."""
    function = made("import datetime\ndef handler(event, context): return datetime.datetime.now().isoformat()")

    assert {len(answered(function)) for _ in range(25)} == {len("2026-01-01T00:00:00.223458")}


def test_two_readings_of_a_clock_differ(made: Made, answered: Answered) -> None:
    """Code divides by the time that passed."""
    function = made(
        "import time\ndef handler(event, context):\n    t, p = time.time_ns(), time.perf_counter_ns()\n"
        "    return [time.time_ns() > t, time.perf_counter_ns() > p, time.monotonic() <= time.monotonic()]"
    )

    assert answered(function) == [True, True, True]


def test_sleeping_takes_no_time(made: Made, answered: Answered, functions: Functions) -> None:
    """The virtual clock moves on, and with it the remaining time and what is measured."""
    function = made(
        """
        import time
        from time import monotonic, sleep
        def handler(event, context):
            began, waited = time.time(), monotonic()
            sleep(1.5)
            return [round(time.time() - began, 2), monotonic() - waited >= 1.5, context.get_remaining_time_in_millis()]
        """
    )
    began = time.perf_counter()
    elapsed, waited, remaining = answered(function)

    assert (elapsed, waited, remaining // 10) == (1.5, True, 149)
    assert time.perf_counter() - began < 1
    assert functions.invoke(function, {}).duration_milliseconds // 10 == 150


def test_a_replacement_that_was_kept_is_the_real_thing_outside(made: Made, answered: Answered) -> None:
    """`from time import sleep` in a module that outlives the invocation does no harm."""
    assert virtual.perf_counter() <= time.perf_counter()
    assert len(virtual.urandom(3)) == 3
    assert virtual.main_thread() is threading.main_thread()
    assert virtual.getnode() == uuid.getnode()


def test_threads_of_a_handler_are_inside(made: Made, answered: Answered) -> None:
    """They have its clock and its log, and are waited for in real time."""
    function = made(
        """
        import threading, time
        from concurrent.futures import ThreadPoolExecutor
        def handler(event, context):
            with ThreadPoolExecutor() as pool:
                years = [each.result() for each in [pool.submit(lambda: time.gmtime().tm_year) for _ in range(3)]]
            done = []
            thread = threading.Thread(target=lambda: (time.sleep(0.05), done.append(1)))
            thread.start()
            polls = 0
            while not done:
                time.sleep(0.01)
                polls += 1
            return [years, polls < 100]
        """
    )

    assert answered(function) == [[2026, 2026, 2026], True]


def test_threads_of_the_host_see_real_time(made: Made, answered: Answered, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread that was there before an invocation is not inside it."""
    go, looked = threading.Event(), threading.Event()
    seen: list[int] = []

    def look() -> None:
        go.wait()
        seen.append(time.gmtime().tm_year)
        looked.set()

    thread = threading.Thread(target=look)
    thread.start()
    # The handler lets the thread look, and waits until it has: both share the module.
    monkeypatch.setattr(threading, "go", go, raising=False)
    monkeypatch.setattr(threading, "looked", looked, raising=False)
    function = made(
        "import threading, time\ndef handler(event, context):\n"
        "    threading.go.set()\n"
        "    return threading.looked.wait(5) and time.gmtime(time.time() + 1e9).tm_year"
    )
    year = answered(function)
    go.set()
    thread.join()

    assert (year, seen) == (2057, [datetime.now(UTC).year])


def test_event_loops_work(made: Made, answered: Answered) -> None:
    """asyncio.run, and the older way that Lambda's main thread allows, warm and with real waiting."""
    function = made(
        """
        import asyncio
        async def work(x):
            await asyncio.sleep(0.001)
            return x
        async def both(): return await asyncio.gather(work(1), work(2))
        def handler(event, context): return asyncio.run(both())
        """,
        name="One",
    )
    older = made(
        """
        import asyncio
        async def work(): return 5
        def handler(event, context): return asyncio.get_event_loop().run_until_complete(work())
        def close(event, context): asyncio.get_event_loop().close()
        """,
        name="Two",
    )

    assert [answered(each) for each in (function, older, function, older)] == [[1, 2], 5, [1, 2], 5]
