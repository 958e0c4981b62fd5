"""Idempotency keys: one request, one translation, one answer, however often and however close together it is sent."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from tests.identities import ACME, BETA
from tests.translations.calling import NEW, body, call
from translations import create, get, replace
from translations.idempotency import CLAIMED, KEPT, Claim, Records, Stored
from translations.transactions import ATTEMPTS, PASSING
from webapi.failures import AwsFailure
from webapi.problems import Refusal

KEY = {"Idempotency-Key": "a-key-of-16-chars"}
pytestmark = pytest.mark.usefixtures("wired")


@pytest.fixture
def records(tables: dict[str, Any]) -> Records:
    return Records(tables["TranslationsIdempotency"], ACME)


def keyed(new: Any = NEW, **options: Any) -> Any:
    """The reply to a creation with the key."""
    return call(create, new, headers=KEY, **options)


def counts(tables: dict[str, Any]) -> tuple[int, int]:
    """How many translations there are, and how many characters were counted."""
    counters = tables["TranslationsUsage"].scan()["Items"]
    return tables["Translations"].scan()["Count"], sum(int(each["characters"]) for each in counters)


def test_the_same_request_again(tables: dict[str, Any], translate: Any) -> None:
    """It gets the same bytes and headers, says that they are not new, and nothing is done or paid again."""
    first, again = keyed(), keyed()

    assert again["body"] == first["body"]
    assert again["headers"] == first["headers"] | {"Idempotent-Replayed": "true"}
    assert len(translate.calls) == 1
    assert counts(tables) == (1, len(NEW["text"]))


def test_the_answer_is_stored_and_not_made_again() -> None:
    """What became of the translation since then does not change it."""
    first = keyed()
    call(replace, {"translated_text": "x"}, id_=body(first)["translation_id"])

    assert keyed()["body"] == first["body"]


def test_members_in_another_order_are_the_same_request() -> None:
    """What counts is the JSON value, with the defaults that the contract gives it."""
    first = keyed()

    assert keyed({"tags": [], **dict(reversed(NEW.items()))})["body"] == first["body"]


def test_another_request_with_the_key(tables: dict[str, Any], translate: Any) -> None:
    """It is refused, and nothing is done."""
    keyed()
    refused = keyed(NEW | {"text": "other"})

    assert (refused["statusCode"], body(refused)["type"]) == (422, "/problems/idempotency-key-reused")
    assert (len(translate.calls), counts(tables)) == (1, (1, len(NEW["text"])))


def test_another_tenant_with_the_key(tables: dict[str, Any]) -> None:
    """Keys are a tenant's own: the other one gets a translation of its own, and learns nothing."""
    first, other = keyed(), keyed(tenant=BETA)

    assert other["statusCode"] == 201
    assert body(other)["translation_id"] != body(first)["translation_id"]
    assert call(get, id_=body(first)["translation_id"], tenant=BETA)["statusCode"] == 404


@pytest.mark.parametrize("error", ["TooManyRequestsException", "UnsupportedLanguagePairException", "Other"])
def test_failed_attempts_are_not_kept(translate: Any, tables: dict[str, Any], error: str) -> None:
    """After a failure of any kind the next attempt is made, and it can be another request."""
    translate.failure = ClientError({"Error": {"Code": error}}, "TranslateText")
    assert keyed()["statusCode"] >= 400
    assert tables["TranslationsIdempotency"].scan()["Count"] == 0

    translate.failure = None
    assert keyed(NEW | {"text": "other"})["statusCode"] == 201


def test_an_answer_is_kept_for_a_day(records: Records) -> None:
    """DynamoDB may delete a record days after its end: a record that has ended counts for nothing."""
    claim = records.claim("k", "request", now=1000, owner="a")
    assert isinstance(claim, Claim)
    write = records.answering(claim, Stored(201, {"ETag": "x"}, "{}"), now=1000)
    records._table.meta.client.transact_write_items(TransactItems=[write])

    assert records.claim("k", "request", now=1000 + KEPT - 1, owner="b") == Stored(201, {"ETag": "x"}, "{}")
    assert records.claim("k", "other", now=1000 + KEPT, owner="b") == Claim("k", "b")


