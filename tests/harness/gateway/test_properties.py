"""Whatever a client sends and whatever a handler returns, the gateway answers with a valid response."""

from __future__ import annotations

import base64
import json
import re
from typing import Any
from urllib.parse import quote

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import gateway
from contracts.exchange import FunctionError, Reply
from contracts.http import Headers, Request, Response
from tests.harness.gateway.apis import HOST, NOON, SCHEMES, deployed, function, operation, send
from tests.harness.gateway.authorizers.guards import policy, scheme
from tests.harness.gateway.authorizers.keys import KEYS

PREDICTABLE = settings(derandomize=True, database=None, deadline=None, max_examples=300)

API = deployed(
    "GET /jobs",
    "ANY /jobs/{id}",
    "ANY /files/{proxy+}",
    operation(
        "POST /checked/{id}",
        required=[("query", "q"), ("header", "X-Tenant")],
        models={"application/json": {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}},
    ),
    *(operation(f"ANY /{name}", security=({name: ()},)) for name in ("guard", "iam", "pool")),
    operation("ANY /mock", integration={"type": "mock", "requestTemplates": {"application/json": "{statusCode: 200}"}}),
    security_schemes={
        **SCHEMES,
        "pool": scheme("cognito_user_pools", providerARNs=["arn:aws:cognito-idp:eu-west-1:1:userpool/p"]),
    },
    access_keys=(gateway.AccessKey("AKIDEXAMPLE", "secret", "alice"),),
    tokens=KEYS,
    authorizers=["guard"],
    binary_media_types=("image/*",),
    gateway_responses={
        "DEFAULT_4XX": {
            "responseParameters": {"gatewayresponse.header.X-Echo": "method.request.header.X-In"},
            "responseTemplates": {"application/json": '{"m":$context.error.messageString,"p":"$context.path"}'},
        }
    },
)

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
VALUE = re.compile(r"([\x21-\x7e\x80-\xff]([\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?")

SCOPE = "AKIDEXAMPLE/20250414/eu-west-1/execute-api/aws4_request"
SIGNATURE = f"AWS4-HMAC-SHA256 Credential={SCOPE}, SignedHeaders=x;x-amz-date, Signature=z"

any_text = st.text(max_size=20)
wild_text = st.text(st.characters(), max_size=20)  # surrogates and control characters too
methods = st.sampled_from(["GET", "POST", "HEAD", "OPTIONS", "get", "TRACE", ""]) | wild_text
targets = wild_text | st.builds(
    "{}{}{}".format,
    st.sampled_from(
        [
            *("/v1", "//v1/", "/v1/jobs", "/v1/jobs/", "/v1/files//", "/v1/checked/", "/v1/mock", "*", "http://h/v1/"),
            *("/v1/guard", "/v1/iam", "/v1/pool"),
        ]
    ),
    wild_text,
    st.sampled_from(["", "?", "?q=1", "?q=%zz&;&=&q", "?q=%ff%fe"]),
)
names = st.sampled_from(
    [
        *("Accept", "authorization", "Content-Type", "X-Amzn-Trace-Id", "x-http-method-override", "X-In", "X-Tenant"),
        *("Cookie", "x-amzn-requestid", "Connection", "X-Forwarded-For", "X-Amz-Date"),
    ]
)
values = wild_text | st.sampled_from(
    [
        *("image/png", "application/json", "Root=1-67fd8860-650d70a10ef73c6b16106e8d;A=\x00", "HEAD", "GET"),
        *("a\r\nb: c", SIGNATURE, "20250414T221248Z", "Bearer e30.e30.e30"),
    ]
)
requests = st.builds(
    Request,
    method=methods,
    target=targets,
    headers=st.lists(st.tuples(names | wild_text, values), max_size=6).map(Headers.of),
    body=st.none()
    | st.binary(max_size=40)
    | st.sampled_from([b"{}", b'{"a":1}', b"[" * 5000, b'{"a":NaN}', b'"\\ud800"']),
    protocol=st.sampled_from(["HTTP/1.1", "HTTP/2"]),
)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | wild_text
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(any_text, inner, max_size=3)
)
envelopes = st.fixed_dictionaries(
    {},
    optional={
        "statusCode": st.integers(-1, 1000) | st.sampled_from(["201", "x", 204, 304]) | anything,
        "headers": st.dictionaries(names | wild_text, values | anything, max_size=4) | anything,
        "multiValueHeaders": st.dictionaries(names | wild_text, st.lists(values | anything, max_size=3), max_size=3)
        | anything,
        "body": wild_text | st.binary(max_size=9).map(lambda each: base64.b64encode(each).decode()) | anything,
        "isBase64Encoded": st.booleans() | anything,
    },
)
answers = st.fixed_dictionaries(
    {
        "principalId": wild_text,
        "policyDocument": st.just(policy()) | st.builds(policy, wild_text, wild_text) | anything,
    },
    optional={"context": st.dictionaries(wild_text, anything, max_size=3) | anything, "usageIdentifierKey": anything},
)
replies = (
    st.builds(Reply, payload=wild_text | (anything | envelopes).map(json.dumps))
    | st.builds(Reply, payload=st.sampled_from(["[" * 5000, '{"statusCode": 1' + "0" * 5000 + "}", "NaN"]))
    | st.just(Reply(None, FunctionError("KeyError", "'id'")))
    | st.just(Reply("{}", duration_milliseconds=29_001))
    | st.builds(Reply, payload=answers.map(json.dumps))
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
    for name in ("Date", "x-amzn-RequestId", "x-amz-apigw-id"):
        assert len(response.headers.get_all(name)) == 1, name


@PREDICTABLE
@given(requests, replies)
def test_every_request_and_every_reply_has_a_valid_response(request_: Request, reply: Reply) -> None:
    """Whatever bytes a client sends and whatever a handler returns, the answer is a valid response."""
    moment = gateway.Moment.of(NOON, b"")

    response = gateway.answer(API, request_, moment, lambda _function, _event: reply)

    assert_valid(response, request_)


@PREDICTABLE
@given(replies)
def test_a_request_that_reaches_the_function_has_a_valid_response(reply: Reply) -> None:
    """Whatever a handler returns to a plain request, the answer is a valid response."""
    plain = Request("GET", "/v1/jobs", Headers.of([("Accept", "image/png")]))

    response = gateway.answer(API, plain, gateway.Moment.of(NOON, b""), lambda _function, _event: reply)

    assert_valid(response, plain)


@PREDICTABLE
@given(requests)
def test_an_event_survives_json(request_: Request) -> None:
    """What a function receives is the same after its trip through JSON text."""
    events: list[Any] = []

    def invoke(_function: Any, event: Any) -> Reply:
        events.append(event)
        return Reply("{}")

    gateway.answer(API, request_, gateway.Moment.of(NOON, b""), invoke)

    assert [json.loads(json.dumps(event)) for event in events] == events


@PREDICTABLE
@given(st.lists(st.tuples(st.text(min_size=1, max_size=8), st.text(max_size=8)), max_size=5))
def test_the_query_of_an_event_is_what_was_sent(pairs: list[tuple[str, str]]) -> None:
    """Names and values come back from their encoding, in order, the last one alone in the single map."""
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)

    event = send(API, f"GET /v1/jobs?{query}").event

    expected: dict[str, list[str]] = {}
    for name, value in pairs:
        expected.setdefault(name, []).append(value)
    assert event["multiValueQueryStringParameters"] == (expected or None)
    assert event["queryStringParameters"] == ({name: each[-1] for name, each in expected.items()} or None)


