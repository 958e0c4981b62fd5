"""What moto's models leave behind."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from typing import Any

import boto3
from moto.core.common_models import BaseModel
from moto.core.model_instances import model_data
from moto.dynamodb.models.dynamo_type import Item
from moto.s3.models import FakeKey

from contracts.aws.cloud import Cloud

NOTE = {"owner": {"S": "me"}, "id": {"S": "1"}, "target": {"S": "de"}}


def test_an_item_that_is_gone_is_freed(cloud: Cloud) -> None:
    """What a handler wrote and deleted is in nobody's list: a run does not grow with its exchanges."""
    client = boto3.client("dynamodb", region_name="eu-west-3")
    client.put_item(TableName="notes", Item=NOTE)
    kept = weakref.ref(_only(Item, "owner"))
    client.delete_item(TableName="notes", Key={name: NOTE[name] for name in ("owner", "id")})
    gc.collect()

    assert kept() is None


def test_a_query_leaves_nothing_behind(cloud: Cloud) -> None:
    """The copies that an answer is made of are not remembered."""
    client = boto3.client("dynamodb", region_name="eu-west-3")
    client.put_item(TableName="notes", Item=NOTE)
    tracked: Any = model_data["dynamodb"]["Item"]
    before = len(tracked.instances_tracked)
    client.scan(TableName="notes")

    assert len(tracked.instances_tracked) == before


def test_what_owns_a_file_is_remembered(cloud: Cloud) -> None:
    """moto closes the bodies of S3's objects when it resets, and needs its list for that."""
    client = boto3.client("s3", region_name="eu-west-3")
    client.put_object(Bucket="files", Key="a", Body=b"text")
    tracked: Any = FakeKey

    assert [key.name for key in tracked.instances_tracked] == ["a"]


def test_moto_is_itself_afterwards(start: Callable[..., Cloud]) -> None:
    """Without a cloud, moto remembers what it always did."""
    make = BaseModel.__new__
    start().stop()

    assert BaseModel.__new__ is make


def _only(kind: type[Any], attribute: str) -> Any:
    (found,) = [each for each in gc.get_objects() if isinstance(each, kind) and attribute in each.attrs]
    return found
