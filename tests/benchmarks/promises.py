"""What the promises cost that make requests of their own: each check, against the generation that they replay."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from time import process_time

from contracts import configuration
from contracts.cases import PHASES
from contracts.exchange import Exchange
from contracts.run import Settings, run
from tests.benchmarks.children import ROOT
from tests.benchmarks.measuring import Row

GENERATION = "the generation of the requests that they replay"


class Phases:
    """A watcher that counts the processor seconds and the exchanges of each phase."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.exchanges: dict[str, int] = {}
        self._phase = ""
        self._since = process_time()

    def begin(self, operations: Collection[str]) -> None:
        """The run has read everything."""
        self._count()

    def phase(self, name: str) -> None:
        """What was under way has ended."""
        self._count()
        self._phase = name

    def exchange(self, exchange: Exchange) -> None:
        """It belongs to the phase that is under way."""
        self.exchanges[self._phase] = self.exchanges.get(self._phase, 0) + 1

    def end(self) -> None:
        """So has the last one."""
        self._count()

    def _count(self) -> None:
        now = process_time()
        self.seconds[self._phase] = self.seconds.get(self._phase, 0.0) + now - self._since
        self._since = now


def rows(rounds: int) -> Iterator[Row]:
    """A row for all checks together, then one for each, the greediest first: a run of our own service as configured."""
    settings = Settings.of(configuration.find(ROOT))
    runs: list[Phases] = []
    for _ in range(rounds):
        phases = Phases()
        verdict = run(settings, watch=phases)
        phases.end()
        assert verdict.exchanges
        runs.append(phases)
    generations = [sum(each.seconds.get(phase, 0.0) for phase in PHASES) for each in runs]
    checks = [name for name in runs[0].seconds if name and name not in PHASES]
    together = tuple(
        sum(each.seconds[name] for name in checks) / generation
        for each, generation in zip(runs, generations, strict=True)
    )
    made = sum(runs[0].exchanges.get(phase, 0) for phase in PHASES)
    asked = sum(runs[0].exchanges.get(name, 0) for name in checks)
    note = f"{asked:,} exchanges against {made:,} in {generations[0]:.1f} s"
    yield Row("all checks with requests of their own", GENERATION, together, note=note)
    for name in sorted(checks, key=lambda each: -runs[0].seconds[each]):
        shares = tuple(
            100 * each.seconds[name] / generation for each, generation in zip(runs, generations, strict=True)
        )
        yield Row(name, GENERATION, shares, "{:.1f} %", note=f"{runs[0].exchanges.get(name, 0):,} exchanges")
