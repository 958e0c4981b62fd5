"""The application behind the socket: a request as it came over the wire into a `Request`, a `Response` out of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from contracts.exchange import Target
from contracts.http import Headers, Request, Response
from contracts.serve.documentation import Documentation
from contracts.serve.protocol import RAW_HEADERS, RAW_PROTOCOL, RAW_TARGET

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

# No gateway takes more, and one byte more says so; the rest of a longer body is read and thrown away.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
LONGEST_BODY = 10_485_760
# Framing is the connection's own affair (RFC 9112, sections 6 and 9).
_FRAMING = ("connection", "content-length", "keep-alive", "transfer-encoding")
# No content in these, whatever the function says (RFC 9110, sections 15.3.5 and 15.4.5).
_BODILESS = frozenset({204, 304})


@dataclass(frozen=True, slots=True)
class Application:
    """
    An ASGI application over a target.

    Args:
        executor: Where the target is called: it may block, and has one thread, since one function runs at a time.
    """

    target: Target
    documentation: Documentation
    executor: Executor

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        request = await _request(scope, receive)
        if request is None:
            return
        response = self.documentation.answer(request)
        if response is None:
            response = await asyncio.get_running_loop().run_in_executor(self.executor, self.target, request)
        await _send(response, request, send)


async def _request(scope: Message, receive: Receive) -> Request | None:
    """The request; None when its client went away before it had sent all of it."""
    state = scope["state"]
    lines = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in state[RAW_HEADERS]]
    headers = Headers.of(lines)
    try:
        body = await _body(headers, receive)
    except ConnectionResetError:
        return None
    if "transfer-encoding" in headers and body is not None:
        # API Gateway takes chunks apart before anybody looks.
        headers = headers.without("transfer-encoding", "content-length").adding("Content-Length", str(len(body)))
    target = state[RAW_TARGET].decode("latin-1")
    return Request(scope["method"], target, headers, body, f"HTTP/{state[RAW_PROTOCOL].decode('ascii')}")


async def _body(headers: Headers, receive: Receive) -> bytes | None:
    """
    The body, cut off behind the first byte that is too much; None when none was sent.

    Raises:
        ConnectionResetError: The client went away.
    """
    if "content-length" not in headers and "transfer-encoding" not in headers:
        return None
    if int(headers.get("content-length") or 0) > LONGEST_BODY:
        # Refused by what it announces, so that a client that waits for 100 Continue sends nothing.
        return bytes(LONGEST_BODY + 1)
    parts = bytearray()
    more = True
    while more and len(parts) <= LONGEST_BODY:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionResetError
        parts += message.get("body", b"")
        more = bool(message.get("more_body", False))
    return bytes(parts[: LONGEST_BODY + 1])


async def _send(response: Response, request: Request, send: Send) -> None:
    body = b"" if response.status in _BODILESS else response.body
    lines = list(_framed(response, request))
    await send({"type": "http.response.start", "status": response.status, "headers": lines})
    await send({"type": "http.response.body", "body": b"" if request.method == "HEAD" else body})


def _framed(response: Response, request: Request) -> Iterable[tuple[bytes, bytes]]:
    for name, value in response.headers.without(*_FRAMING):
        yield name.encode("latin-1", "replace"), value.encode("latin-1", "replace")
    if response.status not in _BODILESS:
        yield b"Content-Length", _length(response, request).encode("ascii")
    if "expect" in request.headers and len(request.body or b"") > LONGEST_BODY:
        # Whoever waits for 100 Continue never sends the body, or sends it all the same: nobody can tell where the
        # next request begins (RFC 9110, section 10.1.1).
        yield b"Connection", b"close"


def _length(response: Response, request: Request) -> str:
    """The length that a GET would be told (RFC 9110, section 9.3.2): the gateway keeps it when it takes a body off."""
    told = response.headers.get("content-length") if request.method == "HEAD" and not response.body else None
    return told if told is not None and told.isascii() and told.isdecimal() else str(len(response.body))
