"""The gateway before a function that does nothing, against the bare call of that function."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection
from statistics import median
from typing import Any

from contracts import gateway, serve
from contracts.exchange import Event, Reply
from contracts.http import Headers, Request, Response
from contracts.stack import Function
from tests.benchmarks.measuring import Row, each, in_turn, microseconds, ratios
from tests.harness.gateway.apis import HOST, NOON, deployed, http_deployed

# How an API of each kind is made of its routes.
KINDS: dict[str, Callable[..., gateway.Api]] = {
    "REST API": deployed,
    "HTTP API, payload 1.0": partial(http_deployed, stage="v1", version="1.0"),
    "HTTP API, payload 2.0": partial(http_deployed, stage="v1"),
}
SIZES = (10, 100, 1_000)
HEADERS = Headers.of(
    [
        ("Host", HOST),
        ("User-Agent", "benchmark/1"),
        ("Accept-Encoding", "gzip, deflate"),
        ("Accept", "application/json"),
        ("Content-Type", "application/json"),
        ("Content-Length", "27"),
    ]
)
BODY = b'{"name": "a", "number": 12}'


def rows(rounds: int, *, seconds: float = 0.05) -> Iterator[Row]:
    """What the gateway adds to a call, and that it does not walk the list of operations."""
    for kind, deploy in KINDS.items():
        yield from _of_kind(kind, deploy, rounds, seconds=seconds)


def _of_kind(kind: str, deploy: Callable[..., gateway.Api], rounds: int, *, seconds: float) -> Iterator[Row]:
    apis = {size: deploy(*(f"POST /things{number}/{{id}}" for number in range(size))) for size in SIZES}
    requests = {
        size: Request("POST", f"/v1/things{size // 2}/a%20b?page=2&tag=x&tag=y", HEADERS, BODY) for size in SIZES
    }
    event = _event_of(apis[10], requests[10])
    ways = {"bare": each(partial(round_trip, event), seconds=seconds)}
    ways |= {str(size): each(partial(answered, apis[size], requests[size]), seconds=seconds) for size in SIZES}
    with _client(apis[10]) as client:
        ways["socket"] = each(partial(_fetched, client, requests[10]), seconds=seconds)
        costs = in_turn(ways, rounds)
    for what, way in (("a request through the gateway", "10"), ("a request over the socket", "socket")):
        cost = f"{_rate(costs[way])} against {microseconds(costs['bare'])}"
        yield Row(f"{kind}: {what}", "the bare call", ratios(costs, way, "bare"), note=cost)
    for size in SIZES[1:]:
        yield Row(f"{kind} with {size:,} operations", "with 10", ratios(costs, str(size), "10"))


@contextmanager
def _client(api: gateway.Api) -> Iterator[HTTPConnection]:
    """A connection to the API on a loopback socket of this process, so that both ends count."""
    documentation = serve.Documentation.of("benchmark", {}, base_path="")
    with serve.serving(partial(answered, api), documentation, serve.bound(0)) as place:
        client = HTTPConnection(place.url.rpartition("/")[2])
        try:
            yield client
        finally:
            client.close()


def _fetched(client: HTTPConnection, request: Request) -> None:
    """The same request over HTTP, on a connection that stays."""
    client.request(request.method, request.target, request.body, dict(request.headers))
    response = client.getresponse()
    response.read()
    assert response.status == 200


def _rate(costs: Sequence[float]) -> str:
    return f"{microseconds(costs)} ({1 / median(costs):,.0f} requests a second of processor time)"


def nothing(_event: Any, _context: Any) -> dict[str, Any]:
    """A handler that does nothing."""
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": '{"done": true}'}


def round_trip(event: Event) -> str:
    """The bare call: the event goes in and the result comes out as JSON text."""
    return json.dumps(nothing(json.loads(json.dumps(event)), None))


def answered(api: gateway.Api, request: Request) -> Response:
    """The same call behind the gateway."""
    response = gateway.answer(api, request, gateway.Moment.of(NOON, b"seed"), _invoke)
    assert response.status == 200
    return response


def _invoke(_function: Function, event: Event) -> Reply:
    return Reply(round_trip(event))


def _event_of(api: gateway.Api, request: Request) -> Event:
    seen: list[Event] = []

    def invoke(_function: Function, event: Event) -> Reply:
        seen.append(event)
        return Reply(round_trip(event))

    gateway.answer(api, request, gateway.Moment.of(NOON, b"seed"), invoke)
    return seen[0]
