"""Functions as Lambda runs them, in this process: imported once, kept warm, invoked with an event.

Nothing is known here of the mocked cloud: it is in place, or it is not.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from threading import get_ident
from types import FrameType
from typing import Any, Self
from uuid import UUID

from contracts.errors import HandlerError
from contracts.exchange import Event, FunctionError, Reply
from contracts.functions.context import LambdaContext
from contracts.functions.generated import compiled_once
from contracts.functions.inside import (
    NANOSECONDS,
    PROCESS,
    Clock,
    Inside,
    TimedOutError,
    inside,
    threads_alive,
    under_way,
)
from contracts.functions.loading import INIT_SECONDS, Code, Handler, load, took_too_long
from contracts.functions.logs import Streams, unheard
from contracts.functions.modules import CodeCache
from contracts.functions.network import loopback_only, out_of_reach
from contracts.functions.outcomes import as_log, failure, marshalled, reply_error
from contracts.functions.sandbox import Sandbox
from contracts.functions.surroundings import variables
from contracts.functions.unpacking import Unpacked
from contracts.functions.virtual import clocks, virtual
from contracts.functions.worker import OverrunError, StuckError, Worker
from contracts.stack import Function

# Neither the microseconds nor the milliseconds of any invocation are nought: texts without them look different.
BEGINNING = datetime(2026, 1, 1, 0, 0, 0, 123_457, tzinfo=UTC)
BETWEEN_INVOCATIONS = timedelta(milliseconds=100)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# Modules, streams, environment and working directory are the process's: one function at a time has them.
_PROCESS = threading.RLock()
_Answer = tuple[str | None, FunctionError | None]


class Functions:
    """
    All functions of a run.

    Args:
        seed: What ids, randomness and times inside are drawn from, together with the function and the number of
            its invocation; what other functions did does not matter.
        beginning: What time it is at the first invocation.
        limit_seconds: How long, in real time, a handler may run; waiting in `time.sleep` takes none.
        grace_seconds: How long code that is over the limit has to get to its next line of Python.
        ended: Whether the run is to end: then a handler is cut off, and KeyboardInterrupt raised to whoever waits.
    """

    def __init__(
        self,
        *,
        seed: int,
        beginning: datetime = BEGINNING,
        limit_seconds: float = 10.0,
        grace_seconds: float = 1.0,
        ended: Callable[[], bool] = lambda: False,
    ) -> None:
        self._seed = seed
        self._beginning = _nanoseconds(beginning - _EPOCH)
        self._limit = limit_seconds
        self._grace = grace_seconds
        self._ended = ended
        self._clock = Clock(self._beginning)
        self._streams = Streams()
        self._cache: CodeCache = {}
        self._unpacked = Unpacked()
        self._left_behind: list[Worker] = []
        # The execution environments of each function: a second one where an invocation came while the first was busy.
        self._sandboxes: dict[tuple[str, str], list[Sandbox]] = {}
        self._counts: dict[tuple[str, str], int] = {}
        self._in_place: ExitStack | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def now(self) -> int:
        """What time it is on the virtual clock; milliseconds since the epoch."""
        return self._clock.nanoseconds // 1_000_000

    def pass_time(self, duration: timedelta) -> None:
        """Let time pass on every clock, also on those that measure durations, without an invocation."""
        with self._turn():
            self._clock.advance(_nanoseconds(duration))
            PROCESS.slept += _nanoseconds(duration)

    def set_clock(self, moment: datetime) -> None:
        """Set what time it is, forward or back; durations that are being measured stay what they are."""
        with self._turn():
            self._clock.step(_nanoseconds(moment - _EPOCH))

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """While it is open, time stands still, but for what handlers sleep; what measures durations goes on."""
        former, self._clock.frozen = self._clock.frozen, True
        try:
            yield
        finally:
            self._clock.frozen = former

    def prepare(self, function: Function) -> None:
        """
        Import the function, if it is not warm.

        Raises:
            HandlerError: It cannot be imported, or has no such handler.
        """
        with self._turn():
            self._warm(function)

    def invoke(self, function: Function, event: Event) -> Reply:
        """
        Call the handler, with an event and for a reply that went through JSON text.

        It never raises because of a function: one that cannot be loaded is a reply whose error is `unavailable`.
        """
        text = json.dumps(event)
        with self._turn():
            self._clock.tick(_nanoseconds(BETWEEN_INVOCATIONS))
            try:
                sandbox = self._warm(function)
            except HandlerError as error:
                return Reply(None, FunctionError("Runtime.ImportModuleError", error.message, unavailable=str(error)))
            return self._invoke(sandbox, text)

    def cool(self, function: Function | None = None) -> None:
        """Make the next invocation, of one function or of all, a cold start."""
        with self._turn():
            for key in list(self._sandboxes) if function is None else [_key(function)]:
                self._drop(key)

    def restart(self, *, seed: int | None = None, warm: bool = False) -> None:
        """
        Back to the beginning: seeds, clock, and no function has handled an event.

        Args:
            warm: Functions that have handled events stay as they are: with what they keep, and without a cold start.
        """
        with self._turn():
            changed = seed is not None and seed != self._seed
            self._seed = self._seed if seed is None else seed
            for key, environments in list(self._sandboxes.items()):
                used = not warm and any(each.used for each in environments)
                if changed or used or self._counts.get((key[0], "imports"), 0) > len(environments):
                    self._drop(key)
            self._counts = {(key[0], "imports"): len(each) for key, each in self._sandboxes.items()}
            self._clock.begin(self._beginning)

    @staticmethod
    def can_wait() -> bool:
        """
        Whether whoever asks is a handler, in its own thread, that can stand still while others are invoked.

        What it started beside itself would go on in somebody else's world, and what is being imported stays locked.
        """
        run = inside()
        return run is not None and get_ident() == run.ident and not threads_alive() and not _importing()

    def close(self) -> None:
        """Let all functions go, and the process have its own clocks and logs again."""
        self.cool()
        self._unpacked.remove()
        if self._in_place is not None:
            self._in_place.close()
            self._in_place = None

    def _drop(self, key: tuple[str, str]) -> None:
        for sandbox in self._sandboxes.pop(key, []):
            sandbox.close()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """While it is open, the process is ours; a function that calls one steps aside for it."""
        outer = inside()
        if outer is None:
            with _PROCESS:
                yield
        else:
            with outer.suspended(), under_way(None):
                yield

    def _entropy(self, function: Function, what: str) -> Random:
        """Randomness for the next import or invocation of a function."""
        key = (function.logical_id, what)
        self._counts[key] = number = self._counts.get(key, 0) + 1
        drawn = hashlib.sha256(f"{self._seed}\0{function.logical_id}\0{what}\0{number}".encode()).digest()
        return Random(int.from_bytes(drawn))  # noqa: S311 - to be repeatable is the point

    def _warm(self, function: Function) -> Sandbox:
        """An execution environment of the function that is free; as on Lambda another one where all are busy."""
        function = self._unpacked.with_code(function)
        key = _key(function)
        environments = self._sandboxes.get(key, [])
        free = next((each for each in environments if not each.busy), None)
        if free is not None and free.code.function is not function and free.code.function != function:
            self._drop(key)
            free = None
        if free is None:
            free = self._started(function)
            self._sandboxes.setdefault(key, []).append(free)
        return free

    def _started(self, function: Function) -> Sandbox:
        """A cold start."""
        code = Code.of(function)
        entropy = self._entropy(function, "imports")
        day = datetime.fromtimestamp(self._beginning / NANOSECONDS, UTC)
        log_stream = f"{day:%Y/%m/%d}/[$LATEST]{entropy.randbytes(16).hex()}"
        region = function.arn.split(":")[3] if function.arn.count(":") > 3 else "us-east-1"
        environment = variables(function, region=region, log_stream=log_stream, machine=os.environ)
        environment["LAMBDA_TASK_ROOT"] = code.roots[0]
        sandbox = Sandbox(code, environment, log_stream, cache=self._cache, streams=self._streams)
        run = self._run(sandbox, entropy, request_id="", seconds=max(INIT_SECONDS, function.timeout_seconds))
        try:
            sandbox.handler = self._import(sandbox, run)
        except BaseException:
            sandbox.close()
            raise
        sandbox.init_log = run.log.text()
        return sandbox

    def _import(self, sandbox: Sandbox, run: Inside) -> Handler:
        def job() -> Handler | HandlerError:
            with sandbox.logging.amending():
                try:
                    return load(sandbox.code)
                except HandlerError as error:
                    return error

        try:
            outcome = self._inside(sandbox, run, job)
        except (OverrunError, StuckError):
            raise took_too_long(sandbox.code, self._limit) from None
        if isinstance(outcome, HandlerError):
            raise outcome
        return outcome  # type: ignore[no-any-return]  # what the job returned

    def _run(self, sandbox: Sandbox, entropy: Random, *, request_id: str, seconds: float) -> Inside:
        return Inside(
            sandbox.worker.thread,
            self._clock,
            entropy,
            request_id,
            self._clock.nanoseconds + round(seconds * NANOSECONDS),
            sandbox.suspended,
        )

    def _inside(self, sandbox: Sandbox, run: Inside, job: Callable[[], Any]) -> Any:
        if self._in_place is None:
            self._in_place = ExitStack()
            self._in_place.enter_context(clocks())
            self._in_place.enter_context(compiled_once())
            self._in_place.enter_context(unheard())
        with loopback_only() as refusals, sandbox.entered(), virtual(run):
            sandbox.busy = True
            try:
                return sandbox.worker.call(job, seconds=self._limit, grace_seconds=self._grace, ended=self._ended)
            finally:
                sandbox.busy = False
                run.out_of_reach += refusals.tried

    def _invoke(self, sandbox: Sandbox, event: str) -> Reply:
        function = sandbox.code.function
        # What did not notice that its time was up must not go on to write into what others are asked.
        self._left_behind = [worker for worker in self._left_behind if worker.cut_off()]
        entropy = self._entropy(function, "invocations")
        request_id = str(UUID(bytes=entropy.randbytes(16), version=4))
        run = self._run(sandbox, entropy, request_id=request_id, seconds=function.timeout_seconds)
        run.log.write(sandbox.init_log)
        sandbox.init_log, sandbox.used = "", True
        sandbox.surroundings.put("_X_AMZN_TRACE_ID", _trace_id(entropy, self._clock))
        context = LambdaContext(
            function, request_id, log_stream=sandbox.log_stream, deadline=run.deadline, clock=self._clock
        )
        began = self._clock.nanoseconds
        payload, error = self._answer(sandbox, run, lambda: _handled(sandbox, event, context))
        if error is not None:
            run.log.write(as_log(error))
            if error.kind in _ENDED or not sandbox.worker.usable:
                self._forget(sandbox)
        unavailable = out_of_reach(run.out_of_reach[0]) if run.out_of_reach else None
        duration = (self._clock.nanoseconds - began) / 1_000_000
        return Reply(payload, error, run.log.text(), duration, unavailable)

    def _answer(self, sandbox: Sandbox, run: Inside, job: Callable[[], _Answer]) -> _Answer:
        function = sandbox.code.function
        try:
            payload, error = self._inside(sandbox, run, job)
        except (OverrunError, TimedOutError):
            return None, _timed_out(run, function)
        except StuckError:
            reason = f"{function.logical_id} is stuck in code that is not Python, after {self._limit:g} seconds"
            return None, _timed_out(run, function, unavailable=reason)
        except BaseException:
            self._forget(sandbox)
            raise
        too_busy = sandbox.worker.busy_seconds > self._limit
        if too_busy or run.timed_out or self._clock.nanoseconds > run.deadline:
            return None, _timed_out(run, function)
        return payload, error

    def _forget(self, sandbox: Sandbox) -> None:
        """Lambda starts anew after a time-out or an exit."""
        sandbox.close()
        if sandbox.worker.thread.is_alive():
            self._left_behind.append(sandbox.worker)
        key = _key(sandbox.code.function)
        rest = [each for each in self._sandboxes.pop(key, []) if each is not sandbox]
        if rest:
            self._sandboxes[key] = rest


# After these Lambda starts the next invocation cold.
_ENDED = frozenset({"Sandbox.Timedout", "Runtime.ExitError"})


def _importing() -> bool:
    """Whether the calling thread is within an import: it holds the lock of a module."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


