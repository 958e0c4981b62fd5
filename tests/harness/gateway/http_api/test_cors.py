"""CORS of HTTP APIs beyond the recorded cases."""

from __future__ import annotations

from typing import Any

import pytest

from contracts import gateway
from tests.harness.gateway.apis import Sent, http_deployed, send

ORIGIN = "https://app.example.org"
CORS = {
    "allowOrigins": [ORIGIN],
    "allowMethods": ["GET", "POST"],
    "allowHeaders": ["content-type", "x-tenant"],
    "exposeHeaders": ["x-total"],
    "allowCredentials": True,
    "maxAge": 600,
}
PREFLIGHT = [("Access-Control-Request-Method", "POST")]


def api(*routes: str, **changes: Any) -> gateway.Api:
    """An API with CORS."""
    return http_deployed(*routes, extensions={"x-amazon-apigateway-cors": {**CORS, **changes}})


def cors_of(sent: Sent) -> dict[str, str]:
    """The CORS headers of an answer."""
    return {name: value for name, value in sent.response.headers if name.startswith("Access-Control-")}


def test_a_preflight_without_a_route_is_answered_by_the_gateway() -> None:
    """With everything that is configured, and no body; also where there is no route at all."""
    sent = send(api("GET /jobs"), "OPTIONS /other", headers=[("Origin", ORIGIN), *PREFLIGHT])

    assert (sent.response.status, sent.response.body, sent.functions) == (204, b"", ())
    assert cors_of(sent) == {
        "Access-Control-Allow-Origin": ORIGIN,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Expose-Headers": "x-total",
        "Access-Control-Allow-Methods": "GET,POST",
        "Access-Control-Allow-Headers": "content-type,x-tenant",
        "Access-Control-Max-Age": "600",
    }


@pytest.mark.parametrize("route", ["ANY /jobs", "OPTIONS /{proxy+}", "$default"])
def test_a_preflight_that_a_route_takes_goes_there(route: str) -> None:
    """The guide: `$default` catches OPTIONS, so that a guarded one needs an open OPTIONS route beside it."""
    sent = send(api(route), "OPTIONS /jobs", headers=[("Origin", ORIGIN), *PREFLIGHT])

    assert len(sent.functions) == 1
    assert cors_of(sent)["Access-Control-Allow-Origin"] == ORIGIN


@pytest.mark.parametrize("headers", [[("Origin", ORIGIN)], PREFLIGHT])
def test_options_without_a_question_is_no_preflight(headers: list[tuple[str, str]]) -> None:
    """Both headers make one."""
    assert send(api("GET /jobs"), "OPTIONS /jobs", headers=headers).response.status == 404


@pytest.mark.parametrize(
    ("allowed", "origin", "said"),
    [
        (["*"], "https://a.example", "*"),
        (["https://*"], "https://a.example", "https://a.example"),
        (["https://*"], "http://a.example", None),
        ("https://a.example", "https://a.example", "https://a.example"),
        ([ORIGIN], "https://APP.example.org", None),
        ([], ORIGIN, None),
        (["*"], "", "*"),
    ],
)
def test_an_origin_is_allowed_by_the_list(allowed: Any, origin: str, said: str | None) -> None:
    """As it stands there, by its scheme, or all."""
    sent = send(api("GET /jobs", allowOrigins=allowed), "GET /jobs", headers=[("Origin", origin)])

    assert sent.response.headers.get("Access-Control-Allow-Origin") == said


def test_the_functions_own_cors_headers_are_ignored() -> None:
    """Whether or not there is an Origin."""
    reply = {"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "*", "X-Kept": "1"}}

    sent = send(api("GET /jobs"), "GET /jobs", reply=reply)

    assert (cors_of(sent), sent.response.headers.get("X-Kept")) == ({}, "1")


def test_without_a_configuration_the_function_speaks_for_itself() -> None:
    """Nothing is added, nothing taken away."""
    reply = {"statusCode": 200, "headers": {"access-control-allow-origin": "*"}}

    sent = send(http_deployed("GET /jobs"), "GET /jobs", reply=reply, headers=[("Origin", ORIGIN)])

    assert cors_of(sent) == {"Access-Control-Allow-Origin": "*"}


def test_errors_have_cors_headers_too() -> None:
    """So that a browser shows them."""
    sent = send(api("GET /jobs"), "GET /other", headers=[("Origin", ORIGIN)])

    assert (sent.response.status, cors_of(sent)["Access-Control-Allow-Origin"]) == (404, ORIGIN)
