"""
The table of translations: the only module that knows how a translation lies in DynamoDB.

Partition key `tenant_id`, sort key `translation_id` (a ULID, so that a partition sorts by the time of creation).
The index `by_target` has `tenant_target` = "<tenant>#<target language>" in place of the tenant.
Every attribute is named by an alias in expressions: `text` is a reserved word, and others may become one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from translations import transactions
from translations.transactions import Waiting, Write
from translations.translation import OPTIONAL, Replacement, Translation
from webapi.conditions import CONDITION_FAILED, aliases, conditional, plain
from webapi.failures import AwsFailure, calling
from webapi.preconditions import Versions

BY_TARGET = "by_target"
NO_VERSION = 0
"""Versions begin with 1."""
_REASON_CONDITION = "ConditionalCheckFailed"


@dataclass(frozen=True, slots=True)
class Page:
    """
    Part of a list.

    Attributes:
        last_id: After which translation the list goes on; None on the last page.
            It may turn out that nothing follows.
    """

    translations: tuple[Translation, ...]
    last_id: str | None


class Store:
    """Reads and writes translations; every failure of DynamoDB is an `AwsFailure`."""

    def __init__(self, table: Any, tenant: str) -> None:
        """
        A store of one tenant's translations.

        Args:
            table: A `Table` of boto3's DynamoDB resource.
            tenant: Whose.
        """
        self._table = table
        self._tenant = tenant

    def create(self, translation: Translation, *also: Write, waiting: Waiting) -> None:
        """
        Stores a new translation, and never in place of another.

        Args:
            also: What is written in the same transaction: all of it or nothing.
            waiting: How time passes until the transaction is tried again, where others are in its way.

        Raises:
            AwsFailure: `ConditionalCheckFailedException` when another one has this id.
        """
        item = self._item(translation)
        put = {
            "Put": {
                "TableName": self._table.name,
                "Item": item,
                "ConditionExpression": "attribute_not_exists(#translation_id)",
                "ExpressionAttributeNames": aliases("translation_id"),
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        }
        client, token = self._table.meta.client, translation.translation_id
        with calling("dynamodb"):
            try:
                transactions.write(client, [put, *also], token=token, waiting=waiting)
            except ClientError as error:
                first = next(iter(transactions.reasons(error)), {})
                # When the first answer is lost, the SDK tries again and may find what it has stored itself.
                if first.get("Code") == _REASON_CONDITION and plain(first.get("Item", {})) == item:
                    return
                failed = transactions.lasting(error)
                if failed == _REASON_CONDITION:
                    raise AwsFailure("dynamodb", CONDITION_FAILED, passing=True) from None
                if failed is not None:
                    raise AwsFailure("dynamodb", failed, passing=False) from None
                raise

    def get(self, translation_id: str) -> Translation | None:
        """A translation as it was last written; None when there is none."""
        with calling("dynamodb"):
            answer = self._table.get_item(Key=self._key(translation_id), ConsistentRead=True)
        return _translation(answer["Item"]) if "Item" in answer else None

    def replace(
        self, translation_id: str, by: Replacement, *, updated_at: str, wanted: Versions | None = None
    ) -> Translation:
        """
        Sets everything that a client can set, and returns what became of it.

        Args:
            wanted: The versions that it is meant for; None for any.

        Raises:
            Stale: It has another version.
            AwsFailure: `ConditionalCheckFailedException` when there is no such translation.
        """
        values = {
            ":translated_text": by.translated_text,
            ":tags": list(by.tags),
            ":reviewed": by.reviewed,
            ":updated_at": updated_at,
            ":one": 1,
        }
        sets = "SET #translated_text = :translated_text, #tags = :tags, #reviewed = :reviewed"
        sets += ", #updated_at = :updated_at, #version = #version + :one"
        if by.client_reference is None:
            change = f"{sets} REMOVE #client_reference"
        else:
            change = f"{sets}, #client_reference = :client_reference"
            values[":client_reference"] = by.client_reference
        names = (
            "translated_text",
            "tags",
            "reviewed",
            "updated_at",
            "version",
            "client_reference",
            "translation_id",
        )
        condition, versions = _condition(wanted)
        with calling("dynamodb"), conditional():
            answer = self._table.update_item(
                Key=self._key(translation_id),
                UpdateExpression=change,
                ConditionExpression=condition,
                ExpressionAttributeNames=aliases(*names),
                ExpressionAttributeValues=values | versions,
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        return _translation(answer["Attributes"])

    def delete(self, translation_id: str, *, wanted: Versions | None = None) -> None:
        """
        Deletes a translation.

        Args:
            wanted: The versions that it is meant for; None for any.

        Raises:
            Stale: It has another version.
            AwsFailure: `ConditionalCheckFailedException` when there is no such translation.
        """
        condition, versions = _condition(wanted)
        names = ("translation_id", "version") if versions else ("translation_id",)
        with calling("dynamodb"), conditional():
            self._table.delete_item(
                Key=self._key(translation_id),
                ConditionExpression=condition,
                ExpressionAttributeNames=aliases(*names),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **({"ExpressionAttributeValues": versions} if versions else {}),
            )

    def page(self, *, limit: int, target_language: str | None, after: str | None, newest_first: bool = True) -> Page:
        """
        The translations after a position.

        Args:
            limit: How many at most.
            target_language: Only these; None for all.
            after: The id of the last translation that was seen; None at the start.
            newest_first: Whether the newest come first, or the oldest.
        """
        partition, value, index = "tenant_id", self._tenant, {}
        if target_language is not None:
            partition, value = "tenant_target", self._target(target_language)
            index = {"IndexName": BY_TARGET}
        start = {}
        if after is not None:
            start = {"ExclusiveStartKey": self._key(after) | {partition: value}}
        with calling("dynamodb"):
            answer = self._table.query(
                KeyConditionExpression="#partition = :partition",
                ExpressionAttributeNames={"#partition": partition},
                ExpressionAttributeValues={":partition": value},
                ScanIndexForward=not newest_first,
                Limit=limit + 1,  # one more, so that the last page is known to be the last
                **index,
                **start,
            )
        found = tuple(_translation(item) for item in answer["Items"])
        if len(found) > limit:
            return Page(found[:limit], found[limit - 1].translation_id)
        # Not more than asked for and yet a LastEvaluatedKey: DynamoDB stops after 1 MB.
        return Page(found, answer.get("LastEvaluatedKey", {}).get("translation_id"))

    def _key(self, translation_id: str) -> dict[str, str]:
        return {"tenant_id": self._tenant, "translation_id": translation_id}

    def _target(self, target_language: str) -> str:
        """The partition of the index; a language code has no `#`, so that no two of them can meet."""
        return f"{self._tenant}#{target_language}"

    def _item(self, translation: Translation) -> dict[str, Any]:
        return translation.representation() | {
            "tenant_id": self._tenant,
            "tenant_target": self._target(translation.target_language),
        }


def _condition(wanted: Versions | None) -> tuple[str, dict[str, int]]:
    """The condition of a write that is meant for some versions, and the values in it."""
    exists = "attribute_exists(#translation_id)"
    if wanted is None or wanted.any:
        return exists, {}
    values = {f":wanted{place}": number for place, number in enumerate(wanted.numbers or (NO_VERSION,))}
    return f"{exists} AND #version IN ({', '.join(values)})", values


def _translation(item: Mapping[str, Any]) -> Translation:
    """A translation from its item; numbers come as Decimal."""
    return Translation(
        translation_id=item["translation_id"],
        text=item["text"],
        translated_text=item["translated_text"],
        source_language=item["source_language"],
        target_language=item["target_language"],
        tags=tuple(item["tags"]),
        characters=int(item["characters"]),
        reviewed=item["reviewed"],
        version=int(item["version"]),
        created_at=item["created_at"],
        updated_at=item["updated_at"],
        source_language_detected=item["source_language_detected"],
        **{name: item[name] for name in OPTIONAL if name in item},
    )
