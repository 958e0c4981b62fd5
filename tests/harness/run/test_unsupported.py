"""What the gateway does not support is said once, with its line: one row for each operation that needs it."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from contracts.run.subject import Settings, read, standing

FUNCTION = "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations"
CONTRACT = """\
openapi: 3.0.1
info: {title: T, version: "1"}
paths:
  /supported:
    get:
      responses: {}
      x-amazon-apigateway-integration: {type: aws_proxy, httpMethod: POST, payloadFormatVersion: "2.0", uri: FUNCTION}
  /other:
    get:
      responses: {}
      x-amazon-apigateway-integration:
        INTEGRATION
"""
TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::KIND
    Properties:
      StageName: v1
      DefinitionBody: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: openapi.yaml}}}
  F:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.13, Handler: index.handler, InlineCode: "def handler(event, context): return {}"}
"""
LAMBDA = "httpMethod: POST, uri: FUNCTION"
PROXY = f"type: aws_proxy, {LAMBDA}"
HTTP = 'payloadFormatVersion: "2.0"'
REST_APIS = {
    "{type: http, httpMethod: GET, uri: 'https://example.com/'}": "an integration of type `http` is not supported yet",
    "{type: http_proxy, httpMethod: ANY, uri: 'https://example.com/'}": (
        "an integration of type `http_proxy` is not supported yet"
    ),
    f"{{type: aws, {LAMBDA}, requestTemplates: {{application/json: '$input.body'}}}}": (
        "an integration of type `aws` with anything but an object of Amazon S3 (s3:path) is not supported yet"
    ),
    "{type: aws, httpMethod: POST, uri: 'arn:aws:apigateway:us-east-1:dynamodb:action/PutItem'}": (
        "an integration of type `aws` with anything but an object of Amazon S3 (s3:path) is not supported yet"
    ),
    "{type: mock, requestTemplates: {application/json: '#set($a = 1){\"statusCode\": 200}'}}": (
        "a mock integration that is not supported: its template is written in VTL, which is not run here"
    ),
    f"{{{PROXY}, responseTransferMode: STREAM}}": (
        "responses that are streamed (responseTransferMode) are not supported yet"
    ),
}
HTTP_APIS = {
    f"{{{PROXY}, {HTTP}, requestParameters: {{'append:header.x': '$request.path'}}}}": (
        "parameter mapping of an HTTP API (requestParameters) is not supported yet"
    ),
    f"{{{PROXY}, {HTTP}, responseParameters: {{'200': {{'append:header.x': '1'}}}}}}": (
        "parameter mapping of an HTTP API (responseParameters) is not supported yet"
    ),
    f"{{type: aws_proxy, integrationSubtype: SQS-SendMessage, {HTTP}}}": (
        "an integration of type `SQS-SendMessage` of an HTTP API is not supported yet"
    ),
    f"{{type: http_proxy, httpMethod: GET, uri: 'https://example.com/', {HTTP}}}": (
        "an integration of type `http_proxy` of an HTTP API is not supported yet"
    ),
}


@pytest.mark.parametrize(
    ("kind", "integration", "reason"),
    [
        *(("Api", integration, reason) for integration, reason in REST_APIS.items()),
        *(("HttpApi", integration, reason) for integration, reason in HTTP_APIS.items()),
    ],
)
def test_what_is_not_supported_is_one_row(tmp_path: Path, kind: str, integration: str, reason: str) -> None:
    """With the line of the integration; the other operation runs."""
    uri = f'{{"Fn::Sub": "{FUNCTION}"}}'
    text = CONTRACT.replace("INTEGRATION", integration).replace("FUNCTION", uri)
    (tmp_path / "openapi.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "template.yaml").write_text(dedent(TEMPLATE).replace("KIND", kind), encoding="utf-8")

    with standing(read(Settings(tmp_path / "openapi.yaml", tmp_path / "template.yaml")), 0) as (_, problems):
        (problem,) = problems

    assert (problem.operation, problem.reason) == ("GET /other", reason)
    assert problem.location is not None
    assert Path(problem.location.path).name == "openapi.yaml"
    assert problem.location.line == text.splitlines().index("      x-amazon-apigateway-integration:") + 1
