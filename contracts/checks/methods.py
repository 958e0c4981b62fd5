"""Promise `methods`: each HTTP method does what HTTP says it does, and nothing else (RFC 9110, section 9)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from contracts.checks.answers import injected, malformed_reply, result_too_large, speaks_of_gateway
from contracts.checks.creating import CreateMakesOneThing
from contracts.checks.deletes import DeleteRemovesItsTarget
from contracts.checks.effects import differences, is_safe, said, target, verb, wrote
from contracts.checks.locations import LocationFindsWhatWasCreated
from contracts.checks.replacing import PutReplacesTheWhole
from contracts.checks.scope import Scope
from contracts.checks.statuses import StatusDocumented
from contracts.checks.warmth import WarmAndColdAnswerAlike
from contracts.exchange import Exchange
from contracts.finding import Check, Finding

PROMISE = "methods"
# An alarm that a failed request raises is not half of what it was to do.
ALARMS = ("sns:", "ses:", "events:", "sqs:")

# What `Exchange.change` sees better than a recorded call.
OBSERVED = ("dynamodb:", "s3:")


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


@dataclass(frozen=True, slots=True)
class RefusedRequestLeavesNoTrace:
    """A request that was refused (4xx) or failed (5xx) leaves the state as it was."""

    promise: ClassVar[str] = PROMISE
    name: ClassVar[str] = "refused-request-leaves-no-trace"

    def after_exchange(self, exchange: Exchange) -> Iterable[Finding]:
        """What is left of a request that was not accepted."""
        operation, status = exchange.case.operation, exchange.response.status
        if operation is None or status < 400 or exchange.unavailable is not None or injected(exchange):
            return
        # Where the gateway cannot read the reply, the function had done its work: the reply is what is wrong.
        if malformed_reply(exchange) or result_too_large(exchange):
            return
        # A safe request may not write whatever it answers, and that is said elsewhere.
        if is_safe(operation, exchange.case.request.method):
            return
        left = [(f"{verb(each)} {each.store}", said(each)) for each in differences(exchange)]
        left += [
            (call.action, f"called {call.action} on {target(call)}")
            for call in wrote(exchange)
            if not call.action.startswith(OBSERVED) and not (status >= 500 and call.action.startswith(ALARMS))
        ]
        if left:
            message = f"{operation.name} answered {status} but {left[0][1]}"
            root = f"{status} {', '.join(sorted({root for root, _ in left}))}"
            yield Finding(PROMISE, self.name, operation.name, message, (exchange,), root)


def checks(scope: Scope) -> tuple[Check, ...]:
    """The checks of this promise."""
    documented = StatusDocumented(scope, speaks_of_gateway(scope.contract.operations))
    return (
        SafeMethodWritesNothing(),
        RefusedRequestLeavesNoTrace(),
        LocationFindsWhatWasCreated(scope),
        CreateMakesOneThing(scope),
        PutReplacesTheWhole(scope),
        DeleteRemovesItsTarget(scope, documented),
        WarmAndColdAnswerAlike(scope),
    )
