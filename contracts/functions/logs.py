"""What a handler writes: standard output, standard error and `logging`, caught for each invocation.

https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html
"""

from __future__ import annotations

import io
import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from contracts.functions.inside import inside, started_inside

_FORMAT = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s"


class _Sink(io.RawIOBase):
    """Takes what is written inside to the invocation's log, and what the host writes to where it belongs."""

    def __init__(self) -> None:
        self.host: TextIO | None = None
        self._null: int | None = None

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        text = bytes(data).decode("utf-8", "replace")
        run = inside()
        if run is not None:
            run.log.write(text)
        elif self.host is not None and not started_inside():
            self.host.write(text)
        return len(data)

    def flush(self) -> None:
        if self.host is not None and not self.host.closed and inside() is None:
            self.host.flush()

    def fileno(self) -> int:
        """For programs that a handler starts; what they write is nobody's."""
        if self._null is None:
            self._null = os.open(os.devnull, os.O_WRONLY)
        return self._null

    def close(self) -> None:
        if self._null is not None:
            os.close(self._null)
            self._null = None
        super().close()


class Streams:
    """
    Standard output and standard error, the same two objects for all functions.

    Libraries and handlers keep the stream that they saw at import, so it must lead to the right log ever after.
    """

    _NAMES = ("stdout", "stderr")

    def __init__(self) -> None:
        self._proxies: dict[str, tuple[_Sink, TextIO]] = {}
        self._host: dict[str, tuple[TextIO, TextIO | None]] = {}

    def enter(self) -> None:
        """Put them in place."""
        for name in self._NAMES:
            if name not in self._proxies or self._proxies[name][1].closed:
                self._proxies[name] = _proxy()
            sink, proxy = self._proxies[name]
            own = getattr(sys, name)
            self._host[name] = (own, getattr(sys, f"__{name}__"))
            sink.host = own if own is not proxy else sink.host
            setattr(sys, name, proxy)
            setattr(sys, f"__{name}__", proxy)

    def leave(self) -> None:
        """Put back those of the host."""
        for name, (own, original) in self._host.items():
            setattr(sys, name, own)
            setattr(sys, f"__{name}__", original)


def _proxy() -> tuple[_Sink, TextIO]:
    sink = _Sink()
    return sink, io.TextIOWrapper(sink, encoding="utf-8", errors="backslashreplace", write_through=True)  # type: ignore[type-var]  # a raw stream will do


@contextmanager
def unheard() -> Iterator[None]:
    """
    While it is open, what libraries log outside of functions goes to the host's own handlers, or nowhere.

    A function may wrap what the host uses, too (AWS X-Ray's SDK wraps `requests`), and what its wrappers have to say
    of the host's requests is nobody's: without a handler, `logging` would print each warning.
    """
    root, nobody = logging.getLogger(), logging.NullHandler()
    if not root.handlers:
        root.addHandler(nobody)
    try:
        yield
    finally:
        root.removeHandler(nobody)


class _LambdaHandler(logging.Handler):
    """The handler that Lambda puts on the root logger."""

    def __init__(self) -> None:
        super().__init__()
        formatter = logging.Formatter(_FORMAT, "%Y-%m-%dT%H:%M:%S")
        formatter.converter = time.gmtime
        self.setFormatter(formatter)
        self.host: list[logging.Handler] = []

    def emit(self, record: logging.LogRecord) -> None:
        run = inside()
        if run is not None:
            record.aws_request_id = run.request_id
            run.log.write(self.format(record) + "\n")
        elif not started_inside():
            for handler in self.host:
                if record.levelno >= handler.level:
                    handler.handle(record)


_State = tuple[int, bool, bool, list[logging.Handler], list[Any]]


class Logging:
    """
    The loggers of one function: the root's state, and every logger that it names first.

    Loggers of shared modules exist once. What a function sets on them while it is imported holds for it alone;
    what it sets on them while it handles an event is not undone.
    """

    def __init__(self) -> None:
        self._handler = _LambdaHandler()
        self._root: tuple[int, list[logging.Handler], list[Any]] = (logging.WARNING, [self._handler], [])
        self._disabled = logging.NOTSET
        self._loggers: dict[str, Any] | None = None
        self._amended: dict[logging.Logger, _State] = {}
        self._host: tuple[Any, ...] = ()
        self._host_states: dict[logging.Logger, _State] = {}

    def enter(self) -> None:
        """Put them in place."""
        root, manager = logging.getLogger(), logging.Logger.manager
        self._host = ((root.level, root.handlers, root.filters), manager.disable, manager.loggerDict)
        self._handler.host = root.handlers
        if self._loggers is None:
            self._loggers = dict(manager.loggerDict)
        manager.loggerDict = self._loggers
        self._host_states = {logger: _state(logger) for logger in self._amended}
        _put(self._amended)
        _set_root(self._root, self._disabled)

    def leave(self) -> None:
        """Put back what the host had."""
        root, manager = logging.getLogger(), logging.Logger.manager
        self._root = (root.level, root.handlers, root.filters)
        self._disabled = manager.disable
        state, disabled, manager.loggerDict = self._host
        _put(self._host_states)
        _set_root(state, disabled)

    @contextmanager
    def amending(self) -> Iterator[None]:
        """While it is open, between `enter` and `leave`, what is set on shared loggers is noticed."""
        shared = [each for each in (self._loggers or {}).values() if isinstance(each, logging.Logger)]
        before = {logger: _state(logger) for logger in shared}
        try:
            yield
        finally:
            for logger, state in before.items():
                now = _state(logger)
                if now != state:
                    self._amended[logger] = now
                    self._host_states.setdefault(logger, state)


def _state(logger: logging.Logger) -> _State:
    return logger.level, logger.propagate, logger.disabled, list(logger.handlers), list(logger.filters)


def _put(states: dict[logging.Logger, _State]) -> None:
    for logger, (level, propagate, disabled, handlers, filters) in states.items():
        logger.propagate, logger.disabled = propagate, disabled
        logger.handlers, logger.filters = list(handlers), list(filters)
        if logger.level != level:
            logger.setLevel(level)


def _set_root(state: tuple[int, list[logging.Handler], list[Any]], disabled: int) -> None:
    """Set the root's state; what loggers remember of their levels is forgotten where it no longer holds."""
    root, manager = logging.getLogger(), logging.Logger.manager
    level, root.handlers, root.filters = state
    if level != root.level or disabled != manager.disable:
        manager.disable = disabled
        root.setLevel(level)
