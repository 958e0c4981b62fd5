"""One app behind two kinds of API: the kind comes from the template, and each has its own event."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from contracts.exchange import Case, Exchange
from contracts.http import Headers, Request
from contracts.run import Settings, run
from contracts.run.subject import read, standing

APP = Path(__file__).parents[2] / "apps" / "greetings"
TARGET = "/greetings/Zo%C3%A9+%2B?word=a+b&word=c"


@pytest.fixture(params=["rest.yaml", "http.yaml", "http.yaml with payload format 1.0"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """The app behind one kind of API."""
    folder = Path(shutil.copytree(APP, tmp_path / "app"))
    template = folder / request.param.partition(" ")[0]
    if request.param.endswith("1.0"):
        text = template.read_text("utf-8")
        template.write_text(text.replace("Method:", 'PayloadFormatVersion: "1.0"\n            Method:'), "utf-8")
    return Settings(folder / "openapi.yaml", template, phases=("examples", "coverage"))


def exchanged(template: str, target: str) -> Exchange:
    """What happens to a request for a greeting."""
    subject = read(Settings(APP / "openapi.yaml", APP / template))
    request = Request("GET", target, Headers.of([("Host", "example.org"), ("X-Tone", "plain")]))
    with standing(subject, 0) as (service, unavailable):
        assert unavailable == ()
        return service.conduct(Case("1", subject.contract.operations[0], request, "test"))


def event_of(exchange: Exchange) -> Any:
    """The event of the only invocation."""
    (invocation,) = exchange.invocations or ()
    return invocation.event


def test_an_app_that_reads_each_event_rightly_keeps_every_promise(settings: Settings) -> None:
    """Behind every kind of API nothing is broken, and nothing could not run."""
    verdict = run(settings)

    assert [each.finding.message for each in verdict.failures] == []
    assert [each.reason for each in verdict.unavailable] == []
    assert all({200, 400} == set(row.statuses) for row in verdict.operations)


def test_a_rest_api_hands_over_what_was_sent() -> None:
    """Paths are encoded, and there is no version."""
    exchange = exchanged("rest.yaml", f"/Prod{TARGET}")

    event = event_of(exchange)
    assert "version" not in event
    assert event["pathParameters"] == {"name": "Zo%C3%A9+%2B"}
    assert event["multiValueQueryStringParameters"] == {"word": ["a b", "c"]}
    assert event["headers"]["X-Tone"] == "plain"
    assert exchange.response.headers.get("x-amzn-RequestId") is not None


def test_an_http_api_hands_over_what_was_meant() -> None:
    """Paths are decoded, header names are in lower case, and the stage leaves no trace."""
    exchange = exchanged("http.yaml", TARGET)

    event = event_of(exchange)
    assert (event["version"], event["routeKey"]) == ("2.0", "GET /greetings/{name}")
    assert (event["rawPath"], event["pathParameters"]) == ("/greetings/Zoé++", {"name": "Zoé++"})
    assert (event["rawQueryString"], event["queryStringParameters"]) == ("word=a+b&word=c", {"word": "a b,c"})
    assert event["headers"]["x-tone"] == "plain"
    assert exchange.response.headers.get("Apigw-Requestid") is not None


def test_both_answers_are_the_same() -> None:
    """What the function says is not changed by what stands before it."""
    rest, http = exchanged("rest.yaml", f"/Prod{TARGET}"), exchanged("http.yaml", TARGET)

    assert rest.response.status == http.response.status == 200
    assert rest.response.body == http.response.body


@pytest.mark.parametrize(("template", "broken"), [("rest.yaml", set()), ("http.yaml", {"greet", "reply"})])
def test_a_function_without_content_type_is_right_behind_a_rest_api_alone(
    template: str, broken: set[str], tmp_path: Path
) -> None:
    """JSON is the default type of a REST API, plain text that of an HTTP API: a bug of moving from one to the other."""
    folder = Path(shutil.copytree(APP, tmp_path / "app"))
    code = folder / "src" / "app.py"
    text = code.read_text("utf-8")
    assert text.count('if "version" in event else {}') == 1
    code.write_text(text.replace('if "version" in event else {}', 'if "never" in event else {}'), "utf-8")

    verdict = run(Settings(folder / "openapi.yaml", folder / template, promises=("payloads",), phases=("examples",)))

    assert {each.finding.operation for each in verdict.failures} == broken
    assert {each.finding.check for each in verdict.failures} <= {"answer-has-a-documented-media-type"}
