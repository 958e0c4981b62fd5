"""A table like the template's, on moto; and an Amazon Translate of our own, since moto has none."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from moto import mock_aws

from tests.identities import ACME
from translations.store import Store
from translations.usage import Usage

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
TABLES = ("Translations", "TranslationsUsage")
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
def tables(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Empty tables by logical id, made from what the template says."""
    for name, value in {"DEFAULT_REGION": "eu-central-1", "ACCESS_KEY_ID": "x", "SECRET_ACCESS_KEY": "x"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    resources = yaml.safe_load(TEMPLATE.read_text())["Resources"]
    with mock_aws():
        dynamodb = boto3.resource("dynamodb")
        yield {name: dynamodb.create_table(TableName=name, **declared(resources[name])) for name in TABLES}


def declared(resource: Any) -> dict[str, Any]:
    """What of a table's properties CreateTable takes as it is."""
    return {name: value for name, value in resource["Properties"].items() if name in DECLARED}


@pytest.fixture
def table(tables: dict[str, Any]) -> Any:
    """The table of translations."""
    return tables["Translations"]


@pytest.fixture
def store(table: Any) -> Store:
    return Store(table, ACME)


@pytest.fixture
def usage(tables: dict[str, Any]) -> Usage:
    return Usage(tables["TranslationsUsage"], ACME)
