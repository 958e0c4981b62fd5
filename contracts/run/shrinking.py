"""Shrinking: a finding again, with the smallest request that still breaks the same promise in a fresh world."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from contracts.cases import PHASES, Conformance
from contracts.checks.replay import Replay, Replayer
from contracts.checks.requests import Requests
from contracts.exchange import Case, Exchange
from contracts.finding import ExchangeCheck, Finding
from contracts.http import Request
from contracts.run.reduction import reduced


@dataclass(frozen=True, slots=True)
class Shrinking:
    """
    What judges a smaller request: the same checks that found the failure.

    Attributes:
        checks: Those that judge one exchange by itself; what others found is left as it was found.
        requests: The contract's word on requests: a smaller request must be as valid as the one that failed.
    """

    conformance: Conformance
    checks: Sequence[ExchangeCheck]
    requests: Requests

    def smallest(self, finding: Finding, replayer: Replayer) -> Finding:
        """The finding with the smallest evidence that a replay confirms; as it was where none does."""
        evidence = finding.exchanges[-1]
        if evidence.case.phase not in PHASES:
            return finding
        confirmed = self._again(finding, replayer, evidence, None)
        if confirmed is None:
            return finding
        # Ids of the fresh world: every further replay hands out the same ones.
        first = confirmed.exchanges[-1].case.request
        valid = self._valid(evidence.case, first)

        def still_fails(request: Request) -> bool:
            same = self._valid(evidence.case, request) == valid
            return same and self._again(finding, replayer, evidence, request) is not None

        smallest = reduced(first, still_fails)
        return self._again(finding, replayer, evidence, smallest) or confirmed

    def _again(
        self, finding: Finding, replayer: Replayer, evidence: Exchange, request: Request | None
    ) -> Finding | None:
        """The same finding in a replay that ends with this request, or None."""
        replay = replayer.replay(evidence, None if request is None else lambda _: request)
        if replay is None:
            return None
        for again in self._findings(replay):
            same = (again.promise, again.check, again.operation, again.root)
            if same == (finding.promise, finding.check, finding.operation, finding.root):
                return replace(again, exchanges=replay.exchanges)
        return None

    def _findings(self, replay: Replay) -> Iterator[Finding]:
        for check in self.checks:
            yield from check.after_exchange(replay.exchange)
        yield from self.conformance.after_exchange(replay.exchange)

    def _valid(self, case: Case, request: Request) -> bool | None:
        if case.operation is None:
            return None
        reading = self.requests.read(case.operation, request)
        return not reading.violations if reading.certain or reading.violations else None
