"""A stopwatch with many hands: processor time by what is at work, where one thing at a time is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import wraps
from time import process_time
from typing import Any
from unittest.mock import patch


@dataclass(slots=True)
class Stopwatch:
    """
    Processor seconds by name; what is called inside of another counts for itself alone.

    Attributes:
        rest: What is at work when nothing that is watched is.
        seconds: By name.
    """

    rest: str
    clock: Callable[[], float] = process_time
    seconds: dict[str, float] = field(default_factory=dict)
    _at_work: list[str] = field(default_factory=list)
    _since: float = 0.0

    def __post_init__(self) -> None:
        self._since = self.clock()

    @contextmanager
    def at_work(self, name: str) -> Iterator[None]:
        """While it is open, time counts for this name."""
        self._count()
        self._at_work.append(name)
        try:
            yield
        finally:
            self._count()
            self._at_work.pop()

    def watching(self, places: dict[tuple[Any, str], str]) -> ExitStack:
        """While it is open, calls of these functions, by owner and attribute, count for a name."""
        stack = ExitStack()
        for (owner, attribute), name in places.items():
            stack.enter_context(patch.object(owner, attribute, self._watched(getattr(owner, attribute), name)))
        return stack

    def _watched(self, function: Callable[..., Any], name: str) -> Callable[..., Any]:
        @wraps(function)
        def watched(*arguments: Any, **options: Any) -> Any:
            with self.at_work(name):
                return function(*arguments, **options)

        return watched

    def _count(self) -> None:
        now = self.clock()
        name = self._at_work[-1] if self._at_work else self.rest
        self.seconds[name] = self.seconds.get(name, 0.0) + now - self._since
        self._since = now
