"""What the gateway cannot answer as API Gateway would is said at deployment, with its place."""

from __future__ import annotations

import pytest

from contracts import gateway
from tests.harness.gateway.apis import HERE, KEYS, PROXY, deployed, guarded, operation, send


@pytest.mark.parametrize(
    ("api", "reason"),
    [
        (deployed(operation("GET /a", integration={"type": "http_proxy"})), "type `http_proxy`"),
        (deployed(operation("GET /a", integration={**PROXY, "responseTransferMode": "STREAM"})), "streamed"),
        (guarded("iam"), "nobody said whose signatures are good"),
        (deployed(operation("GET /a", extensions={"x-amazon-apigateway-auth": {"type": "AWS_IAM"}})), "AWS_IAM"),
        (guarded("iam", "guard"), "it asks for the authorizers iam, guard, and a method has one"),
        (guarded("key"), "nobody said which keys there are"),
        (deployed("GET /a", extensions={"x-amazon-apigateway-policy": {"Version": "2012-10-17"}}), "no Statement"),
        (deployed("GET /{a}", "GET /{b}/c"), "only one is allowed"),
        (deployed(operation("GET /a", models={"application/json": {"type": 7}})), "Invalid model specified"),
    ],
    ids=["http", "stream", "signature", "iam", "two", "keys", "policy", "variables", "model"],
)
def test_what_is_not_supported_is_said_once(api: gateway.Api, reason: str) -> None:
    """One reason and one place for the operation."""
    (found,) = api.unsupported

    assert reason in found.reason
    assert found.location == HERE


@pytest.mark.parametrize("api", [guarded("bearer"), guarded("key", api_keys=KEYS), deployed("ANY /a/{proxy+}")])
def test_what_is_supported_is_not_spoken_of(api: gateway.Api) -> None:
    """Schemes that mean nothing to API Gateway are no reason."""
    assert api.unsupported == ()


def test_an_unsupported_operation_does_not_pretend() -> None:
    """It answers 500 and calls nothing."""
    sent = send(guarded("iam"), "GET /v1/jobs")

    assert (sent.response.status, sent.functions) == (500, ())


def test_mapping_some_headers_makes_every_call_fail() -> None:
    """An integration that maps to Transfer-Encoding is broken; another mapping does nothing."""
    mapped = {"integration.request.header.Transfer-Encoding": "'chunked'"}
    harmless = {"integration.request.header.X-A": "'b'"}

    statuses = [
        send(
            deployed(operation("GET /a", integration={**PROXY, "requestParameters": each})), "GET /v1/a"
        ).response.status
        for each in (mapped, harmless)
    ]

    assert statuses == [500, 200]
