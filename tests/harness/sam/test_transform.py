"""The SAM transform runs offline, and its errors become one message with the resource's line."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable

import pytest

from contracts.errors import TemplateError
from contracts.sam import Loaded

Load = Callable[..., Loaded]


def test_users_environment_is_not_read(sam: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    """A profile that does not exist, and a region of another partition, change nothing."""
    text = "Resources:\n  F: {Type: AWS::Serverless::Function, Properties: {Policies: [AmazonS3ReadOnlyAccess]}}\n"
    before = sam(text).stack
    monkeypatch.setenv("AWS_PROFILE", "does-not-exist")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "cn-north-1")
    monkeypatch.setenv("AWS_REGION", "cn-north-1")

    assert sam(text).stack == before


def test_nothing_is_connected(sam: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    """A nested application and a managed policy, which SAM looks up in AWS, are read without a connection."""

    def refuse(*_: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    stack = sam(
        """
        Resources:
          F: {Type: AWS::Serverless::Function, Properties: {Policies: [NobodyKnowsThisPolicy]}}
          Nested:
            Type: AWS::Serverless::Application
            Properties:
              Location: {ApplicationId: "arn:aws:serverlessrepo:us-east-1:1:applications/a", SemanticVersion: 1.0.0}
        """
    ).stack

    assert "NobodyKnowsThisPolicy" in stack.roles["FRole"].managed_policies
    assert stack.others["Nested"].kind == "AWS::Serverless::Application"


def test_region_of_the_run(sam: Load) -> None:
    """The region that is given decides the partition, whatever region was given before."""
    text = "Resources:\n  F: {Type: AWS::Serverless::Function}\n"
    sam(text, region="eu-west-1")

    stack = sam(text, region="cn-north-1").stack

    assert stack.functions["F"].arn == "arn:aws-cn:lambda:cn-north-1:123456789012:function:contracts-F"
    assert stack.roles["FRole"].managed_policies[0] == (
        "arn:aws-cn:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    )


def test_invalid_resource(sam: Load) -> None:
    """What SAM refuses is said in its words, with the line of the resource."""
    with pytest.raises(TemplateError, match=r"\[Bad\] is invalid.*PrimaryKey") as caught:
        sam(
            """
            Resources:
              Good: {Type: AWS::Serverless::SimpleTable}
              Bad: {Type: AWS::Serverless::SimpleTable, Properties: {PrimaryKey: 5}}
            """
        )

    assert caught.value.location is not None
    assert caught.value.location.line == 6


def test_transform_that_breaks(sam: Load) -> None:
    """What SAM stumbles over without an error of its own is one message, too."""
    with pytest.raises(TemplateError, match="the SAM transform"):
        sam("Resources:\n  F: {Type: AWS::Serverless::Function, Properties: {Events: {A: 5}}}\n")


def test_nothing_is_logged(sam: Load, caplog: pytest.LogCaptureFixture) -> None:
    """What samtranslator warns of itself does not reach a user."""
    with caplog.at_level(logging.WARNING):
        sam(
            """
            Resources:
              Api: {Type: AWS::Serverless::Api, Properties: {StageName: v1, OpenApiVersion: 3.0.1}}
              F:
                Type: AWS::Serverless::Function
                Properties: {Events: {Get: {Type: Api, Properties: {Path: /, Method: get, RestApiId: !Ref Api}}}}
            """
        )

    assert not caplog.records
