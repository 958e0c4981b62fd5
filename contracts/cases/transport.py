"""The transport: where the engine sends its requests, and what it gets for an answer; nothing leaves the process."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from schemathesis.core import SCHEMATHESIS_TEST_CASE_HEADER
from urllib3 import HTTPHeaderDict, HTTPResponse

from contracts.cases.generation import Showing
from contracts.contract import Operation
from contracts.exchange import Case, Conduct, Exchange
from contracts.http import Headers, Request, Response
from contracts.provenance import Provenance


@dataclass
class Recorder(BaseAdapter):
    """The transport adapter: turns prepared requests into exchanges and remembers them in order."""

    conduct: Conduct
    operations: Mapping[tuple[str, str], Operation]
    showing: Showing
    exchanges: list[Exchange] = field(default_factory=list)
    by_engine_id: dict[str, Exchange] = field(default_factory=dict)
    crash: BaseException | None = None
    phase: str = ""
    scenarios: int = 0
    _announced: dict[str, Any] = field(default_factory=dict)
    _provenance: Provenance = field(default_factory=Provenance)

    def __post_init__(self) -> None:
        super().__init__()

    def begin(self, phase: str) -> None:
        """A new phase begins with an empty world: values of earlier answers mean nothing in it."""
        self.phase, self.scenarios = phase, 0
        self._provenance = Provenance()

    def begin_scenario(self) -> None:
        """A new scenario begins with an empty world, too."""
        self.scenarios += 1
        self._provenance = Provenance()

    def announce(self, case: Any) -> None:
        """Remember the engine's case that is about to be sent: the request itself does not carry its story."""
        self._announced[case.id] = case

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """Answer a prepared request in process."""
        header = request.headers.get(SCHEMATHESIS_TEST_CASE_HEADER)
        if header is None:
            return to_requests(request, _answer_probe(request))
        engine_id = _text(header)
        wire = _to_request(request)
        if self.crash is not None:
            # Another thread of the engine learns only now that it is over.
            raise KeyboardInterrupt
        try:
            exchange = self.conduct(self._case(engine_id, wire))
        except BaseException as error:
            # The engine would take it for a defect of the API under test; what it stops for is an interrupt.
            self.crash = error
            raise KeyboardInterrupt from error
        self.exchanges.append(exchange)
        self.by_engine_id[engine_id] = exchange
        self._provenance.learn(exchange)
        return to_requests(request, exchange.response)

    def close(self) -> None:
        """Nothing is held open."""

    def _case(self, engine_id: str, request: Request) -> Case:
        announced = self._announced.pop(engine_id, None)
        number = f"{self.phase}-{len(self.exchanges) + 1}"
        scenario = f"{self.phase}-{self.scenarios}" if self.scenarios else None
        if announced is None:
            return Case(id=number, operation=None, request=request, phase=self.phase, scenario=scenario)
        declared = self.operations.get((announced.operation.method.upper(), announced.operation.path))
        request = self.showing(declared, request)
        as_declared = announced.method.upper() == announced.operation.method.upper()
        meta = announced.meta
        valid = None if meta is None or not as_declared else meta.generation.mode.is_positive
        return Case(
            id=number,
            operation=declared if as_declared else None,
            request=request,
            phase=self.phase,
            scenario=scenario,
            valid=valid,
            broken=None if meta is None or valid else getattr(meta.phase.data, "description", None),
            references=self._provenance.references(request, announced.operation.path),
        )


def _to_request(request: requests.PreparedRequest) -> Request:
    lines = [(str(name), _text(value)) for name, value in request.headers.items()]
    headers = Headers.of((("Host", urlsplit(str(request.url)).netloc), *lines)).without(SCHEMATHESIS_TEST_CASE_HEADER)
    return Request(str(request.method), request.path_url, headers, _body_of(request))


def _body_of(request: requests.PreparedRequest) -> bytes | None:
    body = request.body
    if body is None or isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode()
    # A file or a generator: the engine makes neither, and either could be read only once.
    raise TypeError(f"a request body of type {type(body).__name__} cannot be recorded")


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _answer_probe(request: requests.PreparedRequest) -> Response:
    """What the engine's capability probes are told: no HTTP server of AWS accepts NUL in a header (RFC 9110, 5.5)."""
    refused = any("\x00" in _text(value) for value in request.headers.values())
    return Response(400 if refused else 403, Headers((("Content-Type", "application/json"),)), b"{}")


def to_requests(request: requests.PreparedRequest, response: Response) -> requests.Response:
    answer = requests.Response()
    answer.status_code = response.status
    answer.request = request
    answer.url = str(request.url)
    # Schemathesis reads repeated headers from the raw answer, like those of a real connection.
    raw = HTTPHeaderDict()
    for name, value in response.headers:
        raw.add(name, value)
        answer.headers[name] = value if name not in answer.headers else f"{answer.headers[name]}, {value}"
    answer.raw = HTTPResponse(
        body=io.BytesIO(response.body), headers=raw, status=response.status, preload_content=False, decode_content=False
    )
    answer._content = response.body
    answer.encoding = requests.utils.get_encoding_from_headers(answer.headers)
    return answer
