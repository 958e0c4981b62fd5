"""The list of languages."""

import json
from typing import Any

import pytest
from jsonschema_rs import Draft4Validator

from languages import list as listing
from languages.catalogue import KEPT, Catalogue
from webapi.contract import contract
from webapi.failures import AwsFailure


class FakeTranslate:
    """Lists languages in pages of one, as boto3's client for `translate` does."""

    def __init__(self, *codes: str, endless: bool = False) -> None:
        self.codes = codes
        self.endless = endless
        self.calls: list[dict[str, str]] = []

    def list_languages(self, **parameters: str) -> dict[str, Any]:
        self.calls.append(parameters)
        place = int(parameters.get("NextToken", 0))
        code = self.codes[place % len(self.codes)]
        page: dict[str, Any] = {
            "Languages": [{"LanguageCode": code, "LanguageName": f"{code} in {parameters['DisplayLanguageCode']}"}]
        }
        if self.endless or place + 1 < len(self.codes):
            page["NextToken"] = str(place + 1)
        return page


class Clock:
    """A clock that somebody moves."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def catalogue(client: FakeTranslate, clock: Clock | None = None) -> Catalogue:
    return Catalogue(client, known={"de", "ko"}, clock=clock or Clock())


def test_all_pages() -> None:
    """Every page is asked for, and the languages are ordered by code."""
    assert catalogue(FakeTranslate("ko", "de")).languages("en") == (("de", "de in en"), ("ko", "ko in en"))


def test_known_only() -> None:
    """What the service does not accept is not listed: `auto` is no language."""
    assert [code for code, _ in catalogue(FakeTranslate("auto", "ko", "xx")).languages("en")] == ["ko"]


def test_kept_for_an_hour() -> None:
    """A warm function asks once an hour."""
    client, clock = FakeTranslate("ko"), Clock()
    kept = catalogue(client, clock)
    kept.languages("en")
    clock.now += KEPT - 1
    kept.languages("en")
    assert len(client.calls) == 1

    clock.now += 1
    kept.languages("en")
    assert len(client.calls) == 2


def test_names_are_kept_apart() -> None:
    """The names in one language are not given out for another."""
    kept = catalogue(FakeTranslate("ko"))

    assert kept.languages("en") != kept.languages("ko")


def test_endless() -> None:
    """A list that does not end is a failure, not an endless call."""
    with pytest.raises(AwsFailure):
        catalogue(FakeTranslate("ko", endless=True)).languages("en")


def replied(monkeypatch: pytest.MonkeyPatch, query: dict[str, list[str]] | None) -> Any:
    """The function's reply to a query."""
    monkeypatch.setattr(listing, "catalogue", lambda: catalogue(FakeTranslate("ko", "de")))
    return listing.handler({"multiValueQueryStringParameters": query}, None)


@pytest.mark.parametrize("query", [None, {"display_language": ["ko"]}], ids=["default", "Korean"])
def test_handler(monkeypatch: pytest.MonkeyPatch, query: dict[str, list[str]] | None) -> None:
    """The function answers as the contract documents it, and lets anybody keep it."""
    reply = replied(monkeypatch, query)

    documented = contract().operations["listLanguages"].responses[200]
    schema = {"allOf": [documented.content["application/json"]], "schemas": contract().schemas}
    assert reply["statusCode"] == 200
    assert Draft4Validator(schema).is_valid(json.loads(reply["body"]))
    assert reply["headers"]["Cache-Control"].startswith("public")


def test_display_languages_that_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Amazon Translate writes names in ten languages, and Dutch is none of them."""
    assert replied(monkeypatch, {"display_language": ["nl"]})["statusCode"] == 400
