"""An event in the payload format of the other kind of API is the one that this kind makes of the same request."""

from __future__ import annotations

from typing import Any

from contracts.checks.formats import of_http_api, of_version_1
from contracts.exchange import Event
from tests.harness.gateway.apis import deployed, http_deployed, send

ROUTE = "POST /jobs/{id}"
LINE = "POST /v1/jobs/caf%C3%A9%20x?tag=a&tag=b%26c&word="
HEADERS = (
    ("X-Tone", "formal"),
    ("Cookie", "a=1; b=2"),
    ("Accept", "text/html"),
    ("Accept", "text/plain"),
    ("Content-Type", "application/json"),
    ("User-Agent", "tests"),
)


def of_rest() -> Event:
    """Of a REST API."""
    return send(deployed(ROUTE), LINE, headers=HEADERS, body=b'{"a": 1}').event


def of_http(version: str) -> Event:
    """Of an HTTP API."""
    return send(http_deployed(ROUTE, stage="v1", version=version), LINE, headers=HEADERS, body=b'{"a": 1}').event


def comparable(event: Event | None) -> dict[str, Any]:
    """Without the request's id, and without a header that a REST API keeps to itself."""
    assert event is not None
    context = {name: value for name, value in event["requestContext"].items() if name != "requestId"}
    headers = {name: value for name, value in event["headers"].items() if name != "content-length"}
    return {**event, "requestContext": context, "headers": headers}


def with_caller(known: Any, /, **identity: str) -> Event:
    """An event of a REST API after an authorizer."""
    event = of_rest()
    context = event["requestContext"]
    return {**event, "requestContext": {**context, "authorizer": known, "identity": identity}}


def test_a_rest_apis_event_is_that_of_an_http_api() -> None:
    """Decoded, in lower case, joined by commas, with cookies of their own."""
    assert comparable(of_http_api(of_rest())) == comparable(of_http("2.0"))


def test_an_http_apis_event_in_the_first_format() -> None:
    """What was joined by commas stays so: nobody knows where one line ended."""
    made, real = of_version_1(of_http("2.0")), of_http("1.0")

    assert made is not None
    assert made["multiValueQueryStringParameters"] == real["multiValueQueryStringParameters"]
    assert made["pathParameters"] == real["pathParameters"]
    assert {name: made[name] for name in ("resource", "httpMethod", "body")} == {
        name: real[name] for name in ("resource", "httpMethod", "body")
    }
    assert made["headers"] == {**real["headers"], "Accept": "text/html,text/plain"}


def test_who_calls_is_told_where_the_other_kind_tells_it() -> None:
    """Claims of a token, and an IAM user; what a Lambda authorizer told may stand anywhere."""
    claims = of_http_api(with_caller({"claims": {"sub": "ann"}}))
    user = of_http_api(with_caller(None, userArn="arn:aws:iam::123456789012:user/ann", caller="AIDA"))

    assert claims is not None
    assert claims["requestContext"]["authorizer"]["jwt"]["claims"] == {"sub": "ann"}
    assert user is not None
    assert user["requestContext"]["authorizer"]["iam"]["callerId"] == "AIDA"
    assert of_http_api(with_caller({"principalId": "ann", "tenant": "acme"})) is None


def test_a_token_is_told_in_the_first_format() -> None:
    """Its claims stand in the authorizer itself; of anything else it is not known where it would stand."""
    event = of_http("2.0")
    context = event["requestContext"]
    token = {"jwt": {"claims": {"sub": "ann"}, "scopes": ["read"]}}

    made = of_version_1({**event, "requestContext": {**context, "authorizer": token}})

    assert made is not None
    assert made["requestContext"]["authorizer"] == {"claims": {"sub": "ann"}, "scopes": ["read"]}
    assert of_version_1({**event, "requestContext": {**context, "authorizer": {"lambda": {}}}}) is None
