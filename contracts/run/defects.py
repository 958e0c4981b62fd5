"""Defects: what this package itself fails in is named in the verdict, and loses nothing that is known."""

from __future__ import annotations

import logging

from contracts.errors import ContractsError, DefectError
from contracts.finding import Unavailable

_LOG = logging.getLogger(__name__)


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
