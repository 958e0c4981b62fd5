"""A table like the template's, on moto; and an Amazon Translate of our own, since moto has none."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from moto import mock_aws

from translations.store import Store

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
DECLARED = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")


class FakeTranslate:
    """Answers as boto3's client for `translate` does; a "translation" is the target language and the text."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.calls: list[dict[str, str]] = []

    def translate_text(self, **parameters: str) -> dict[str, Any]:
        self.calls.append(parameters)
        if self.failure is not None:
            raise self.failure
        return {"TranslatedText": f"{parameters['TargetLanguageCode']}: {parameters['Text']}"}


@pytest.fixture
def translate() -> FakeTranslate:
    return FakeTranslate()


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An empty table, made from what the template says."""
    for name, value in {"DEFAULT_REGION": "eu-central-1", "ACCESS_KEY_ID": "x", "SECRET_ACCESS_KEY": "x"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    properties = yaml.safe_load(TEMPLATE.read_text())["Resources"]["Translations"]["Properties"]
    with mock_aws():
        dynamodb = boto3.resource("dynamodb")
        yield dynamodb.create_table(TableName="translations", **{name: properties[name] for name in DECLARED})


@pytest.fixture
def store(table: Any) -> Store:
    return Store(table)
