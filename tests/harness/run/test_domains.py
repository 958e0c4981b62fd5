"""Custom domains of the template: the service answers there as well, and knows its operations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contracts import ServiceUnderTest
from contracts.http import Headers, Request
from contracts.run import Settings
from contracts.run.subject import read, standing

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: live
      Domain: {DomainName: api.example.com, CertificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/1",
               BasePath: [orders]}
  F:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      InlineCode: |
        def handler(event, context):
            return {"statusCode": 200, "body": event["path"]}
      Events:
        One: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /jobs, Method: get}}
"""
CONTRACT = {
    "openapi": "3.0.1",
    "info": {"title": "jobs", "version": "1"},
    "paths": {"/jobs": {"get": {"operationId": "listJobs", "responses": {"200": {"description": "all"}}}}},
}


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A contract, and a template with a custom domain."""
    contract, template = tmp_path / "openapi.json", tmp_path / "template.yaml"
    contract.write_text(json.dumps(CONTRACT), "utf-8")
    template.write_text(TEMPLATE, "utf-8")
    return contract, template


def test_a_request_by_the_domain_is_answered(files: tuple[Path, Path]) -> None:
    """The function sees the base path that the client sent, and no stage."""
    with ServiceUnderTest(*files) as service:
        answers = {
            host: service.send("GET", target, headers={"Host": host}).response
            for host, target in (("api.example.com", "/orders/jobs"), ("localhost", "/live/jobs"))
        }

    assert {host: (each.status, each.body) for host, each in answers.items()} == {
        "api.example.com": (200, b"/orders/jobs"),
        "localhost": (200, b"/jobs"),
    }


def test_a_request_by_the_domain_is_one_for_its_operation(files: tuple[Path, Path]) -> None:
    """Below the base path, and nowhere else on the domain."""
    subject = read(Settings(*files))
    found = {}
    with standing(subject, 0) as (service, _):
        for target in ("/orders/jobs", "/live/jobs"):
            request = Request("GET", target, Headers.of([("Host", "api.example.com")]))
            operation = subject.documented(request, service.entrances.entered(request).deployment)
            found[target] = None if operation is None else operation.name

    assert found == {"/orders/jobs": "listJobs", "/live/jobs": None}
