"""The wire as it really is: odd requests, odd answers, clients in a hurry and clients that go away."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import gateway
from contracts.exchange import Reply
from contracts.http import Headers, Request, Response
from contracts.serve import bound, serving
from contracts.serve.protocol import RawProtocol
from tests.harness.gateway.apis import HOST, NOON, PROXY, deployed, operation
from tests.harness.gateway.test_properties import replies
from tests.harness.serve.conftest import DOCUMENTATION, Echo
from tests.harness.serve.wire import Client, asked

HEADERS = Headers((("Host", HOST),))
GET = Request("GET", "/v1/jobs", HEADERS)
REST = deployed("ANY /jobs", "ANY /files/{proxy+}")
HTTP = deployed(
    *(
        operation(route, integration={**PROXY, "payloadFormatVersion": "2.0"})
        for route in ("ANY /jobs", "ANY /files/{proxy+}")
    ),
    kind="HTTP",
)


class Gateway:
    """A gateway whose function gives the reply that it was told to."""

    def __init__(self) -> None:
        self.reply = Reply("{}")
        self.api = REST
        self.events: list[Any] = []

    def answer(self, request: Request) -> Response:
        """What API Gateway answers."""

        def invoke(_function: object, event: Any) -> Reply:
            self.events.append(event)
            return self.reply

        return gateway.answer(self.api, request, gateway.Moment.of(NOON, b"1"), invoke)


BEHIND = Gateway()


@pytest.fixture(scope="module", name="gateway_port")
def _gateway_port() -> Iterator[int]:
    with serving(BEHIND.answer, DOCUMENTATION, bound(0)) as served:
        yield int(served.url.rpartition(":")[2])


@given(
    reply=replies,
    method=st.sampled_from(["GET", "HEAD", "POST", "OPTIONS"]),
    target=st.sampled_from(["/v1/jobs", "/v1/none", "/v1/files/a?b=c"]),
    api=st.sampled_from([REST, HTTP]),
)
@settings(derandomize=True, database=None, deadline=None, max_examples=100)
def test_whatever_a_function_replies_the_client_gets_what_the_gateway_answers(
    gateway_port: int, reply: Reply, method: str, target: str, api: gateway.Api
) -> None:
    """A valid response, by the rules of HTTP; only the connection's own headers differ."""
    BEHIND.reply, BEHIND.api = reply, api
    request = Request(method, target, HEADERS)

    received, expected = asked(gateway_port, request), BEHIND.answer(request)

    framing = ("Connection", "Content-Length")
    assert (received.status, received.body) == (expected.status, expected.body)
    assert received.headers.without(*framing) == expected.headers.without(*framing)
    assert received.headers.get("Content-Length") == expected.headers.get("Content-Length")


@pytest.mark.parametrize(("status", "answered"), [(299, 299), (451, 451), (599, 599), (600, 502), (999, 502)])
def test_a_status_without_a_name_is_a_status(gateway_port: int, status: int, answered: int) -> None:
    """Those that HTTP has are passed on, named or not; of the others the gateway makes 502."""
    BEHIND.reply, BEHIND.api = Reply(json.dumps({"statusCode": status, "body": "so"})), REST

    assert asked(gateway_port, GET).status == answered


@pytest.mark.parametrize("value", ["a\r\nX-Injected: 1", "a\nb", "a\x00b", "\x7f", "a\x0bb"])
def test_a_header_that_cannot_be_written_is_none(gateway_port: int, value: str) -> None:
    """A function cannot break out of a header: the answer is the gateway's own error, whole."""
    BEHIND.reply, BEHIND.api = Reply(json.dumps({"statusCode": 200, "headers": {"X-In": value}})), REST
    response = asked(gateway_port, GET)

    assert (response.status, response.json()) == (502, {"message": "Internal server error"})
    assert "X-Injected" not in response.headers


def test_two_cookies_are_two_lines(gateway_port: int) -> None:
    """Nobody may join Set-Cookie (RFC 9110, section 5.3)."""
    cookies = ["a=1; Path=/", "b=2; Expires=Wed, 25 Nov 2026 08:00:00 GMT"]
    BEHIND.reply, BEHIND.api = Reply(json.dumps({"multiValueHeaders": {"Set-Cookie": cookies}})), REST

    assert asked(gateway_port, GET).headers.get_all("set-cookie") == tuple(cookies)


