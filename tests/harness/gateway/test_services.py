"""Integrations with Amazon S3: what the gateway asks the service, and what the client gets of its answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contracts import ServiceUnderTest, gateway
from contracts.exchange import Reply, ServiceRequest
from contracts.gateway.services import NOT_S3
from contracts.http import Headers, Request, Response
from tests.harness.gateway.apis import HOST, NOON, deployed, operation

OBJECTS = Path(__file__).parents[2] / "apps" / "objects"
PNG = bytes(range(256))
URI = "arn:aws:apigateway:eu-west-1:s3:path/things/{folder}/{key}"
PATHS = {
    "integration.request.path.folder": "method.request.path.folder",
    "integration.request.path.key": "method.request.path.key",
}


class S3:
    """Remembers what it is asked, and answers what it is told to."""

    def __init__(self, answer: Response | None) -> None:
        self.answer = answer
        self.asked: list[ServiceRequest] = []

    def __call__(self, asked: ServiceRequest) -> Response | None:
        self.asked.append(asked)
        return self.answer


def sent(
    s3: S3, method: str = "GET", *, headers: Any = (), body: bytes | None = None, query: str = "", **integration: Any
) -> Response:
    """A request to an operation behind which S3 stands."""
    settings = {
        "type": "aws",
        "httpMethod": method,
        "uri": URI,
        "responses": {"default": {"statusCode": "200"}},
        **integration,
        "requestParameters": {**PATHS, **integration.get("requestParameters", {})},
    }
    behind = operation(f"{method} /files/{{folder}}/{{key}}", integration=settings)
    api = deployed(behind, binary_media_types=("image/png",))
    lines = [("Host", HOST), *headers]
    request = Request(method, f"/v1/files/a%20b/c{query}", Headers.of(lines), body)
    return gateway.answer(api, request, gateway.Moment.of(NOON, b""), lambda *_: Reply("null"), call_service=s3)


def test_the_object_is_named_by_the_path() -> None:
    """What arrives encoded is sent encoded, once."""
    s3 = S3(Response(200))
    sent(s3)

    [asked] = s3.asked
    assert (asked.service, asked.region) == ("s3", "eu-west-1")
    assert (asked.request.method, asked.request.target, asked.request.body) == ("GET", "/things/a%20b/c", None)


def test_headers_and_query_parameters_are_mapped() -> None:
    """From the request, and from literals; what the request lacks is left out."""
    s3 = S3(Response(200))
    mapping = {
        "integration.request.header.Range": "method.request.header.Range",
        "integration.request.header.x-amz-acl": "'private'",
        "integration.request.header.If-Match": "method.request.header.If-Match",
        "integration.request.querystring.versionId": "method.request.querystring.version",
    }
    sent(s3, headers=[("Range", "bytes=0-1")], query="?version=a%2Fb", requestParameters=mapping)

    [asked] = s3.asked
    assert asked.request.query == "versionId=a%2Fb"
    assert dict(asked.request.headers) == {"Range": "bytes=0-1", "x-amz-acl": "private"}


def test_the_first_pattern_of_the_status_answers() -> None:
    """Else `default`; an entry's own status and headers are what the client gets, and nothing else of the service's."""
    responses = {
        "4\\d{2}": {"statusCode": "404", "responseParameters": {"method.response.header.X-Why": "'none'"}},
        "default": {
            "statusCode": "200",
            "responseParameters": {"method.response.header.ETag": "integration.response.header.ETag"},
        },
    }
    found = Headers.of([("ETag", '"1"'), ("x-amz-id-2", "secret")])
    there = sent(S3(Response(206, found, b"ok")), responses=responses)
    gone = sent(S3(Response(403, found)), responses=responses)

    assert (there.status, there.headers.get("ETag"), there.headers.get("x-amz-id-2")) == (200, '"1"', None)
    assert (gone.status, gone.headers.get("X-Why"), gone.headers.get("ETag")) == (404, "none", None)
    assert there.headers.get("Content-Type") == "application/json"


def test_no_response_for_a_status_is_a_misconfiguration() -> None:
    """API_CONFIGURATION_ERROR, 500."""
    assert sent(S3(Response(200)), responses={"404": {"statusCode": "404"}}).status == 500


def test_a_service_that_does_not_answer_is_timed_out() -> None:
    """INTEGRATION_TIMEOUT, 504, in the gateway's own words: there is no status that a pattern could match."""
    answer = sent(S3(None))

    assert (answer.status, answer.json()) == (504, {"message": "Endpoint request timed out"})


