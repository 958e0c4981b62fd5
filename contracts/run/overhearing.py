"""Overhearing: what the requests of checks are answered has the documented form, whatever the checks wanted to know."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from contracts.checks.answers import injected, json_value
from contracts.checks.paths import reaches
from contracts.exchange import Exchange
from contracts.finding import Finding
from contracts.run.shrinking import AfterExchange

# Answers that look alike break the same rules: how many of each are judged.
JUDGED_ALIKE = 2


@dataclass(slots=True)
class Overhearing:
    """
    Judges exchanges while they are made.

    Attributes:
        judges: What exchanges are put to that do not look like others before; the answer alone counts for them.
        watchmen: What each exchange is put to, whatever it looks like: what it did counts for them.
        operations: Those that are judged, by `Operation.name`.
        findings: What they found.
    """

    judges: Sequence[AfterExchange]
    operations: Collection[str]
    watchmen: Sequence[AfterExchange] = ()
    findings: list[Finding] = field(default_factory=list)
    _heard: dict[Hashable, int] = field(default_factory=dict)

    def hear(self, exchange: Exchange) -> None:
        """Judge an exchange, unless others like it were judged before."""
        operation = exchange.case.operation
        if operation is None or operation.name not in self.operations:
            return
        if exchange.unavailable is not None or injected(exchange) or not reaches(operation, exchange.case.request.path):
            return
        looks = (operation.name, exchange.response.status, *_looks(exchange))
        self._heard[looks] = self._heard.get(looks, 0) + 1
        judges = self.judges if self._heard[looks] <= JUDGED_ALIKE else ()
        # What had to happen before it is the check's to know, so that a replay of it alone may show nothing.
        self.findings += (replace(each, alone=False) for each in _judged(exchange, (*judges, *self.watchmen)))


def _judged(exchange: Exchange, judges: Iterable[AfterExchange]) -> Iterator[Finding]:
    for judge in judges:
        yield from judge.after_exchange(exchange)


def _looks(exchange: Exchange) -> Iterable[Hashable]:
    """What tells answers apart before they are read: their headers, and the members of their JSON value."""
    yield frozenset(name.lower() for name, _ in exchange.response.headers)
    yield exchange.response.headers.get("content-type")
    yield _form(json_value(exchange.response.body or b""))


def _form(value: Any) -> Hashable:
    if isinstance(value, dict):
        return frozenset((name, _form(member)) for name, member in value.items())
    if isinstance(value, list):
        return ("list", _form(value[0]) if value else None)
    return type(value).__name__
