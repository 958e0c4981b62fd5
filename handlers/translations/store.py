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

from boto3.dynamodb.types import TypeDeserializer
from botocore.exceptions import ClientError

from translations.translation import Replacement, Translation
from webapi.failures import AwsFailure, calling

TENANT = "public"
"""Everybody's translations, until requests say whose they are: this is the one place that decides it."""

BY_TARGET = "by_target"
_KEY = ("tenant_id", "translation_id")
_CONDITION_FAILED = "ConditionalCheckFailedException"


@dataclass(frozen=True, slots=True)
class Page:
    """
    Part of a list, newest first.

    Attributes:
        last_id: After which translation the list goes on; None on the last page.
            It may turn out that nothing follows.
    """

    translations: tuple[Translation, ...]
    last_id: str | None


class Store:
    """Reads and writes translations; every failure of DynamoDB is an `AwsFailure`."""

    def __init__(self, table: Any, tenant: str = TENANT) -> None:
        """
        A store of one tenant's translations.

        Args:
            table: A `Table` of boto3's DynamoDB resource.
            tenant: Whose.
        """
        self._table = table
        self._tenant = tenant

    def create(self, translation: Translation) -> None:
        """
        Stores a new translation, and never in place of another.

        Raises:
            AwsFailure: `ConditionalCheckFailedException` when another one has this id.
        """
        item = self._item(translation)
        try:
            with calling("dynamodb"):
                self._put(item)
        except _Exists as exists:
            # When the first answer is lost, the SDK tries again and finds what it has stored itself.
            if exists.item != item:
                raise AwsFailure("dynamodb", _CONDITION_FAILED, passing=True) from None

    def get(self, translation_id: str) -> Translation | None:
        """A translation as it was last written; None when there is none."""
        with calling("dynamodb"):
            answer = self._table.get_item(Key=self._key(translation_id), ConsistentRead=True)
        return _translation(answer["Item"]) if "Item" in answer else None

    def replace(self, translation_id: str, by: Replacement, *, updated_at: str) -> Translation:
        """
        Sets everything that a client can set, and returns what became of it.

        Raises:
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
        with calling("dynamodb"):
            answer = self._table.update_item(
                Key=self._key(translation_id),
                UpdateExpression=change,
                ConditionExpression="attribute_exists(#translation_id)",
                ExpressionAttributeNames=_aliases(*names),
                ExpressionAttributeValues=values,
                ReturnValues="ALL_NEW",
            )
        return _translation(answer["Attributes"])

    def delete(self, translation_id: str) -> None:
        """
        Deletes a translation.

        Raises:
            AwsFailure: `ConditionalCheckFailedException` when there is no such translation.
        """
        with calling("dynamodb"):
            try:
                self._table.delete_item(
                    Key=self._key(translation_id),
                    ConditionExpression="attribute_exists(#translation_id)",
                    ExpressionAttributeNames=_aliases("translation_id"),
                )
            except ClientError as error:
                if error.response["Error"]["Code"] == _CONDITION_FAILED and _tried_again(error):
                    # An earlier attempt may have deleted it and its answer been lost: "not found" could be a lie.
                    raise AwsFailure("dynamodb", "OutcomeUnknown", passing=True) from None
                raise

    def page(self, *, limit: int, target_language: str | None, after: str | None) -> Page:
        """
        The newest translations after a position.

        Args:
            limit: How many at most.
            target_language: Only these; None for all.
            after: The id of the last translation that was seen; None at the start.
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
                ScanIndexForward=False,
                Limit=limit + 1,  # one more, so that the last page is known to be the last
                **index,
                **start,
            )
        found = tuple(_translation(item) for item in answer["Items"])
        if len(found) > limit:
            return Page(found[:limit], found[limit - 1].translation_id)
        # Not more than asked for and yet a LastEvaluatedKey: DynamoDB stops after 1 MB.
        return Page(found, answer.get("LastEvaluatedKey", {}).get("translation_id"))

    def _put(self, item: Mapping[str, Any]) -> None:
        """
        Puts an item that must be new.

        Raises:
            _Exists: There is one with this key.
            ClientError: Anything else that DynamoDB does not do.
        """
        try:
            self._table.put_item(
                Item=item,
                ConditionExpression="attribute_not_exists(#translation_id)",
                ExpressionAttributeNames=_aliases("translation_id"),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != _CONDITION_FAILED:
                raise
            raise _Exists(error.response.get("Item", {})) from None

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


class _Exists(Exception):  # noqa: N818 - carries an answer from one method to another
    """There is an item with this key."""

    def __init__(self, wire: Any) -> None:
        """The item as it comes over the wire; boto3's resource does not convert what is in an error."""
        super().__init__()
        deserialize = TypeDeserializer().deserialize
        self.item = {name: deserialize(value) for name, value in wire.items()}


def _tried_again(error: ClientError) -> bool:
    """Whether the SDK had tried before the attempt that failed."""
    return bool(error.response.get("ResponseMetadata", {}).get("RetryAttempts", 0))


def _aliases(*names: str) -> dict[str, str]:
    return {f"#{name}": name for name in names}


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
        client_reference=item.get("client_reference"),
    )