@PREDICTABLE
@given(st.text(min_size=1, max_size=12))
def test_the_path_of_an_event_is_what_was_sent(value: str) -> None:
    """A path parameter is the text that was sent, its encoding untouched."""
    sent = quote(value, safe="")

    event = send(API, f"GET /v1/jobs/{sent}").event

    assert (event["path"], event["pathParameters"]) == (f"/jobs/{sent}", {"id": sent})


@PREDICTABLE
@given(st.binary(min_size=1, max_size=60))
def test_a_binary_body_of_an_event_is_what_was_sent(body: bytes) -> None:
    """The bytes of a binary media type come back from base64."""
    event = send(API, "PUT /v1/jobs/7", headers=[("Content-Type", "image/png")], body=body).event

    assert (event["isBase64Encoded"], base64.b64decode(event["body"])) == (True, body)


@PREDICTABLE
@given(st.text(min_size=1, max_size=60))
def test_a_text_body_of_an_event_is_what_was_sent(text: str) -> None:
    """UTF-8 text stays the text that it is."""
    event = send(API, "PUT /v1/jobs/7", headers=[("Content-Type", "application/json")], body=text.encode()).event

    assert (event["isBase64Encoded"], event["body"]) == (False, text)


@PREDICTABLE
@given(st.lists(st.tuples(st.sampled_from(["X-One", "x-two", "Accept"]), any_text), max_size=6))
def test_the_headers_of_an_event_are_what_was_sent(lines: list[tuple[str, str]]) -> None:
    """Every line of a header is there in order, the last one alone in the single map."""
    event = send(API, "GET /v1/jobs", headers=lines).event

    for name in {name for name, _ in lines}:
        sent = [value for other, value in lines if other == name]
        assert (event["multiValueHeaders"][name], event["headers"][name]) == (sent, sent[-1])


@PREDICTABLE
@given(st.binary(max_size=20))
def test_ids_have_the_form_of_ids_on_aws(randomness: bytes) -> None:
    """Equal randomness gives equal ids, and all have AWS's forms."""
    moment = gateway.Moment.of(NOON, randomness)

    assert moment == gateway.Moment.of(NOON, randomness)
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", moment.request_id)
    assert re.fullmatch(r"[A-Za-z0-9_-]{15}=", moment.extended_request_id)
    assert re.fullmatch(r"1-67fd8860-[0-9a-f]{24}", moment.trace_root)


def test_the_function_of_the_operation_is_called() -> None:
    """Of many functions the one behind the operation is called."""
    sent = send(API, "GET /v1/files/a", headers=[("Host", HOST)])

    assert sent.functions == (function("ANY /files/{proxy+}").name,)
