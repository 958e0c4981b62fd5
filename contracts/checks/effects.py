"""Effects: what an exchange changed, and whether its method may change anything (RFC 9110, section 9.2)."""

from __future__ import annotations

from contracts.contract import Operation
from contracts.exchange import AwsCall, Difference, Exchange

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


def wrote(exchange: Exchange) -> tuple[AwsCall, ...]:
    """The calls of an exchange that changed something, as far as their access level tells."""
    return tuple(
        call for call in exchange.calls if call.writes and call.error is None and not call.action.startswith(NOT_STATE)
    )


def is_safe(operation: Operation, method: str) -> bool:
    """Whether a request for the operation promises to change nothing: by method, unless the contract says otherwise."""
    said = operation.extensions.get(SAFE)
    return said if isinstance(said, bool) else method in SAFE_METHODS


def differences(exchange: Exchange) -> tuple[Difference, ...]:
    """What an exchange changed; () also when nobody looked."""
    return exchange.change.differences if exchange.change is not None else ()


def verb(difference: Difference) -> str:
    """What happened to a thing, in one word."""
    if difference.before is None:
        return "added"
    return "removed" if difference.after is None else "changed"


def said(difference: Difference) -> str:
    """A difference in words, for example `added the item id=7 to the table items`."""
    preposition = {"added": "to", "removed": "from", "changed": "of"}[verb(difference)]
    return f"{verb(difference)} {named(difference, preposition)}"


def named(difference: Difference, preposition: str = "of") -> str:
    """What a difference is about, for example `the item id=7 of the table items`."""
    key = ", ".join(f"{name}={_plain(value)}" for name, value in difference.key.items())
    place = "table" if difference.kind == "item" else "bucket"
    return f"the {difference.kind} {key} {preposition} the {place} {difference.store}"


def _plain(value: object) -> object:
    """A key attribute without the type that DynamoDB's JSON wraps it in."""
    if isinstance(value, dict) and len(value) == 1 and set(value) <= {"S", "N", "B"}:
        return next(iter(value.values()))
    return value


def target(call: AwsCall) -> str:
    """What a call touches, in words."""
    return ", ".join(call.resources) or "something"
