"""Caching: what Lambda authorizers answered, as long as API Gateway remembers it.

The cache belongs to whoever sends the requests; the gateway itself remembers nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Cache:
    """Answers of authorizers by authorizer and identity sources; the clock is that of the requests."""

    _answers: dict[tuple[str, ...], tuple[int, Mapping[str, Any]]] = field(default_factory=dict)

    def find(self, key: tuple[str, ...], now_milliseconds: int) -> Mapping[str, Any] | None:
        """The answer, or None where there is none that still counts."""
        until, answer = self._answers.get(key, (0, {}))
        return answer if now_milliseconds < until else None

    def keep(self, key: tuple[str, ...], answer: Mapping[str, Any], until_milliseconds: int) -> None:
        """Remember an answer until then."""
        self._answers[key] = (until_milliseconds, answer)

    def clear(self) -> None:
        """Forget everything: the world begins anew."""
        self._answers.clear()
