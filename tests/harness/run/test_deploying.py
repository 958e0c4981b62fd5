"""A contract whose paths the template routes otherwise: by ANY, greedy routes, `$default`, or other variables."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import ContractError
from contracts.exchange import Case, Exchange
from contracts.http import Request
from contracts.run import Settings
from contracts.run.subject import Subject, read, standing

APP = Path(__file__).parents[2] / "apps" / "greetings"
HEAD = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Greet:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.{handler}
      CodeUri: src/
      Events:
"""


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """A copy of the app."""
    return Path(shutil.copytree(APP, tmp_path / "app"))


def subject(app: Path, *events: str, handler: str = "greet") -> Subject:
    """The app behind one function with these events, each `Type METHOD path` or a type alone."""
    text = HEAD.format(handler=handler)
    for number, event in enumerate(events):
        kind, _, route = event.partition(" ")
        method, _, path = route.partition(" ")
        properties = f"Properties: {{Path: '{path}', Method: {method.lower()}}}" if route else ""
        text += f"        E{number}:\n          Type: {kind}\n          {properties}\n"
    (app / "template.yaml").write_text(text, "utf-8")
    return read(Settings(app / "openapi.yaml", app / "template.yaml"))


def greeted(of: Subject, target: str) -> Exchange:
    """A request for a greeting."""
    with standing(of, 0) as (service, unavailable):
        assert unavailable == ()
        return service.conduct(Case("1", of.contract.operations[0], Request("GET", target), "test"))


def event_of(exchange: Exchange) -> Any:
    """The event of the only invocation."""
    (invocation,) = exchange.invocations or ()
    return invocation.event


@pytest.mark.parametrize(
    ("events", "route", "parameters"),
    [
        (["HttpApi"], "$default", None),
        (["HttpApi ANY /{proxy+}"], "ANY /{proxy+}", {"proxy": "greetings/Zoé"}),
        (["HttpApi ANY /greetings/{name}", "HttpApi"], "ANY /greetings/{name}", {"name": "Zoé"}),
        (["HttpApi GET /greetings/{who}", "HttpApi"], "GET /greetings/{who}", {"who": "Zoé"}),
    ],
)
def test_events_of_an_http_api_speak_of_the_templates_route(
    app: Path, events: list[str], route: str, parameters: Any
) -> None:
    """The route key and the parameters are the route's, whatever the contract calls them."""
    event = event_of(greeted(subject(app, *events, handler="greet"), "/greetings/Zo%C3%A9"))

    assert (event["routeKey"], event.get("pathParameters")) == (route, parameters)
    assert event["rawPath"] == "/greetings/Zoé"


def test_events_of_a_rest_api_speak_of_the_templates_resource(app: Path) -> None:
    """The resource is the greedy one."""
    event = event_of(greeted(subject(app, "Api ANY /{proxy+}"), "/Prod/greetings/Jo"))

    assert (event["resource"], event["pathParameters"]) == ("/{proxy+}", {"proxy": "greetings/Jo"})


def test_a_documented_route_is_before_the_templates_others(app: Path) -> None:
    """Each operation has the route that a request for it would take."""
    found = subject(app, "HttpApi GET /greetings/{name}", "HttpApi")

    assert found.routes == {"greet": "greet", "reply": "ANY /$default"}
    assert [each.name for each in found.contract.operations] == ["greet", "reply"]
    assert {each.name for each in found.deployed.operations} == {"greet", "ANY /$default"}


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("GET /greetings/Jo?a=b", "greet"),
        ("GET /greetings/Jo/", "greet"),
        ("POST /greetings", "reply"),
        ("PUT /greetings", None),
        ("GET /x/greetings/Jo", None),
    ],
)
def test_the_operation_of_a_request_is_the_contracts(app: Path, line: str, name: str | None) -> None:
    """Not the route's, which takes them all."""
    method, _, target = line.partition(" ")

    operation = subject(app, "HttpApi").documented(Request(method, target))

    assert (operation and operation.name) == name


def test_a_documented_default_route_takes_what_is_left(app: Path) -> None:
    """Of an HTTP API whose contract has one."""
    contract = app / "openapi.yaml"
    default = (
        "  /$default:\n    x-amazon-apigateway-any-method: {isDefaultRoute: true, operationId: rest, responses: {}}\n"
    )
    contract.write_text(contract.read_text("utf-8").replace("components:\n", f"{default}components:\n", 1), "utf-8")

    found = subject(app, "HttpApi GET /greetings/{name}", "HttpApi")

    assert found.routes == {"greet": "greet", "reply": "rest", "rest": "rest"}
    operation = found.documented(Request("PUT", "/anything"))
    assert operation is not None
    assert operation.name == "rest"


def test_an_operation_that_no_route_takes_cannot_run(app: Path) -> None:
    """The others can."""
    (unavailable,) = subject(app, "HttpApi GET /greetings/{name}").unavailable

    assert unavailable.operation == "reply"
    assert unavailable.reason == "neither the contract nor the template says what answers POST /greetings"


def test_an_operation_of_another_api_of_the_template_says_which(app: Path) -> None:
    """A template may have several APIs; a run has one of them."""
    found = subject(app, "HttpApi GET /greetings/{name}", "Api POST /greetings")
    ((unavailable,), api) = found.unavailable, found.api.logical_id

    assert unavailable.operation in {"greet", "reply"}
    others = {"ServerlessHttpApi": "POST /greetings is a route of ServerlessRestApi, and this run is one of {}"}
    others["ServerlessRestApi"] = "GET /greetings/{name} is a route of ServerlessHttpApi, and this run is one of {}"
    assert unavailable.reason == others[api].replace("{}", api)


def test_a_contract_and_a_template_without_a_common_route_do_not_belong_together(app: Path) -> None:
    """The template's routes are named."""
    with pytest.raises(ContractError, match="routes none of its operations") as caught:
        subject(app, "HttpApi GET /other", "HttpApi POST /more")

    assert caught.value.cure == "The template's routes are: GET /other, POST /more."


def test_a_route_that_is_not_supported_stops_every_operation_that_it_takes(app: Path) -> None:
    """Each is one row with the reason."""
    subject(app, "HttpApi")
    text = (
        (app / "template.yaml")
        .read_text("utf-8")
        .replace("Type: HttpApi", "Type: HttpApi\n          Properties: {TimeoutInMillis: 30001}")
    )
    (app / "template.yaml").write_text(text, "utf-8")
    found = read(Settings(app / "openapi.yaml", app / "template.yaml"))

    with standing(found, 0) as (_, unavailable):
        reasons = {each.operation: each.reason for each in unavailable}

    assert set(reasons) == {"greet", "reply"}
    assert all("30000 ms at most" in reason for reason in reasons.values())
