"""
Transactions of DynamoDB, tried again where others were in the way.

DynamoDB cancels a transaction that meets another one at an item, or a table that is throttled, and the SDK leaves it at
that. A cancelled transaction has written nothing. All attempts have one token (ClientRequestToken), so that they are
one write however many of them get there.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from webapi.identifiers import Clock, Randomness

Write = Mapping[str, Any]
"""One of the `TransactItems` of DynamoDB's TransactWriteItems."""

ATTEMPTS = 5
PATIENCE = 0.75
"""Seconds after the first attempt has begun in which another one may begin."""

SHORTEST = 0.05
"""Seconds; a transaction takes less, so that whoever is in the way is gone by then."""

CANCELLED = "TransactionCanceledException"
IN_PROGRESS = "TransactionInProgressException"
"""An earlier attempt, whose answer was lost, is still at it: the same token asks what became of it."""

PASSING = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
"""Reasons to cancel a transaction that are not its own fault (API_TransactWriteItems, Errors)."""

NO_REASON = "None"
"""What stands for a write that was not why a transaction was cancelled."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """
    How time passes between two attempts.

    Attributes:
        clock: Seconds since whenever, which never go back.
        sleep: Waits for some seconds.
    """

    clock: Clock
    sleep: Callable[[float], None]
    randomness: Randomness


def write(client: Any, writes: Sequence[Write], *, token: str, waiting: Waiting) -> None:
    """
    All of the writes, or none of them.

    Args:
        client: boto3's client for `dynamodb`, or a resource's.
        token: Names the transaction: no other one of the account has it within ten minutes. Up to 36 characters.

    Raises:
        ClientError: What the last attempt met; none is made after one that would fail again.
    """
    began = waiting.clock()
    for attempt in range(1, ATTEMPTS):
        try:
            client.transact_write_items(TransactItems=writes, ClientRequestToken=token)
        except ClientError as error:
            pause = _pause(attempt, waiting.randomness())
            if not _passes(error) or waiting.clock() + pause - began > PATIENCE:
                raise
            waiting.sleep(pause)
        else:
            return
    client.transact_write_items(TransactItems=writes, ClientRequestToken=token)


def reasons(error: ClientError) -> list[Mapping[str, Any]]:
    """Why a transaction was cancelled, one reason for each write, in their order; empty where it was not."""
    given: Any = error.response.get("CancellationReasons", ())
    return list(given)


def lasting(error: ClientError) -> str | None:
    """The first reason for which the same transaction would be cancelled again; None where there is none."""
    codes = (str(each.get("Code")) for each in reasons(error))
    return next((code for code in codes if code != NO_REASON and code not in PASSING), None)


def _passes(error: ClientError) -> bool:
    """Whether another attempt may succeed: nothing but others was in the way."""
    code = error.response.get("Error", {}).get("Code")
    in_the_way = any(each.get("Code") in PASSING for each in reasons(error))
    return code == IN_PROGRESS or (code == CANCELLED and in_the_way and lasting(error) is None)


def _pause(attempt: int, random: bytes) -> float:
    """
    Seconds until the next attempt: anything up to a limit that doubles each time.

    Those who met will not meet again at the same moment ("full jitter",
    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
    """
    return SHORTEST * 2.0 ** (attempt - 1) * int.from_bytes(random[:4]) / 2**32
