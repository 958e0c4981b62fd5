"""The two rules of `payloads` on the form of requests, for exchanges that the engine did not make: smaller ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from contracts.checks.payloads import PROMISE, Judge
from contracts.exchange import Exchange
from contracts.finding import Finding


@dataclass(frozen=True, slots=True)
class FormOfRequests:
    """A valid request is accepted and an invalid one refused, by our own reading of the contract alone."""

    judge: Judge
    promise: ClassVar[str] = PROMISE
    name: ClassVar[str] = "form-of-requests"

    def after_exchange(self, exchange: Exchange) -> Iterable[Finding]:
        """What is wrong with the answer, where the reading of the request is certain."""
        operation = exchange.case.operation
        if operation is None:
            return
        reading = self.judge.scope.requests.read(operation, exchange.case.request)
        if not reading.violations and not reading.certain:
            return
        rule = "negative_data_rejection" if reading.violations else "positive_data_acceptance"
        judged = self.judge(Finding(PROMISE, rule, operation.name, "", (exchange,)))
        if judged is not None:
            yield judged
