"""What tables and buckets hold, as AWS's own SDK reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from boto3.dynamodb.types import TypeDeserializer


def items_of(dynamodb: Any, table: str) -> list[Mapping[str, Any]]:
    """
    The items of a table.

    Args:
        dynamodb: boto3's client for `dynamodb`.
        table: The table's physical name.

    Returns:
        Each item in Python's types, as a `Table` of boto3's resource gives it: numbers are `Decimal`.
    """
    deserialize = TypeDeserializer().deserialize
    pages = dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return [deserialize({"M": item}) for page in pages for item in page["Items"]]


def objects_of(s3: Any, bucket: str) -> dict[str, bytes]:
    """
    The objects of a bucket: bodies by key.

    Args:
        s3: boto3's client for `s3`.
        bucket: The bucket's physical name.
    """
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    keys = [found["Key"] for page in pages for found in page.get("Contents", ())]
    return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}
