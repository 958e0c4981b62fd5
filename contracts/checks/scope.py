"""The scope of a run's checks: what every one of them is made from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, is_dataclass, replace

from contracts.checks.requests import Requests
from contracts.contract import Contract, Operation
from contracts.credentials import Callers
from contracts.finding import ActiveCheck
from contracts.stack import DomainMapping


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """
    What the checks of one run share.

    Attributes:
        operations: Those that the run was asked for.
        promises: Those that the run was asked for: one bug is reported by one of them.
        requests: The contract's word on requests, compiled once for all checks.
        callers: As whom the operations are called, and as whom they could be.
        domains: The custom domains that the template maps to the API.
    """

    contract: Contract
    operations: tuple[Operation, ...]
    promises: frozenset[str]
    requests: Requests
    callers: Callers = field(default_factory=Callers)
    domains: tuple[DomainMapping, ...] = ()

    @classmethod
    def of(
        cls,
        contract: Contract,
        *,
        promises: Iterable[str],
        operations: Iterable[Operation] | None = None,
        callers: Callers | None = None,
        domains: tuple[DomainMapping, ...] = (),
    ) -> Scope:
        """The scope of a run; without operations, all of the contract's."""
        chosen = contract.operations if operations is None else tuple(operations)
        return cls(contract, chosen, frozenset(promises), Requests(contract), callers or Callers(), domains)

    def asks(self, promise: str) -> bool:
        """Whether the run was asked for a promise."""
        return promise in self.promises


def narrowed(check: ActiveCheck, operation: Operation) -> ActiveCheck | None:
    """The check for one operation alone; None where it has no scope to be narrowed."""
    scope = getattr(check, "scope", None)
    if not isinstance(scope, Scope) or not is_dataclass(check) or isinstance(check, type):
        return None
    return replace(check, scope=replace(scope, operations=(operation,)))
