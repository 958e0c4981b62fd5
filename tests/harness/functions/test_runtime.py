"""Functions are kept warm, made cold, limited in time, and one at a time."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from contracts.errors import HandlerError
from contracts.functions import Functions
from contracts.stack import Function

Made = Callable[..., Function]
Answered = Callable[..., Any]

COUNT = "n = 0\ndef handler(event, context):\n    global n\n    n += 1\n    return n"


def test_a_function_stays_warm(made: Made, answered: Answered) -> None:
    """It is imported once; its module keeps its state."""
    function = made(COUNT)

    assert [answered(function) for _ in range(3)] == [1, 2, 3]


def test_preparing_imports_and_does_not_invoke(made: Made, answered: Answered, functions: Functions) -> None:
    """What was prepared is warm."""
    function = made("print('imported')\n" + COUNT)
    functions.prepare(function)
    functions.prepare(function)
    reply = functions.invoke(function, {})

    assert (reply.payload, reply.log) == ("1", "imported\n")


def test_a_cooled_function_starts_anew(made: Made, answered: Answered, functions: Functions) -> None:
    """Only that one, or all of them."""
    first, second = made(COUNT, name="One"), made(COUNT, name="Two")
    answered(first)
    answered(second)
    functions.cool(first)

    assert [answered(first), answered(second)] == [1, 2]
    functions.cool()

    assert [answered(first), answered(second)] == [1, 1]


def test_a_cold_start_reads_the_files_as_they_are_now(made: Made, answered: Answered, functions: Functions) -> None:
    """Code that changed is compiled again."""
    function = made("def handler(event, context): return 'old'")
    answered(function)
    assert function.code is not None
    (function.code / "app.py").write_text("def handler(event, context): return 'changed'")
    functions.cool()

    assert answered(function) == "changed"


def test_a_function_whose_definition_changed_starts_anew(made: Made, answered: Answered) -> None:
    """Another environment is another deployment."""
    code = "import os\ndef handler(event, context): return os.environ['X']"

    assert [answered(made(code, environment={"X": x})) for x in ("1", "2")] == ["1", "2"]


def test_a_restart_is_the_beginning(made: Made, functions: Functions) -> None:
    """Seeds, clock and state: the same requests have the same replies."""
    function = made(
        "import time, uuid\nn = [uuid.uuid4().hex]\ndef handler(event, context):\n    n.append(uuid.uuid4().hex)\n"
        "    return [n, time.time(), context.log_stream_name]"
    )
    functions.prepare(function)
    first = [functions.invoke(function, {}) for _ in range(3)]
    functions.restart()
    again = [functions.invoke(function, {}) for _ in range(3)]

    assert first == again


def test_a_warm_restart_keeps_functions_as_they_are(made: Made, answered: Answered, functions: Functions) -> None:
    """Only seeds and clock go back: no cold start, and what the function keeps stays."""
    code = "import time, uuid\nstarted = []\ndef handler(event, context):\n    started.append(1)\n    return"
    function = made(f"{code} [len(started), str(uuid.uuid4()), time.time()]")
    before = answered(function)
    functions.restart(warm=True)
    after = answered(function)

    assert (before[0], after[0]) == (1, 2)
    assert before[1:] == after[1:]


def test_a_restart_can_change_the_seed(made: Made, functions: Functions) -> None:
    """Then everything drawn differs, also what was drawn at import."""
    function = made("import uuid\nN = uuid.uuid4().hex\ndef handler(event, context): return N")
    functions.prepare(function)
    functions.restart(seed=2)
    two = functions.invoke(function, {}).payload
    functions.restart(seed=1)

    assert functions.invoke(function, {}).payload != two


def test_sleeping_beyond_the_limit_is_a_time_out(made: Made, functions: Functions) -> None:
    """At once, in Lambda's words, and the next invocation is cold."""
    function = made(
        """
        import time
        n = 0
        def handler(event, context):
            global n
            n += 1
            time.sleep(event.get("s", 0))
            return n
        """
    )
    began = time.perf_counter()
    reply = functions.invoke(function, {"s": 3600})

    assert time.perf_counter() - began < 2
    assert reply.error is not None
    assert (reply.error.kind, reply.error.unavailable) == ("Sandbox.Timedout", None)
    request_id = reply.error.message.split()[1]
    assert reply.error.message == f"2026-01-01T00:00:03.223Z {request_id} Task timed out after 3.00 seconds"
    assert (reply.duration_milliseconds, functions.invoke(function, {}).payload) == (3000, "1")


