"""Custom domains of a template: which mapping leads to the stage of which API, however it is written."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from contracts.sam import Loaded

Load = Callable[..., Loaded]
Domains = dict[str, list[tuple[str, str, bool]]]

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/1"
SERVERLESS = f"""
Resources:
  Rest:
    Type: AWS::Serverless::Api
    Properties:
      StageName: prod
      Domain: {{DomainName: API.example.com, CertificateArn: "{CERTIFICATE}", BasePath: [/orders, v2]}}
  Http:
    Type: AWS::Serverless::HttpApi
    Properties:
      Domain: {{DomainName: http.example.com, CertificateArn: "{CERTIFICATE}", BasePath: [/a/b, /]}}
  F:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: "x"
      Events:
        One: {{Type: Api, Properties: {{RestApiId: !Ref Rest, Path: /jobs, Method: get}}}}
        Two: {{Type: HttpApi, Properties: {{ApiId: !Ref Http, Path: /jobs, Method: get}}}}
"""
PLAIN = """
Resources:
  Rest: {Type: AWS::ApiGateway::RestApi, Properties: {Name: rest}}
  Deployment: {Type: AWS::ApiGateway::Deployment, Properties: {RestApiId: !Ref Rest, StageName: live}}
  Domain: {Type: AWS::ApiGateway::DomainName, Properties: {DomainName: api.example.com}}
"""


def domains(loaded: Loaded) -> Domains:
    """Name, base path and whether the stage is named, by API."""
    return {
        name: [(each.name, each.base_path, each.names_stage) for each in api.domains]
        for name, api in loaded.stack.apis.items()
    }


def test_domains_of_serverless_apis(sam: Load) -> None:
    """`Domain` of either kind; a name has no case, and `/` is the root."""
    found = domains(sam(SERVERLESS))

    assert found["Rest"] == [("api.example.com", "orders", True), ("api.example.com", "v2", True)]
    assert sorted(found["Http"]) == [("http.example.com", "", True), ("http.example.com", "a/b", True)]


@pytest.mark.parametrize(
    ("mapping", "expected"),
    [
        ({"BasePath": "orders", "Stage": "live"}, [("api.example.com", "orders", True)]),
        ({"BasePath": "orders"}, [("api.example.com", "orders", False)]),
        ({"BasePath": "(none)", "Stage": "live"}, [("api.example.com", "", True)]),
        ({"BasePath": "orders", "Stage": "other"}, []),
        ({"BasePath": {"Ref": "Unknown"}}, []),
        ({"RestApiId": "another"}, []),
    ],
)
def test_mappings_that_are_written(loaded: Load, mapping: Mapping[str, Any], expected: list[Any]) -> None:
    """Only those to the stage that is served, whose path can be known."""
    properties = {"DomainName": {"Ref": "Domain"}, "RestApiId": {"Ref": "Rest"}, **mapping}
    written = f"  Mapping: {{Type: AWS::ApiGateway::BasePathMapping, Properties: {json.dumps(properties)}}}\n"

    assert domains(loaded("Parameters: {Unknown: {Type: String}}" + PLAIN + written))["Rest"] == expected
