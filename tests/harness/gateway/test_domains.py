"""Custom domains: what a request through one means, and what of it reaches the function."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contracts import gateway
from contracts.exchange import Event, Reply
from contracts.gateway import Api, Entrances, behind
from contracts.http import Headers, Request, Response
from contracts.stack import DomainMapping, Function
from tests.harness.gateway.apis import HERE, HOST, NOON, OK, deployed, guarded, http_deployed, send

DOMAIN = "api.example.com"


def mapping(base_path: str = "orders", *, names_stage: bool = True, name: str = DOMAIN) -> DomainMapping:
    """A mapping of the domain, or of another one."""
    return DomainMapping(name, base_path, names_stage, HERE)


def paths(event: Event) -> tuple[Any, ...]:
    """What an event of a REST API says of where it comes from."""
    context = event["requestContext"]
    return event["path"], context["path"], context["stage"], context["domainName"], context["domainPrefix"]


@pytest.mark.parametrize(
    ("domain", "target", "path"),
    [
        (mapping(), "/orders/jobs/7", "/orders/jobs/7"),
        (mapping("a/b"), "/a/b/jobs/7", "/a/b/jobs/7"),
        (mapping(""), "/jobs/7", "/jobs/7"),
        (mapping(names_stage=False), "/orders/v1/jobs/7", "/orders/v1/jobs/7"),
        (mapping("", names_stage=False), "/v1/jobs/7", "/v1/jobs/7"),
        (mapping(), "//orders/jobs/7", "/orders/jobs/7"),
        (mapping(), "/orders//jobs/7", "/orders//jobs/7"),
        (mapping(), "https://api.example.com/orders/jobs/7?a=b", "/orders/jobs/7"),
    ],
)
def test_a_rest_event_keeps_the_base_path(domain: DomainMapping, target: str, path: str) -> None:
    """In `path` and `requestContext.path` alike; the resource and its variables know nothing of it."""
    event = send(behind(deployed("GET /jobs/{id}"), domain), f"GET {target}").event

    assert paths(event) == (path, path, "v1", DOMAIN, "api")
    assert (event["resource"], event["pathParameters"]) == ("/jobs/{id}", {"id": "7"})
    assert event["requestContext"]["resourcePath"] == "/jobs/{id}"


@pytest.mark.parametrize(("target", "resource"), [("/orders", "/"), ("/orders/", "/"), ("/orders/x/", "/{id}")])
def test_the_base_path_alone_is_the_root(target: str, resource: str) -> None:
    """As the stage alone is."""
    api = behind(deployed("GET /", "GET /{id}"), mapping())

    assert send(api, f"GET {target}").event["resource"] == resource


@pytest.mark.parametrize("target", ["/jobs/7", "/ordersjobs/7", "/v1/jobs/7", "/"])
def test_another_path_of_the_domain_leads_nowhere(target: str) -> None:
    """403 of a REST API and 404 of an HTTP API, as a stage that does not exist."""
    rest = send(behind(deployed("GET /jobs/{id}"), mapping()), f"GET {target}")
    http = send(behind(http_deployed("GET /jobs/{id}"), mapping()), f"GET {target}")

    assert (rest.response.status, rest.message) == (403, {"message": "Forbidden"})
    assert (http.response.status, http.message) == (404, {"message": "Not Found"})


@pytest.mark.parametrize("stage", ["$default", "dev"])
def test_an_event_of_an_http_api_has_the_base_path_and_no_stage(stage: str) -> None:
    """Also where the stage has a name: the mapping leads to it."""
    api = behind(http_deployed("GET /jobs/{id}", stage=stage), mapping("a/b"))
    event = send(api, "GET /a/b/jobs/7%20").event
    context = event["requestContext"]

    assert (event["rawPath"], context["http"]["path"]) == ("/a/b/jobs/7 ", "/a/b/jobs/7 ")
    assert (event["routeKey"], event["pathParameters"]) == ("GET /jobs/{id}", {"id": "7 "})
    assert (context["stage"], context["domainName"], context["domainPrefix"]) == (stage, DOMAIN, "api")


def test_format_1_0_of_an_http_api_has_it_as_well() -> None:
    """`path` as it was sent, `requestContext.path` decoded."""
    api = behind(http_deployed("GET /jobs/{id}", stage="dev", version="1.0"), mapping())
    event = send(api, "GET /orders/jobs/7%20").event

    assert (event["path"], event["requestContext"]["path"]) == ("/orders/jobs/7%20", "/orders/jobs/7 ")


def test_a_path_that_is_no_encoding_is_refused_behind_a_domain_as_well() -> None:
    """An HTTP API decodes before it looks."""
    assert send(behind(http_deployed("GET /jobs"), mapping()), "GET /orders/%zz").response.status == 400


def asked(entrances: Entrances, host: str, target: str) -> tuple[Response, list[Event]]:
    """The answer to a GET by a host name, and the events that it made."""
    events: list[Event] = []

    def invoke(_: Function, event: Event) -> Reply:
        events.append(event)
        return Reply(json.dumps(OK))

    request = Request("GET", target, Headers.of([("Host", host)]))
    return gateway.answer(entrances.entered(request), request, gateway.Moment.of(NOON, b"seed"), invoke), events


def entrances(api: Api) -> Entrances:
    """An API behind two base paths of one domain, the root of another, and by its own name."""
    return Entrances.of(api, [mapping(""), mapping("orders"), mapping("orders/v2", name="other.example.com")])


@pytest.mark.parametrize(
    ("host", "target", "path"),
    [
        (HOST, "/v1/jobs", "/jobs"),
        ("127.0.0.1:8000", "/v1/jobs", "/jobs"),
        (DOMAIN, "/jobs", "/jobs"),
        (f"{DOMAIN.upper()}:443", "/orders/jobs", "/orders/jobs"),
        ("other.example.com", "/orders/v2/jobs", "/orders/v2/jobs"),
    ],
)
def test_the_host_and_the_path_say_how_a_request_comes_in(host: str, target: str, path: str) -> None:
    """By a mapping of the domain, the longest base path first; by any other name as by the API's own."""
    _, (event,) = asked(entrances(deployed("GET /jobs")), host, target)

    assert event["path"] == path
    assert event["headers"]["Host"] == host


def test_a_domain_without_a_mapping_of_the_path_leads_nowhere() -> None:
    """Its stage is no way in."""
    response, events = asked(entrances(deployed("GET /jobs")), "other.example.com", "/v1/jobs")

    assert (response.status, events) == (403, [])


def test_the_arn_of_a_method_knows_no_base_path() -> None:
    """An authorizer is told of the method, and its policy holds for every way in."""
    api = behind(guarded("guard", authorizers=["guard"]), mapping())
    sent = send(api, "GET /orders/jobs", headers=[("Authorization", "t")])

    assert sent.event["methodArn"] == "arn:aws:execute-api:eu-west-1:123456789012:abc123defg/v1/GET/jobs"
