"""Clients of the stand-in for Amazon Translate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from contracts.aws.cloud import Cloud
from contracts.errors import Location
from contracts.stack import Stack


@pytest.fixture(scope="module")
def standing() -> Iterator[Cloud]:
    """A cloud of a stack without resources; it stands for all tests of a module, which saves its start."""
    stack = Stack(
        path="template.yaml",
        region="eu-west-3",
        account_id="123456789012",
        functions={},
        tables={},
        buckets={},
        roles={},
        apis={},
        others={},
        parameters={},
        location=Location("template.yaml", 1),
    )
    with Cloud(stack) as cloud:
        yield cloud


@pytest.fixture(scope="module")
def calling(standing: Cloud) -> Any:
    """A client of Translate."""
    return boto3.client("translate")


@pytest.fixture
def cloud(standing: Cloud) -> Cloud:
    """The cloud as it was after its start."""
    standing.reset()
    return standing


@pytest.fixture
def client(cloud: Cloud, calling: Any) -> Any:
    """A client of Translate in a cloud that nobody has changed."""
    return calling
