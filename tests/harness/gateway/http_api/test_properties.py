"""Whatever a client sends and whatever a handler returns, an HTTP API answers with a valid response."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import gateway
from contracts.exchange import Reply
from contracts.http import Headers, Request, Response
from tests.harness.gateway.apis import NOON, http_deployed, send
from tests.harness.gateway.test_properties import (
    PREDICTABLE,
    TOKEN,
    VALUE,
    any_text,
    anything,
    envelopes,
    names,
    requests,
    values,
    wild_text,
)
from tests.harness.gateway.test_properties import replies as plain_replies

ROUTES = ("GET /jobs", "ANY /jobs/{id}", "ANY /files/{proxy+}", "PUT /v1/{a}/{b}/{rest+}")
CORS = {"allowOrigins": ["https://*"], "allowMethods": ["*"], "exposeHeaders": ["x-a"]}
APIS = {
    "2.0": http_deployed(*ROUTES, "$default", extensions={"x-amazon-apigateway-cors": CORS}),
    "1.0": http_deployed(*ROUTES, version="1.0", stage="v1"),
}
HALF = settings(PREDICTABLE, max_examples=150)  # each property is asked of two payload formats
BOTH = pytest.mark.parametrize("version", APIS)

replies = plain_replies | st.builds(
    Reply,
    payload=st.tuples(
        envelopes, st.fixed_dictionaries({}, optional={"cookies": st.lists(values | anything, max_size=3) | anything})
    ).map(lambda both: json.dumps({**both[0], **both[1]})),
)
http_requests = requests | st.builds(
    Request,
    method=st.sampled_from(["OPTIONS", "GET"]),
    target=st.sampled_from(["/v1", "/jobs", "/v1/jobs/a%2525", "/%25", "/a%3f/b", "//", "/v1/%2F/b/c/d/"]) | wild_text,
    headers=st.lists(
        st.tuples(names | st.sampled_from(["Origin", "Access-Control-Request-Method"]), values | wild_text), max_size=6
    ).map(Headers.of),
)


def assert_valid(response: Response, request: Request) -> None:
    """The response is one that HTTP can carry, its length told truly."""
    assert 200 <= response.status <= 599
    for name, value in response.headers:
        assert TOKEN.fullmatch(name), name
        assert VALUE.fullmatch(value), (name, value)
    if response.status in (204, 304):
        assert (response.body, response.headers.get("Content-Length")) == (b"", None)
    elif request.method == "HEAD":
        assert response.body == b""
    else:
        assert response.headers.get_all("Content-Length") == (str(len(response.body)),)
    for name in ("Date", "Apigw-Requestid"):
        assert len(response.headers.get_all(name)) == 1, name


def answered(version: str, request: Request, reply: Reply) -> tuple[Response, list[Any]]:
    """The answer to a request, and the events that functions received."""
    events: list[Any] = []

    def invoke(_function: Any, event: Any) -> Reply:
        events.append(event)
        return reply

    return gateway.answer(APIS[version], request, gateway.Moment.of(NOON, b""), invoke), events


@BOTH
@HALF
@given(request_=http_requests, reply=replies)
def test_every_request_and_every_reply_has_a_valid_response(version: str, request_: Request, reply: Reply) -> None:
    """Whatever bytes a client sends and whatever a handler returns, the answer is valid and the event survives JSON."""
    response, events = answered(version, request_, reply)

    assert_valid(response, request_)
    assert [json.loads(json.dumps(event)) for event in events] == events


@BOTH
@HALF
@given(reply=replies)
def test_a_request_that_reaches_the_function_has_a_valid_response(version: str, reply: Reply) -> None:
    """Whatever a handler returns to a plain request, the answer is valid; it never is a REST API's 502."""
    plain = Request("GET", "/v1/jobs" if version == "1.0" else "/jobs", Headers.of([("Origin", "https://a.example")]))

    response, events = answered(version, plain, reply)

    assert_valid(response, plain)
    assert len(events) == 1


# Percent signs and question marks do not survive a path of an HTTP API: see `targets`.
path_texts = st.text(st.characters(exclude_characters="%?/", exclude_categories=["Cs"]), min_size=1, max_size=12)


