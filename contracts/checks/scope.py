"""The scope of a run's checks: what every one of them is made from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from contracts.checks.requests import Requests
from contracts.contract import Contract, Operation


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """
    What the checks of one run share.

    Attributes:
        operations: Those that the run was asked for.
        promises: Those that the run was asked for: one bug is reported by one of them.
        requests: The contract's word on requests, compiled once for all checks.
    """

    contract: Contract
    operations: tuple[Operation, ...]
    promises: frozenset[str]
    requests: Requests

    @classmethod
    def of(cls, contract: Contract, *, promises: Iterable[str], operations: Iterable[Operation] | None = None) -> Scope:
        """The scope of a run; without operations, all of the contract's."""
        chosen = contract.operations if operations is None else tuple(operations)
        return cls(contract, chosen, frozenset(promises), Requests(contract))

    def asks(self, promise: str) -> bool:
        """Whether the run was asked for a promise."""
        return promise in self.promises
