"""The client's end of a wire: requests as bytes, exactly as they are given, and answers read by HTTP's own rules."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from contextlib import closing

import h11

from contracts.http import Headers, Request, Response

HOST = "127.0.0.1"


def written(request: Request) -> bytes:
    """A request as its client sends it, nothing added; a character stands for a byte, or for its UTF-8."""
    lines = [f"{request.method} {request.target} {request.protocol}", *(f"{n}: {v}" for n, v in request.headers)]
    return b"".join(_encoded(line) + b"\r\n" for line in (*lines, "")) + (request.body or b"")


def _encoded(line: str) -> bytes:
    try:
        return line.encode("latin-1")
    except UnicodeEncodeError:
        return line.encode()


class Client:
    """One connection."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection((HOST, port), timeout=60)
        self._connection = h11.Connection(h11.CLIENT)

    def close(self) -> None:
        """Let the connection go."""
        self._socket.close()

    def send(self, request: Request) -> None:
        """Send a request, and wait for nothing."""
        self._socket.sendall(written(request))

    def answers(self, methods: Iterable[str]) -> Iterator[Response]:
        """The answers to requests of these methods that were sent, in order."""
        for method in methods:
            if self._connection.our_state is h11.DONE:
                self._connection.start_next_cycle()
            # How an answer is read depends on what was asked (RFC 9112, section 6.3); this is not what was sent.
            self._connection.send(h11.Request(method=method, target="/", headers=[("Host", HOST)]))
            self._connection.send(h11.EndOfMessage())
            yield self._answer()

    def _answer(self) -> Response:
        status, lines, body = 0, Headers(), bytearray()
        while not isinstance(event := self._connection.next_event(), h11.EndOfMessage):
            if event is h11.NEED_DATA:
                self._connection.receive_data(self._socket.recv(1 << 20))
            elif isinstance(event, h11.Response):
                status = event.status_code
                lines = Headers.of(
                    (name.decode("latin-1"), value.decode("latin-1")) for name, value in event.headers.raw_items()
                )
            elif isinstance(event, h11.Data):
                body += event.data
        return Response(status, lines, bytes(body))


def asked(port: int, request: Request) -> Response:
    """The answer to one request on a connection of its own."""
    with closing(Client(port)) as client:
        client.send(request)
        return next(client.answers([request.method]))
