"""Promise `methods`: each HTTP method does what HTTP says it does, and nothing else (RFC 9110, section 9)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from contracts.checks.absent import DeletedIsGone, PutDoesNotCreate
from contracts.checks.answers import speaks_of_gateway
from contracts.checks.creating import CreateMakesOneThing
from contracts.checks.deletes import DeleteRemovesItsTarget
from contracts.checks.effects import differences, is_safe, said, target, verb, wrote
from contracts.checks.heads import HeadAnswersAsGet
from contracts.checks.locations import LocationFindsWhatWasCreated
from contracts.checks.overrides import MethodIsNotOverridden
from contracts.checks.putting import PutSaysWhetherItCreated
from contracts.checks.replacing import PutReplacesTheWhole
from contracts.checks.scope import Scope
from contracts.checks.statuses import StatusDocumented
from contracts.checks.things import Bases
from contracts.checks.traces import RefusedRequestLeavesNoTrace
from contracts.checks.undeclared import UndeclaredMethodChangesNothing
from contracts.checks.warmth import WarmAndColdAnswerAlike
from contracts.exchange import Exchange
from contracts.finding import Check, Finding

PROMISE = "methods"


@dataclass(frozen=True, slots=True)
class SafeMethodWritesNothing:
    """A safe method changes nothing that a client can see (RFC 9110, 9.2.1), by recorded calls and by state."""

    promise: ClassVar[str] = PROMISE
    name: ClassVar[str] = "safe-method-writes-nothing"

    def after_exchange(self, exchange: Exchange) -> Iterable[Finding]:
        """Every write of a safe operation, as one finding."""
        operation, method = exchange.case.operation, exchange.case.request.method
        if operation is None or exchange.unavailable is not None or not is_safe(operation, method):
            return
        calls = wrote(exchange)
        changes = differences(exchange)
        if not calls and not changes:
            return
        done = [said(each) for each in changes[:1]] or [f"called {calls[0].action} on {target(calls[0])}"]
        through = f" ({calls[0].action})" if changes and calls else ""
        message = f"{operation.name} is safe ({method}) but {done[0]}{through}"
        roots = sorted({call.action for call in calls} or {f"{verb(each)} {each.store}" for each in changes})
        yield Finding(PROMISE, self.name, operation.name, message, (exchange,), ", ".join(roots))


def checks(scope: Scope) -> tuple[Check, ...]:
    """The checks of this promise."""
    documented = StatusDocumented(scope, speaks_of_gateway(scope.contract.operations))
    bases: Bases = {}
    return (
        SafeMethodWritesNothing(),
        RefusedRequestLeavesNoTrace(),
        LocationFindsWhatWasCreated(scope),
        CreateMakesOneThing(scope),
        PutReplacesTheWhole(scope),
        PutSaysWhetherItCreated(scope),
        PutDoesNotCreate(scope, bases),
        DeleteRemovesItsTarget(scope, documented),
        DeletedIsGone(scope, bases),
        HeadAnswersAsGet(scope),
        MethodIsNotOverridden(scope),
        UndeclaredMethodChangesNothing(scope),
        WarmAndColdAnswerAlike(scope),
    )
