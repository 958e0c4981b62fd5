"""Where a run's time goes: one run of our own service, its processor time divided among those who spend it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from statistics import median
from typing import Any

import contracts.run.sentence
from contracts import gateway
from contracts.aws.tap import Tap
from contracts.cases import Conformance
from contracts.cases.transport import Recorder
from contracts.functions import Functions, runtime
from contracts.run import run
from contracts.run.sentence import _Run
from contracts.run.service import Service
from tests.benchmarks.measuring import Row
from tests.benchmarks.runs import EXAMPLES, STEPS
from tests.benchmarks.stopwatch import Stopwatch
from tests.ours import settings

REST = "putting up and taking down the service"
# What is called, and who spends the time in it that nobody further down does.
PLACES: dict[tuple[Any, str], str] = {
    (contracts.run.sentence, "read"): "reading contract and template",
    (contracts.run.sentence, "generate"): "generation: Schemathesis and Hypothesis",
    (Recorder, "send"): "cases: recording and provenance",
    (Service, "conduct"): "exchanges and the journal of changes",
    (Service, "restore"): "restoring worlds",
    (gateway, "answer"): "gateway",
    (Functions, "invoke"): "functions: clock, chance, modules, logs",
    (Functions, "_started"): "functions: cold starts",
    (runtime, "_handled"): "our handlers",
    (Tap, "_call"): "botocore",
    (Tap, "_emulate"): "moto",
    (Tap, "_note"): "the tap's records",
    (_Run, "_ask"): "checks",
    (_Run, "_shrink"): "making failures smaller",
    (Conformance, "after_exchange"): "making failures smaller",
}


def rows(rounds: int) -> Iterator[Row]:
    """A row for each, the greediest first."""
    shares: dict[str, list[float]] = {}
    seconds: list[float] = []
    for _ in range(rounds):
        watch = Stopwatch(REST)
        with ExitStack() as stack:
            stack.enter_context(watch.watching(PLACES))
            verdict = run(settings(examples=EXAMPLES, scenarios=EXAMPLES, steps=STEPS))
        assert verdict.exchanges
        with watch.at_work(REST):
            whole = sum(watch.seconds.values())
        seconds.append(whole)
        for name, spent in watch.seconds.items():
            shares.setdefault(name, []).append(100 * spent / whole)
    for name, values in sorted(shares.items(), key=lambda item: -median(item[1])):
        yield Row(name, "a whole run", tuple(values), "{:.1f} %")
