"""Events beyond the recorded cases: trace ids, ids that clients choose, headers in several spellings, big bodies."""

from __future__ import annotations

import pytest

from tests.harness.gateway.apis import deployed, operation, send

ROOT = "Root=1-3152b799-8954dae64eda91bc9a23a7e8"


@pytest.mark.parametrize("sent", [ROOT, f"{ROOT};Parent=7fa8c0f79203be72;Sampled=1"])
def test_a_clients_trace_reaches_the_function(sent: str) -> None:
    """A trace header that names a root is passed on as it is."""
    event = send(deployed("GET /jobs"), "GET /v1/jobs", headers=[("x-amzn-trace-id", sent)]).event

    assert event["headers"]["X-Amzn-Trace-Id"] == sent


@pytest.mark.parametrize("sent", ["", "garbage", "Root=1-2-3"])
def test_what_is_no_trace_is_replaced(sent: str) -> None:
    """The gateway gives a root of its own to a request that has none."""
    event = send(deployed("GET /jobs"), "GET /v1/jobs", headers=[("X-Amzn-Trace-Id", sent)]).event

    assert event["headers"]["X-Amzn-Trace-Id"].startswith("Root=1-67fd8860-")


def test_a_header_in_two_spellings_is_one_header() -> None:
    """Names compare without case; the first spelling stands for all lines."""
    event = send(deployed("GET /jobs"), "GET /v1/jobs", headers=[("X-Probe", "1"), ("x-probe", "2")]).event

    assert event["multiValueHeaders"]["X-Probe"] == ["1", "2"]
    assert "x-probe" not in event["multiValueHeaders"]


def test_some_headers_have_one_spelling() -> None:
    """Authorization and User-Agent are spelled by the gateway."""
    lines = [("authorization", "Bearer t"), ("USER-AGENT", "suite")]

    event = send(deployed("GET /jobs"), "GET /v1/jobs", headers=lines).event

    assert (event["headers"]["Authorization"], event["headers"]["User-Agent"]) == ("Bearer t", "suite")


def test_a_client_can_choose_the_request_id() -> None:
    """x-amzn-requestid overrides `requestId`, in the event and in the response."""
    sent = send(deployed("GET /jobs"), "GET /v1/jobs", headers=[("X-Amzn-RequestId", "my-own-1")])

    assert sent.event["requestContext"]["requestId"] == "my-own-1"
    assert sent.response.headers.get("x-amzn-RequestId") == "my-own-1"


def test_an_empty_body_is_null() -> None:
    """Also where the media type is a binary one."""
    event = send(deployed("POST /jobs", binary_media_types=("*/*",)), "POST /v1/jobs", body=b"").event

    assert (event["body"], event["isBase64Encoded"]) == (None, False)


def test_a_binary_type_is_found_despite_its_parameters() -> None:
    """The boundary of a form is not part of its media type."""
    api = deployed("POST /jobs", binary_media_types=("multipart/form-data",))

    event = send(api, "POST /v1/jobs", headers=[("Content-Type", "Multipart/Form-Data; boundary=x")], body=b"--x").event

    assert event["isBase64Encoded"] is True


def test_bytes_that_are_no_text_are_damaged() -> None:
    """Without a binary media type, bytes that are no UTF-8 become replacement characters."""
    event = send(deployed("POST /jobs"), "POST /v1/jobs", body=b"a\xff").event

    assert (event["body"], event["isBase64Encoded"]) == ("a\N{REPLACEMENT CHARACTER}", False)


@pytest.mark.parametrize(
    ("body", "status"), [(b"a" * 6_000_000, 200), (b"a" * 6_300_000, 413), (b"\x01" * 1_100_000, 413)]
)
def test_the_event_must_fit_the_invocation(body: bytes, status: int) -> None:
    """It is the event as JSON that may have six megabytes, not the body: a control character counts six."""
    assert send(deployed("POST /jobs"), "POST /v1/jobs", body=body).response.status == status


def test_a_method_named_in_a_header_is_the_method() -> None:
    """An overridden method is routed by and reaches the function."""
    api = deployed("PATCH /jobs", operation("POST /jobs"))

    sent = send(api, "POST /v1/jobs", headers=[("X-HTTP-Method-Override", "PATCH")])

    assert (sent.functions, sent.event["httpMethod"]) == (("PATCH /jobs",), "PATCH")
