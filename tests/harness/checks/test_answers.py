"""Who gave an answer, and what a function did instead of replying: behind a REST API and behind an HTTP API."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contracts.checks import judge
from contracts.checks.answers import before_any_handler, failure_of_function, reply_defect, route_missing
from contracts.contract import Integration
from contracts.errors import Location
from contracts.exchange import Reply

JSON = ("Content-Type", "application/json")
OF_HTTP_API = [JSON, ("Apigw-Requestid", "JCIudEUfPHcEhog=")]
NOT_FOUND = b'{"message":"Not Found"}'


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, b'{"message":"Bad Request"}'),
        (401, b'{"message":"Unauthorized"}'),
        (403, b'{"message":"Forbidden"}'),
        (404, NOT_FOUND),
        (413, b'{"message":"Request Entity Too Large"}'),
        (429, b'{"message":"Too Many Requests"}'),
    ],
)
def test_the_refusal_of_a_live_http_api_is_known_by_its_words(make: Any, status: int, body: bytes) -> None:
    """Where nobody sees the functions: an HTTP API has no error header."""
    shown = make.exchange(make.of(make.notes(), "getNote"), status, body, headers=OF_HTTP_API, invocations=None)

    assert before_any_handler(shown)
    assert route_missing(shown) is (status == 404)


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (404, b'{"message": "Not Found"}', OF_HTTP_API),
        (404, b'{"message":"no such note"}', OF_HTTP_API),
        (404, NOT_FOUND, [JSON]),
        (400, NOT_FOUND, OF_HTTP_API),
        (500, b'{"message":"Internal Server Error"}', OF_HTTP_API),
    ],
    ids=["space", "words", "no-http-api", "other-status", "after-a-function"],
)
def test_what_a_function_may_have_said_is_not_the_gateways(
    make: Any, status: int, body: bytes, headers: list[tuple[str, str]]
) -> None:
    """A live 500 may come after the function, and other words are the function's."""
    shown = make.exchange(make.of(make.notes(), "getNote"), status, body, headers=headers, invocations=None)

    assert not before_any_handler(shown)
    assert not route_missing(shown)


def test_a_functions_own_not_found_is_not_the_gateways(make: Any) -> None:
    """Where the function was seen, its words do not matter."""
    shown = make.exchange(make.of(make.notes(), "getNote"), 404, NOT_FOUND, headers=OF_HTTP_API)

    assert not route_missing(shown)


@pytest.mark.parametrize(
    ("version", "reply", "defect"),
    [
        (
            None,
            {"statusCode": 200, "cookies": []},
            "returned an object with `cookies`, a member that API Gateway refuses",
        ),
        (None, "ok", "returned a text where API Gateway wants an object"),
        ("1.0", "ok", "returned a text where API Gateway wants an object"),
        ("1.0", {"body": "ok"}, "returned an object without `statusCode`, which payload format 1.0 wants"),
        ("1.0", {"statusCode": 200, "multiValueHeaders": {"a": "b"}}, "no list"),
        ("2.0", {"statusCode": 200.5}, "returned the status 200.5, which is none"),
        ("2.0", {"statusCode": 200, "body": {}}, "returned `body` as an object, not as text"),
        ("2.0", {"statusCode": 200, "headers": []}, "returned `headers` as an array, not as an object"),
        (None, {"statusCode": 200, "headers": []}, "returned `headers` as an array, not as an object"),
        (None, {"headers": None, "multiValueHeaders": None, "body": None}, None),
        ("2.0", {"statusCode": 200, "body": {"a": 1}}, "returned `body` as an object, not as text"),
        ("2.0", {"statusCode": 200, "cookies": {"a": "b"}}, "returned `cookies` as an object, not as a list"),
        ("2.0", {"statusCode": 200, "extra": 1, "multiValueHeaders": {"a": "b"}}, None),
        ("1.0", {"statusCode": 200, "extra": 1, "cookies": ["a=b"]}, None),
        ("2.0", "ok", None),
        ("2.0", {"body": "ok"}, None),
    ],
)
def test_what_is_wrong_with_a_reply_depends_on_the_payload_format(version: Any, reply: Any, defect: str | None) -> None:
    """HTTP APIs ignore what they do not know, 2.0 infers what has no status."""
    found = reply_defect(json.dumps(reply), version)

    assert (found is None) if defect is None else (defect in (found or ""))


def test_the_payload_format_is_that_of_the_event(make: Any) -> None:
    """A text is no reply in payload format 1.0, so that its 500 has a cause."""
    failed = make.invocation(Reply('"ok"'), event={"version": "1.0", "resource": "/notes"})
    shown = make.exchange(make.of(make.notes(), "getNote"), 500, b"", invocations=(failed,))

    assert failure_of_function(shown) == (
        "returned a text where API Gateway wants an object with `statusCode`, `headers` and `body`"
    )


@pytest.mark.parametrize("settings", [{"payloadFormatVersion": "2.0"}, {}], ids=["http", "rest"])
@pytest.mark.parametrize(
    ("check", "status", "sent"),
    [
        ("negative_data_rejection", 200, "n-0001%3Fa"),
        ("negative_data_rejection", 200, "n-0001%2525"),
        ("positive_data_acceptance", 400, "n%252D0001"),
    ],
)
def test_nobody_judges_a_path_that_an_http_api_changes(
    make: Any, settings: Any, check: str, status: int, sent: str
) -> None:
    """`n-0001%3Fa` arrives as `n-0001`, which the function is right to accept; a REST API passes it on as it is."""
    integration = Integration("aws_proxy", "arn", "POST", 30_000, settings, Location("openapi.yaml", 1))
    free = make.parameter("id", "path", {"type": "string", "maxLength": 9 if status == 400 else 6})
    contract = make.changed("getNote", integration=integration, parameters=(free,))
    shown = make.exchange(make.of(contract, "getNote"), status, {"id": "n-0001"}, target=f"/v1/notes/{sent}")

    found = judge(contract, promises=("payloads",))(make.reported(check, f"x {status}", "said", shown))

    assert (found is None) is bool(settings)
