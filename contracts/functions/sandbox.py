"""A warm function: everything that Lambda keeps of it between two invocations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Protocol

from contracts.functions.loading import Code, Handler
from contracts.functions.logs import Logging, Streams
from contracts.functions.modules import CodeCache, ModuleTable
from contracts.functions.surroundings import Surroundings, WarningFilters
from contracts.functions.worker import Worker


class Swap(Protocol):
    """Something of this process that a function has its own of."""

    def enter(self) -> None:
        """Put the function's in place of the host's."""
        ...

    def leave(self) -> None:
        """Put the host's back, and keep the function's as it is now."""
        ...


class Sandbox:
    """
    One execution environment of Lambda.

    Args:
        streams: Shared by all functions.

    Attributes:
        handler: The function's handler; None until it is imported.
        log_stream: The name of its log stream, one for each execution environment.
        init_log: What was written while it was imported; part of the first invocation's log.
        busy: Whether an invocation is under way in it.
        used: Whether it has handled an event.
    """

    def __init__(
        self, code: Code, environment: Mapping[str, str], log_stream: str, *, cache: CodeCache, streams: Streams
    ) -> None:
        self.code = code
        self.log_stream = log_stream
        self.handler: Handler | None = None
        self.init_log = ""
        self.busy = False
        self.used = False
        self.surroundings = Surroundings(environment, code.roots[0])
        self.logging = Logging()
        self._swaps: Sequence[Swap] = (
            streams,
            WarningFilters(),
            self.logging,
            self.surroundings,
            ModuleTable(code.roots, cache=cache),
        )
        self.worker = Worker(f"lambda {code.function.logical_id}")

    @contextmanager
    def entered(self) -> Iterator[None]:
        """While it is open, the process is the function's; whatever happens, it is the host's again afterwards."""
        with ExitStack() as stack:
            for swap in self._swaps:
                swap.enter()
                stack.callback(swap.leave)
            yield

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """While it is open, inside `entered`, the process is the host's."""
        with ExitStack() as stack:
            for swap in reversed(self._swaps):
                swap.leave()
                stack.callback(swap.enter)
            yield

    def close(self) -> None:
        """It is not needed any more."""
        self.worker.close()
