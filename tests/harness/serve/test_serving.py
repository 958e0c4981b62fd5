"""A target on a socket: what a client sends arrives as it was sent, and what the target answers comes back."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection

import pytest

from contracts.errors import ConfigurationError
from contracts.http import Headers, Response
from contracts.serve import bound
from tests.harness.serve.conftest import Echo


@pytest.fixture
def exchanged(port: int) -> Callable[[bytes], bytes]:
    """Sends bytes and reads until the server closes."""

    def exchange(sent: bytes) -> bytes:
        with closing(socket.create_connection(("127.0.0.1", port))) as client:
            client.sendall(sent)
            parts = []
            while part := client.recv(65_536):
                parts.append(part)
        return b"".join(parts)

    return exchange


def test_a_request_arrives_as_it_was_sent(echo: Echo, exchanged: Callable[[bytes], bytes]) -> None:
    """Percent-encoding, the spelling of headers, their order and repeated ones are untouched."""
    exchanged(b"GET /v1/a%2Fb//?q=%20+&q HTTP/1.1\r\nhOst: h\r\nX-Two: 1\r\nx-two: 2\r\nConnection: close\r\n\r\n")

    [request] = echo.requests
    assert (request.method, request.target, request.body) == ("GET", "/v1/a%2Fb//?q=%20+&q", None)
    assert request.headers.lines == (("hOst", "h"), ("X-Two", "1"), ("x-two", "2"), ("Connection", "close"))


def test_chunks_arrive_as_one_body(echo: Echo, exchanged: Callable[[bytes], bytes]) -> None:
    """With the Content-Length that it has."""
    exchanged(
        b"POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    )

    [request] = echo.requests
    assert (request.body, request.headers.get("Content-Length")) == (b"abcde", "5")
    assert "Transfer-Encoding" not in request.headers


def test_an_answer_comes_back_as_it_is(exchanged: Callable[[bytes], bytes]) -> None:
    """The spelling of its headers, too, and its length."""
    received = exchanged(b"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")

    assert received.startswith(b"HTTP/1.1 200 OK\r\nX-Spelled: So\r\nContent-Length: 5\r\n")
    assert received.endswith(b"\r\n\r\nhello")


def test_a_head_has_the_length_and_no_body(exchanged: Callable[[bytes], bytes]) -> None:
    """RFC 9110, section 9.3.2."""
    received = exchanged(b"HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")

    assert b"Content-Length: 5\r\n" in received
    assert received.endswith(b"\r\n\r\n")


def test_a_head_has_the_length_that_a_get_would_have(echo: Echo, exchanged: Callable[[bytes], bytes]) -> None:
    """The gateway takes the body off before the server sees it; the length that it told is kept."""
    echo.response = Response(200, Headers((("Content-Length", "12345"),)))

    assert b"Content-Length: 12345\r\n" in exchanged(b"HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")


def test_no_content_has_none(echo: Echo, exchanged: Callable[[bytes], bytes]) -> None:
    """Whatever the target gives as a body of a 204."""
    echo.response = Response(204, Headers(), b"not wanted")

    assert exchanged(b"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").endswith(b"\r\n\r\n")


def test_a_body_over_the_limit_is_never_read_by_who_expects_to_continue(
    echo: Echo, exchanged: Callable[[bytes], bytes]
) -> None:
    """The target is asked at once, with more than its limit; no 100 Continue is sent."""
    received = exchanged(
        b"POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 10485761\r\n\r\n"
    )

    assert received.startswith(b"HTTP/1.1 200")
    assert len(echo.requests[0].body or b"") == 10_485_761


def test_a_connection_ends_with_a_body_that_was_not_waited_for(echo: Echo, exchanged: Callable[[bytes], bytes]) -> None:
    """Whoever expects to continue may send the body or not: nobody knows what the next bytes are."""
    received = exchanged(
        b"POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 10485761\r\n\r\n"
        b"GET /next HTTP/1.1\r\nHost: h\r\n\r\n"
    )

    assert b"Connection: close\r\n" in received
    assert len(echo.requests) == 1


def test_who_expects_to_continue_is_told_to(echo: Echo, port: int) -> None:
    """A body within the limit is asked for."""
    with closing(socket.create_connection(("127.0.0.1", port))) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        assert client.recv(1_000).startswith(b"HTTP/1.1 100 Continue")
        client.sendall(b"ok")
        assert client.recv(1_000).startswith(b"HTTP/1.1 200")

    assert echo.requests[0].body == b"ok"


def test_a_connection_is_kept_for_the_next_request(echo: Echo, port: int) -> None:
    """Ten requests, one connection."""
    connection = HTTPConnection("127.0.0.1", port)
    for _ in range(10):
        connection.request("GET", "/")
        assert connection.getresponse().read() == b"hello"
    connection.close()

    assert len(echo.requests) == 10


def test_the_documentation_needs_no_network(echo: Echo, port: int) -> None:
    """The page, the console and the contract come from here; the target is not asked."""
    connection = HTTPConnection("127.0.0.1", port)
    found = {}
    for path in ("/_docs/", "/_docs/swagger-ui-bundle.js", "/_docs/openapi.json", "/_docs/..%2Fsecret"):
        connection.request("GET", path)
        response = connection.getresponse()
        found[path] = (response.status, response.read())
    connection.close()

    assert [status for status, _ in found.values()] == [200, 200, 200, 404]
    assert b"Notes &lt;1&gt;" in found["/_docs/"][1]
    assert b"https://" not in found["/_docs/"][1]
    assert b'"servers": [{"url": "/v1"}]' in found["/_docs/openapi.json"][1]
    assert echo.requests == []


def test_requests_are_tried_out_with_the_examples_of_the_contract(port: int) -> None:
    """Forms that are open from the beginning are filled with made-up values by this Swagger UI."""
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/_docs/")
    page = connection.getresponse().read()
    connection.close()

    assert b"tryItOutEnabled" not in page


def test_a_port_that_is_taken_is_one_clear_error() -> None:
    """With what to do about it."""
    with closing(bound(0)) as taken:
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(ConfigurationError, match=f"nothing can listen on port {port}") as refused:
            bound(port)

    assert "--port" in str(refused.value.cure)
