"""What is not done as a deployment would do it, or what it would lack: told once, with its line, by the template."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.finding import Gap
from contracts.run import Settings
from contracts.run.subject import read

INTEGRATION = {
    "type": "aws_proxy",
    "httpMethod": "POST",
    "uri": {
        "Fn::Sub": "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations",
    },
}
TEMPLATE = """Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: live
{members}
      DefinitionBody:
        Fn::Transform: {{Name: AWS::Include, Parameters: {{Location: openapi.json}}}}
  F:
    Type: AWS::Serverless::Function
    Properties: {{Runtime: python3.13, Handler: index.handler, InlineCode: "handler = None"}}
{resources}
"""
PERMISSION = """  May:
    Type: AWS::Lambda::Permission
    Properties: {{FunctionName: {function}, Action: "lambda:InvokeFunction", Principal: {principal}{source}}}
"""
ALLOWED = PERMISSION.format(function="!Ref F", principal="apigateway.amazonaws.com", source="")
CERTIFICATE = 'CertificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/1"'

Told = Callable[..., list[Gap]]


@pytest.fixture
def told(tmp_path: Path) -> Told:
    """What is told of a service whose function the contract names, by members of its API and further resources."""

    def gaps(members: str = "", resources: str = ALLOWED, *, path: str = "/jobs", **integration: Any) -> list[Gap]:
        operation = {
            "operationId": "listJobs",
            "responses": {"200": {"description": "all"}},
            "x-amazon-apigateway-integration": {**INTEGRATION, **integration},
        }
        document = {"openapi": "3.0.1", "info": {"title": "t", "version": "1"}, "paths": {path: {"get": operation}}}
        (tmp_path / "openapi.json").write_text(json.dumps(document), "utf-8")
        (tmp_path / "template.yaml").write_text(TEMPLATE.format(members=members, resources=resources), "utf-8")
        return list(read(Settings(tmp_path / "openapi.json", tmp_path / "template.yaml")).omitted)

    return gaps


def test_nothing_is_told_of_what_is_done_as_deployed(told: Told) -> None:
    """A stage, variables and a domain below a base path are."""
    domain = f"      Domain: {{DomainName: a.example, {CERTIFICATE}, BasePath: [x]}}"

    assert told(f"      Variables: {{a: b}}\n{domain}") == []


def test_settings_are_told_with_their_line(told: Told) -> None:
    """In the resource that the user wrote, whatever SAM makes of it."""
    (caching, tls) = told(
        "      CacheClusterEnabled: true\n"
        f"      Domain: {{DomainName: a.example, {CERTIFICATE}, MutualTlsAuthentication: {{TruststoreUri: s3://b/k}}}}"
    )

    assert (caching.message.partition(":")[0], caching.location and caching.location.line) == (
        "`CacheClusterEnabled`",
        7,
    )
    assert (tls.message.partition(":")[0], tls.location and tls.location.line) == ("`MutualTlsAuthentication`", 8)
    assert {caching.operation, tls.operation} == {None}


def test_another_stage_is_told(told: Told) -> None:
    """A run has one."""
    stage = "  Other: {Type: AWS::ApiGateway::Stage, Properties: {RestApiId: !Ref Api, StageName: other}}\n"
    (gap,) = told("", ALLOWED + stage)

    assert gap.message == "the stage `live` is not asked: a run has one stage of an API, `other`"


@pytest.mark.parametrize(
    ("domain", "path", "words"),
    [
        ("a.example", "/ping", "`/ping` of a.example is API Gateway's own health check there"),
        ("a.example", "/jobs", None),
        ("'*.example'", "/jobs", "`*.example` stands for many host names"),
    ],
)
def test_what_a_domain_does_not_reach_is_told(told: Told, domain: str, path: str, words: str | None) -> None:
    """Its health check, and host names that nobody lists."""
    gaps = told(f"      Domain: {{DomainName: {domain}, {CERTIFICATE}}}", path=path)

    assert [each.message.startswith(words or "?") for each in gaps] == ([] if words is None else [True])


@pytest.mark.parametrize(
    ("function", "principal", "source", "lacking"),
    [
        ("!Ref F", "apigateway.amazonaws.com", "", False),
        ("!GetAtt F.Arn", "apigateway.amazonaws.com", "", False),
        ("!Sub '${F.Arn}:live'", "'*'", "", False),
        ("!Ref F", "s3.amazonaws.com", "", True),
        ("other", "apigateway.amazonaws.com", "", True),
        ("!Ref F", "apigateway.amazonaws.com", ":${Api}/*", False),
        ("!Ref F", "apigateway.amazonaws.com", ":${Api}/live/GET/jobs", False),
        ("!Ref F", "apigateway.amazonaws.com", ":*", False),
        ("!Ref F", "apigateway.amazonaws.com", ":${Api}/other/*", True),
        ("!Ref F", "apigateway.amazonaws.com", ":abcdefghij/*", True),
    ],
)
def test_a_function_that_the_gateway_may_not_call_is_told(
    told: Told, function: str, principal: str, source: str, lacking: bool
) -> None:
    """Where the template's permissions are another function's, another service's or another API's."""
    arn = f', SourceArn: !Sub "arn:aws:execute-api:${{AWS::Region}}:${{AWS::AccountId}}{source}"' if source else ""
    gaps = told("", PERMISSION.format(function=function, principal=principal, source=arn))

    assert [each.check for each in gaps] == (["gateway-may-invoke"] if lacking else [])
    assert all("call F (AWS::Lambda::Permission)" in each.message for each in gaps)


def test_no_permission_at_all_is_told(told: Told) -> None:
    """As of a function that a document names, and no event of its own."""
    (gap,) = told("", "")

    assert (gap.check, gap.location and gap.location.line) == ("gateway-may-invoke", 10)


def test_whoever_calls_with_a_role_needs_no_permission(told: Told) -> None:
    """The integration's `credentials` are its leave."""
    assert told("", "", credentials="arn:aws:iam::123456789012:role/caller") == []


def test_a_permission_that_nobody_knows_may_be_the_one(told: Told) -> None:
    """A value from another stack may name the function."""
    assert (
        told("", PERMISSION.format(function="!ImportValue name", principal="apigateway.amazonaws.com", source="")) == []
    )
