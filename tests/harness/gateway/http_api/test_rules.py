"""HTTP APIs as a whole: limits, what is not supported, what a REST API has and they have not."""

from __future__ import annotations

import pytest

from contracts import gateway
from contracts.gateway import refusals
from contracts.gateway.http_api.errors import PHRASES, STATUSES
from contracts.http import Request
from tests.harness.gateway.apis import HERE, PROXY, SCHEMES, http_deployed, operation, send

HTTP_PROXY = {**PROXY, "payloadFormatVersion": "2.0"}


@pytest.mark.parametrize(
    ("integration", "reason"),
    [
        (PROXY, "PayloadFormatVersion is a required parameter for integration"),
        ({**PROXY, "payloadFormatVersion": "3.0"}, "PayloadFormatVersion 3.0 is not supported"),
        ({"type": "http_proxy", "payloadFormatVersion": "1.0"}, "type `http_proxy`"),
        ({"type": "mock"}, "type `mock`"),
        ({**HTTP_PROXY, "integrationSubtype": "SQS-SendMessage"}, "SQS-SendMessage"),
        ({**HTTP_PROXY, "requestParameters": {"append:header.x": "y"}}, "requestParameters"),
        ({**HTTP_PROXY, "responseParameters": {"200": {"append:header.x": "y"}}}, "responseParameters"),
        ({**HTTP_PROXY, "timeoutInMillis": 30_001}, "30000 ms at most"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_is_not_supported_is_said_once(integration: dict[str, object], reason: str) -> None:
    """One reason and one place for the operation, which then answers 500 and calls nothing."""
    api = http_deployed(operation("GET /a", integration=integration))

    (found,) = api.unsupported
    assert reason in found.reason
    assert found.location == HERE
    sent = send(api, "GET /a")
    assert (sent.response.status, sent.functions) == (500, ())


def test_a_second_route_of_one_key_is_said() -> None:
    """In API Gateway's own words."""
    api = http_deployed("GET /a/{x}", "GET /a/{y}")

    assert [each.reason for each in api.unsupported] == ["Route with key GET /a/{y} already exists for this API"]


def test_an_http_api_has_neither_keys_nor_validation_nor_policies() -> None:
    """What a document says of them means nothing to it."""
    one = operation(
        "POST /a",
        integration=HTTP_PROXY,
        required=[("query", "q")],
        models={"application/json": {"type": "object"}},
        security=({"key": ()},),
    )
    api = http_deployed(one, security_schemes=SCHEMES, extensions={"x-amazon-apigateway-policy": {"Statement": []}})

    assert api.unsupported == ()
    assert send(api, "POST /a", body=b"no object").response.status == 200


@pytest.mark.parametrize(
    ("line", "size", "status", "message"),
    [
        ("POST /a", 10_485_761, 413, "Request Entity Too Large"),
        ("POST /a", 6_291_457, 413, "Request Entity Too Large"),
        (f"GET /a?{'q' * 10_240}", 0, 431, "Request Header Fields Too Large"),
    ],
    ids=["gateway", "function", "head"],
)
def test_limits_are_refused_in_json(line: str, size: int, status: int, message: str) -> None:
    """Before any function is called."""
    sent = send(http_deployed("ANY /a"), line, body=b"x" * size)

    assert (sent.response.status, sent.message, sent.functions) == (status, {"message": message}, ())


def test_the_operation_of_a_request_can_be_asked_for() -> None:
    """By the stage, the verb and the path; nothing is called."""
    one = operation("GET /jobs/{id}", integration=HTTP_PROXY)
    api = http_deployed(one, stage="dev")

    assert gateway.route(api, Request("GET", "/dev/jobs/7?a=b")) is one
    assert gateway.route(api, Request("POST", "/dev/jobs/7")) is None
    assert gateway.route(api, Request("GET", "/other/jobs/7")) is None
    assert gateway.route(api, Request("GET", "/dev/jobs/%zz")) is None


def test_gateway_responses_change_nothing() -> None:
    """They are for REST APIs."""
    changed = {"DEFAULT_4XX": {"statusCode": 418}, "MISSING_AUTHENTICATION_TOKEN": {"statusCode": 418}}

    assert send(http_deployed("GET /a", gateway_responses=changed), "GET /b").response.status == 404


def test_every_refusal_has_its_words() -> None:
    """Whoever refuses, and whatever a REST API would say: no refusal is without a phrase."""
    kinds = [each for each in vars(refusals).values() if isinstance(each, refusals.Kind)]

    assert len(kinds) > 20
    assert [kind for kind in kinds if STATUSES.get(kind, kind.status) not in PHRASES] == []
