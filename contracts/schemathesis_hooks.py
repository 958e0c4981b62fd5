"""The hooks for a plain `schemathesis run`: `SCHEMATHESIS_HOOKS=contracts.schemathesis_hooks`.

Importing this module is what installs them:

* Failures of Schemathesis' own checks are judged by the contract and by API Gateway's rules; false alarms are dropped.
* A check of ours that needs no inside is added: `LocationFindsWhatWasCreated`.
* Requests carry what their operation asks for: an API key, a token, or a signature.
* What only API Gateway knows is told in OpenAPI's words: any method as each method, `{key+}` as `{key}`.

Semi-internal of Schemathesis (4.32.5) are `Case._auth`, failures' `_unique_key`, and the metadata of cases.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import requests
import schemathesis
from requests.auth import AuthBase
from schemathesis.core import SCHEMATHESIS_TEST_CASE_HEADER
from schemathesis.errors import InvalidSchema

from contracts import checks, configuration, openapi
from contracts.cases import plain_document, plain_paths
from contracts.contract import Contract
from contracts.errors import ContractsError
from contracts.exchange import Case, Corpus, Exchange
from contracts.finding import ActiveCheck, ExchangeCheck, Finding
from contracts.http import Headers, Request, Response
from contracts.live import Caller, Endpoint, Observed, Outside

# What of Schemathesis' checks a check of ours knows better.
CORRECTED = {"status_code_conformance": "status-documented"}
FOLLOWED = "location-finds-what-was-created"
# How many creates are remembered to be followed; the check takes a few different ones of each operation.
REMEMBERED = 1_000
_TRANSPORT = ("verify", "cert", "timeout", "proxies")


class Live:
    """What is known of the API under test: its contract, who judges by it, and who calls it."""

    def __init__(self, contract: Contract) -> None:
        registered = {each.name: each for each in checks.registered(contract)}
        corrected = {
            theirs: each for theirs, ours in CORRECTED.items() if isinstance(each := registered[ours], ExchangeCheck)
        }
        self.outside = Outside.of(contract, checks.judge(contract), checks.JUDGED, corrected)
        self.caller = Caller.of(contract, configuration.find().identities, os.environ)
        self.following = registered[FOLLOWED]
        self._paths = {plain: path for path, plain in plain_paths(contract.document).items()}

    def operation(self, case: Any) -> tuple[str, str]:
        """Method and path of a case's operation, as the contract has them."""
        path = str(case.operation.path)
        return str(case.operation.method).upper(), self._paths.get(path, path)

    def conduct(self, case: Case, *, url: str, transport: Mapping[str, Any]) -> Exchange:
        """
        Make a request of ours.

        Args:
            url: Scheme and host of the API.
            transport: Options of `requests`.
        """
        request = case.request
        if case.operation is not None:
            request = self.caller.showing(case.operation, request, url, _now())
        # Framing is the library's own affair.
        lines = request.headers.without("content-length", "transfer-encoding", "connection", "host").lines
        prepared = requests.Request(request.method, url, headers=dict(lines), data=request.body).prepare()
        prepared.url = f"{url}{request.target}"
        with requests.Session() as session:
            answer = session.send(prepared, allow_redirects=False, **transport)
        headers = answer.raw.headers
        found = [(name, value) for name in headers for value in headers.getlist(name)]
        return Exchange(case, Response(answer.status_code, Headers.of(found), answer.content))


class Lives:
    """The APIs of this process, by their documents."""

    def __init__(self) -> None:
        self._found: dict[int, tuple[Any, Live]] = {}

    def of(self, schema: Any) -> Live:
        """
        What is known of the API of a Schemathesis schema.

        Raises:
            InvalidSchema: Its document is no contract that this package can read, or the configuration is wrong;
                of its own errors Schemathesis shows the message alone.
        """
        raw = schema.raw_schema
        if id(raw) not in self._found:
            try:
                self._found[id(raw)] = (raw, Live(openapi.spelled_out(_contract(schema))))
            except ContractsError as error:
                raise InvalidSchema(str(error)) from error
        return self._found[id(raw)][1]


def _contract(schema: Any) -> Contract:
    """The contract from the file that Schemathesis read, or from what it read elsewhere."""
    location = urlsplit(schema.location or "")
    if location.scheme == "file":
        return openapi.load(Path(url2pathname(location.path)))
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "openapi.json"
        copy.write_text(json.dumps(schema.raw_schema), encoding="utf-8")
        return openapi.load(copy)


_LIVES = Lives()