@BOTH
@HALF
@given(value=path_texts)
def test_the_path_of_an_event_is_what_was_meant(version: str, value: str) -> None:
    """Path parameters are decoded in both formats, paths as each format has them."""
    stage = "/v1" if version == "1.0" else ""
    sent = f"{stage}/jobs/{quote(value, safe='')}"

    event = send(APIS[version], f"GET {sent}").event

    assert event["pathParameters"] == {"id": value}
    if version == "1.0":
        assert (event["path"], event["requestContext"]["path"]) == (sent, unquote(sent))
    else:
        assert event["rawPath"] == event["requestContext"]["http"]["path"] == unquote(sent)


@BOTH
@HALF
@given(pairs=st.lists(st.tuples(st.text(min_size=1, max_size=8), st.text(max_size=8)), max_size=5))
def test_the_query_of_an_event_is_what_was_sent(version: str, pairs: list[tuple[str, str]]) -> None:
    """Names and values come back from their encoding, in order: 2.0 joins them, 1.0 has them twice."""
    stage = "/v1" if version == "1.0" else ""
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)

    event = send(APIS[version], f"GET {stage}/jobs?{query}").event

    expected: dict[str, list[str]] = {}
    for name, value in pairs:
        expected.setdefault(name, []).append(value)
    if version == "1.0":
        assert event["multiValueQueryStringParameters"] == (expected or None)
        assert event["queryStringParameters"] == ({name: each[-1] for name, each in expected.items()} or None)
    else:
        assert parse_qsl(event["rawQueryString"], keep_blank_values=True) == pairs
        joined = {name: ",".join(each) for name, each in expected.items()}
        assert event.get("queryStringParameters", {}) == joined


@BOTH
@HALF
@given(
    body=st.binary(max_size=60),
    content_type=st.sampled_from([None, "image/png", "application/x-www-form-urlencoded", "text/plain;charset=latin1"]),
)
def test_the_bytes_of_a_body_are_what_was_sent(version: str, body: bytes, content_type: str | None) -> None:
    """What is no text comes back from base64."""
    stage = "/v1" if version == "1.0" else ""
    headers = [] if content_type is None else [("Content-Type", content_type)]

    event = send(APIS[version], f"PUT {stage}/jobs/7", headers=headers, body=body).event

    assert base64.b64decode(event.get("body") or "") == body
    assert event["isBase64Encoded"] is bool(body)


@BOTH
@HALF
@given(text=st.text(max_size=60), content_type=st.sampled_from(["application/json", "text/csv; charset=UTF-8"]))
def test_the_text_of_a_body_is_what_was_sent(version: str, text: str, content_type: str) -> None:
    """UTF-8 text stays the text that it is."""
    stage = "/v1" if version == "1.0" else ""

    sent = send(APIS[version], f"PUT {stage}/jobs/7", headers=[("Content-Type", content_type)], body=text.encode())

    assert (sent.event.get("body") or "", sent.event["isBase64Encoded"]) == (text, False)


@BOTH
@HALF
@given(lines=st.lists(st.tuples(st.sampled_from(["X-One", "x-two", "Accept"]), any_text), max_size=6))
def test_the_headers_of_an_event_are_what_was_sent(version: str, lines: list[tuple[str, str]]) -> None:
    """Every line of a header is there in order: joined in 2.0, in a list in 1.0."""
    stage = "/v1" if version == "1.0" else ""

    event = send(APIS[version], f"GET {stage}/jobs", headers=lines).event

    for name in {name for name, _ in lines}:
        sent = [value for other, value in lines if other == name]
        if version == "1.0":
            assert event["multiValueHeaders"][name.title()] == sent
            assert event["headers"][name.title()] == sent[-1]
        else:
            assert event["headers"][name.lower()] == ",".join(sent)


cookies = st.text(st.characters(exclude_characters=";"), min_size=1, max_size=8).filter(lambda each: each[0] != " ")


@HALF
@given(sent=st.lists(cookies, max_size=4))
def test_the_cookies_of_an_event_are_what_was_sent(sent: list[str]) -> None:
    """They come back as a list, in order."""
    event = send(APIS["2.0"], "GET /jobs", headers=[("Cookie", "; ".join(sent))]).event

    assert event.get("cookies", []) == sent
