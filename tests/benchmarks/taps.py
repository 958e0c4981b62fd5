"""A call of boto3 under the tap, recorded and judged, against the same call under plain `mock_aws`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from typing import Any

import boto3
from moto import mock_aws

from contracts.aws import Cloud
from contracts.errors import Location
from contracts.stack import Stack, Table
from tests.benchmarks.measuring import Row, each, in_turn, microseconds, ratios

HERE = Location("template.yaml", 1)
REGION = "eu-west-1"
ACCOUNT = "123456789012"
NOTES: dict[str, Any] = {
    "AttributeDefinitions": [
        {"AttributeName": "owner", "AttributeType": "S"},
        {"AttributeName": "id", "AttributeType": "S"},
    ],
    "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}, {"AttributeName": "id", "KeyType": "RANGE"}],
    "BillingMode": "PAY_PER_REQUEST",
}
KEY = {"owner": {"S": "me"}, "id": {"S": "7"}}
ITEMS = 20


def rows(rounds: int) -> Iterator[Row]:
    """PutItem, GetItem and a Query of twenty items."""
    collected: dict[str, dict[str, list[float]]] = {}
    # The two worlds cannot stand at once: each round puts up both, one after the other.
    for number in range(rounds):
        for world in (_plain, _tapped) if number % 2 == 0 else (_tapped, _plain):
            with ExitStack() as stack:
                jobs = _jobs(world(stack))
                for operation, cost in in_turn({name: each(job) for name, job in jobs.items()}, 1).items():
                    collected.setdefault(operation, {}).setdefault(world.__name__, []).extend(cost)
    for operation, costs in collected.items():
        note = f"{microseconds(costs['_tapped'])} against {microseconds(costs['_plain'])}"
        yield Row(f"{operation} under the tap", "plain mock_aws", ratios(costs, "_tapped", "_plain"), note=note)


def _jobs(client: Any) -> Mapping[str, Callable[[], object]]:
    for number in range(ITEMS):
        client.put_item(TableName="notes", Item={**KEY, "id": {"S": str(number)}, "text": {"S": "word " * 20}})
    return {
        "PutItem": partial(client.put_item, TableName="notes", Item={**KEY, "text": {"S": "word " * 20}}),
        "GetItem": partial(client.get_item, TableName="notes", Key=KEY),
        "Query": partial(
            client.query,
            TableName="notes",
            KeyConditionExpression="#o = :me",
            ExpressionAttributeNames={"#o": "owner"},
            ExpressionAttributeValues={":me": {"S": "me"}},
        ),
    }


def _plain(stack: ExitStack) -> Any:
    stack.enter_context(mock_aws())
    client = boto3.client("dynamodb", region_name=REGION)
    client.create_table(TableName="notes", **NOTES)
    return client


def _tapped(stack: ExitStack) -> Any:
    table = Table("Notes", "notes", f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/notes", NOTES, HERE)
    deployed = Stack(
        path="template.yaml",
        region=REGION,
        account_id=ACCOUNT,
        functions={},
        tables={"Notes": table},
        buckets={},
        roles={},
        apis={},
        others={},
        parameters={},
        location=HERE,
    )
    cloud = stack.enter_context(Cloud(deployed))
    # A recording keeps its calls, so each job has one of its own, as an invocation has.
    return _Recorded(cloud, boto3.client("dynamodb", region_name=REGION))


class _Recorded:
    """A client whose every call is made as an invocation makes it: recorded, and watched for changes."""

    def __init__(self, cloud: Cloud, client: Any) -> None:
        self._cloud = cloud
        self._client = client

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)

        def call(**parameters: Any) -> Any:
            with self._cloud.watching() as watch, self._cloud.recording() as calls:
                answer = method(**parameters)
            assert len(calls) == 1
            watch.change()
            return answer

        return call
