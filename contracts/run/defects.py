"""Defects: what this package itself fails in is named in the verdict, and loses nothing that is known."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator

from contracts.errors import ContractsError, DefectError
from contracts.exchange import Exchange
from contracts.finding import Unavailable

_LOG = logging.getLogger(__name__)
_MOST_REASONS = 3


def unavailable_by(
    error: Exception, doing: str, *, operation: str | None = None, promise: str | None = None
) -> Unavailable:
    """
    What could not run because of an exception; its traceback is logged, at the level of DEBUG.

    Args:
        doing: What was being done, as in "while ...".
        operation, promise: What it keeps from running; None means all of them.
    """
    _LOG.debug("while %s", doing, exc_info=error)
    told = error if isinstance(error, ContractsError) else DefectError.of(error, doing)
    return Unavailable(told.message, operation, promise, told.location, told.cure)


def not_judged(corpus: Iterable[Exchange]) -> Iterator[Unavailable]:
    """
    Why exchanges say nothing about the service: of each operation the first few reasons.

    There can be as many as requests, where a request says which host its function asks.
    """
    reasons: dict[str, set[str]] = {}
    for exchange in corpus:
        operation, reason = exchange.case.operation, exchange.unavailable
        if operation is None or reason is None:
            continue
        known = reasons.setdefault(operation.name, set())
        if reason not in known and len(known) < _MOST_REASONS:
            known.add(reason)
            yield Unavailable(reason, operation=operation.name)