@pytest.mark.parametrize(
    ("kind", "accept", "handling", "body"),
    [
        ("image/png", "image/png", None, PNG),
        ("image/png", "text/plain", None, b"AAECAwQF"),
        ("image/png", "text/plain", "CONVERT_TO_BINARY", PNG),
        ("image/png", "image/png", "CONVERT_TO_TEXT", b"AAECAwQF"),
        ("text/plain", "text/plain", None, b"\x00\x01\x02"),
    ],
)
def test_bytes_or_text(kind: str, accept: str, handling: str | None, body: bytes) -> None:
    """By the types of the object and of what the client accepts, and by `contentHandling`."""
    entry = {"statusCode": "200", **({"contentHandling": handling} if handling else {})}
    found = Response(200, Headers.of([("Content-Type", kind)]), PNG)

    answer = sent(S3(found), headers=[("Accept", accept)], responses={"default": entry})

    assert answer.body.startswith(body)


def test_text_where_bytes_are_wanted_must_be_base64() -> None:
    """It is decoded, or the call fails."""
    accept = [("Accept", "image/png")]
    texts = [Response(200, Headers.of([("Content-Type", "text/plain")]), body) for body in (b"aGk=", b"hi!")]

    assert [(each.status, each.body[:2]) for each in (sent(S3(text), headers=accept) for text in texts)] == [
        (200, b"hi"),
        (500, b'{"'),
    ]


def test_a_template_takes_the_place_of_the_body() -> None:
    """With its media type and with what is known of the request; one in VTL is not run, and that is said."""
    template = {"application/problem+json": '{"instance":"$context.requestId"}'}
    answer = sent(
        S3(Response(404, body=b"<Key>")), responses={"404": {"statusCode": "404", "responseTemplates": template}}
    )
    program = {"default": {"responseTemplates": {"text/plain": "#set($x = 1)$x"}}}
    api = deployed(
        operation("GET /m", integration={"type": "aws", "httpMethod": "GET", "uri": URI, "responses": program})
    )

    request_id = answer.headers.get("x-amzn-RequestId")
    assert (answer.status, answer.body.decode()) == (404, f'{{"instance":"{request_id}"}}')
    assert answer.headers.get("Content-Type") == "application/problem+json"
    assert ["VTL" in each.reason for each in api.unsupported] == [True]


def test_what_is_not_an_object_of_s3_is_not_supported() -> None:
    """And that is said once, with the operation."""
    settings = {"type": "aws", "httpMethod": "POST", "uri": "arn:aws:apigateway:eu-west-1:sqs:path/1/q"}
    api = deployed(operation("POST /m", integration=settings))

    assert [each.reason for each in api.unsupported] == [NOT_S3]


@pytest.fixture(scope="module")
def objects() -> Iterator[ServiceUnderTest]:
    """A service of a bucket and a gateway, standing on the mocked cloud."""
    with ServiceUnderTest(OBJECTS / "openapi.yaml", OBJECTS / "template.yaml", parameters={}) as service:
        yield service


def test_an_object_goes_into_the_bucket_and_comes_back(objects: ServiceUnderTest) -> None:
    """Byte for byte; the gateway's calls are recorded like a function's, and no function is invoked."""
    objects.restore()
    put = objects.call("putObject", path={"name": "a b.png"}, body=PNG, headers={"Content-Type": "image/png"})
    got = objects.call("getObject", path={"name": "a b.png"}, headers={"Accept": "image/png"})

    assert (put.response.status, got.response.status, got.response.body) == (201, 200, PNG)
    assert got.response.headers.get("Content-Type") == "image/png"
    assert [call.action for call in (*put.calls, *got.calls)] == ["s3:PutObject", "s3:GetObject"]
    assert (put.invocations, put.change is not None and len(put.change.gained)) == ((), 1)


def test_a_missing_object_and_one_that_the_client_has(objects: ServiceUnderTest) -> None:
    """404 and 304 come from the service, by its own rules."""
    objects.restore()
    put = objects.call("putObject", path={"name": "x"}, body=b"hi", headers={"Content-Type": "text/plain"})
    tag = put.response.headers.get("ETag") or ""
    same = objects.call("getObject", path={"name": "x"}, headers={"If-None-Match": tag})
    missing = objects.call("getObject", path={"name": "y"})

    assert (same.response.status, same.response.body) == (304, b"")
    assert (missing.response.status, missing.response.headers.get("Content-Type")) == (404, "application/xml")


def test_a_service_that_fails_is_answered_by_default(objects: ServiceUnderTest) -> None:
    """An injected error is one that S3 gave."""
    objects.restore()
    with objects.failing("s3:GetObject", "SlowDown", status=503):
        assert objects.call("getObject", path={"name": "x"}).response.status == 500
