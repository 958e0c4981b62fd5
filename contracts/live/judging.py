"""Judging: exchanges with a live endpoint, of which nobody saw the inside, and what a tester found in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from contracts.contract import Contract, Operation
from contracts.exchange import Case, Exchange
from contracts.finding import ExchangeCheck, Finding
from contracts.http import Request, Response

Judge = Callable[[Finding], Finding | None]

# Headers by which a service tells a repetition from a new request (draft-ietf-httpapi-idempotency-key-header).
IDEMPOTENCY_KEYS = ("idempotency-key", "x-idempotency-key")
KEY_EXTENSION = "x-contract-idempotency-key"


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

    def repeatable(self, exchange: Exchange) -> Exchange | None:
        """
        An exchange whose request does the same once more when it is sent again; None where there is none.

        With an idempotency key it would be answered from memory, whatever became of what it made.
        """
        operation, request = exchange.case.operation, exchange.case.request
        required = {each.name.lower() for each in operation.parameters if each.required} if operation else set()
        said = operation.extensions.get(KEY_EXTENSION) if operation else None
        keys = (*IDEMPOTENCY_KEYS, *([said.lower()] if isinstance(said, str) else []))
        if any(name in request.headers and name in required for name in keys):
            return None
        fresh = replace(request, headers=request.headers.without(*keys))
        return replace(exchange, case=replace(exchange.case, request=fresh))

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
