"""Judging: exchanges with a live endpoint, of which nobody saw the inside, and what a tester found in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from contracts.contract import Contract, Operation
from contracts.exchange import Case, Exchange
from contracts.finding import ExchangeCheck, Finding
from contracts.http import Request, Response

Judge = Callable[[Finding], Finding | None]


@dataclass(frozen=True, slots=True)
class Observed:
    """
    One request of a tester, and its answer.

    Attributes:
        operation: Method (upper case) and path (as in the contract) of the operation that it tests.
        id, phase, valid, broken: As in `contracts.exchange.Case`.
    """

    id: str
    operation: tuple[str, str]
    request: Request
    response: Response
    phase: str
    valid: bool | None
    broken: str | None


@dataclass(frozen=True, slots=True)
class Outside:
    """
    A contract, and who judges by it what is seen from outside.

    Attributes:
        judge: Says of a tester's finding what it comes to behind an API Gateway; None when it is a false alarm.
        judged: The names of the tester's checks that it knows.
        corrected: What is asked instead of a check of the tester, by its name.
    """

    contract: Contract
    operations: Mapping[tuple[str, str], Operation]
    judge: Judge
    judged: frozenset[str]
    corrected: Mapping[str, ExchangeCheck]

    @classmethod
    def of(
        cls, contract: Contract, judge: Judge, judged: frozenset[str], corrected: Mapping[str, ExchangeCheck]
    ) -> Outside:
        """A contract with its operations by method and path."""
        operations = {(each.method, each.path): each for each in contract.operations}
        return cls(contract, operations, judge, judged, corrected)

    def holds(self, observed: Observed, check: str, message: str, root: str) -> bool:
        """
        Whether a tester's finding holds; what is not ours to judge does.

        Args:
            root: As `contracts.checks.payloads.Judge` wants it.
        """
        operation = self.operations.get(observed.operation)
        if operation is None:
            return True
        exchange = self.exchange(observed)
        if check in self.corrected:
            return any(True for _ in self.corrected[check].after_exchange(exchange))
        if check not in self.judged:
            return True
        return self.judge(Finding("payloads", check, operation.name, message, (exchange,), root)) is not None

    def exchange(self, observed: Observed) -> Exchange:
        """What happened, as far as it can be seen; with another method than the operation's it is none of its own."""
        as_declared = observed.request.method == observed.operation[0]
        case = Case(
            observed.id,
            self.operations.get(observed.operation) if as_declared else None,
            observed.request,
            observed.phase,
            valid=observed.valid if as_declared else None,
            broken=observed.broken,
        )
        return Exchange(case, observed.response)