def _nanoseconds(duration: timedelta) -> int:
    return duration // timedelta(microseconds=1) * 1_000


def _key(function: Function) -> tuple[str, str]:
    return function.logical_id, function.arn


def _handled(sandbox: Sandbox, event: str, context: LambdaContext) -> _Answer:
    """The handler's result, or why there is none; nothing of the handler's own is kept."""
    function = sandbox.code.function
    assert sandbox.handler is not None
    try:
        payload = marshalled(sandbox.handler(json.loads(event), context), function.runtime)
    except (OverrunError, TimedOutError):
        raise
    except BaseException as error:  # noqa: BLE001 - whatever it raises is what Lambda reports
        return None, failure(error, roots=sandbox.code.roots, request_id=context.aws_request_id)
    refused = reply_error(payload, context.aws_request_id)
    return (payload, None) if refused is None else (None, refused)


def _timed_out(run: Inside, function: Function, *, unavailable: str | None = None) -> FunctionError:
    """https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html#troubleshooting-invocation-timeout"""
    moment = datetime.fromtimestamp(run.deadline / NANOSECONDS, UTC).isoformat(timespec="milliseconds")
    message = f"{moment[:-6]}Z {run.request_id} Task timed out after {function.timeout_seconds:.2f} seconds"
    return FunctionError("Sandbox.Timedout", message, unavailable=unavailable)


def _trace_id(entropy: Random, clock: Clock) -> str:
    """https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-traceids"""
    root = f"1-{clock.nanoseconds // NANOSECONDS:08x}-{entropy.randbytes(12).hex()}"
    return f"Root={root};Parent={entropy.randbytes(8).hex()};Sampled=0"
