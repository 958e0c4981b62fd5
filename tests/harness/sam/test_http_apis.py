"""HTTP APIs of a template: their kind, stage, routes and CORS, written as SAM events or as resources."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from contracts.sam import Loaded
from contracts.stack import Api

Load = Callable[..., Loaded]

EVENTS = """
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: "x"
      Events:
        One: {Type: HttpApi, Properties: {Path: "/jobs/{id}", Method: get}}
        Old: {Type: HttpApi, Properties: {Path: /old, Method: any, PayloadFormatVersion: "1.0"}}
        Rest: {Type: HttpApi}
"""
SERVERLESS_API = """
Resources:
  Api:
    Type: AWS::Serverless::HttpApi
    Properties:
      StageName: dev
      StageVariables: {table: t}
      CorsConfiguration: {AllowOrigins: ["https://a.example"], AllowMethods: [GET], MaxAge: 5}
  F:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: "x"
      Events:
        One: {Type: HttpApi, Properties: {ApiId: !Ref Api, Path: /jobs, Method: get}}
"""
PLAIN = """
Resources:
  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties:
      Name: plain
      ProtocolType: HTTP
      CorsConfiguration: {AllowOrigins: ["*"], AllowCredentials: false}
  Stage:
    Type: AWS::ApiGatewayV2::Stage
    Properties: {ApiId: !Ref Api, StageName: $default}
  F:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.12, Handler: app.handler, Code: {ZipFile: x}, Role: !Sub "arn:aws:iam::1:role/r"}
  Integration:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Api
      IntegrationType: AWS_PROXY
      IntegrationUri: !GetAtt F.Arn
      PayloadFormatVersion: "2.0"
  Default:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref Api, RouteKey: $default, Target: !Sub "integrations/${Integration}"}
"""
QUICK = """
Resources:
  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties: {Name: quick, ProtocolType: HTTP, Target: !GetAtt F.Arn}
  F:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.12, Handler: app.handler, Code: {ZipFile: x}, Role: !Sub "arn:aws:iam::1:role/r"}
"""


def only_api(loaded: Loaded) -> Api:
    """The template's only API."""
    (api,) = loaded.stack.apis.values()
    return api


def routes(api: Api) -> dict[tuple[str, str], Any]:
    """The payload format of each route, by path and member."""
    paths = (api.definition or {})["paths"]
    return {
        (path, member): operation["x-amazon-apigateway-integration"]["payloadFormatVersion"]
        for path, item in paths.items()
        for member, operation in item.items()
        if isinstance(operation, dict)
    }


def test_events_make_an_http_api_at_its_default_stage(sam: Load) -> None:
    """Payload format 2.0 unless an event says otherwise; an event without a path is the `$default` route."""
    api = only_api(sam(EVENTS))

    assert (api.kind, api.stage) == ("HTTP", "$default")
    assert routes(api) == {
        ("/jobs/{id}", "get"): "2.0",
        ("/old", "x-amazon-apigateway-any-method"): "1.0",
        ("$default", "x-amazon-apigateway-any-method"): "2.0",
    }


def test_a_serverless_http_api_has_its_own_stage_and_cors(sam: Load) -> None:
    """CORS in the words of OpenAPI."""
    api = only_api(sam(SERVERLESS_API))

    assert (api.kind, api.stage, api.stage_variables) == ("HTTP", "dev", {"table": "t"})
    assert (api.definition or {})["x-amazon-apigateway-cors"] == {
        "allowOrigins": ["https://a.example"],
        "allowMethods": ["GET"],
        "maxAge": 5,
    }


def test_resources_make_the_same_document(loaded: Load) -> None:
    """Routes, integrations and CORS of AWS::ApiGatewayV2."""
    api = only_api(loaded(PLAIN))

    assert (api.kind, api.stage) == ("HTTP", "$default")
    assert routes(api) == {("/$default", "x-amazon-apigateway-any-method"): "2.0"}
    assert (api.definition or {})["x-amazon-apigateway-cors"] == {"allowOrigins": ["*"], "allowCredentials": False}


@pytest.mark.parametrize("text", [PLAIN, QUICK], ids=["routes", "quick-create"])
def test_a_function_named_by_its_arn_is_invoked_by_a_path(loaded: Load, text: str) -> None:
    """As an OpenAPI document has it."""
    api = only_api(loaded(text))

    operation = (api.definition or {})["paths"]["/$default"]["x-amazon-apigateway-any-method"]
    assert operation["x-amazon-apigateway-integration"]["uri"].endswith("/invocations")


def test_parameter_mappings_of_answers_are_in_the_document(loaded: Load) -> None:
    """So that the gateway can say that it does not make them."""
    mapping = '{"200": {ResponseParameters: [{Destination: "overwrite:statuscode", Source: "201"}]}}'
    text = PLAIN.replace(
        'PayloadFormatVersion: "2.0"', f'PayloadFormatVersion: "2.0"\n      ResponseParameters: {mapping}'
    )
    definition = only_api(loaded(text)).definition or {}
    operation = definition["paths"]["/$default"]["x-amazon-apigateway-any-method"]

    assert list(operation["x-amazon-apigateway-integration"]["responseParameters"]) == ["200"]
