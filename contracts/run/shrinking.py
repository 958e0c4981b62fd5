"""Shrinking: a finding again, with the smallest requests that still break the same promise in a fresh world."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from contracts.cases import PHASES
from contracts.checks.answers import TIMED_OUT
from contracts.checks.replay import Replay, Replayer
from contracts.checks.requests import Requests
from contracts.exchange import Case, Exchange
from contracts.finding import ExchangeCheck, Finding
from contracts.http import Request
from contracts.run.reduction import reduced

# How many requests may be made to leave out others, and how many times a sequence may be sent to make one smaller.
MOST = 150


class AfterExchange(Protocol):
    """Whatever judges one exchange by itself."""

    def after_exchange(self, exchange: Exchange) -> Iterable[Finding]:
        """The promises that this exchange breaks."""
        ...


@dataclass(frozen=True, slots=True)
class Shrinking:
    """
    What judges a smaller request: the same checks that found the failure.

    Attributes:
        conformance: Schemathesis' checks.
        checks: Those that judge one exchange by itself; what shows to others alone is left as it was found.
        requests: The contract's word on requests: a smaller request must be as valid as the one that failed.
    """

    conformance: AfterExchange
    checks: Sequence[ExchangeCheck]
    requests: Requests

    def smallest(self, finding: Finding, replayer: Replayer) -> Finding:
        """The finding with the smallest evidence that a replay confirms; where none does, as it was and not `alone`."""
        evidence = finding.exchanges[-1]
        if evidence.case.phase not in PHASES:
            return self._resent(finding, replayer)
        twice = False
        confirmed = self._again(finding, replayer, evidence, {})
        if confirmed is None:  # it may show only where the function, or the state, is not fresh any more
            twice = True
            confirmed = self._again(finding, replayer, evidence, {}, twice=twice)
        if confirmed is None:
            return replace(finding, alone=False)
        cases = [each.case for each in (*replayer.history(evidence), evidence)]
        # Ids of the fresh world: every further replay hands out the same ones.
        requests = [each.case.request for each in confirmed.exchanges[: len(cases)]]
        valid = [self._valid(case, request) for case, request in zip(cases, requests, strict=True)]

        def again(position: int, request: Request) -> Finding | None:
            changed = [*requests[:position], request, *requests[position + 1 :]]
            by_id = {case.id: each for case, each in zip(cases, changed, strict=True)}
            return self._again(finding, replayer, evidence, by_id, twice=twice)

        def still_fails(position: int, request: Request) -> bool:
            return self._valid(cases[position], request) == valid[position] and again(position, request) is not None

        # The last request is where people look first; what had to happen before it comes after.
        last = len(cases) - 1
        for position in (last, *range(last)):
            requests[position] = reduced(requests[position], partial(still_fails, position))
        return again(last, requests[last]) or confirmed

    def _resent(self, finding: Finding, replayer: Replayer) -> Finding:
        """
        What a check's own requests showed, by those that it takes, each made smaller; else as it was.

        They are sent as they are: a fresh world gives the same ids to the same requests. What takes more than them
        (a failing AWS, two at once, a comparison) does not show again, and is left as it was found.
        """
        cases = [each.case for each in finding.exchanges]
        if any(each.meanwhile is not None or _hung(each) for each in finding.exchanges):
            return finding
        if self._sent(finding, replayer, cases) is None:
            return finding
        cases = self._fewer(finding, replayer, cases)
        valid = [self._valid(each, each.request) for each in cases]

        def changed(position: int, request: Request) -> list[Case]:
            return [*cases[:position], replace(cases[position], request=request), *cases[position + 1 :]]

        def still_fails(position: int, request: Request) -> bool:
            if self._valid(cases[position], request) != valid[position]:
                return False
            return self._sent(finding, replayer, changed(position, request)) is not None

        last = len(cases) - 1
        for position in (last, *range(last)):
            smaller = reduced(cases[position].request, partial(still_fails, position), budget=MOST // len(cases))
            cases = changed(position, smaller)
        return self._sent(finding, replayer, cases) or finding

    def _fewer(self, finding: Finding, replayer: Replayer, cases: list[Case]) -> list[Case]:
        """Those without which it does not show: all before the last are left out at once, then half of them ..."""
        budget, size = MOST, len(cases) - 1
        while size >= 1:
            end = len(cases) - 1  # the last one is where it shows
            while end > 0:
                start = max(end - size, 0)
                fewer = [*cases[:start], *cases[end:]]
                budget -= len(fewer)
                if budget < 0:
                    return cases
                if self._sent(finding, replayer, fewer) is not None:
                    cases = fewer
                end = start
            size //= 2
        return cases

    def _sent(self, finding: Finding, replayer: Replayer, cases: Sequence[Case]) -> Finding | None:
        """The same finding where the requests of these cases are sent in a fresh world, or None."""
        replayer.lab.restore(replayer.fresh)
        made = []
        for each in cases:
            case = replayer.case(each.operation, each.request)
            made.append(replayer.lab.conduct(replace(case, verbatim=each.verbatim)))
        if any(each.unavailable is not None for each in made):
            return None
        return self._same(finding, Replay(tuple(made[:-1]), made[-1]))

    def _again(
        self,
        finding: Finding,
        replayer: Replayer,
        evidence: Exchange,
        requests: Mapping[str, Request],
        *,
        twice: bool = False,
    ) -> Finding | None:
        """
        The same finding in a replay of these requests, by the ids of their cases, or None.

        Args:
            twice: The last request is made twice, and the second answer counts.
        """
        changes = {name: partial(_replaced, by=request) for name, request in requests.items()}
        replay = replayer.replay(evidence, changes.get(evidence.case.id), earlier=changes)
        if replay is None:
            return None
        if twice:
            replay = Replay(replay.exchanges, replayer.conduct(evidence.case.operation, replay.exchange.case.request))
        return self._same(finding, replay)

    def _same(self, finding: Finding, replay: Replay) -> Finding | None:
        """The finding, where what a replay ended with shows it again."""
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


def _hung(exchange: Exchange) -> bool:
    """Whether a function did not end: to wait for it again and again would take minutes."""
    errors = (each.reply.error for each in exchange.invocations or ())
    return any(error is not None and error.kind == TIMED_OUT for error in errors)


def _replaced(_request: Request, *, by: Request) -> Request:
    return by
