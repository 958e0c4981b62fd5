"""What moto is spared, and that it answers as it always does."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import boto3
import pytest
from botocore.hooks import EventAliaser, HierarchicalEmitter
from moto.core.common_models import BaseModel
from moto.core.model_instances import model_data
from moto.core.serialize import AttributePickerContext, XFormedAttributePicker
from moto.core.utils import get_service_model
from moto.dynamodb.models.dynamo_type import Item
from moto.s3.models import FakeKey

from contracts.aws.cloud import Cloud
from contracts.aws.savings import savings

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
    make, names = BaseModel.__new__, XFormedAttributePicker.get_possible_keys
    start().stop()

    assert (BaseModel.__new__, XFormedAttributePicker.get_possible_keys) == (make, names)


class _Named:
    """Names of its own stand in its `Meta`."""

    class Meta:
        serialization_aliases = MappingProxyType({"Item": "thing"})


@pytest.mark.parametrize("service", ["dynamodb", "s3", "sqs", "rds"])
def test_a_member_is_looked_for_under_the_same_names(service: str) -> None:
    """Every member of every answer, in a mapping and in an object, when it is asked for first and ever after."""
    model = get_service_model(service)
    places: tuple[Any, ...] = ({}, Item)
    contexts = [
        AttributePickerContext(obj=given, key=key, shape=shape, service_model=model)
        for name in model.operation_names
        if (output := model.operation_model(name).output_shape) is not None
        for key, shape in output.members.items()
        for given in places
    ]
    picker = XFormedAttributePicker()
    expected = [list(dict.fromkeys(picker.get_possible_keys(each))) for each in contexts]
    with savings():
        first = [list(picker.get_possible_keys(each)) for each in contexts]
        again = [list(picker.get_possible_keys(each)) for each in contexts]

    assert expected == first == again
    assert contexts


def test_an_object_may_name_its_members_itself() -> None:
    """What stands in `Meta` is asked of each object anew."""
    shape = get_service_model("dynamodb").operation_model("GetItem").output_shape.members["Item"]
    plain, named = (AttributePickerContext(obj=given, key="Item", shape=shape) for given in (object(), _Named()))
    picker = XFormedAttributePicker()
    with savings():
        assert "thing" not in list(picker.get_possible_keys(plain))
        assert "thing" in list(picker.get_possible_keys(named))


def _only(kind: type[Any], attribute: str) -> Any:
    (found,) = [each for each in gc.get_objects() if isinstance(each, kind) and attribute in each.attrs]
    return found


def test_clients_share_how_events_are_spelled() -> None:
    """A second client spells as the first; one with spellings of its own keeps to them."""
    with savings():
        first, second = (EventAliaser(HierarchicalEmitter()) for _ in range(2))
        own = EventAliaser(HierarchicalEmitter(), {"dynamodb": "tables"})
        spelled = [each._alias_event_name("before-call.dynamodb.GetItem") for each in (first, second, own)]  # type: ignore[attr-defined]

        assert spelled == ["before-call.dynamodb.GetItem"] * 2 + ["before-call.tables.GetItem"]
        assert first._alias_event_name("before-call.elb") == "before-call.elastic-load-balancing"  # type: ignore[attr-defined]
        assert "before-call.elb" in second._alias_name_cache  # type: ignore[attr-defined]
    assert EventAliaser(HierarchicalEmitter())._alias_name_cache == {}  # type: ignore[attr-defined]
