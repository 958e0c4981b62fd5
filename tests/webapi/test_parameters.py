"""Path and query parameters against the contract."""

from typing import Any

import pytest

from webapi.contract import contract
from webapi.problems import Refusal
from webapi.requests import read, request_id
from webapi.validation import checked


def listed(**query: str | list[str]) -> Any:
    """The parameters that listTranslations understands, or the status of the refusal."""
    event = {
        "multiValueQueryStringParameters": {
            name: value if isinstance(value, list) else [value] for name, value in query.items()
        }
    }
    try:
        return checked(contract().operations["listTranslations"], read(event, None)).parameters
    except Refusal as refusal:
        return refusal.status


def got(translation_id: str) -> Any:
    """The id that getTranslation understands, or the status of the refusal."""
    event = {"pathParameters": {"translation_id": translation_id}}
    try:
        return checked(contract().operations["getTranslation"], read(event, None)).parameters["translation_id"]
    except Refusal as refusal:
        return refusal.status


def test_defaults() -> None:
    """Without a query, with null for all of its maps, the contract's defaults hold."""
    event = {"queryStringParameters": None, "multiValueQueryStringParameters": None, "headers": None}
    operation = contract().operations["listTranslations"]
    schemas = {each.name: contract().resolved(each.schema) for each in operation.parameters}

    parameters = checked(operation, read(event, None)).parameters

    assert parameters == {name: schema["default"] for name, schema in schemas.items() if "default" in schema}
    assert parameters.keys() == {"limit", "order"}


@pytest.mark.parametrize("limit", ["1", "100"])
def test_limits_in_range(limit: str) -> None:
    """An integer in the contract's range is one in code."""
    assert listed(limit=limit)["limit"] == int(limit)


@pytest.mark.parametrize(
    "limit", ["0", "101", "-1", "5.0", " 5", "5 ", "+5", "05", "٥", "5e0", "true", "abc", "", "5\n", "9" * 5000]
)
def test_limits_that_are_none(limit: str) -> None:
    """A limit is an integer as JSON writes it, and in range."""
    assert listed(limit=limit) == 400


@pytest.mark.parametrize("name", ["limit", "cursor", "target_language"])
def test_repeated(name: str) -> None:
    """A parameter that is one value is refused when there are two, even equal ones."""
    assert listed(**{name: ["ko", "ko"]}) == 400


@pytest.mark.parametrize("name", ["limit", "cursor", "target_language"])
def test_empty(name: str) -> None:
    """An empty value is a value, and none that the contract allows."""
    assert listed(**{name: ""}) == 400


def test_unknown_parameters() -> None:
    """What the contract does not know is ignored."""
    assert "page" not in listed(page="2")


def test_single_values_only() -> None:
    """An event without multi-value maps is read all the same."""
    event = {"queryStringParameters": {"limit": "7"}}

    assert checked(contract().operations["listTranslations"], read(event, None)).parameters["limit"] == 7


def test_ids() -> None:
    """An id arrives as it was sent, whether or not a client percent-encoded its letters."""
    assert got("01JGFJJZ00A9K3Q8X5T2V7W4YE") == got("%301JGFJJZ00A9K3Q8X5T2V7W4YE") == "01JGFJJZ00A9K3Q8X5T2V7W4YE"


@pytest.mark.parametrize(
    "translation_id", ["x", "", "01jgfjjz00a9k3q8x5t2v7w4ye", "8" + "0" * 25, "%FF", "0" * 26 + "\n"]
)
def test_ids_that_are_none(translation_id: str) -> None:
    """What cannot be an id is an invalid request."""
    assert got(translation_id) == 400


def test_headers_in_any_case() -> None:
    """A header is found however its name is written."""
    request = read({"headers": {"CONTENT-type": "application/json"}}, None)

    assert request.header("Content-Type") == ("application/json",)


@pytest.mark.parametrize("event", [{}, None, {"requestContext": None}, {"requestContext": {"requestId": None}}])
def test_request_id_of_anything(event: Any) -> None:
    """There is an id to answer with, whatever the event is."""
    assert request_id(event, None) == "unknown"
