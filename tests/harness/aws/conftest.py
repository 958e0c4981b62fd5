"""Stacks made by hand, and a cloud that runs them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import lru_cache
from unittest.mock import patch

import botocore.loaders
import botocore.session
import pytest

from contracts.aws.cloud import Cloud
from contracts.errors import Location
from contracts.stack import Bucket, Resource, Stack, Table

HERE = Location("template.yaml", 1)
ACCOUNT = "123456789012"
REGION = "eu-west-3"

NOTES = {
    "AttributeDefinitions": [
        {"AttributeName": "owner", "AttributeType": "S"},
        {"AttributeName": "id", "AttributeType": "S"},
        {"AttributeName": "target", "AttributeType": "S"},
    ],
    "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}, {"AttributeName": "id", "KeyType": "RANGE"}],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by_target",
            "KeySchema": [{"AttributeName": "target", "KeyType": "HASH"}, {"AttributeName": "id", "KeyType": "RANGE"}],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
    "BillingMode": "PAY_PER_REQUEST",
}
COUNTERS = {
    "AttributeDefinitions": [{"AttributeName": "name", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "name", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}


def made_stack(*resources: Resource, account: str = ACCOUNT) -> Stack:
    """A stack of the tables `notes` and `counters`, the bucket `files`, and further resources."""
    tables = {
        name.title(): Table(name.title(), name, f"arn:aws:dynamodb:{REGION}:{account}:table/{name}", properties, HERE)
        for name, properties in (("notes", NOTES), ("counters", COUNTERS))
    }
    return Stack(
        path="template.yaml",
        region=REGION,
        account_id=account,
        functions={},
        tables=tables,
        buckets={"Files": Bucket("Files", "files", "arn:aws:s3:::files", {}, HERE)},
        roles={},
        apis={},
        others={each.logical_id: each for each in resources},
        parameters={},
        location=HERE,
    )


@pytest.fixture(autouse=True, scope="session")
def models_read_once() -> Iterator[None]:
    """botocore reads its service models once a process, not once a session: that is most of these tests' time."""
    with patch.object(botocore.session, "create_loader", lru_cache(botocore.loaders.create_loader)):
        yield


@pytest.fixture
def stack() -> Callable[..., Stack]:
    """Makes a stack of the tables `notes` and `counters`, the bucket `files`, and further resources."""
    return made_stack


@pytest.fixture
def resource() -> Callable[..., Resource]:
    """Makes a resource of any type; its logical id is the last part of its type."""
    return lambda kind, **properties: Resource(kind.rpartition("::")[2], kind, properties, HERE)


@pytest.fixture
def start() -> Iterator[Callable[..., Cloud]]:
    """Starts the cloud of a stack; it stops with the test."""
    with ExitStack() as clouds:
        yield lambda *resources, **options: clouds.enter_context(Cloud(made_stack(*resources), **options))


@pytest.fixture
def cloud(start: Callable[..., Cloud]) -> Cloud:
    """The cloud of the stack with two tables and a bucket."""
    return start()
