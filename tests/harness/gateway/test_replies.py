"""Replies beyond the recorded cases: what HTTP cannot carry, and what it must not."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.exchange import FunctionError, Reply
from tests.harness.gateway.apis import Sent, deployed, send

API = deployed("ANY /jobs")
FAILED = b'{"message": "Internal server error"}'


def replied(reply: Any, line: str = "GET /v1/jobs", **request: Any) -> Sent:
    """A request whose function gives this back."""
    return send(API, line, reply=reply, **request)


@pytest.mark.parametrize(
    "reply",
    [
        {"statusCode": 0},
        {"statusCode": 100},
        {"statusCode": 600},
        {"statusCode": True},
        {"statusCode": " 200"},
        {"statusCode": 200, "cookies": []},
        {"statusCode": 200, "body": {"a": 1}},
        {"statusCode": 200, "headers": []},
        {"statusCode": 200, "headers": {"x-list": ["a"]}},
        {"statusCode": 200, "headers": {"two words": "a"}},
        {"statusCode": 200, "headers": {"x-a": "b\r\nx-injected: c"}},
        {"statusCode": 200, "isBase64Encoded": "true"},
        [],
        Reply("{"),
        Reply('{"statusCode": NaN}'),
        Reply("[" * 100_000),
        Reply(None),
        Reply(None, FunctionError("Sandbox.Timedout", "Task timed out after 3.00 seconds"), duration_milliseconds=3000),
    ],
    ids=lambda reply: str(reply)[:40],
)
def test_what_is_no_response_is_a_bad_gateway(reply: Any) -> None:
    """The 502 of a malformed result has exactly the recorded bytes."""
    response = replied(reply).response

    assert (response.status, response.body) == (502, FAILED)
    assert response.headers.get("Content-Length") == "36"
    assert response.headers.get("x-amzn-ErrorType") == "InternalServerErrorException"


@pytest.mark.parametrize(("milliseconds", "status"), [(29_000, 200), (29_001, 504)])
def test_an_answer_that_comes_too_late_is_a_timeout(milliseconds: float, status: int) -> None:
    """The integration waits 29 seconds, by the function's own clock."""
    assert replied(Reply("{}", duration_milliseconds=milliseconds)).response.status == status


def test_a_late_answer_says_so() -> None:
    """The body of the 504 has the form of what is said at the integration."""
    response = replied(Reply("{}", duration_milliseconds=60_000)).response

    assert response.body == b'{"message": "Endpoint request timed out"}'


@pytest.mark.parametrize("status", [204, 304])
def test_some_statuses_have_no_body(status: int) -> None:
    """What HTTP does not allow there is left out, the length too."""
    response = replied({"statusCode": status, "body": "text"}).response

    assert (response.status, response.body, response.headers.get("Content-Length")) == (status, b"", None)


def test_the_answer_to_head_has_the_headers_alone() -> None:
    """Content-Length tells the length that GET would have."""
    response = replied({"body": "text"}, "HEAD /v1/jobs").response

    assert (response.status, response.body, response.headers.get("Content-Length")) == (200, b"", "4")


def test_the_gateway_counts_the_length_itself() -> None:
    """A function's Content-Length means nothing."""
    response = replied({"headers": {"content-length": "99"}, "body": "é"}).response

    assert response.headers.get_all("Content-Length") == ("2",)


def test_text_beyond_ascii_goes_out_as_utf8() -> None:
    """A header value is the UTF-8 bytes of what the function said, each as one character."""
    response = replied({"headers": {"x-word": "번역"}}).response

    assert (response.headers.get("x-word") or "").encode("latin-1") == "번역".encode()


def test_a_header_in_both_maps_keeps_the_spelling_of_the_list() -> None:
    """The single value comes last, under the name that the multiple values have."""
    response = replied({"headers": {"x-both": "solo"}, "multiValueHeaders": {"X-Both": ["m"]}}).response

    assert [line for line in response.headers if line[0].lower() == "x-both"] == [("X-Both", "m"), ("X-Both", "solo")]


@pytest.mark.parametrize("configured", ["*/*", "image/*"])
def test_the_first_accepted_type_decides_over_bytes(configured: str) -> None:
    """A wildcard in the configuration covers the first type that the client accepts."""
    api = deployed("GET /image", binary_media_types=(configured,))
    reply = {"body": "iVBORw0KGgo=", "isBase64Encoded": True}

    response = send(api, "GET /v1/image", headers=[("Accept", "image/png;q=1, text/html")], reply=reply).response

    assert response.body == b"\x89PNG\r\n\x1a\n"


def test_of_a_trace_only_what_a_header_can_carry_comes_back() -> None:
    """A field of a client's trace that is none is left out of the answer."""
    sent = "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Self=\x00;Parent=7fa8c0f79203be72;Sampled=1"

    response = replied({}, headers=[("X-Amzn-Trace-Id", sent)]).response

    expected = "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1"
    assert response.headers.get("X-Amzn-Trace-Id") == expected


def test_only_a_root_is_completed() -> None:
    """A trace that names its root alone is answered with a parent and a decision."""
    root = "Root=1-3152b799-8954dae64eda91bc9a23a7e8"

    response = replied({}, headers=[("X-Amzn-Trace-Id", root)]).response

    trace = response.headers.get("X-Amzn-Trace-Id") or ""
    assert [field.partition("=")[0] for field in trace.split(";")] == ["Root", "Parent", "Sampled"]
    assert trace.startswith(f"{root};Parent=")
