"""The checks, one module a promise: what a run asks of the exchanges that it made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from contracts.checks import below_json, boundaries, methods, payloads, reaching, sequences, statuses
from contracts.checks.consequences import Bugs
from contracts.checks.form import FormOfRequests
from contracts.checks.payloads import JUDGED, Judge
from contracts.checks.rendered import RenderingsAnswerAlike
from contracts.checks.requests import Requests
from contracts.checks.scope import Scope
from contracts.checks.stored import StoredThingsCanBeRead
from contracts.contract import Contract, Operation
from contracts.credentials import Callers
from contracts.errors import Location
from contracts.finding import Check, Finding
from contracts.stack import DomainMapping


def _of_payloads(scope: Scope) -> tuple[Check, ...]:
    form = FormOfRequests(Judge(scope))
    return (
        *payloads.checks(scope),
        boundaries.check(scope, form),
        *below_json.checks(scope, form),
        RenderingsAnswerAlike(scope),
        StoredThingsCanBeRead(scope),
    )


# The promises in the order in which reports show them, each with what makes its checks.
REGISTRY: Mapping[str, Callable[[Scope], tuple[Check, ...]]] = {
    payloads.PROMISE: _of_payloads,
    statuses.PROMISE: statuses.checks,
    methods.PROMISE: methods.checks,
    sequences.PROMISE: sequences.checks,
}

PROMISES = tuple(REGISTRY)

__all__ = ["JUDGED", "PROMISES", "REGISTRY", "SENTENCES", "Bugs", "bugs", "judge", "names", "registered"]


def registered(
    contract: Contract,
    *,
    promises: Iterable[str] = PROMISES,
    operations: Iterable[Operation] | None = None,
    callers: Callers | None = None,
    domains: tuple[DomainMapping, ...] = (),
) -> tuple[Check, ...]:
    """
    The checks of some promises, in the order of the promises.

    Args:
        promises: What the run was asked for: a bug that two promises could name is named by one of them.
        operations: What the run was asked for; all of the contract's when None.
        callers: As whom the operations can be called; None where nobody is known.
        domains: The custom domains that the template maps to the API.
    """
    asked = frozenset(promises)
    scope = Scope.of(contract, promises=asked, operations=operations, callers=callers, domains=domains)
    return tuple(check for promise, make in REGISTRY.items() if promise in asked for check in make(scope))


def judge(contract: Contract, *, promises: Iterable[str] = PROMISES) -> Judge:
    """What turns a failure of a Schemathesis check into a finding of ours, or into None: a false alarm here."""
    return Judge(Scope.of(contract, promises=promises))


def bugs(findings: Sequence[Finding], contract: Contract) -> Bugs:
    """Which of a run's findings are one bug, and which follow from others."""
    return Bugs.of(findings, Requests(contract))


SENTENCES: Mapping[str, str] = {
    **payloads.SENTENCES,
    reaching.FAULT_MAP_KEPT: "When AWS fails, the answer is the one that `x-contract-fault-map` gives to the error.",
    "server-error": "No request makes a service fail by itself, whatever its contract documents.",
    "unsupported_method": "A method that a path does not declare is refused as API Gateway refuses it.",
}
"""What is asked under another name than that of the check that found it, with the sentence of its promise."""


def names() -> frozenset[str]:
    """The names of all checks, as reports have them."""
    nothing = Contract("", "", {}, (), Location(""))
    return frozenset(SENTENCES) | {each.name for each in registered(nothing)}
