"""Garbage: what a run keeps to its end is not looked through again and again by Python's collector.

A run holds a contract, a mocked cloud, everything that libraries have imported, and each exchange that was made. The
collector would go through all of it whenever it has grown by a quarter, which is a tenth of a whole run's time.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# A full collection of Python 3.12 sets what is immortal aside, some hundred objects, and will do so again
# (`update_refs` in CPython's gcmodule.c). More than that has been set aside by somebody.
OF_THE_INTERPRETER = 1_000


@contextmanager
def left_alone() -> Iterator[None]:
    """While it is open, `leave_alone` may be called; afterwards the collector looks at everything again."""
    others = gc.get_freeze_count()
    try:
        yield
    finally:
        # What somebody else has set aside stays there, and with it what we have.
        if others <= OF_THE_INTERPRETER:
            gc.unfreeze()


def leave_alone() -> None:
    """
    What is there now is not looked through any more.

    https://docs.python.org/3/library/gc.html#gc.freeze
    """
    gc.collect(1)
    gc.freeze()
