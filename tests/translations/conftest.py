"""A table like the template's, on moto; and an Amazon Translate of our own, since moto has none."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from moto import mock_aws

from tests.identities import ACME
from tests.translations.calling import AT_ONCE
from translations import wiring
from translations.store import Store
from translations.translator import Translator
from translations.usage import Usage
from webapi.contract import contract

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
TABLES = ("Translations", "TranslationsUsage", "TranslationsIdempotency")
DECLARED = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")


class FakeTranslate:
    """
    Answers as boto3's client for `translate` does; a "translation" is the target language and the text.

    Every text is Korean to it, and it knows formality, and no other setting.
    """

    def __init__(self) -> None:
        self.failure: Exception | None = None
        self.calls: list[dict[str, Any]] = []

    def translate_text(self, **parameters: Any) -> dict[str, Any]:
        self.calls.append(parameters)
        if self.failure is not None:
            raise self.failure
        source = parameters["SourceLanguageCode"]
        applied = {name: value for name, value in parameters.get("Settings", {}).items() if name == "Formality"}
        return {
            "TranslatedText": f"{parameters['TargetLanguageCode']}: {parameters['Text']}",
            "SourceLanguageCode": "ko" if source == "auto" else source,
            **({"AppliedSettings": applied} if applied else {}),
        }


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


@pytest.fixture
def wired(tables: dict[str, Any], translate: FakeTranslate, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The functions find the tables as Lambda lets them, and the fake in place of Amazon Translate."""
    for variable, name in {"TRANSLATIONS": "Translations", "USAGE": "TranslationsUsage"}.items():
        monkeypatch.setenv(f"{variable}_TABLE", tables[name].name)
    monkeypatch.setenv("IDEMPOTENCY_TABLE", tables["TranslationsIdempotency"].name)
    monkeypatch.setenv("CURSOR_KEY", "a key that nobody else has")
    monkeypatch.setenv("DEPLOYMENT", "translations")
    languages = contract().schemas["LanguageCode"]["enum"]
    monkeypatch.setattr(wiring, "translator", lambda: Translator(translate, longest=100_000, languages=languages))
    monkeypatch.setattr(wiring, "waiting", lambda: AT_ONCE)
    for cached in (wiring._table, wiring.cursors):
        cached.cache_clear()
    yield
    for cached in (wiring._table, wiring.cursors):
        cached.cache_clear()
