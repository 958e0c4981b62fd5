"""Promise `methods`: each HTTP method does what HTTP says it does, and nothing else (RFC 9110, section 9)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from contracts.checks.answers import injected
from contracts.checks.locations import LocationFindsWhatWasCreated
from contracts.checks.scope import Scope
from contracts.contract import Operation
from contracts.exchange import AwsCall, Difference, Exchange
from contracts.finding import Finding

PROMISE = "methods"
SAFE = "x-contract-safe"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

# Actions with the access level Write that say nothing of the service's own state: logs, metrics and traces, keys and
# credentials, queries that are started to be read, and functions of which nobody here knows what they do.
NOT_STATE = (
    "logs:",
    "cloudwatch:",
    "xray:",
    "kms:",
    "sts:",
    "cognito-",
    "lambda:Invoke",
    "athena:",
    "rds-data:",
    "redshift-data:",
    "appconfig:",
    "execute-api:",
)

# What `Exchange.change` sees better than a recorded call.
OBSERVED = ("dynamodb:", "s3:")

# An alarm that a failed request raises is not half of what it was to do.
ALARMS = ("sns:", "ses:", "events:", "sqs:")


def wrote(exchange: Exchange) -> tuple[AwsCall, ...]:
    """The calls of an exchange that changed something, as far as their access level tells."""
    return tuple(
        call for call in exchange.calls if call.writes and call.error is None and not call.action.startswith(NOT_STATE)
    )


def is_safe(operation: Operation, method: str) -> bool:
    """Whether a request for the operation promises to change nothing: by method, unless the contract says otherwise."""
    said = operation.extensions.get(SAFE)
    return said if isinstance(said, bool) else method in SAFE_METHODS


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
        differences = _differences(exchange)
        if not calls and not differences:
            return
        done = [said(each) for each in differences[:1]] or [f"called {calls[0].action} on {_target(calls[0])}"]
        through = f" ({calls[0].action})" if differences and calls else ""
        message = f"{operation.name} is safe ({method}) but {done[0]}{through}"
        roots = sorted({call.action for call in calls} or {f"{verb(each)} {each.store}" for each in differences})
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
        # A safe request may not write whatever it answers, and that is said elsewhere.
        if is_safe(operation, exchange.case.request.method):
            return
        left = [(f"{verb(each)} {each.store}", said(each)) for each in _differences(exchange)]
        left += [
            (call.action, f"called {call.action} on {_target(call)}")
            for call in wrote(exchange)
            if not call.action.startswith(OBSERVED) and not (status >= 500 and call.action.startswith(ALARMS))
        ]
        if left:
            message = f"{operation.name} answered {status} but {left[0][1]}"
            root = f"{status} {', '.join(sorted({root for root, _ in left}))}"
            yield Finding(PROMISE, self.name, operation.name, message, (exchange,), root)


def _differences(exchange: Exchange) -> tuple[Difference, ...]:
    return exchange.change.differences if exchange.change is not None else ()


def verb(difference: Difference) -> str:
    """What happened to a thing, in one word."""
    if difference.before is None:
        return "added"
    return "removed" if difference.after is None else "changed"


def said(difference: Difference) -> str:
    """A difference in words, for example `added the item id=7 to the table items`."""
    key = ", ".join(f"{name}={_plain(value)}" for name, value in difference.key.items())
    place = "table" if difference.kind == "item" else "bucket"
    preposition = {"added": "to", "removed": "from", "changed": "of"}[verb(difference)]
    return f"{verb(difference)} the {difference.kind} {key} {preposition} the {place} {difference.store}"


def _plain(value: object) -> object:
    """A key attribute without the type that DynamoDB's JSON wraps it in."""
    if isinstance(value, dict) and len(value) == 1 and set(value) <= {"S", "N", "B"}:
        return next(iter(value.values()))
    return value


def _target(call: AwsCall) -> str:
    return ", ".join(call.resources) or "something"


def checks(
    scope: Scope,
) -> tuple[SafeMethodWritesNothing | RefusedRequestLeavesNoTrace | LocationFindsWhatWasCreated, ...]:
    """The checks of this promise."""
    return (SafeMethodWritesNothing(), RefusedRequestLeavesNoTrace(), LocationFindsWhatWasCreated(scope))
