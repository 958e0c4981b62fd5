"""The wire: uvicorn's HTTP/1.1 protocol, without what it changes of a request on the way.

uvicorn lowers the names of headers and takes the target apart; API Gateway hands both to functions as they were
sent. h11, below it, still has them. Semi-internal of uvicorn is used in this module alone.
"""

from __future__ import annotations

from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

RAW_HEADERS = "raw_headers"
RAW_TARGET = "raw_target"
RAW_PROTOCOL = "raw_protocol"


class RawProtocol(H11Protocol):
    """
    An HTTP/1.1 connection whose every request has, in `scope["state"]`, what the client sent.

    `raw_headers` is a list of name and value as bytes, in order; `raw_target` the request target as bytes.
    """

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.app_state: dict[str, Any] = dict(self.app_state)
        self._next_event = self.conn.next_event
        setattr(self.conn, "next_event", self._remembered)  # noqa: B010 - a method is replaced, for this one connection

    def _remembered(self) -> Any:
        event = self._next_event()
        if isinstance(event, h11.Request):
            # The protocol copies this state into the scope before it asks for the next event.
            self.app_state[RAW_HEADERS] = event.headers.raw_items()
            self.app_state[RAW_TARGET] = event.target
            self.app_state[RAW_PROTOCOL] = event.http_version
        return event
