"""A request as a command line: what the shell and curl make of it is the request again."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.http import Headers, Request
from contracts.reports.curl import BASE_URL, LONGEST_BODY, curl

JSON = Headers.of([("Content-Type", "application/json")])


def words(line: str) -> tuple[list[bytes], bytes]:
    """The arguments that a shell gives curl, and what it pipes into it."""
    script = 'curl() { printf \'%s\\0\' "$@" >&2; case "$*" in *@-) cat ;; esac; }; '
    done = subprocess.run(["bash", "-c", script + line], capture_output=True, check=True, env={"PATH": "/usr/bin:/bin"})
    return done.stderr.split(b"\0")[:-1], done.stdout


def test_get_is_the_shortest_line() -> None:
    """A plain GET needs nothing but its address, in quotes since a query has an ampersand."""
    assert curl(Request("GET", "/a?b=1&c=2")) == "curl 'https://api.example/a?b=1&c=2'"


def test_what_curl_adds_itself_is_left_out() -> None:
    """Headers that every client adds of its own are noise in a line that a person reads."""
    own = [("Host", "h"), ("Content-Length", "2"), ("User-Agent", "u"), ("Accept", "*/*"), ("Connection", "keep-alive")]
    request = Request("POST", "/", Headers.of([*own, ("Accept-Encoding", "gzip"), *JSON]), b"{}")

    assert curl(request) == "curl -X POST 'https://api.example/' -H 'Content-Type: application/json' --data-binary '{}'"


def test_an_accept_that_says_something_stays() -> None:
    """A media type that the client asks for is part of the request."""
    assert "-H 'Accept: text/csv'" in curl(Request("GET", "/", Headers.of([("Accept", "text/csv")])))


def test_no_content_type_stays_none() -> None:
    """curl would call a body a form, so a request without Content-Type says so."""
    assert curl(Request("POST", "/", body=b"x")).endswith("-H 'Content-Type:' --data-binary 'x'")


def test_an_empty_header_is_sent_empty() -> None:
    """`Name:` would make curl drop the header; `Name;` sends it without a value."""
    assert "-H 'X-Empty;'" in curl(Request("GET", "/", Headers.of([("X-Empty", "")])))


def test_no_body_differs_from_an_empty_one() -> None:
    """Without a body no data option is written; with an empty one it is."""
    assert "--data" not in curl(Request("POST", "/"))
    assert "--data-binary ''" in curl(Request("POST", "/", JSON, b""))


def test_head_does_not_wait_for_a_body() -> None:
    """HEAD is curl's own option; with -X it would wait for a body."""
    assert curl(Request("HEAD", "/")) == "curl --head 'https://api.example/'"


def test_binary_goes_through_a_pipe() -> None:
    """Bytes that are not text are decoded by the line itself."""
    line = curl(Request("POST", "/", JSON, b"\0\xff"))

    assert line.startswith("printf %s AP8= | base64 --decode | curl ")
    assert words(line)[1] == b"\0\xff"


def test_a_body_too_long_for_a_line_is_a_file() -> None:
    """A long body is expected in a file."""
    assert curl(Request("POST", "/", JSON, b"x" * (LONGEST_BODY + 1))).endswith("--data-binary @request-body")


def test_ascii_only_sends_the_same_bytes() -> None:
    """With escapes for everything beyond ASCII the shell still gives curl the same bytes."""
    request = Request("POST", "/", JSON, '"é \N{GRINNING FACE}1"'.encode())
    line = curl(request, ascii_only=True)

    assert line.isascii()
    assert words(line)[0][-1] == request.body


bodies = st.one_of(
    st.none(), st.binary(max_size=40), st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace"))
)
values = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), min_size=1, max_size=20)
targets = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20).map(lambda text: f"/{text}")
methods = st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "it's"])


@settings(derandomize=True, database=None, deadline=None, max_examples=60)
@given(method=methods, target=targets, value=values, body=bodies)
def test_the_shell_gives_curl_exactly_the_request(method: str, target: str, value: str, body: bytes | None) -> None:
    """Whatever a request holds, pasting its line passes the same method, target, header and body."""
    request = Request(method, target, Headers.of([("X-Any", value), ("Content-Type", "a/b")]), body)
    line = curl(request)
    arguments, piped = words(line)

    assert "\n" not in line
    assert arguments[arguments.index(b"-H") + 1] == b"X-Any: " + value.encode("latin-1")
    assert (target.encode() in arguments) or ((BASE_URL + target).encode() in arguments)
    assert (b"-X" in arguments and method.encode() in arguments) or (method == "GET" and body is None)
    if body is not None:
        assert piped == body if arguments[-1] == b"@-" else arguments[-1] == body


@contextmanager
def listening() -> Iterator[tuple[str, list[bytes]]]:
    """A loopback server that keeps what one client sends, byte for byte, and answers 204."""
    received: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                data = b""
                while b"\r\n\r\n" not in data:
                    data += connection.recv(65536)
                head, _, rest = data.partition(b"\r\n\r\n")
                length = next(
                    (int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length:")), 0
                )
                while len(rest) < length:
                    rest += connection.recv(65536)
                received.extend([head, rest])
                connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", received
        thread.join(5)


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
@pytest.mark.parametrize(
    "request_",
    [
        Request("GET", "/a/../b/%2e%2E/./c?x=[1]&y={2}#z"),
        Request("GET", "//a b/é"),
        Request("GET", "/a?ids[]=1,{2}"),
        Request("DELETE", "/a", Headers.of([("X-Empty", ""), ("X-Latin", "é'\"$x\\")])),
        Request("POST", "/a", Headers.of([("Content-Type", "text/plain")]), b"@it's\n$x `y` \\n\x01\x7f"),
        Request("PUT", "/a", JSON, b"\0\xff\n"),
        Request("POST", "/a", JSON, b""),
        Request("HEAD", "/a"),
    ],
    ids=["dots", "odd", "globs", "headers", "text", "binary", "empty", "head"],
)
def test_curl_sends_it(request_: Request) -> None:
    """The real curl sends the same request line, headers and body."""
    with listening() as (base_url, received):
        line = curl(request_, base_url=base_url)
        subprocess.run(["bash", "-c", f"{line} --silent --noproxy '*'"], check=True, capture_output=True, timeout=10)
    head, body = received

    assert head.split(b"\r\n")[0] == f"{request_.method} {request_.target} HTTP/1.1".encode()
    assert body == (request_.body or b"")
    sent = [line.replace(b": ", b":", 1) for line in head.split(b"\r\n")]
    assert all(f"{name}:{value}".encode("latin-1") in sent for name, value in request_.headers)
