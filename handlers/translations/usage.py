"""
The table of usage: how many characters each tenant has had translated on each day.

Partition key `tenant_id`, sort key `counter` = "<day>#<shard>". A day has several counters, so that the transactions of
one tenant that run at the same time seldom meet in one of them (DynamoDB cancels one of two that do).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from webapi.failures import calling

SHARDS = 8


class Usage:
    """Counts and sums one tenant's characters; every failure of DynamoDB is an `AwsFailure`."""

    def __init__(self, table: Any, tenant: str) -> None:
        """
        The usage of one tenant.

        Args:
            table: A `Table` of boto3's DynamoDB resource.
            tenant: Whose.
        """
        self._table = table
        self._tenant = tenant

    def counting(self, characters: int, day: date, *, by: str) -> dict[str, Any]:
        """
        The write that counts characters: one of the `TransactItems` of a transaction.

        Args:
            day: In UTC.
            by: What is counted, by its id, a ULID; which counter of the day it is depends on its random part.
        """
        shard = by.encode()[-1] % SHARDS
        return {
            "Update": {
                "TableName": self._table.name,
                "Key": {"tenant_id": self._tenant, "counter": f"{day.isoformat()}#{shard}"},
                "UpdateExpression": "ADD #characters :characters",
                "ExpressionAttributeNames": {"#characters": "characters"},
                "ExpressionAttributeValues": {":characters": characters},
            }
        }

    def characters(self, first: date, last: date) -> int:
        """The characters of all days from `first` to `last`, both included."""
        total = 0
        more: dict[str, Any] = {}
        while True:
            with calling("dynamodb"):
                page = self._table.query(
                    KeyConditionExpression="#tenant_id = :tenant_id AND #counter BETWEEN :first AND :last",
                    ExpressionAttributeNames={"#tenant_id": "tenant_id", "#counter": "counter"},
                    ExpressionAttributeValues={
                        ":tenant_id": self._tenant,
                        ":first": first.isoformat(),
                        ":last": f"{last.isoformat()}#{SHARDS}",
                    },
                    ConsistentRead=True,
                    **more,
                )
            total += sum(int(item["characters"]) for item in page["Items"])
            if "LastEvaluatedKey" not in page:
                return total
            more = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
