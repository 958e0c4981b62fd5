"""State of tables and buckets: what changed is told exactly, and what was kept comes back exactly."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.aws.cloud import Cloud
from contracts.exchange import Change, Difference


def note(identifier: str = "1", **attributes: dict[str, Any]) -> dict[str, Any]:
    """An item of the table `notes`."""
    return {"owner": {"S": "ann"}, "id": {"S": identifier}, **attributes}


def put(identifier: str = "1", **attributes: dict[str, Any]) -> None:
    """Write an item."""
    boto3.client("dynamodb").put_item(TableName="notes", Item=note(identifier, **attributes))


def update(expression: str = "SET done = :d", *, identifier: str = "1", value: dict[str, Any] | None = None) -> Any:
    """An update of an item."""
    values = {":d": value or {"BOOL": True}}
    return {
        "TableName": "notes",
        "Key": note(identifier),
        "UpdateExpression": expression,
        "ExpressionAttributeValues": values,
    }


def item(identifier: str, before: Any, after: Any) -> Difference:
    """A difference of an item of `notes`."""
    return Difference("item", "notes", note(identifier), before, after)


def items() -> list[dict[str, Any]]:
    """Everything in the table."""
    return list(boto3.client("dynamodb").scan(TableName="notes")["Items"])


def test_what_is_created_changed_and_deleted_is_told(cloud: Cloud) -> None:
    """An item that is new has no before, one that is gone has no after, one that is updated has both."""
    client = boto3.client("dynamodb")
    put("1")
    put("2")
    with cloud.watching() as watch:
        put("3")
        client.update_item(**update())
        client.delete_item(TableName="notes", Key=note("2"))

    change = watch.change()
    assert change.gained == (item("3", None, note("3")),)
    assert change.lost == (item("2", note("2"), None),)
    assert change.changed == (item("1", note("1"), note("1", done={"BOOL": True})),)


def test_reading_changes_nothing(cloud: Cloud) -> None:
    """A call that reads, and one that writes what is there already, leave a change that is false."""
    put()
    client = boto3.client("dynamodb")
    with cloud.watching() as watch:
        client.get_item(TableName="notes", Key=note())
        client.scan(TableName="notes")
        put()

    assert not watch.change()


def test_a_write_that_is_undone_is_no_change(cloud: Cloud) -> None:
    """What was created and deleted again is not told."""
    with cloud.watching() as watch:
        put()
        assert watch.change()
        boto3.client("dynamodb").delete_item(TableName="notes", Key=note())

    assert watch.change() == Change()


def test_nested_attributes_are_kept_as_they_were(cloud: Cloud) -> None:
    """An update within a map or a list, which moto makes in place, does not reach into the past."""
    put(tags={"L": [{"S": "a"}]}, by={"M": {"name": {"S": "x"}}})
    with cloud.watching() as watch:
        client = boto3.client("dynamodb")
        client.update_item(**update("SET tags[0] = :d", value={"S": "b"}))
        client.update_item(
            **update("SET #by.title = :d", value={"S": "y"}) | {"ExpressionAttributeNames": {"#by": "by"}}
        )

    (difference,) = watch.change().differences
    assert difference.before == note(tags={"L": [{"S": "a"}]}, by={"M": {"name": {"S": "x"}}})
    assert difference.after == note(tags={"L": [{"S": "b"}]}, by={"M": {"name": {"S": "x"}, "title": {"S": "y"}}})


def test_a_batch_and_a_transaction_are_told(cloud: Cloud) -> None:
    """Writes of many items in one call are all told."""
    put("1")
    client = boto3.client("dynamodb")
    with cloud.watching() as watch:
        client.batch_write_item(RequestItems={"notes": [{"PutRequest": {"Item": note("2")}}]})
        client.transact_write_items(
            TransactItems=[{"Update": update()}, {"Put": {"TableName": "notes", "Item": note("3")}}]
        )

    assert [each.key["id"]["S"] for each in watch.change().differences] == ["1", "2", "3"]


def test_a_cancelled_transaction_changes_nothing(cloud: Cloud) -> None:
    """What a transaction wrote before it was cancelled is undone, in the table and in what is told."""
    put("1")
    client = boto3.client("dynamodb")
    fails = {"ConditionCheck": {"TableName": "notes", "Key": note("9"), "ConditionExpression": "attribute_exists(id)"}}
    with cloud.watching() as watch, pytest.raises(client.exceptions.TransactionCanceledException):
        client.transact_write_items(
            TransactItems=[{"Update": update()}, {"Put": {"TableName": "notes", "Item": note("2")}}, fails]
        )

    assert not watch.change()
    assert items() == [note("1")]


def test_objects_are_told(cloud: Cloud) -> None:
    """An object is told with its tag, type, size and metadata, however it was written or deleted."""
    client = boto3.client("s3")
    client.put_object(Bucket="files", Key="old", Body=b"1")
    client.put_object(Bucket="files", Key="same", Body=b"1")
    with cloud.watching() as watch:
        client.put_object(Bucket="files", Key="new", Body=b"12", ContentType="text/plain", Metadata={"by": "ann"})
        client.copy_object(Bucket="files", Key="old", CopySource="files/new")
        client.delete_objects(Bucket="files", Delete={"Objects": [{"Key": "same"}]})

    tag = '"c20ad4d76fe97759aa27a0c99bff6710"'
    after = {"ETag": tag, "ContentType": "text/plain", "Size": 2, "Metadata": {"by": "ann"}}
    assert [(each.key, each.after) for each in watch.change().differences] == [
        ({"Key": "old"}, after),
        ({"Key": "same"}, None),
        ({"Key": "new"}, after),
    ]


def test_a_snapshot_comes_back_whatever_happened(cloud: Cloud) -> None:
    """After writes of every kind a restored snapshot is what it was, any number of times, and stays untouched."""
    client, objects = boto3.client("dynamodb"), boto3.client("s3")
    put("1", tags={"L": [{"S": "a"}]})
    objects.put_object(Bucket="files", Key="a", Body=b"first")
    kept = cloud.snapshot()
    for _ in range(2):
        client.update_item(**update("SET tags[0] = :d", value={"S": "b"}))
        client.transact_write_items(TransactItems=[{"Update": update(identifier="1")}])
        put("2")
        client.create_table(
            TableName="more",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        objects.put_object(Bucket="files", Key="a", Body=b"second")
        objects.put_object(Bucket="files", Key="b", Body=b"new")
        objects.delete_object(Bucket="files", Key="a")
        cloud.restore(kept)

        assert items() == [note("1", tags={"L": [{"S": "a"}]})]
        assert sorted(client.list_tables()["TableNames"]) == ["counters", "notes"]
        assert objects.get_object(Bucket="files", Key="a")["Body"].read() == b"first"
        assert [each["Key"] for each in objects.list_objects_v2(Bucket="files")["Contents"]] == ["a"]
        assert not cloud.difference(kept, cloud.snapshot())


def test_two_snapshots_are_compared(cloud: Cloud) -> None:
    """A difference between snapshots is told in both directions."""
    before = cloud.snapshot()
    put()
    after = cloud.snapshot()

    assert cloud.difference(before, after).gained == (item("1", None, note()),)
    assert cloud.difference(after, before).lost == (item("1", note(), None),)


def test_a_table_without_a_range_key_works_as_well(cloud: Cloud) -> None:
    """A counter in a table with a hash key alone is told and restored."""
    client = boto3.client("dynamodb")
    add: dict[str, Any] = {
        "TableName": "counters",
        "Key": {"name": {"S": "n"}},
        "UpdateExpression": "ADD hits :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }
    client.update_item(**add)
    kept = cloud.snapshot()
    with cloud.watching() as watch:
        client.update_item(**add)
    cloud.restore(kept)

    (difference,) = watch.change().differences
    assert (difference.before, difference.after) == (
        {"name": {"S": "n"}, "hits": {"N": "1"}},
        {"name": {"S": "n"}, "hits": {"N": "2"}},
    )
    assert client.get_item(TableName="counters", Key={"name": {"S": "n"}})["Item"]["hits"] == {"N": "1"}


WRITES = st.lists(
    st.tuples(
        st.sampled_from(["put", "update", "delete", "transact", "cancel", "batch"]),
        st.sampled_from("123"),
        st.integers(0, 3).map(str),
    ),
    max_size=6,
)


def write(kind: str, identifier: str, value: str) -> None:
    """One write; a refusal by a condition is as good as any."""
    by = {"M": {"n": {"N": value}}}
    change = update("SET #by = :d", identifier=identifier, value=by) | {"ExpressionAttributeNames": {"#by": "by"}}
    absent = {"TableName": "notes", "Key": note("9"), "ConditionExpression": "attribute_exists(id)"}
    client: Any = boto3.client("dynamodb")
    with suppress(client.exceptions.TransactionCanceledException):
        match kind:
            case "put":
                put(identifier, by=by)
            case "update":
                client.update_item(**change)
            case "delete":
                client.delete_item(TableName="notes", Key=note(identifier))
            case "transact":
                client.transact_write_items(TransactItems=[{"Update": change}])
            case "cancel":
                client.transact_write_items(TransactItems=[{"Update": change}, {"ConditionCheck": absent}])
            case _:
                client.batch_write_item(RequestItems={"notes": [{"PutRequest": {"Item": note(identifier, by=by)}}]})


@settings(derandomize=True, database=None, deadline=None, max_examples=20, suppress_health_check=list(HealthCheck))
@given(WRITES, WRITES)
def test_any_writes_are_told_and_undone(cloud: Cloud, earlier: Any, later: Any) -> None:
    """Whatever is written, the watch tells the difference of two full readings, and a restore undoes it."""

    def reading() -> dict[str, Any]:
        return {each["id"]["S"]: each for each in items()}

    cloud.reset()
    for each in earlier:
        write(*each)
    kept, before = cloud.snapshot(), reading()
    with cloud.watching() as watch:
        for each in later:
            write(*each)
    after = reading()

    told = {each.key["id"]["S"]: (each.before, each.after) for each in watch.change().differences}
    expected = {key: (before.get(key), after.get(key)) for key in {*before, *after}}
    assert told == {key: pair for key, pair in expected.items() if pair[0] != pair[1]}
    cloud.restore(kept)
    assert reading() == before
