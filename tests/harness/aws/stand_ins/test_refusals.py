"""What AWS refuses and moto accepts is refused."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from contracts.aws.cloud import Cloud


@pytest.fixture
def table(cloud: Cloud) -> Any:
    """The table `notes` with three notes of ann's."""
    table = boto3.resource("dynamodb").Table("notes")
    for identifier in "abc":
        table.put_item(Item={"owner": "ann", "id": identifier, "target": "ko"})
    return table


def query(table: Any, **options: Any) -> Any:
    """Ann's notes."""
    return table.query(
        KeyConditionExpression="#o = :owner",
        ExpressionAttributeNames={"#o": "owner"},
        ExpressionAttributeValues={":owner": "ann"},
        **options,
    )


@pytest.mark.parametrize(
    "key",
    [
        {"owner": "bob", "id": "a"},
        {"owner": "ann"},
        {"owner": "ann", "id": 1},
        {"owner": "ann", "id": ""},
        {"owner": "ann", "id": "a", "target": "ko"},
        {"id": {"nested": "a"}},
    ],
    ids=["foreign partition", "incomplete", "wrong type", "empty", "too much", "no key"],
)
def test_a_strange_starting_key_is_a_validation_error(table: Any, key: dict[str, Any]) -> None:
    """A starting key that this query could not have given is refused as AWS does, and nothing of it is an artefact."""
    with pytest.raises(ClientError) as caught:
        query(table, ExclusiveStartKey=key)

    assert caught.value.response["Error"]["Code"] == "ValidationException"


def test_a_true_starting_key_goes_on(table: Any) -> None:
    """Pages of two are all of ann's notes, in the table and in an index."""
    first = query(table, Limit=2)
    rest = query(table, Limit=2, ExclusiveStartKey=first["LastEvaluatedKey"])
    assert [each["id"] for each in first["Items"] + rest["Items"]] == ["a", "b", "c"]

    options: dict[str, Any] = {
        "IndexName": "by_target",
        "KeyConditionExpression": "target = :t",
        "ExpressionAttributeValues": {":t": "ko"},
        "Limit": 2,
    }
    first = table.query(**options)
    rest = table.query(**options, ExclusiveStartKey=first["LastEvaluatedKey"])
    assert [each["id"] for each in first["Items"] + rest["Items"]] == ["a", "b", "c"]


def test_a_page_that_is_full_has_a_last_key(table: Any) -> None:
    """A page as long as its limit has a LastEvaluatedKey though nothing follows; the next is empty and has none."""
    full = query(table, Limit=3)
    assert full["LastEvaluatedKey"] == {"owner": "ann", "id": "c"}

    after = query(table, Limit=3, ExclusiveStartKey=full["LastEvaluatedKey"])
    assert (after["Items"], "LastEvaluatedKey" in after) == ([], False)
    assert "LastEvaluatedKey" not in query(table, Limit=4)


def test_a_batch_of_26_is_refused(cloud: Cloud) -> None:
    """25 writes are a batch, 26 are not, and none of them takes effect."""
    client: Any = boto3.client("dynamodb")

    def write(count: int) -> None:
        items = [{"owner": {"S": "ann"}, "id": {"S": str(number)}} for number in range(count)]
        client.batch_write_item(RequestItems={"notes": [{"PutRequest": {"Item": item}} for item in items]})

    write(25)
    with cloud.watching() as watch, pytest.raises(ClientError, match="Too many items"):
        write(26)
    assert not watch.change()


def test_a_key_of_1025_bytes_is_refused(cloud: Cloud) -> None:
    """An object's key has at most 1,024 bytes of UTF-8."""
    client = boto3.client("s3")
    client.put_object(Bucket="files", Key="é" * 512)
    with pytest.raises(ClientError) as caught:
        client.put_object(Bucket="files", Key="é" * 512 + "x")

    assert caught.value.response["Error"]["Code"] == "KeyTooLongError"


@pytest.mark.parametrize(
    "item",
    [{"": "x"}, {"tags": {"": "x"}}, {"tags": [{"a": {"": 1}}]}],
    ids=["attribute", "member", "deep member"],
)
def test_an_attribute_without_a_name_is_a_validation_error(table: Any, item: dict[str, Any]) -> None:
    """DynamoDB's names have a character at least; moto would store it, and never give it back as it was."""
    with pytest.raises(ClientError) as caught:
        table.put_item(Item={"owner": "ann", "id": "z", **item})

    assert caught.value.response["Error"]["Code"] == "ValidationException"
    assert "Item" not in table.get_item(Key={"owner": "ann", "id": "z"})


def test_an_empty_text_is_no_empty_name(table: Any) -> None:
    """Values may be empty since 2020, and may look like a name in a request's JSON."""
    item = {"owner": "ann", "id": "z", "text": "", "tags": ['"": ', {"a": ""}]}
    table.put_item(Item=item)

    assert table.get_item(Key={"owner": "ann", "id": "z"})["Item"] == item
