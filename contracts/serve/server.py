"""The server: one loopback socket, uvicorn's loop in a thread of its own, a stop that leaves nothing behind."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn

from contracts.errors import ConfigurationError
from contracts.exchange import Target
from contracts.serve.application import Application
from contracts.serve.documentation import DOCS, Documentation
from contracts.serve.protocol import RawProtocol

HOST = "127.0.0.1"
# A request that is under way when the server stops gets so long to end.
GRACE_SECONDS = 5
# Lines of headers up to this size reach the gateway, whose own limit is 10,240 bytes.
LONGEST_HEAD = 65_536


@dataclass(frozen=True, slots=True)
class Served:
    """
    What is served where.

    Attributes:
        url: Scheme, host and port, for example `http://127.0.0.1:8000`.
    """

    url: str

    @property
    def docs(self) -> str:
        """Where the documentation is."""
        return f"{self.url}{DOCS}"


def bound(port: int) -> socket.socket:
    """
    A socket that listens on loopback.

    Args:
        port: 0 takes one that is free.

    Raises:
        ConfigurationError: The port is taken, or may not be used.
    """
    # asyncio switches Nagle's algorithm off where the protocol is told: with it, small answers wait for
    # the client's delayed acknowledgement, 40 ms each.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise ConfigurationError(
            f"nothing can listen on port {port}: {error.strerror}",
            cure="Name another one with --port, or 0 for one that is free.",
        ) from error
    return listener


@contextmanager
def serving(target: Target, documentation: Documentation, listener: socket.socket) -> Iterator[Served]:
    """
    While it is open, whoever connects to the socket talks to the target; the socket is closed in the end.

    Args:
        target: Called in one thread, a request at a time.
    """
    executor = ThreadPoolExecutor(1, thread_name_prefix="contracts-serve")
    server = _server(Application(target, documentation, executor))
    started = threading.Event()
    thread = threading.Thread(target=_run, args=(server, listener, started), name="contracts-serve-loop", daemon=True)
    thread.start()
    try:
        started.wait()
        host, port = listener.getsockname()
        yield Served(f"http://{host}:{port}")
    finally:
        server.should_exit = True
        thread.join()
        executor.shutdown(cancel_futures=True)
        listener.close()


class _Server(uvicorn.Server):
    """A server that tells when it is up; signals are its owner's affair."""

    started_event: threading.Event

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.started_event.set()


def _server(application: Application) -> _Server:
    return _Server(
        uvicorn.Config(
            application,
            http=RawProtocol,
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
            h11_max_incomplete_event_size=LONGEST_HEAD,
        )
    )


def _run(server: _Server, listener: socket.socket, started: threading.Event) -> None:
    server.started_event = started
    try:
        server.run(sockets=[listener])
    finally:
        started.set()
