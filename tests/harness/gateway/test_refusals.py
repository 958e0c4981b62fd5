"""The gateway's own errors: limits, foreign Authorization headers, and customised gateway responses."""

from __future__ import annotations

import pytest

from tests.harness.gateway.apis import deployed, operation, send

API = deployed("GET /jobs", operation("POST /checked", required=[("query", "q")]))


@pytest.mark.parametrize(
    ("authorization", "message"),
    [
        (
            "Bearer abc",
            "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with "
            "Base64): 'w1Xc6WwWEogNEZQP/dkBTThsJT4MNlKmzQanIm970rY='.",
        ),
        (
            "Basic YTpi=",
            "Authorization header requires 'Credential' parameter. "
            "Authorization header requires 'Signature' parameter. "
            "Authorization header requires 'SignedHeaders' parameter. "
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
            "(Hashed with SHA-256 and encoded with Base64) "
            "Authorization=tfPysZrU720W7KcwExDE4oLWa7sgFT8KOS3YneReoec=",
        ),
    ],
)
def test_a_bearer_token_on_an_unknown_path_is_complained_about(authorization: str, message: str) -> None:
    """API Gateway takes it for a signature, and says what it misses in it."""
    sent = send(API, "GET /v1/nothing", headers=[("Authorization", authorization)])

    assert sent.response.status == 403
    assert sent.response.headers.get("x-amzn-ErrorType") == "IncompleteSignatureException"
    assert sent.message == {"message": message}


@pytest.mark.parametrize("authorization", ["", "AWS4-HMAC-SHA256 Credential=A/20240501/r/s/aws4_request, Signature=0"])
def test_without_a_foreign_token_an_unknown_path_misses_one(authorization: str) -> None:
    """No Authorization, or a signature, gets the usual answer."""
    sent = send(API, "GET /v1/nothing", headers=[("Authorization", authorization)])

    assert sent.message == {"message": "Missing Authentication Token"}


@pytest.mark.parametrize(
    ("line", "headers", "body", "status"),
    [
        ("POST /v1/jobs", [], b"a" * 10_485_761, 413),
        ("GET /v1/jobs?" + "a" * 10_240, [], None, 414),
        ("GET /v1/jobs", [("X-Long", "a" * 10_240)], None, 431),
        ("GET /v1/jobs?a=|", [], None, 400),
        ("GET /other/jobs", [], None, 403),
    ],
    ids=["body", "target", "headers", "pipe", "stage"],
)
def test_limits_stand_before_the_api(
    line: str, headers: list[tuple[str, str]], body: bytes | None, status: int
) -> None:
    """What the front door refuses reaches nothing behind it, and no gateway response changes it."""
    api = deployed("ANY /jobs", gateway_responses={"DEFAULT_4XX": {"statusCode": 418}})

    sent = send(api, line, headers=headers, body=body)

    assert (sent.response.status, sent.functions) == (status, ())


def test_a_body_of_ten_megabytes_is_plain_text() -> None:
    """The 413 of the front door is no JSON and has no error type."""
    response = send(API, "POST /v1/checked", body=b"a" * 10_485_761).response

    assert response.headers.get("Content-Type") == "text/plain"
    assert response.headers.get("x-amzn-ErrorType") is None


def test_early_and_late_errors_differ_in_a_space() -> None:
    """Before validation there is none behind the colon."""
    early, late = send(API, "GET /v1/none").response.body, send(API, "POST /v1/checked").response.body

    assert early == b'{"message":"Missing Authentication Token"}'
    assert late == b'{"message": "Missing required request parameters: [q]"}'


def test_a_gateway_response_can_say_what_it_knows_of_the_call() -> None:
    """Headers take values of the request, templates take variables; what is unknown is left out or empty."""
    responses = {
        "MISSING_AUTHENTICATION_TOKEN": {
            "statusCode": "404",
            "responseParameters": {
                "gatewayresponse.header.X-Query": "method.request.querystring.a",
                "gatewayresponse.header.X-Stage": "context.stage",
                "gatewayresponse.header.X-Table": "stageVariables.table",
                "gatewayresponse.header.X-Nothing": "method.request.header.X-None",
                "gatewayresponse.header.Content-Type": "'application/problem+json'",
            },
            "responseTemplates": {
                "application/json": '{"p":"$context.path","ip":"$context.identity.sourceIp","no":"$context.no.such"}'
            },
        }
    }

    sent = send(deployed("GET /jobs", gateway_responses=responses), "GET /v1/none?a=b%20c")

    assert sent.response.status == 404
    assert sent.message == {"p": "/v1/none", "ip": "203.0.113.7", "no": ""}
    headers = sent.response.headers
    found = {name: headers.get(name) for name in ("X-Query", "X-Stage", "X-Table", "X-Nothing")}
    assert found == {"X-Query": "b c", "X-Stage": "v1", "X-Table": "things", "X-Nothing": None}
    assert headers.get_all("Content-Type") == ("application/problem+json",)


def test_what_nobody_resolved_is_left_out() -> None:
    """An intrinsic function in a gateway response is no value."""
    header = {"gatewayresponse.header.X-Origin": {"Fn::Sub": "'${Origin}'"}}

    sent = send(deployed("GET /jobs", gateway_responses={"DEFAULT_4XX": {"responseParameters": header}}), "GET /v1/no")

    assert (sent.response.status, sent.response.headers.get("X-Origin")) == (403, None)


def test_a_family_keeps_the_own_status_of_each_type() -> None:
    """DEFAULT_5XX without a status changes a 502 and no status."""
    responses = {"DEFAULT_5XX": {"responseTemplates": {"application/json": '{"t":"$context.error.responseType"}'}}}

    sent = send(deployed("GET /jobs", gateway_responses=responses), "GET /v1/jobs", reply="text")

    assert (sent.response.status, sent.message) == (502, {"t": "DEFAULT_5XX"})
