"""The benchmarks themselves: that they measure, and what they make of what was measured."""

from __future__ import annotations

from functools import partial

import pytest

from tests.benchmarks import gateways
from tests.benchmarks.measuring import Row, in_turn, ratios
from tests.benchmarks.stopwatch import Stopwatch


def test_ways_take_turns_and_are_compared_round_by_round() -> None:
    """Each round measures every way once, and a ratio is one of the same round."""
    order: list[str] = []

    def cost(name: str, seconds: float) -> float:
        order.append(name)
        return seconds * (1 + len(order) // 3)

    costs = in_turn({"one": partial(cost, "one", 6.0), "other": partial(cost, "other", 2.0)}, 2)

    assert order == ["one", "other", "other", "one"]
    assert ratios(costs, "one", "other") == (3.0, 3.0)


def test_a_row_tells_the_median_and_the_middle_half() -> None:
    """One round that the machine spoilt decides nothing."""
    row = Row("this", "that", (1.0, 2.0, 3.0, 4.0, 90.0))

    assert (row.middle, row.spread) == ("3.00 x", "2.00 x to 4.00 x")


def test_nothing_costs_nothing() -> None:
    """What was measured as nought was not measured."""
    with pytest.raises(AssertionError, match="above nought"):
        Row("this", "that", (1.0, 0.0))


def test_a_stopwatch_counts_for_the_innermost() -> None:
    """What calls another does not count for the other's time, and all shares together are the whole."""
    ticks = iter(range(100))
    watch = Stopwatch("rest", clock=lambda: float(next(ticks)))
    with watch.at_work("outer"), watch.at_work("inner"):
        pass

    assert watch.seconds == {"rest": 1.0, "outer": 2.0, "inner": 1.0}


def test_the_gateway_is_measured() -> None:
    """The benchmark of the gateway still works: one round gives every row, each with a ratio above nought."""
    rows = list(gateways.rows(1, seconds=0.002))

    assert len(rows) == 4 * len(gateways.KINDS)
