"""The check of the constraints: it sends the probes of each operation and sums up what came of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

from contracts.checks.answers import before_any_handler
from contracts.checks.bench import Aftermath, Bench
from contracts.checks.boundaries.bodies import Known, generic
from contracts.checks.boundaries.merging import distinct_kinds, edge, kind, root_of, whole
from contracts.checks.boundaries.probes import Probe, probes
from contracts.checks.form import FormOfRequests
from contracts.checks.meaning import misnamed
from contracts.checks.paths import match, operations_at
from contracts.checks.payloads import ACCEPTED, MAX_BYTES, PROMISE, accepted_though
from contracts.checks.replay import Replay, Replayer
from contracts.checks.requests import Violation
from contracts.checks.scope import Scope
from contracts.contract import Operation
from contracts.exchange import Corpus, Exchange, Lab
from contracts.finding import Finding, Outcome
from contracts.http import Request

# From so many kinds of constraints on that are not kept, half of all or more, nobody looks at the body at all.
UNCHECKED = 3


@dataclass(frozen=True, slots=True)
class ConstraintsHold:
    """A request at the edge of a constraint is accepted, one step beyond it is refused, and neither is a failure."""

    scope: Scope
    form: FormOfRequests
    aftermath: Aftermath
    promise: ClassVar[str] = PROMISE
    name: ClassVar[str] = "constraints-hold"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """Probe the smallest accepted request of each operation."""
        replayer = Replayer.of(corpus, lab, phase=self.name)
        for operation in self.scope.operations:
            yield from self._probed(operation, replayer)
        lab.restore(replayer.fresh)

    def _probed(self, operation: Operation, replayer: Replayer) -> Iterator[Finding]:
        rules = self.scope.requests

        def fits(exchange: Exchange) -> bool:
            return not rules.read(operation, exchange.case.request).violations

        bench = Bench.of(operation, replayer, fits)
        if bench is None:
            return
        known = Known.of(rules, operation, filter(fits, bench.others))
        tally = _Tally(operation)
        for probe in probes(rules, operation, bench.request, known):
            yield from self._answered(probe, bench, tally)
        yield from tally.findings()

    def _answered(self, probe: Probe, bench: Bench, tally: _Tally) -> Iterator[Finding]:
        operation = bench.operation
        request = probe.change(bench.request)
        if request == bench.request or not self._reaches(operation, request):
            return
        reading = self.scope.requests.read(operation, request)
        wrong = [probe.wrong] if probe.wrong is not None else list(reading.violations)
        replay = bench.send(probe.change)
        if replay is None:
            return
        yield from self.aftermath.findings(operation, replay)
        if wrong and not probe.open:
            violation = _named(probe, wrong)
            tally.count(replay, violation)
            other = misnamed(operation, replay.exchange, violation) if self.scope.asks("statuses") else None
            if other is not None:
                yield replace(other, exchanges=replay.exchanges)
        elif reading.certain and not wrong and not probe.open:
            for each in (*self.form.after_exchange(replay.exchange), *_called_too_large(operation, probe, replay)):
                if each.check == ACCEPTED:
                    tally.refused.append((probe, replace(each, exchanges=replay.exchanges)))

    def _reaches(self, operation: Operation, request: Request) -> bool:
        """Whether the request is still one for the operation: another path may be another's."""
        found = match(operation.path, request.path)
        return found is not None and operation in operations_at(self.scope.contract, request.path, found.prefix)


def _called_too_large(operation: Operation, probe: Probe, replay: Replay) -> Iterator[Finding]:
    """Where the contract says how many bytes a text may have, so many are not too many."""
    exchange = replay.exchange
    if probe.rule == MAX_BYTES and exchange.response.status == 413 and not before_any_handler(exchange):
        message = f"{operation.name} answered 413 to a request that is as large as its contract allows"
        yield Finding(PROMISE, ACCEPTED, operation.name, message, (exchange,), "413")


def _named(probe: Probe, wrong: Sequence[Violation]) -> Violation:
    """What the probe is about, where the reading sees it so; else the first thing that it sees."""
    meant = next((each for each in wrong if each.rule == probe.rule), None)
    return meant or min(wrong)


@dataclass(slots=True)
class _Tally:
    """
    What came of the probes of one operation.

    Attributes:
        passed: Requests that were to be refused and were accepted.
        kept: What was refused as it should be.
        failed: What made the function fail instead.
        refused: Requests that were to be accepted and were refused for their form.
    """

    operation: Operation
    passed: list[tuple[Violation, Replay]] = field(default_factory=list)
    kept: list[Violation] = field(default_factory=list)
    failed: list[Violation] = field(default_factory=list)
    refused: list[tuple[Probe, Finding]] = field(default_factory=list)

    def count(self, replay: Replay, violation: Violation) -> None:
        """A request that is to be refused was answered."""
        status = replay.exchange.response.status
        if 200 <= status < 300:
            self.passed.append((violation, replay))
        elif 400 <= status < 500 and not before_any_handler(replay.exchange):
            self.kept.append(violation)
        elif status >= 500:
            self.failed.append(violation)

    def findings(self) -> Iterator[Finding]:
        """One root for each bug."""
        unchecked = self._nobody_looks()
        for violation, replay in self.passed:
            found = accepted_though(self.operation, replay.exchange, violation)
            if unchecked and violation.place == "body":
                root, rest = whole(violation.place), self._rest(violation, violation.place)
            elif self._member_unchecked(violation):
                root = whole(violation.place, violation.name)
                rest = self._rest(violation, violation.place, violation.name)
            else:
                root, rest = root_of(violation), ""
            yield replace(found, message=found.message + rest, exchanges=replay.exchanges, root=root)
        for probe, each in self.refused:
            message = f"{each.message}: {probe.what}"
            yield replace(each, message=message, root=self._edge(probe, each))

    def _edge(self, probe: Probe, finding: Finding) -> str:
        status = finding.exchanges[-1].response.status
        if len({kind(each.rule) for each, _ in self.refused}) >= UNCHECKED:
            return str(status)
        return edge(status, probe.place, probe.rule, probe.name)

    def _nobody_looks(self) -> bool:
        """Whether the body is not looked at: nothing that is wrong with it is refused, or most of it is not."""
        passed, failed, kept = (
            distinct_kinds(each for each in some if each.place == "body")
            for some in ([each for each, _ in self.passed], self.failed, self.kept)
        )
        kept -= passed
        if not passed:
            return False
        if not kept:
            return len(passed | failed) > 1
        return len({each for _, each in passed}) >= UNCHECKED and len(passed) >= len(kept)

    def _member_unchecked(self, violation: Violation) -> bool:
        name = generic(violation.name)
        passed = {each for each in distinct_kinds(each for each, _ in self.passed) if each[0] == name}
        failed = {each for each in distinct_kinds(self.failed) if each[0] == name}
        kept = {each for each in distinct_kinds(self.kept) if each[0] == name} - passed
        return len(passed | failed) >= 2 and not kept

    def _rest(self, violation: Violation, place: str, name: str | None = None) -> str:
        """What else is not refused, in words."""
        others = [
            each.rule
            for each, _ in self.passed
            if each.place == place and (name is None or generic(each.name) == generic(name))
        ]
        rules = [each for each in dict.fromkeys(others) if each != violation.rule]
        return f"; nor does it refuse what breaks {', '.join(f'`{each}`' for each in rules)}" if rules else ""


def check(scope: Scope, form: FormOfRequests) -> ConstraintsHold:
    """The check of a run."""
    return ConstraintsHold(scope, form, Aftermath.of(scope))


__all__ = ["ConstraintsHold", "check"]