@pytest.mark.parametrize("api", [REST, HTTP], ids=["REST", "HTTP"])
def test_a_target_in_absolute_form_is_one(gateway_port: int, api: gateway.Api) -> None:
    """Every server must accept it (RFC 9112, section 3.2.2)."""
    BEHIND.reply, BEHIND.api, BEHIND.events = Reply('{"statusCode": 200}'), api, []
    response = asked(gateway_port, Request("GET", f"http://{HOST}/v1/jobs?a=b", HEADERS))

    assert response.status == 200
    assert BEHIND.events[0]["queryStringParameters"] == {"a": "b"}


@pytest.mark.parametrize(
    ("method", "target"), [("OPTIONS", "*"), ("CONNECT", "a.example:443"), ("PROPFIND", "/v1/jobs")]
)
def test_what_no_api_has_is_refused_by_the_gateway(gateway_port: int, method: str, target: str) -> None:
    """Its words and not the server's."""
    BEHIND.api = REST
    response = asked(gateway_port, Request(method, target, HEADERS))

    assert response.status == 403
    assert "x-amzn-ErrorType" in response.headers


def test_requests_in_a_row_are_answered_in_a_row(echo: Echo, port: int) -> None:
    """A client need not wait for one answer before it sends the next request (RFC 9112, section 9.3.2)."""
    sent = [Request("POST", f"/{n}", Headers((*HEADERS, ("Content-Length", "1"))), b"%d" % n) for n in range(5)]
    with closing(Client(port)) as client:
        for request in sent:
            client.send(request)
        answers = list(client.answers("POST" for _ in sent))

    assert [each.body for each in answers] == [b"hello"] * 5
    assert [(each.target, each.body) for each in echo.requests] == [(each.target, each.body) for each in sent]


@pytest.mark.parametrize(
    "head",
    ["Content-Length: 10\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", "Content-Le"],
    ids=["length", "chunks", "head"],
)
def test_who_goes_away_in_the_middle_asked_for_nothing(echo: Echo, port: int, head: str) -> None:
    """Half a request reaches no function; the next client is served."""
    with closing(socket.create_connection(("127.0.0.1", port))) as client:
        client.sendall(f"POST /half HTTP/1.1\r\nHost: h\r\n{head}".encode())

    assert asked(port, Request("GET", "/whole", HEADERS)).body == b"hello"
    assert [each.target for each in echo.requests] == ["/whole"]


def test_a_client_of_http_1_0_is_told_when_the_answer_ends(echo: Echo, port: int) -> None:
    """It sends no Host, and the connection is closed behind its answer."""
    with closing(socket.create_connection(("127.0.0.1", port))) as client:
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")
        received = b"".join(iter(lambda: client.recv(65_536), b""))

    assert received.endswith(b"\r\n\r\nhello")
    assert (echo.requests[0].protocol, echo.requests[0].headers.lines) == ("HTTP/1.0", ())


@pytest.mark.parametrize("line", [b"GET  / HTTP/1.1", b"GET / HTTP/1.1\r\nBad Name: 1", b"\x16\x03\x01"])
def test_what_is_not_http_is_told_so(echo: Echo, port: int, line: bytes) -> None:
    """400, and no function is asked."""
    with closing(socket.create_connection(("127.0.0.1", port))) as client:
        client.sendall(line + b"\r\nHost: h\r\n\r\n")
        assert client.recv(65_536).startswith(b"HTTP/1.1 400 ")

    assert echo.requests == []


def test_small_answers_are_not_held_back(echo: Echo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nagle's algorithm is off, or each answer would wait for the client's delayed acknowledgement (RFC 1122)."""
    connections: list[Any] = []
    made = RawProtocol.connection_made

    def remembered(protocol: RawProtocol, transport: Any) -> None:
        connections.append(transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        made(protocol, transport)

    monkeypatch.setattr(RawProtocol, "connection_made", remembered)
    with serving(echo.answer, DOCUMENTATION, bound(0)) as served:
        asked(int(served.url.rpartition(":")[2]), GET)

    assert connections
    assert all(connections)
