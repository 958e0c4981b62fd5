"""What a run keeps is left alone by the collector, and everything is its own again afterwards."""

from __future__ import annotations

import gc
import weakref

from contracts.run.garbage import leave_alone, left_alone


class Knot:
    """Refers to itself: only the collector finds that it is garbage."""

    def __init__(self) -> None:
        self.end: object = self


def test_garbage_of_a_run_is_collected_after_it() -> None:
    """What was there is not looked through until the end, what came later is."""
    gc.collect()
    before = gc.get_freeze_count()
    with left_alone():
        kept = Knot()
        leave_alone()
        frozen, later = weakref.ref(kept), weakref.ref(Knot())
        del kept
        gc.collect()

        assert frozen() is not None
        assert later() is None
    gc.collect()

    assert frozen() is None
    assert gc.get_freeze_count() <= before


def test_what_somebody_else_has_set_aside_stays_there() -> None:
    """A server that froze its memory before it forked keeps it so."""
    gc.freeze()
    try:
        with left_alone():
            leave_alone()

        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
