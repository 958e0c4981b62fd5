"""A table like the template's, on moto; and the terminologies of an Amazon Translate of our own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from botocore.exceptions import ClientError
from moto import mock_aws

from glossaries.store import Store
from glossaries.terminologies import Terminologies
from tests.identities import ACME

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
DEPLOYMENT = "translations"
DECLARED = ("AttributeDefinitions", "KeySchema", "BillingMode")


class FakeTranslate:
    """
    Keeps terminologies as boto3's client for `translate` does.

    Attributes:
        files: What was imported, by name.
        failure: What the next call raises, once.
        skipped: How many terms an import leaves out.
    """

    def __init__(self) -> None:
        self.files: dict[str, str] = {}
        self.failure: Exception | None = None
        self.skipped = 0

    def import_terminology(self, **parameters: Any) -> dict[str, Any]:
        self._fail()
        self.files[parameters["Name"]] = parameters["TerminologyData"]["File"].decode()
        return {"TerminologyProperties": {"SkippedTermCount": self.skipped}}

    def delete_terminology(self, **parameters: Any) -> None:
        self._fail()
        if self.files.pop(parameters["Name"], None) is None:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "DeleteTerminology")

    def _fail(self) -> None:
        failure, self.failure = self.failure, None
        if failure is not None:
            raise failure


@pytest.fixture
def translate() -> FakeTranslate:
    return FakeTranslate()


@pytest.fixture
def terminologies(translate: FakeTranslate) -> Terminologies:
    return Terminologies(translate, DEPLOYMENT, ACME)


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An empty table of glossaries, made from what the template says."""
    for name, value in {"DEFAULT_REGION": "eu-central-1", "ACCESS_KEY_ID": "x", "SECRET_ACCESS_KEY": "x"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    properties = yaml.safe_load(TEMPLATE.read_text())["Resources"]["Glossaries"]["Properties"]
    with mock_aws():
        declared = {name: value for name, value in properties.items() if name in DECLARED}
        yield boto3.resource("dynamodb").create_table(TableName="glossaries", **declared)


@pytest.fixture
def store(table: Any) -> Store:
    return Store(table, ACME)
