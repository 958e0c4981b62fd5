"""Replies of HTTP APIs beyond the recorded cases."""

from __future__ import annotations

from typing import Any

import pytest

from contracts import gateway
from contracts.exchange import FunctionError, Reply
from contracts.http import Headers, Request
from tests.harness.gateway.apis import NOON, http_deployed, send

APIS = {version: http_deployed("ANY /jobs", version=version) for version in ("1.0", "2.0")}
FAILED = b'{"message":"Internal Server Error"}'
BOTH = pytest.mark.parametrize("version", ["1.0", "2.0"])


@BOTH
@pytest.mark.parametrize(
    "reply",
    [
        {"statusCode": None},
        {"statusCode": True},
        {"statusCode": 600},
        {"statusCode": 200, "body": {"a": 1}},
        {"statusCode": 200, "headers": []},
        {"statusCode": 200, "headers": {"x-list": ["a"]}},
        {"statusCode": 200, "headers": {"x-a": "b\r\nx-injected: c"}},
        {"statusCode": 200, "isBase64Encoded": "true"},
        {"statusCode": 200, "isBase64Encoded": True, "body": "no base64!"},
        Reply("{"),
        Reply("[" * 100_000),
        Reply(None),
        Reply(None, FunctionError("KeyError", "'id'")),
    ],
    ids=lambda reply: str(reply)[:40],
)
def test_what_is_no_response_is_an_internal_error(version: str, reply: Any) -> None:
    """The 500 has exactly the recorded bytes, and nothing of a REST API's error."""
    response = send(APIS[version], "GET /jobs", reply=reply).response

    assert (response.status, response.body) == (500, FAILED)
    assert response.headers.get("Content-Length") == "35"
    assert response.headers.get("x-amzn-ErrorType") is None


@pytest.mark.parametrize("reply", [{}, [], None, "text", {"body": "x"}])
def test_without_a_status_payload_format_1_fails(reply: Any) -> None:
    """Only 2.0 infers."""
    assert send(APIS["1.0"], "GET /jobs", reply=reply).response.status == 500


@pytest.mark.parametrize(
    ("reply", "body"),
    [(None, b"null"), ({"body": "x", "isBase64Encoded": True}, b'{"body": "x", "isBase64Encoded": true}'), ("é", "é")],
)
def test_without_a_status_payload_format_2_says_it_all(reply: Any, body: bytes | str) -> None:
    """The JSON text of the result is the body; a text is itself."""
    response = send(APIS["2.0"], "GET /jobs", reply=reply).response

    expected = body if isinstance(body, bytes) else body.encode()
    assert (response.status, response.body, response.headers.get("Content-Type")) == (200, expected, "application/json")


@BOTH
@pytest.mark.parametrize(("milliseconds", "status"), [(30_000, 200), (30_001, 503)])
def test_an_http_api_waits_thirty_seconds(version: str, milliseconds: float, status: int) -> None:
    """A REST API waits 29."""
    reply = Reply('{"statusCode": 200}', duration_milliseconds=milliseconds)

    assert send(APIS[version], "GET /jobs", reply=reply).response.status == status


def test_a_late_answer_is_an_unavailable_service() -> None:
    """The words follow the status."""
    sent = send(APIS["2.0"], "GET /jobs", reply=Reply("{}", duration_milliseconds=10.0**9))

    assert sent.message == {"message": "Service Unavailable"}


@BOTH
@pytest.mark.parametrize("status", ["201", 201])
def test_a_status_may_be_text(version: str, status: Any) -> None:
    """LS, for function URLs."""
    assert send(APIS[version], "GET /jobs", reply={"statusCode": status}).response.status == 201


@BOTH
def test_some_headers_are_the_gateways_own(version: str) -> None:
    """Whatever the function says of them."""
    headers = {"content-length": "7", "DATE": "never", "apigw-requestid": "x", "connection": "close", "server": "s"}

    response = send(APIS[version], "GET /jobs", reply={"statusCode": 200, "headers": headers, "body": "ok"}).response

    assert response.headers.get_all("Content-Length") == ("2",)
    assert response.headers.get_all("Connection") == ("keep-alive",)
    assert response.headers.get("Server") == "s"


def test_multiple_values_have_the_spelling_of_the_wire() -> None:
    """Single, then multiple, then those that have no single one."""
    reply = {
        "statusCode": 200,
        "headers": {"x-a": "1"},
        "multiValueHeaders": {"X-A": ["2", 3], "set-cookie": ["a=1", "b=2"]},
    }

    response = send(APIS["1.0"], "GET /jobs", reply=reply).response

    assert response.headers.get_all("X-A") == ("1", "2", "3")
    assert [line for line in response.headers if line[0] == "Set-Cookie"] == [
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
    ]


def test_on_http2_names_are_in_lower_case() -> None:
    """RFC 9113, section 8.2, wants that, and has no Connection."""
    request = Request("GET", "/none", Headers(), protocol="HTTP/2")

    response = gateway.answer(APIS["2.0"], request, gateway.Moment.of(NOON, b""), _never)

    names = [name for name, _ in response.headers]
    assert names == [name.lower() for name in names]
    assert "connection" not in names


def _never(*_: object) -> Reply:
    raise AssertionError("nothing is to be called")
