"""Which function an integration calls."""

from __future__ import annotations

import pytest

from contracts.run.joining import invoked

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:jobs"
URI = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{}/invocations"


@pytest.mark.parametrize(
    ("uri", "arn"),
    [
        (URI.format(ARN), ARN),
        (ARN, ARN),
        (URI.format(ARN.replace("jobs", "${stageVariables.name}")), ARN),
        (URI.format(ARN.replace("jobs", "${stageVariables.name}:live")), f"{ARN}:live"),
        (URI.format(ARN.replace("jobs", "${stageVariables.other}")), ARN.replace("jobs", "${stageVariables.other}")),
    ],
    ids=["of a REST API", "of an HTTP API", "a stage variable", "beside an alias", "one that the stage does not have"],
)
def test_a_uri_names_a_function(uri: str, arn: str) -> None:
    """By its ARN, with the values of the stage's variables."""
    assert invoked(uri, {"name": "jobs"}) == arn