class Shown(AuthBase):
    """Adds the credentials of an operation when the request is complete, since a signature covers all of it."""

    def __init__(self, live: Live, operation: tuple[str, str]) -> None:
        self._live = live
        self._operation = operation

    def __call__(self, prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        operation = self._live.outside.operations[self._operation]
        url = str(prepared.url)
        request = self._live.caller.showing(operation, _request(prepared), url, _now())
        parts = urlsplit(url)
        prepared.url = f"{parts.scheme}://{parts.netloc}{request.target}"
        for name, value in request.headers.without("host"):
            prepared.headers[name] = value
        return prepared


@schemathesis.auth(refresh_interval=None)
class Credentials:
    """Schemathesis' provider of credentials: those that an operation asks for, where there are any."""

    def get(self, case: Any, _context: Any) -> Shown | None:
        """What adds them; None where the operation asks for none, or nobody has them."""
        live = _LIVES.of(case.operation.schema)
        key = live.operation(case)
        operation = live.outside.operations.get(key)
        return Shown(live, key) if operation is not None and live.caller.knows(operation) else None

    def set(self, case: Any, data: Shown, _context: Any) -> None:
        """As Schemathesis' own provider for `requests` does it."""
        case._auth = data


@schemathesis.hook
def before_load_schema(_context: Any, raw_schema: dict[str, Any]) -> None:
    """What API Gateway alone knows, in the words that Schemathesis reads."""
    if isinstance(raw_schema.get("paths"), dict):
        document = dict(plain_document(openapi.spelled_out_document(raw_schema)))
        raw_schema.clear()
        raw_schema.update(document)


@schemathesis.hook
def filter_failure(_context: Any, failure: Any, case: Any, response: Any) -> bool:
    """Whether a failure of a Schemathesis check is one, behind an API Gateway."""
    live = _LIVES.of(case.operation.schema)
    root = f"{type(failure).__name__} {failure._unique_key}"
    check = failure.checks[0] if failure.checks else ""
    return live.outside.holds(_observed(live, case, response), check, str(failure.message or failure.title), root)


@schemathesis.check
class LocationFindsWhatWasCreated:
    """What a 201 says it created is found where it says (RFC 9110, sections 15.3.2 and 10.2.2)."""

    def __init__(self) -> None:
        self._created: dict[str, tuple[Live, str, Exchange]] = {}

    def after_response(self, _ctx: Any, response: Any, case: Any) -> None:
        """Remember what was created."""
        if response.status_code == 201 and len(self._created) < REMEMBERED:
            live = _LIVES.of(case.operation.schema)
            parts = urlsplit(str(response.request.url))
            exchange = live.outside.repeatable(live.outside.exchange(_observed(live, case, response)))
            if exchange is not None:
                self._created[case.id] = (live, f"{parts.scheme}://{parts.netloc}", exchange)

    def after_run(self, ctx: Any) -> None:
        """Create a few things again, and follow where the answers lead."""
        options = ctx.internals.transport_kwargs or {}
        transport = {name: options[name] for name in _TRANSPORT if options.get(name) is not None}
        found: list[str] = []
        for live, url in {(live, url) for live, url, _ in self._created.values()}:
            corpus = Corpus(tuple(each for of, at, each in self._created.values() if (of, at) == (live, url)))
            lab = Endpoint(partial(live.conduct, url=url, transport=transport))
            if isinstance(live.following, ActiveCheck):
                found += [each.message for each in live.following.explore(corpus, lab) if isinstance(each, Finding)]
        if found:
            raise AssertionError("\n".join(found))


def _observed(live: Live, case: Any, response: Any) -> Observed:
    meta = case.meta
    valid = None if meta is None else bool(meta.generation.mode.is_positive)
    lines = [(str(name), str(value)) for name, values in response.headers.items() for value in values]
    return Observed(
        id=str(case.id),
        operation=live.operation(case),
        request=_request(response.request),
        response=Response(response.status_code, Headers.of(lines), response.content or b""),
        phase="" if meta is None else str(meta.phase.name.value),
        valid=valid,
        broken=None if meta is None or valid else getattr(meta.phase.data, "description", None),
    )


def _request(prepared: requests.PreparedRequest) -> Request:
    lines = [(str(name), _text(value)) for name, value in prepared.headers.items()]
    headers = Headers.of([("Host", urlsplit(str(prepared.url)).netloc), *lines]).without(SCHEMATHESIS_TEST_CASE_HEADER)
    body = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body
    if body is not None and not isinstance(body, bytes):
        raise TypeError(f"a request body of type {type(body).__name__} cannot be judged")
    return Request(str(prepared.method), prepared.path_url, headers, body)


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _now() -> int:
    return time.time_ns() // 1_000_000
