"""The checks, one module a promise: what a run asks of the exchanges that it made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from contracts.checks import below_json, boundaries, methods, payloads, reaching, sequences, statuses
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

__all__ = ["JUDGED", "PROMISES", "REGISTRY", "common_roots", "judge", "names", "registered"]


def registered(
    contract: Contract,
    *,
    promises: Iterable[str] = PROMISES,
    operations: Iterable[Operation] | None = None,
    callers: Callers | None = None,
) -> tuple[Check, ...]:
    """
    The checks of some promises, in the order of the promises.

    Args:
        promises: What the run was asked for: a bug that two promises could name is named by one of them.
        operations: What the run was asked for; all of the contract's when None.
        callers: As whom the operations can be called; None where nobody is known.
    """
    asked = frozenset(promises)
    scope = Scope.of(contract, promises=asked, operations=operations, callers=callers)
    return tuple(check for promise, make in REGISTRY.items() if promise in asked for check in make(scope))


def judge(contract: Contract, *, promises: Iterable[str] = PROMISES) -> Judge:
    """What turns a failure of a Schemathesis check into a finding of ours, or into None: a false alarm here."""
    return Judge(Scope.of(contract, promises=promises))


def common_roots(findings: Sequence[Finding], contract: Contract) -> Callable[[Finding], str | None]:
    """What gives each of a run's findings the root of its bug, or None where the bug is another finding's."""
    root = boundaries.common(findings, Requests(contract))
    return lambda finding: None if sequences.of_one_thing(finding, findings) else root(finding)


# What is reported under another name than that of the check that found it.
_BESIDES = frozenset({*payloads.NAMES, reaching.FAULT_MAP_KEPT, "server-error", "unsupported_method"})


def names() -> frozenset[str]:
    """The names of all checks, as reports have them."""
    nothing = Contract("", "", {}, (), Location(""))
    return _BESIDES | {each.name for each in registered(nothing)}
