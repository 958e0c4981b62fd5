"""The API as a whole."""

from __future__ import annotations

from contracts import gateway
from contracts.exchange import Reply
from contracts.http import Request
from tests.harness.gateway.apis import deployed, operation, send


def test_the_operation_of_a_request_can_be_asked_for() -> None:
    """By the stage, the verb and the path; nothing is called."""
    one = operation("GET /jobs/{id}", operation_id="getJob")
    api = deployed(one)

    assert gateway.route(api, Request("GET", "/v1/jobs/7?a=b")) is one
    assert gateway.route(api, Request("POST", "/v1/jobs/7")) is None
    assert gateway.route(api, Request("GET", "/other/jobs/7")) is None


def test_an_operation_without_a_function_fails() -> None:
    """As API Gateway does that may not call the function: 500, and the words of a late error."""
    api = deployed("GET /jobs")
    orphaned = gateway.deploy(api.contract, api.deployment, {})

    sent = send(orphaned, "GET /v1/jobs")

    assert (sent.response.status, sent.response.body) == (500, b'{"message": "Internal server error"}')
    assert orphaned.unsupported == ()


def test_an_operation_is_unsupported_once() -> None:
    """However many reasons there are, the first one is said."""
    policy = {"x-amazon-apigateway-policy": {"Version": "2012-10-17"}}

    api = deployed("GET /{a}", operation("GET /{b}", integration={"type": "http"}), extensions=policy)

    assert [each.operation.name for each in api.unsupported] == ["GET /{a}", "GET /{b}"]


def test_on_http2_there_is_no_connection_header() -> None:
    """RFC 9113, section 8.2.2, forbids it; the event says HTTP/1.1 all the same."""
    request = Request("GET", "/v1/none", protocol="HTTP/2")

    response = gateway.answer(deployed("GET /jobs"), request, gateway.Moment.of(0, b""), _never)

    assert response.headers.get("Connection") is None


def _never(*_: object) -> Reply:
    raise AssertionError("nothing is to be called")
