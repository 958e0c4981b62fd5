"""MOCK integrations beyond the recorded cases."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness.gateway.apis import Sent, deployed, operation, send


def mocked(headers: list[tuple[str, str]] | None = None, body: bytes | None = None, **integration: Any) -> Sent:
    """A request to a mock."""
    mock = {"type": "mock", "requestTemplates": {"application/json": '{"statusCode": 200}'}, **integration}
    return send(deployed(operation("POST /m", integration=mock)), "POST /v1/m", headers=headers or [], body=body)


def test_the_first_pattern_that_matches_answers() -> None:
    """A pattern is matched against the whole status; `default` comes last wherever it stands."""
    responses = {"default": {"statusCode": "500"}, "2\\d{2}": {"statusCode": "202"}, "20": {"statusCode": "400"}}

    assert mocked(responses=responses).response.status == 202


def test_a_response_template_is_the_body() -> None:
    """Its media type is the answer's, its variables are put in; a mock has no trace."""
    template = {"text/html": "<p>$context.stage $stageVariables.table</p>"}

    response = mocked(responses={"default": {"statusCode": 200, "responseTemplates": template}}).response

    assert (response.headers.get("Content-Type"), response.body) == ("text/html", b"<p>v1 things</p>")
    assert response.headers.get("X-Amzn-Trace-Id") is None


@pytest.mark.parametrize(
    ("behaviour", "status"), [("never", 415), ("when_no_templates", 415), ("when_no_match", 201), (None, 201)]
)
def test_passthrough_decides_over_a_type_without_template(behaviour: str | None, status: int) -> None:
    """The body itself is what the mock goes by, where it may be."""
    responses = {"default": {"statusCode": "201"}}

    sent = mocked(
        [("Content-Type", "text/plain")], b"{statusCode: 201}", passthroughBehavior=behaviour, responses=responses
    )

    assert sent.response.status == status


@pytest.mark.parametrize("responses", [None, {}, {"404": {"statusCode": "404"}}, {"default": {}}])
def test_a_mock_without_an_answer_fails(responses: Any) -> None:
    """There is no response to choose, or none that has a status."""
    assert mocked(responses=responses).response.status == 500


@pytest.mark.parametrize(
    "integration",
    [
        {"requestTemplates": {"application/json": "#set($a = 1){statusCode: 200}"}},
        {"responses": {"default": {"statusCode": 200, "responseTemplates": {"application/json": "$input.json('$')"}}}},
        {"responses": {"(": {"statusCode": 200}}},
    ],
    ids=["directive", "input", "pattern"],
)
def test_what_a_mock_cannot_do_here_is_said(integration: Any) -> None:
    """VTL is not run, and nobody pretends that it was."""
    api = deployed(operation("GET /m", integration={"type": "mock", **integration}))

    assert [each.reason.partition(":")[0] for each in api.unsupported] == ["a mock integration that is not supported"]
