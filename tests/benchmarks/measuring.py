"""Measuring: ways to do the same, timed in turn, so that whatever else the machine does strikes all of them.

Times are processor seconds of this process or of a child, never seconds on the wall. Two ways are compared round by
round; what is told of the rounds is their median, and how far apart the middle half of them lies.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from time import process_time

Costs = Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Row:
    """
    One line of the table.

    Attributes:
        what: What was measured.
        against: What it is a multiple or a share of.
        values: One for each round, all above nought.
        unit: How to write a value, for example `{:.2f} x`.
        note: What else there is to say.
    """

    what: str
    against: str
    values: tuple[float, ...]
    unit: str = "{:.2f} x"
    note: str = ""

    def __post_init__(self) -> None:
        assert self.values, f"{self.what} was measured"
        assert all(value > 0 for value in self.values), f"{self.what} is above nought: {self.values}"

    @property
    def middle(self) -> str:
        """The median."""
        return self.unit.format(median(self.values))

    @property
    def spread(self) -> str:
        """From the first to the third quartile."""
        if len(self.values) < 2:
            return ""
        first, _, third = quantiles(self.values, n=4, method="inclusive")
        return f"{self.unit.format(first)} to {self.unit.format(third)}"


def in_turn(ways: Mapping[str, Callable[[], float]], rounds: int) -> Costs:
    """
    What each way costs in each round.

    Each way tells its own cost. The order is turned round from one round to the next, so that no way always has the
    warm machine.
    """
    costs: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds):
        for name in list(ways)[:: 1 if number % 2 == 0 else -1]:
            costs[name].append(ways[name]())
    return costs


def ratios(costs: Costs, what: str, against: str) -> tuple[float, ...]:
    """How many times the one costs what the other does, round by round."""
    return tuple(one / other for one, other in zip(costs[what], costs[against], strict=True))


def each(job: Callable[[], object], *, seconds: float = 0.05) -> Callable[[], float]:
    """
    A way that does a short job often enough to be measured.

    Args:
        seconds: About how long one measurement takes.

    Returns:
        Gives the processor seconds of one job.
    """
    times = 1
    while (spent := _spent(job, times)) < seconds / 4:
        times *= 2
    times = max(1, round(times * seconds / spent))
    return lambda: _spent(job, times) / times


def _spent(job: Callable[[], object], times: int) -> float:
    began = process_time()
    for _ in range(times):
        job()
    return process_time() - began


def microseconds(costs: Sequence[float]) -> str:
    """The median of some costs, for a note."""
    return f"{median(costs) * 1e6:,.0f} us"
