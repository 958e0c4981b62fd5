"""
The table of glossaries: the only module that knows how a glossary lies in DynamoDB.

Partition key `tenant_id`, sort key `glossary_name`. The attribute `entity_tag` says which state an item is in; every
write is conditional on it, since a name can be deleted and given again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from glossaries.glossary import Glossary
from webapi.conditions import aliases, conditional
from webapi.failures import calling
from webapi.preconditions import tag_of_value

_SUMMARY = ("glossary_name", "source_language", "target_language", "term_count", "version", "created_at", "updated_at")


@dataclass(frozen=True, slots=True)
class Page:
    """
    Part of a list, by name.

    Attributes:
        summaries: The glossaries without their terms, as JSON objects.
        last_name: After which glossary the list goes on; None on the last page.
    """

    summaries: tuple[Mapping[str, Any], ...]
    last_name: str | None


class Store:
    """Reads and writes glossaries; every failure of DynamoDB is an `AwsFailure`."""

    def __init__(self, table: Any, tenant: str) -> None:
        """
        A store of one tenant's glossaries.

        Args:
            table: A `Table` of boto3's DynamoDB resource.
            tenant: Whose.
        """
        self._table = table
        self._tenant = tenant

    def get(self, name: str) -> Glossary | None:
        """A glossary as it was last written; None when there is none."""
        with calling("dynamodb"):
            answer = self._table.get_item(Key=self._key(name), ConsistentRead=True)
        return _glossary(answer["Item"]) if "Item" in answer else None

    def put(self, glossary: Glossary, *, instead_of: Glossary | None) -> None:
        """
        Stores a glossary in place of what was read before.

        Args:
            instead_of: What there was under the name; None for nothing.

        Raises:
            Stale: There is another one now.
            AwsFailure: `ConditionalCheckFailedException` when there is none any more.
        """
        item = glossary.representation() | {"term_count": len(glossary.terms), **self._key(glossary.glossary_name)}
        item["entity_tag"] = entity_tag(glossary)
        if instead_of is None:
            condition: dict[str, Any] = {
                "ConditionExpression": "attribute_not_exists(#glossary_name)",
                "ExpressionAttributeNames": aliases("glossary_name"),
            }
        else:
            condition = _in_state(instead_of)
        with calling("dynamodb"), conditional(item):
            self._table.put_item(Item=item, ReturnValuesOnConditionCheckFailure="ALL_OLD", **condition)

    def delete(self, glossary: Glossary) -> None:
        """
        Deletes a glossary that was read before.

        Raises:
            Stale: There is another one under its name now.
            AwsFailure: `ConditionalCheckFailedException` when there is none any more.
        """
        with calling("dynamodb"), conditional():
            self._table.delete_item(
                Key=self._key(glossary.glossary_name),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **_in_state(glossary),
            )

    def page(self, *, limit: int, after: str | None) -> Page:
        """
        The glossaries after a name.

        Args:
            limit: How many at most.
            after: The name of the last glossary that was seen; None at the start.
        """
        start = {} if after is None else {"ExclusiveStartKey": self._key(after)}
        with calling("dynamodb"):
            answer = self._table.query(
                KeyConditionExpression="#tenant_id = :tenant_id",
                ProjectionExpression=", ".join(aliases(*_SUMMARY)),
                ExpressionAttributeNames=aliases("tenant_id", *_SUMMARY),
                ExpressionAttributeValues={":tenant_id": self._tenant},
                Limit=limit + 1,  # one more, so that the last page is known to be the last
                **start,
            )
        found = tuple(
            {**item, "term_count": int(item["term_count"]), "version": int(item["version"])} for item in answer["Items"]
        )
        if len(found) > limit:
            return Page(found[:limit], found[limit - 1]["glossary_name"])
        # Not more than asked for and yet a LastEvaluatedKey: DynamoDB stops after 1 MB.
        return Page(found, answer.get("LastEvaluatedKey", {}).get("glossary_name"))

    def _key(self, name: str) -> dict[str, str]:
        return {"tenant_id": self._tenant, "glossary_name": name}


def entity_tag(glossary: Glossary) -> str:
    """The entity tag of a glossary: another for each state, also of one that was deleted and made again."""
    return tag_of_value(glossary.representation())


def _in_state(glossary: Glossary) -> dict[str, Any]:
    """The condition that the item is in the state of a glossary that was read."""
    return {
        "ConditionExpression": "#entity_tag = :entity_tag",
        "ExpressionAttributeNames": aliases("entity_tag"),
        "ExpressionAttributeValues": {":entity_tag": entity_tag(glossary)},
    }


def _glossary(item: Mapping[str, Any]) -> Glossary:
    """A glossary from its item; numbers come as Decimal."""
    return Glossary(
        glossary_name=item["glossary_name"],
        source_language=item["source_language"],
        target_language=item["target_language"],
        terms=tuple((term["source"], term["target"]) for term in item["terms"]),
        version=int(item["version"]),
        created_at=item["created_at"],
        updated_at=item["updated_at"],
    )
