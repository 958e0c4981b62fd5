"""Events of HTTP APIs beyond the recorded cases."""

from __future__ import annotations

import pytest

from tests.harness.gateway.apis import HOST, http_deployed, operation, send

ROOT = "Root=1-3152b799-8954dae64eda91bc9a23a7e8"


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_a_clients_trace_reaches_the_function(version: str) -> None:
    """As in REST APIs."""
    api = http_deployed("GET /jobs", version=version)

    event = send(api, "GET /jobs", headers=[("x-amzn-trace-id", ROOT)]).event

    name = "x-amzn-trace-id" if version == "2.0" else "X-Amzn-Trace-Id"
    assert event["headers"][name] == ROOT


def test_the_headers_of_a_plain_get_are_those_that_were_captured() -> None:
    """aws-lambda-go's capture of a GET by curl, with `content-length: 0` that the client did not send."""
    event = send(http_deployed("$default"), "GET /", headers=[("accept", "*/*"), ("user-agent", "curl/7.58.0")]).event

    trace = event["headers"].pop("x-amzn-trace-id")
    assert trace.startswith("Root=1-")
    assert event["headers"] == {
        "accept": "*/*",
        "content-length": "0",
        "host": HOST,
        "user-agent": "curl/7.58.0",
        "x-forwarded-for": "203.0.113.7",
        "x-forwarded-port": "443",
        "x-forwarded-proto": "https",
    }


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_a_forwarded_address_is_kept_and_the_source_appended(version: str) -> None:
    """R: on one line."""
    event = send(http_deployed("$default", version=version), "GET /", headers=[("X-Forwarded-For", "10.0.0.1")]).event

    names = {name.lower(): value for name, value in event["headers"].items()}
    assert names["x-forwarded-for"] == "10.0.0.1, 203.0.113.7"


def test_cookies_of_several_lines_are_one_list() -> None:
    """Each line is split; an empty one is nothing."""
    lines = [("Cookie", "a=1; b=2"), ("cookie", ""), ("COOKIE", "c=3")]

    event = send(http_deployed("$default"), "GET /", headers=lines).event

    assert event["cookies"] == ["a=1", "b=2", "c=3"]
    assert "cookie" not in event["headers"]


def test_the_default_route_in_payload_format_1_is_its_own_resource() -> None:
    """spring-cloud-function's capture of 2023-03-08: keys, `resourceId` and `resourcePath`."""
    event = send(http_deployed("$default", version="1.0"), "POST /pets?foo=bar&foo=baz", body=b"x").event

    context = event["requestContext"]
    assert (event["resource"], event["path"], event["pathParameters"]) == ("$default", "/pets", None)
    assert (context["resourceId"], context["resourcePath"], context["path"]) == ("$default", "$default", "/pets")
    assert event["multiValueQueryStringParameters"] == {"foo": ["bar", "baz"]}
    assert set(context) == {
        *("accountId", "apiId", "domainName", "domainPrefix", "extendedRequestId", "httpMethod", "identity", "path"),
        *("protocol", "requestId", "requestTime", "requestTimeEpoch", "resourceId", "resourcePath", "stage"),
    }
    assert set(context["identity"]) == {
        *("accessKey", "accountId", "caller", "cognitoAmr", "cognitoAuthenticationProvider", "cognitoIdentityId"),
        *("cognitoAuthenticationType", "cognitoIdentityPoolId", "principalOrgId", "sourceIp", "user", "userAgent"),
        "userArn",
    }


def test_a_semicolon_is_part_of_a_value() -> None:
    """Only REST APIs divide queries there."""
    event = send(http_deployed("$default"), "GET /?a=1;b=2&c").event

    assert event["queryStringParameters"] == {"a": "1;b=2", "c": ""}


def test_a_method_cannot_be_overridden() -> None:
    """X-HTTP-Method-Override is for REST APIs."""
    event = send(http_deployed("GET /a"), "GET /a", headers=[("X-HTTP-Method-Override", "DELETE")]).event

    assert event["requestContext"]["http"]["method"] == "GET"


def test_an_operation_id_changes_nothing() -> None:
    """The route key is method and path."""
    one = operation(
        "GET /a", operation_id="getA", integration={"type": "aws_proxy", "uri": "f", "payloadFormatVersion": 2.0}
    )

    assert send(http_deployed(one), "GET /a").event["routeKey"] == "GET /a"


@pytest.mark.parametrize(
    ("content_type", "encoded"),
    [
        ("text/html; charset=UTF-8; x=y", False),
        ('application/json; charset="utf-8"', False),
        ("TEXT/plain", False),
        ("text/plain; charset=iso-8859-1", True),
        ("application/problem+json", True),
        ("", True),
    ],
)
def test_the_type_of_a_body_decides_alone(content_type: str, encoded: bool) -> None:
    """Binary media types of the document mean nothing."""
    api = http_deployed("$default", binary_media_types=("text/*",))

    event = send(api, "POST /", headers=[("Content-Type", content_type)], body=b"x").event

    assert event["isBase64Encoded"] is encoded


def test_the_request_of_a_named_stage_must_name_it() -> None:
    """Any other first segment is not found."""
    api = http_deployed("$default", stage="dev")

    assert send(api, "GET /dev").event["rawPath"] == "/dev"
    assert send(api, "GET /prod/x").response.status == 404