def test_a_claim_whose_owner_is_gone_ends(records: Records) -> None:
    """While it holds, others are told to wait; then the next one takes over, and the first can store nothing more."""
    first = records.claim("k", "request", now=1000, owner="a")
    assert isinstance(first, Claim)
    with pytest.raises(Refusal) as refusal:
        records.claim("k", "request", now=1000 + CLAIMED - 1, owner="b")
    assert refusal.value.status == 409

    assert records.claim("k", "request", now=1000 + CLAIMED, owner="b") == Claim("k", "b")
    records.release(first)
    write = records.answering(first, Stored(201, {}, "{}"), now=1000)
    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        records._table.meta.client.transact_write_items(TransactItems=[write])
    with pytest.raises(Refusal):
        records.claim("k", "request", now=1000 + CLAIMED + 1, owner="c")


def test_lost_answer_of_a_claim(records: Records) -> None:
    """When the SDK tries again and finds what it wrote itself, the claim is ours."""
    records.claim("k", "request", now=1000, owner="a")

    assert records.claim("k", "request", now=1000, owner="a") == Claim("k", "a")


def test_what_was_stored_after_all_stays(records: Records) -> None:
    """A transaction whose answer was lost may have stored: releasing the claim does not take the answer away."""
    claim = records.claim("k", "request", now=1000, owner="a")
    assert isinstance(claim, Claim)
    write = records.answering(claim, Stored(201, {}, "{}"), now=1000)
    records._table.meta.client.transact_write_items(TransactItems=[write])
    records.release(claim)

    assert records.claim("k", "request", now=1001, owner="b") == Stored(201, {}, "{}")


def test_a_claim_that_cannot_be_released_hides_nothing(records: Records, capsys: pytest.CaptureFixture[str]) -> None:
    """The client hears what went wrong before; the log says that the claim is still there, and names no table."""
    claim = records.claim("k", "request", now=1000, owner="a")
    assert isinstance(claim, Claim)
    records._table.delete()
    records.release(claim)

    line = json.loads(capsys.readouterr().out)
    assert line["failed"] == "dynamodb:ResourceNotFoundException"
    assert records._table.name not in json.dumps(line)


class At:
    """Does something once, before a call of AWS is made: what comes in between two calls of a request."""

    def __init__(self, number: int, act: Callable[[], Any]) -> None:
        self.number = number
        self.act = act
        self.made = 0
        self.outcome: Any = None
        self._call = BaseClient._make_api_call  # type: ignore[attr-defined]

    def method(self) -> Callable[..., Any]:
        """In place of the method of botocore's clients that makes a call."""

        def make(client: Any, name: str, parameters: Any) -> Any:
            self.made += 1
            if self.made == self.number:
                self.outcome = self.act()
            return self._call(client, name, parameters)

        return make


