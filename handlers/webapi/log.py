"""Structured logs: what happened to a request, never what was in it."""

from __future__ import annotations

import functools
import logging
import sys
import traceback
from typing import TextIO

from aws_lambda_powertools import Logger


class _Output(logging.StreamHandler[TextIO]):
    """Writes to whatever `sys.stdout` is at the time: a test or a tool may swap it between two invocations."""

    @property
    def stream(self) -> TextIO:
        return sys.stdout

    @stream.setter
    def stream(self, _: TextIO) -> None:
        """Ignored: the base class sets what was standard output when the handler was made."""


@functools.cache
def log() -> Logger:
    """The service's logger; its name comes from the environment (POWERTOOLS_SERVICE_NAME)."""
    return Logger(logger_handler=_Output())


def where(error: BaseException) -> list[str]:
    """The places that an exception came through, innermost last; without its message, which can quote a text."""
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)[-8:]]