def test_a_time_out_cannot_be_caught(made: Made, functions: Functions) -> None:
    """What a handler returns after its time is up is not heard."""
    function = made(
        """
        import time
        def handler(event, context):
            try:
                time.sleep(60)
            except BaseException:
                return "late"
        """
    )
    error = functions.invoke(function, {}).error

    assert error is not None
    assert error.kind == "Sandbox.Timedout"


def test_sleeping_within_the_limit_is_fine(made: Made, answered: Answered) -> None:
    """Up to the last moment, and anew at each invocation."""
    function = made("import time\ndef handler(event, context):\n    time.sleep(2.9)\n    return 1")

    assert [answered(function), answered(function)] == [1, 1]


def test_an_endless_loop_is_a_time_out(made: Made) -> None:
    """Also when it catches every exception; the next invocation works."""
    function = made(
        "def handler(event, context):\n    while event:\n        try:\n            while event: pass\n"
        "        except Exception: pass\n    return 'fine'"
    )
    with Functions(seed=1, limit_seconds=0.1, grace_seconds=2) as functions:
        error = functions.invoke(function, {"x": 1}).error
        after = functions.invoke(function, {})

    assert error is not None
    assert (error.kind, error.unavailable, after.payload) == ("Sandbox.Timedout", None, '"fine"')


def test_a_loop_that_waits_for_the_clock_ends(made: Made, answered: Answered) -> None:
    """The clock moves on when it is read, so waiting for it is not endless."""
    function = made(
        """
        import time
        def handler(event, context):
            end = time.time() + 0.01
            while time.time() < end: pass
            return 1
        """
    )

    assert answered(function) == 1


def test_code_that_is_stuck_outside_of_python_could_not_run(made: Made) -> None:
    """Whose fault that is, nobody knows; the process is the host's again."""
    function = made(
        "import threading\nlock = threading.Lock()\nlock.acquire()\ndef handler(event, context):\n"
        "    if event: lock.acquire()\n    return 'fine'"
    )
    threads = threading.active_count()
    with Functions(seed=1, limit_seconds=0.05, grace_seconds=0.1) as functions:
        error = functions.invoke(function, {"x": 1}).error
        after = functions.invoke(function, {})

    assert error is not None
    assert ("stuck" in (error.unavailable or ""), after.payload) == (True, '"fine"')
    assert threading.active_count() <= threads + 2


def test_code_that_keeps_everybody_from_looking_is_over_its_time_too(made: Made) -> None:
    """A loop in C that lets no other thread have its turn ends by itself, but its processor time is counted."""
    function = made("def handler(event, context): return sum(range(event['to']))")
    with Functions(seed=1, limit_seconds=0.1) as functions:
        replies = [functions.invoke(function, {"to": to}) for to in (10, 10_000_000, 10)]

    assert [reply.error.kind if reply.error else reply.payload for reply in replies] == ["45", "Sandbox.Timedout", "45"]
    assert not any(reply.error and reply.error.unavailable for reply in replies)


def test_an_interrupt_from_the_keyboard_stops_the_run(made: Made) -> None:
    """A real Ctrl-C is ours; the handler never sees it, and everything is put back."""
    before = time.sleep
    function = made("def handler(event, context):\n    while event: pass\n    return 'fine'")
    with Functions(seed=1, limit_seconds=20, grace_seconds=2) as functions:
        functions.prepare(function)
        timer = threading.Timer(0.1, signal.raise_signal, [signal.SIGINT])
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            functions.invoke(function, {"x": 1})
        timer.join()

        assert time.sleep is before
        assert functions.invoke(function, {}).payload == '"fine"'


