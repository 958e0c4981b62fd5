"""
The table of idempotency keys: which request a key stands for, and what it was answered.

Partition key `tenant_id`, sort key `idempotency_key`. A record begins with a claim: whoever made it does the work and
then writes the answer, in the transaction that stores what was done. A claim whose owner is gone ends by itself, and
DynamoDB deletes a record some time after it has expired (`expires_at`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from webapi.conditions import CONDITION_FAILED, plain
from webapi.failures import AwsFailure, calling
from webapi.log import log
from webapi.problems import Refusal

KEPT = 24 * 3600
"""Seconds that an answer can be had again."""

CLAIMED = 60
"""Seconds that a claim holds: longer than a function can run, so that nobody takes over from one that still does."""

IN_THE_WAY = "TransactionConflictException"
"""A transaction is at an item; one alone ever is at a record, that of the request which answers it."""

REUSED = "IdempotencyKeyReusedProblem"
_NAMES = {f"#{name}": name for name in ("idempotency_key", "owner", "body", "claimed_until", "expires_at")}


@dataclass(frozen=True, slots=True)
class Claim:
    """A key that is ours to answer; `owner` is who made the claim."""

    key: str
    owner: str


@dataclass(frozen=True, slots=True)
class Stored:
    """The answer to an earlier request; `text` is its body, to the byte."""

    status: int
    headers: Mapping[str, str]
    text: str


def fingerprint(body: Any) -> str:
    """What tells one request from another: equal JSON values, defaults filled in, are one request."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


class Records:
    """One tenant's idempotency keys; every failure of DynamoDB is an `AwsFailure`."""

    def __init__(self, table: Any, tenant: str) -> None:
        """
        The keys of one tenant: nobody else's are seen.

        Args:
            table: A `Table` of boto3's DynamoDB resource.
            tenant: Whose.
        """
        self._table = table
        self._tenant = tenant

    def claim(self, key: str, request: str, *, now: float, owner: str) -> Claim | Stored:
        """
        The right to answer a request, or the answer that it already has.

        Args:
            request: Its fingerprint.
            now: Seconds since 1970.
            owner: A name for this attempt that no other one has.

        Raises:
            Refusal: 409, a request with this key is being answered; 422, it was another request.
            AwsFailure: DynamoDB failed.
        """
        seconds = int(now)
        item = {
            **self._key(key),
            "request": request,
            "owner": owner,
            "claimed_until": seconds + CLAIMED,
            "expires_at": seconds + KEPT,
        }
        with calling("dynamodb"):
            try:
                self._table.put_item(
                    Item=item,
                    ConditionExpression="attribute_not_exists(#idempotency_key) OR #expires_at <= :now"
                    " OR (attribute_not_exists(#body) AND #claimed_until <= :now)",
                    ExpressionAttributeNames={name: each for name, each in _NAMES.items() if each != "owner"},
                    ExpressionAttributeValues={":now": seconds},
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            except ClientError as error:
                if error.response["Error"]["Code"] == IN_THE_WAY:
                    raise Refusal(409) from None
                found: Any = error.response.get("Item")
                if error.response["Error"]["Code"] != CONDITION_FAILED or not found:
                    raise
                return _found(key, plain(found), request, owner)
        return Claim(key, owner)

    def release(self, claim: Claim) -> None:
        """
        Gives a claim up, so that the next attempt is made; an answer that was stored after all stays.

        It never fails: what cannot be released ends by itself, and the client is to hear what went wrong before.
        """
        try:
            with calling("dynamodb"):
                self._table.delete_item(
                    Key=self._key(claim.key),
                    ConditionExpression="#owner = :owner AND attribute_not_exists(#body)",
                    ExpressionAttributeNames={"#owner": "owner", "#body": "body"},
                    ExpressionAttributeValues={":owner": claim.owner},
                )
        except AwsFailure as failure:
            if failure.code != CONDITION_FAILED:
                log().warning("a claim was not released", failed=f"{failure.service}:{failure.code}")

    def answering(self, claim: Claim, answer: Stored, *, now: float) -> dict[str, Any]:
        """
        The write that stores the answer of a claim: one of the `TransactItems` of a transaction.

        It cancels the transaction where the claim has been taken over.
        """
        return {
            "Update": {
                "TableName": self._table.name,
                "Key": self._key(claim.key),
                "UpdateExpression": "SET #status = :status, #headers = :headers, #body = :body, #expires_at = :end",
                "ConditionExpression": "#owner = :owner",
                "ExpressionAttributeNames": {
                    "#status": "status",
                    "#headers": "headers",
                    "#body": "body",
                    "#expires_at": "expires_at",
                    "#owner": "owner",
                },
                "ExpressionAttributeValues": {
                    ":status": answer.status,
                    ":headers": dict(answer.headers),
                    ":body": answer.text,
                    ":end": int(now) + KEPT,
                    ":owner": claim.owner,
                },
            }
        }

    def _key(self, key: str) -> dict[str, str]:
        return {"tenant_id": self._tenant, "idempotency_key": key}


def _found(key: str, item: Mapping[str, Any], request: str, owner: str) -> Claim | Stored:
    """
    What a record that stands in the way comes to.

    Raises:
        Refusal: 409 or 422.
    """
    if item["owner"] == owner and "body" not in item:
        return Claim(key, owner)  # the SDK tried again, and finds what its first attempt wrote
    if item["request"] != request:
        raise Refusal(422, kind=REUSED)
    if "body" not in item:
        raise Refusal(409)
    return Stored(int(item["status"]), item["headers"], item["body"])
