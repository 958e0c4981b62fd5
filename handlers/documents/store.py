"""
The table of documents: the only module that knows how a document lies in DynamoDB.

Partition key `tenant_id`, sort key `document_id` (a ULID).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from documents.document import Document
from webapi.conditions import aliases, conditional
from webapi.failures import calling


class Store:
    """Reads and writes what is known of documents; every failure of DynamoDB is an `AwsFailure`."""

    def __init__(self, table: Any, tenant: str) -> None:
        """
        A store of one tenant's documents.

        Args:
            table: A `Table` of boto3's DynamoDB resource.
            tenant: Whose.
        """
        self._table = table
        self._tenant = tenant

    def create(self, document: Document) -> None:
        """
        Stores a new document, and never in place of another.

        Raises:
            Stale: Another one has this id.
            AwsFailure: DynamoDB failed.
        """
        item = document.representation() | self._key(document.document_id)
        with calling("dynamodb"), conditional(item):
            self._table.put_item(
                Item=item,
                ConditionExpression="attribute_not_exists(#document_id)",
                ExpressionAttributeNames=aliases("document_id"),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )

    def get(self, document_id: str) -> Document | None:
        """A document; None when there is none."""
        with calling("dynamodb"):
            answer = self._table.get_item(Key=self._key(document_id), ConsistentRead=True)
        return _document(answer["Item"]) if "Item" in answer else None

    def delete(self, document_id: str) -> None:
        """
        Deletes a document.

        Raises:
            AwsFailure: `ConditionalCheckFailedException` when there is no such document.
        """
        with calling("dynamodb"), conditional():
            self._table.delete_item(
                Key=self._key(document_id),
                ConditionExpression="attribute_exists(#document_id)",
                ExpressionAttributeNames=aliases("document_id"),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )

    def _key(self, document_id: str) -> dict[str, str]:
        return {"tenant_id": self._tenant, "document_id": document_id}


def _document(item: Mapping[str, Any]) -> Document:
    """A document from its item; numbers come as Decimal."""
    return Document(
        document_id=item["document_id"],
        file_name=item["file_name"],
        content_type=item["content_type"],
        size=int(item["size"]),
        source_language=item["source_language"],
        source_language_detected=item["source_language_detected"],
        target_language=item["target_language"],
        created_at=item["created_at"],
        glossary_name=item.get("glossary_name"),
    )
