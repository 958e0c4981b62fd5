"""Ways to statuses: one change each."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.checks.requests import Requests
from contracts.checks.ways import attempts, http_status, neighbours, outages


def of(contract: Any, name: str) -> Any:
    return next(each for each in contract.operations if each.name == name)


def asked(make: Any, contract: Any, name: str, status: int, **more: Any) -> list[Any]:
    operation = of(contract, name)
    baseline = make.exchange(operation, 200, {}, **more)
    found = attempts(Requests(contract), operation, status, baseline)
    return [each.change(baseline.case.request) for each in found]


@settings(derandomize=True, database=None, deadline=None, max_examples=80)
@given(st.from_regex(r"[0-9a-f]{8}-[0-9a-f]{4}", fullmatch=True))
def test_neighbours_of_an_id_have_its_form(text: str) -> None:
    """Hexadecimal stays hexadecimal, and nothing stays the same."""
    found = list(neighbours(text))

    assert found
    assert all(len(each) == len(text) and each != text for each in found)
    assert all(set(each) <= set("0123456789abcdef-") for each in found)


def test_an_id_without_a_changeable_character_has_no_neighbours() -> None:
    """Then nobody knows one that never existed."""
    assert list(neighbours("한-글")) == []


def test_too_many_bytes_fit_into_the_characters(make: Any) -> None:
    """The text is longer than the bytes allow and no longer than the schema allows."""
    (request,) = asked(make, make.notes(), "createNote", 413, sent={"text": "a"})

    text = json.loads(request.body)["text"]
    assert len(text) <= 100 < len(text.encode())


def test_a_bad_parameter_is_bad_by_its_schema(make: Any) -> None:
    """The first foreign value that the schema does not allow."""
    contract = make.notes()

    assert [each.target for each in asked(make, contract, "listNotes", 400)] == ["/v1/notes?limit=%21"]
    assert [each.target for each in asked(make, contract, "getNote", 400, target="/v1/notes/n-0001")] == [
        "/v1/notes/%21"
    ]


def test_entity_tags_are_used_where_they_are_declared(make: Any) -> None:
    """412 by a stale one, 428 by none, 304 by the same one."""
    tag = make.parameter("If-Match", "header", {"type": "string"})
    contract = make.changed("deleteNote", parameters=(tag,))
    lines = [("If-Match", '"1"')]

    (stale,) = asked(make, contract, "deleteNote", 412, request_headers=lines)
    (none,) = asked(make, contract, "deleteNote", 428, request_headers=lines)
    (same,) = asked(make, contract, "listNotes", 304, headers=[("ETag", '"7"')])

    assert stale.headers.get_all("if-match") == ('"stale"',)
    assert "if-match" not in none.headers
    assert same.headers.get("if-none-match") == '"7"'


@pytest.mark.parametrize("status", [304, 412, 413, 415, 428, 409, 507])
def test_where_no_way_leads_there_is_none(make: Any, status: int) -> None:
    """A GET without entity tags, body or limits cannot be asked for these."""
    assert asked(make, make.notes(), "listNotes", status) == []


def test_outages_meet_every_call(make: Any) -> None:
    """Each AWS operation that was called may be the one whose failure is answered so."""
    called = [("dynamodb", "GetItem"), ("translate", "TranslateText")]

    assert {(each.service, each.operation) for each in outages(503, called)} == set(called)
    assert list(outages(404, called)) == []


@pytest.mark.parametrize(
    ("error", "status"),
    [("InternalServerError", 500), ("SlowDown", 503), ("NoSuchBucket", 404), ("AccessDenied", 403), ("AnyOther", 400)],
)
def test_an_error_has_the_status_that_aws_gives_it(error: str, status: int) -> None:
    """What stands before a service by its status alone is told the right one."""
    assert http_status(error) == status
