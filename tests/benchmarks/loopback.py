"""Our own service on a loopback socket: `python -m tests.benchmarks.loopback`.

It says its URL in the first line, serves until its standard input ends, and then says how many requests there were.
"""

from __future__ import annotations

import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from contracts import gateway
from contracts.http import Headers, Request, Response
from contracts.run import Settings
from contracts.run.service import Service
from contracts.run.subject import read, standing


class Server(ThreadingHTTPServer):
    """One service behind a socket; requests take turns, since a service has one world."""

    daemon_threads = True

    def __init__(self, service: Service) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests = 0
        self._service = service
        self._turn = threading.Lock()

    def answer(self, request: Request) -> Response:
        """What the gateway answers; nothing is recorded, as nothing would be on AWS."""
        with self._turn:
            self.requests += 1
            moment = gateway.Moment.of(self._service.functions.now(), str(self.requests).encode())
            return gateway.answer(self._service.api, request, moment, self._service.functions.invoke)


class Handler(BaseHTTPRequestHandler):
    """One connection, kept alive."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Server

    def handle_one_request(self) -> None:
        """Read a request with whatever method, answer it, and say nothing."""
        self.raw_requestline = self.rfile.readline(65_537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        length = self.headers.get("Content-Length")
        body = None if length is None else self.rfile.read(int(length))
        request = Request(self.command, self.path, Headers.of(self.headers.items()), body)
        response = self.server.answer(request)
        self.send_response_only(response.status)
        for name, value in response.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(response.body)
        self.wfile.flush()

    def log_message(self, *_: Any) -> None:
        """Nothing."""


def main() -> None:
    """Serve the contract and the template that are named on the command line."""
    contract, template = map(Path, sys.argv[1:])
    subject = read(Settings(contract, template))
    with standing(subject, 0) as (service, _), Server(service) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        _say(f"http://127.0.0.1:{server.server_port}/{subject.api.stage}")
        sys.stdin.read()
        server.shutdown()
        thread.join()
        _say(str(server.requests))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