def test_functions_can_be_invoked_from_many_threads(made: Made, functions: Functions) -> None:
    """They have their turn one after the other."""
    function = made(COUNT)
    found: list[str | None] = []
    threads = [
        threading.Thread(target=lambda: found.extend(functions.invoke(function, {}).payload for _ in range(10)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(int(each or 0) for each in found) == list(range(1, 41))


def test_a_function_can_call_a_function(made: Made, functions: Functions) -> None:
    """Another one, or itself: each in its own world, and the caller finds its own again."""
    code = """
        import os, sys, builtins
        name = {name!r}
        def handler(event, context):
            print("in", name)
            inner = builtins.call_from_a_test(event) if event["depth"] else None
            return [name, inner, os.environ["WHO"], os.path.basename(os.getcwd()), sys.modules["app"].name]
    """
    import builtins

    first, second = (made(code.format(name=name), name=name, environment={"WHO": name}) for name in ("One", "Two"))
    order = {2: second, 1: second}

    def call(event: dict[str, int]) -> str | None:
        depth = event["depth"]
        return functions.invoke(order[depth], {"depth": depth - 1}).payload

    builtins.call_from_a_test = call  # type: ignore[attr-defined]
    try:
        reply = functions.invoke(first, {"depth": 2})
    finally:
        del builtins.call_from_a_test  # type: ignore[attr-defined]

    assert reply.error is None, reply.error
    import json

    outer = json.loads(reply.payload or "")
    middle = json.loads(outer[1])
    assert (outer[0], *outer[2:]) == ("One", "One", "One", "One")
    assert (middle[0], *middle[2:]) == ("Two", "Two", "Two", "Two")
    assert json.loads(middle[1])[0] == "Two"
    assert reply.log == "in One\n"


NESTED = """
    import builtins
    n = 0
    def handler(event, context):
        global n
        n += 1
        return [n, context.log_stream_name, builtins.call_from_a_test() if event else None]
"""


def test_a_busy_function_has_a_second_environment_that_stays_warm(
    made: Made, answered: Answered, functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Lambda: what the first remembers the second does not know, and each is used again."""
    import builtins

    function = made(NESTED)
    monkeypatch.setattr(builtins, "call_from_a_test", lambda: answered(function), raising=False)
    once, again = answered(function, {"nested": True}), answered(function, {"nested": True})

    assert (once[0], once[2][0]) == (1, 1)
    assert once[1] != once[2][1]
    assert (again[0], again[2][0]) == (2, 2)
    assert (once[1], once[2][1]) == (again[1], again[2][1])


def test_a_restart_ends_second_environments_and_a_warm_one_keeps_them(
    made: Made, answered: Answered, functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the beginning a function has one environment, which has seen nothing."""
    import builtins

    function, threads = made(NESTED), threading.active_count()
    monkeypatch.setattr(builtins, "call_from_a_test", lambda: answered(function), raising=False)
    first = answered(function, {"nested": True})
    functions.restart(warm=True)
    warm = answered(function, {"nested": True})
    functions.restart()

    assert (warm[0], warm[2][0]) == (2, 2)
    assert threading.active_count() == threads
    assert answered(function, {"nested": True}) == first


def test_a_handler_can_wait_unless_something_goes_on_beside_it(
    made: Made, answered: Answered, functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not while it has threads, not in one of them, and not within an import, whose lock it holds."""
    import builtins

    monkeypatch.setattr(builtins, "call_from_a_test", functions.can_wait, raising=False)
    app = """
        import builtins, threading
        def handler(event, context):
            told = [builtins.call_from_a_test()]
            beside = threading.Event()
            thread = threading.Thread(target=lambda: (told.append(builtins.call_from_a_test()), beside.wait()))
            thread.start()
            while len(told) < 2:
                pass
            told.append(builtins.call_from_a_test())
            beside.set()
            thread.join()
            import lazy
            return [*told, lazy.told, builtins.call_from_a_test()]
    """
    function = made(app, files={"lazy.py": "import builtins\ntold = builtins.call_from_a_test()"})

    assert answered(function) == [True, False, False, False, True]
    assert not functions.can_wait()


def test_nothing_is_left_when_functions_are_closed(made: Made) -> None:
    """The threads of warm functions end."""
    before = set(threading.enumerate())
    with Functions(seed=1) as functions:
        functions.invoke(made(COUNT), {})
        started = set(threading.enumerate()) - before
    for thread in started:
        thread.join(2)

    assert (len(started), [thread.is_alive() for thread in started]) == (1, [False])


def test_a_handler_that_cannot_be_prepared_is_tried_again(made: Made, answered: Answered, functions: Functions) -> None:
    """Nothing of a failed import is kept."""
    function = made("import helper\n" + COUNT)
    with pytest.raises(HandlerError):
        functions.prepare(function)
    assert function.code is not None
    (function.code / "helper.py").write_text("")

    assert answered(function) == 1


def test_what_a_handler_does_to_its_event_is_seen_by_nobody(made: Made, functions: Functions) -> None:
    """Neither by the caller, who records what was sent, nor by the next invocation, nor by another function."""
    spoil = "def handler(event, context):\n    seen = str(event)\n    event['list'].append(2)\n    event.pop('name')\n"
    function = made(f"{spoil}    return seen")
    event = {"name": "a", "list": [1]}

    first, second = (functions.invoke(function, event).payload for _ in range(2))

    assert event == {"name": "a", "list": [1]}
    assert first == second
