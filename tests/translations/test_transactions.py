"""Transactions: what others were in the way of is tried again, a few times, and never what would fail again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from translations import transactions
from translations.transactions import ATTEMPTS, PATIENCE, SHORTEST, Waiting, write

TOKEN = "01JGFJJZ00A9K3Q8X5T2V7W4YE"
WRITES = ({"Put": {"TableName": "translations"}}, {"Update": {"TableName": "usage"}})
REASONS = ("TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded")


def cancelled(*reasons: str) -> ClientError:
    """A transaction that was cancelled, with a reason for each of its writes."""
    response: Any = {"Error": {"Code": "TransactionCanceledException"}}
    response["CancellationReasons"] = [{"Code": each} for each in reasons]
    return ClientError(response, "TransactWriteItems")


def refused(code: str) -> ClientError:
    """Any other error of DynamoDB."""
    return ClientError({"Error": {"Code": code}}, "TransactWriteItems")


class FakeClient:
    """Answers as boto3's client for `dynamodb` does: with each of the errors in turn, the last one for ever."""

    def __init__(self, time: FakeTime, errors: Sequence[ClientError | None], *, taking: float = 0.0) -> None:
        self.time = time
        self.errors = list(errors)
        self.taking = taking
        self.asked: list[dict[str, Any]] = []

    def transact_write_items(self, **parameters: Any) -> dict[str, Any]:
        self.asked.append(parameters)
        self.time.now += self.taking
        error = self.errors[min(len(self.asked), len(self.errors)) - 1]
        if error is not None:
            raise error
        return {}


class FakeTime:
    """A clock that only those who sleep or work move on."""

    def __init__(self, random: bytes = b"\x80" + bytes(9)) -> None:
        self.now = 1000.0
        self.slept: list[float] = []
        self.waiting = Waiting(lambda: self.now, self._sleep, lambda: random)

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.mark.parametrize("reason", REASONS)
def test_others_in_the_way(time: FakeTime, reason: str) -> None:
    """A transaction that was cancelled because of others is tried again, the very same one by its token."""
    client = FakeClient(time, [cancelled("None", reason), cancelled(reason, "None"), None])
    write(client, WRITES, token=TOKEN, waiting=time.waiting)

    assert client.asked == [{"TransactItems": WRITES, "ClientRequestToken": TOKEN}] * 3


def test_an_earlier_attempt_that_is_still_at_it(time: FakeTime) -> None:
    """What became of it is asked with its token."""
    client = FakeClient(time, [refused("TransactionInProgressException"), None])
    write(client, WRITES, token=TOKEN, waiting=time.waiting)

    assert [each["ClientRequestToken"] for each in client.asked] == [TOKEN, TOKEN]


@pytest.mark.parametrize(
    "error",
    [
        cancelled("ConditionalCheckFailed", "None"),
        cancelled("TransactionConflict", "ConditionalCheckFailed"),
        cancelled("ThrottlingError", "ValidationError"),
        cancelled("ItemCollectionSizeLimitExceeded"),
        cancelled("SomethingNew"),
        cancelled("None", "None"),
        cancelled(),
        refused("ValidationException"),
        refused("AccessDeniedException"),
        refused("ThrottlingException"),
    ],
)
def test_what_would_fail_again(time: FakeTime, error: ClientError) -> None:
    """One reason that stays is enough to leave it at that; what the SDK tries again itself is left to it."""
    client = FakeClient(time, [error])
    with pytest.raises(ClientError) as met:
        write(client, WRITES, token=TOKEN, waiting=time.waiting)

    assert met.value is error
    assert (len(client.asked), time.slept) == (1, [])


def test_attempts_end(time: FakeTime) -> None:
    """Where others stay in the way, the last one's error is told after a few attempts."""
    errors = [cancelled("TransactionConflict") for _ in range(ATTEMPTS)]
    client = FakeClient(time, errors)
    with pytest.raises(ClientError) as met:
        write(client, WRITES, token=TOKEN, waiting=time.waiting)

    assert met.value is errors[-1]
    assert (len(client.asked), len(time.slept)) == (ATTEMPTS, ATTEMPTS - 1)


def test_a_reason_that_comes_later(time: FakeTime) -> None:
    """Whoever was in the way may have taken what was wanted: that is told at once."""
    client = FakeClient(time, [cancelled("TransactionConflict"), cancelled("ConditionalCheckFailed")])
    with pytest.raises(ClientError) as met:
        write(client, WRITES, token=TOKEN, waiting=time.waiting)

    assert transactions.lasting(met.value) == "ConditionalCheckFailed"
    assert len(client.asked) == 2


def test_pauses_grow_and_differ() -> None:
    """Each pause is somewhere below a limit that doubles, wherever chance puts it."""
    halves, none = FakeTime(), FakeTime(bytes(10))
    for time in (halves, none):
        with pytest.raises(ClientError):
            write(FakeClient(time, [cancelled("TransactionConflict")]), WRITES, token=TOKEN, waiting=time.waiting)

    assert halves.slept == [SHORTEST * 2**number / 2 for number in range(ATTEMPTS - 1)]
    assert none.slept == [0.0] * (ATTEMPTS - 1)


@given(taking=st.floats(0, 3), random=st.binary(min_size=10, max_size=10))
def test_no_attempt_begins_too_late(taking: float, random: bytes) -> None:
    """However long AWS takes, and chance lets it wait: the function is not kept busy until it is cut off."""
    time = FakeTime(random)
    began = time.now
    client = FakeClient(time, [cancelled("ThrottlingError")], taking=taking)
    with pytest.raises(ClientError):
        write(client, WRITES, token=TOKEN, waiting=time.waiting)

    assert 1 <= len(client.asked) <= ATTEMPTS
    assert time.now - taking - began <= PATIENCE or len(client.asked) == 1