@pytest.mark.parametrize("number", [1, 2])
def test_twice_at_once(tables: dict[str, Any], translate: Any, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Wherever a second request with the key comes in between: one translation, and one of them waits or replays."""
    at = At(number, keyed)
    monkeypatch.setattr(BaseClient, "_make_api_call", at.method())
    outer = keyed()

    assert at.outcome is not None
    statuses = sorted([outer["statusCode"], at.outcome["statusCode"]])
    assert statuses in ([201, 201], [201, 409])
    assert counts(tables) == (1, len(NEW["text"]))
    assert len(translate.calls) == 1
    if statuses == [201, 201]:
        assert outer["body"] == at.outcome["body"]
    assert keyed()["headers"]["Idempotent-Replayed"] == "true"


def test_two_replacements_of_one_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two who saw the same version: exactly one wins, whichever comes first, and the other is told so."""
    created = call(create, NEW)
    id_, seen = body(created)["translation_id"], {"If-Match": created["headers"]["ETag"]}
    at = At(1, lambda: call(replace, {"translated_text": "second"}, id_=id_, headers=seen))
    monkeypatch.setattr(BaseClient, "_make_api_call", at.method())
    outer = call(replace, {"translated_text": "first"}, id_=id_, headers=seen)

    assert (outer["statusCode"], at.outcome["statusCode"]) == (412, 200)
    assert body(call(get, id_=id_))["translated_text"] == "second"


class Cancelling:
    """Cancels the first of the transactions, each for a reason of its own; the others get through."""

    def __init__(self, *reasons: list[str]) -> None:
        self.reasons = list(reasons)
        self.tokens: list[str] = []
        self._call = BaseClient._make_api_call  # type: ignore[attr-defined]

    def method(self) -> Callable[..., Any]:
        """In place of the method of botocore's clients that makes a call."""

        def make(client: Any, name: str, parameters: Any) -> Any:
            if name == "TransactWriteItems":
                self.tokens.append(parameters["ClientRequestToken"])
                if self.reasons:
                    codes = [{"Code": each} for each in self.reasons.pop(0)]
                    response: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": codes}
                    raise ClientError(response, name)
            return self._call(client, name, parameters)

        return make


def test_a_transaction_that_is_cancelled(tables: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Why it was decides: what passes is worth another try, what stays is our fault, and nothing is kept."""
    for code, status in (
        ("TransactionConflict", 503),
        ("ThrottlingError", 503),
        ("ProvisionedThroughputExceeded", 503),
        ("ConditionalCheckFailed", 503),
        ("ValidationError", 500),
        ("ItemCollectionSizeLimitExceeded", 500),
    ):
        cancelling = Cancelling(*[["None", code, "None"]] * ATTEMPTS)
        with monkeypatch.context() as patched:
            patched.setattr(BaseClient, "_make_api_call", cancelling.method())
            assert keyed()["statusCode"] == status, code
        assert len(cancelling.tokens) == (ATTEMPTS if code in PASSING else 1), code
    assert all(table.scan()["Count"] == 0 for table in tables.values())


@pytest.mark.parametrize("key", [KEY, {}])
def test_a_translation_that_was_paid_for_is_not_lost(
    tables: dict[str, Any], translate: Any, monkeypatch: pytest.MonkeyPatch, key: dict[str, str]
) -> None:
    """Others may be in the way of its transaction: it is tried again, and what was translated is stored, once."""
    cancelling = Cancelling(["None", "TransactionConflict", "None"], ["ThrottlingError", "None", "None"])
    monkeypatch.setattr(BaseClient, "_make_api_call", cancelling.method())
    answered = call(create, NEW, headers=key)

    assert answered["statusCode"] == 201
    assert counts(tables) == (1, len(NEW["text"]))
    assert len(translate.calls) == 1
    assert cancelling.tokens == [body(answered)["translation_id"]] * 3


def test_whoever_comes_while_the_answer_is_being_stored(
    tables: dict[str, Any], translate: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DynamoDB refuses a claim on a record that a transaction is at: the request with the key is still running."""
    made = BaseClient._make_api_call  # type: ignore[attr-defined]

    def refusing(client: Any, name: str, parameters: Any) -> Any:
        if name == "PutItem":
            raise ClientError({"Error": {"Code": "TransactionConflictException"}}, name)
        return made(client, name, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", refusing)

    assert keyed()["statusCode"] == 409
    assert (counts(tables), translate.calls) == ((0, 0), [])


def test_failures_of_dynamodb(records: Records) -> None:
    """Without its table, a claim is a failure of AWS, and nobody's key."""
    records._table.delete()

    with pytest.raises(AwsFailure):
        records.claim("k", "request", now=time.time(), owner="a")
