"""What API Gateway will not enforce, told operation by operation."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts import export, openapi
from contracts.contract import Contract
from contracts.openapi import imported

CONTRACT = """\
openapi: 3.0.1
info: {title: Notes, version: "1"}
x-amazon-apigateway-request-validators:
  all: {validateRequestParameters: true, validateRequestBody: true}
  params: {validateRequestParameters: true, validateRequestBody: false}
x-amazon-apigateway-policy: {Version: "2012-10-17", Statement: []}
x-amazon-apigateway-cors: {allowOrigins: ["*"]}
paths:
  /free:
    get:
      operationId: getFree
      parameters:
        - {name: q, in: query, schema: {type: string}}
      responses: {"204": {description: Nothing.}}
  /notes:
    post:
      operationId: putNote
      x-amazon-apigateway-request-validator: all
      security: [{key: []}, {own: []}, {guard: []}]
      parameters:
        - {name: limit, in: query, required: true, schema: {type: integer}}
        - {name: X-Kind, in: header, schema: {$ref: "#/components/schemas/Kind"}}
        - {name: session, in: cookie, required: true, schema: {type: string}}
      requestBody:
        required: true
        content:
          application/json: {schema: {$ref: "#/components/schemas/Note"}}
          text/csv: {}
      responses: {"200": {description: Stored., content: {application/json: {schema: {type: object}}}}}
      x-amazon-apigateway-integration: {type: aws_proxy, httpMethod: POST, uri: "arn:x"}
  /checked:
    post:
      operationId: postChecked
      x-amazon-apigateway-request-validator: params
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {"200": {description: Done.}}
      x-amazon-apigateway-integration: {type: mock}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: x-api-key}
    own: {type: http, scheme: bearer}
    guard:
      type: oauth2
      flows: {}
      x-amazon-apigateway-authorizer: {type: jwt, jwtConfiguration: {issuer: "https://i", audience: [a]}}
  schemas:
    Kind: {type: string, enum: [a, b]}
    Note:
      type: object
      properties: {at: {$ref: "#/components/schemas/Time"}, next: {$ref: "#/components/schemas/Note"}}
    Time: {type: string, format: date-time}
"""


@pytest.fixture
def contract(tmp_path: Path) -> Contract:
    """A contract with something of everything."""
    (tmp_path / "openapi.yaml").write_text(CONTRACT)
    return openapi.load(str(tmp_path / "openapi.yaml"))


def test_a_rest_api_judges_presence_and_models(contract: Contract) -> None:
    """Values, other media types, formats, cookies and foreign security are left to the handler."""
    assert [str(each) for each in export.losses(contract, "REST")] == [
        "putNote: whether session (cookie) is there; the values of limit (query), X-Kind (header); "
        "bodies with another Content-Type than application/json, which walk past the model; format in the body; "
        "bodies of text/csv, which have no schema; who calls (own)",
        "postChecked: the whole body",
    ]


def test_an_http_api_judges_nothing(contract: Contract) -> None:
    """Neither parameters nor bodies nor keys; an operation that promises nothing loses nothing."""
    assert [str(each) for each in export.losses(contract, "HTTP")] == [
        "putNote: whether limit (query), session (cookie) are there; the values of limit (query), X-Kind (header); "
        "the whole body; who calls (key, own)",
        "postChecked: the whole body",
    ]


def test_the_document_of_an_http_api_has_what_one_reads(contract: Contract) -> None:
    """Routes, integrations with a payload format, authorizers and CORS; nothing that only REST APIs know."""
    document = export.for_http_api(contract)
    operation = document["paths"]["/notes"]["post"]

    assert set(document) == {"openapi", "info", "paths", "components", "x-amazon-apigateway-cors"}
    assert set(document["components"]) == {"securitySchemes"}
    assert operation["security"] == [{"guard": []}]
    assert operation["x-amazon-apigateway-integration"]["payloadFormatVersion"] == "1.0"
    assert set(operation) == {"operationId", "parameters", "responses", "security", "x-amazon-apigateway-integration"}
    assert "x-amazon-apigateway-integration" not in document["paths"]["/checked"]["post"]
    assert imported(document, "HTTP").refusals == ()


def test_the_service_of_this_repository_can_be_either() -> None:
    """Both documents of its contract are imported."""
    own = openapi.load(str(Path(__file__).parents[3] / "openapi.yaml"))

    assert imported(export.for_http_api(own), "HTTP").refusals == ()
    assert imported(export.for_api_gateway(own), "REST").refusals == ()
