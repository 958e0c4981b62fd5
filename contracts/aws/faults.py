"""How AWS fails: the plan in force, and what a planned fault does to a wire request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from contracts.aws.wire import Answer, error_answer
from contracts.exchange import Fault, FaultPlan

# The first reason of a cancelled transaction when the plan names none: it may strike any transaction,
# whatever the state. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
_CANCELLED = "TransactionCanceledException"
_REASON = "TransactionConflict"


class FaultsInForce:
    """The plan in force and, for each of its faults, how many calls matched since counting began."""

    def __init__(self) -> None:
        self._plan = FaultPlan()
        self._seen: dict[int, int] = {}

    @contextmanager
    def plan(self, plan: FaultPlan) -> Iterator[None]:
        """While it is open, this plan is in force and no other."""
        former, self._plan = self._plan, plan
        self.count_anew()
        try:
            yield
        finally:
            self._plan = former
            self.count_anew()

    def count_anew(self) -> None:
        """An invocation begins: the next matching call is the first."""
        self._seen.clear()

    @contextmanager
    def counting_apart(self) -> Iterator[None]:
        """While it is open, calls are counted for somebody else; then the counts of before go on."""
        former, self._seen = self._seen, {}
        try:
            yield
        finally:
            self._seen = former

    def of(self, services: tuple[str, str], operation: str) -> Fault | None:
        """
        The fault that this logical call meets, or None; counts the call.

        Args:
            services: The service's endpoint prefix and its name in boto3; a plan may use either.
            operation: The operation's name.
        """
        met: Fault | None = None
        for index, fault in enumerate(self._plan.faults):
            if fault.service in services and fault.operation in (None, operation):
                self._seen[index] = self._seen.get(index, 0) + 1
                if met is None and fault.call in (None, self._seen[index]):
                    met = fault
        return met


def inject(fault: Fault, model: Any, *, url: str, method: str, parameters: Mapping[str, Any]) -> Answer:
    """
    What the wire request meets instead of the service.

    Raises:
        ReadTimeoutError, EndpointConnectionError: botocore's own, for `timeout` and `connect`.
    """
    if fault.error == "timeout":
        raise ReadTimeoutError(endpoint_url=url)
    if fault.error == "connect":
        raise EndpointConnectionError(endpoint_url=url)
    code, _, reason = fault.error.partition(":")
    members: dict[str, Any] = {}
    message = fault.message
    if code == _CANCELLED:
        members["CancellationReasons"] = _reasons(reason or _REASON, parameters)
        codes = ", ".join(each["Code"] for each in members["CancellationReasons"])
        message = message or f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
    return error_answer(model, code, status=fault.status, message=message, method=method, members=members)


def _reasons(first: str, parameters: Mapping[str, Any]) -> list[dict[str, str]]:
    """One reason for every item of the transaction, in its order; the first item is the one at fault."""
    count = len(parameters.get("TransactItems") or parameters.get("TransactStatements") or [None])
    return [{"Code": first, "Message": "The conditional request failed"}, *({"Code": "None"} for _ in range(count - 1))]
