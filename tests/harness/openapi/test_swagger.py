"""Swagger 2.0: the same contract as OpenAPI 3.0 has it, with the places where it was written."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from contracts import openapi
from contracts.contract import Contract, Operation
from contracts.errors import ContractError, Location

CONTRACT = """\
swagger: "2.0"
info: {title: Pets, version: "1"}
host: example.com
basePath: /v1
consumes: [application/json, application/vnd.pet+json]
x-amazon-apigateway-binary-media-types: [image/png]
parameters:
  Id: {name: id, in: path, required: true, type: string, maxLength: 8}
  Pet:
    name: body
    in: body
    required: true
    schema: {$ref: "#/definitions/Pet"}
responses:
  Missing:
    description: There is none.
    x-contract-unreachable: nobody asks
    schema: {$ref: "#/definitions/Error"}
securityDefinitions:
  key: {type: apiKey, in: header, name: x-api-key}
  basic: {type: basic}
  code: {type: oauth2, flow: accessCode, authorizationUrl: https://a, tokenUrl: https://b, scopes: {read: Read}}
security: [{key: []}]
paths:
  /pets/{id}:
    parameters: [{$ref: "#/parameters/Id"}]
    get:
      produces: [application/hal+json]
      parameters:
        - name: tags
          in: query
          type: array
          items: {type: string, collectionFormat: csv}
          collectionFormat: multi
      responses:
        200:
          description: It.
          schema: {$ref: "#/definitions/Pet"}
          headers:
            ETag: {type: string, minLength: 2}
          examples: {application/hal+json: {name: Bello}}
        404: {$ref: "#/responses/Missing"}
    put:
      x-amazon-apigateway-integration: {type: mock}
      parameters: [{$ref: "#/parameters/Pet"}]
      responses: {"204": {description: Done.}}
  /forms:
    post:
      parameters:
        - {name: q, in: formData, type: string, required: true, description: Words}
        - {name: n, in: formData, type: integer}
      responses: {default: {description: Done.}}
  /photos:
    post:
      parameters: [{name: photo, in: formData, type: file}]
      responses: {"200": {description: The same., schema: {type: file}}}
definitions:
  Pet:
    type: object
    discriminator: name
    properties:
      name: {type: string, x-nullable: true}
      next: {$ref: "#/definitions/Pet"}
  Error: {type: object}
"""
JSON = "application/json"
PET = {"$ref": "#/components/schemas/Pet"}


def load(folder: Path, text: str = CONTRACT, **files: str) -> Contract:
    """The contract with this text, beside files with these names."""
    for name, content in {"swagger": text, **files}.items():
        (folder / f"{name}.yaml").write_text(dedent(content), encoding="utf-8")
    return openapi.load(folder / "swagger.yaml")


def operation(contract: Contract, name: str) -> Operation:
    """The operation of that method and path."""
    return next(each for each in contract.operations if each.name == name)


def test_the_document_is_one_of_openapi_3(tmp_path: Path) -> None:
    """Whoever reads it sees one shape: nothing of Swagger 2.0 is left, and extensions stay."""
    document = load(tmp_path).document

    assert set(document) == {
        *("openapi", "info", "servers", "security", "paths", "components"),
        "x-amazon-apigateway-binary-media-types",
    }
    assert document["openapi"] == "3.0.1"
    assert document["servers"] == [{"url": "https://example.com/v1"}]
    assert document["paths"]["/pets/{id}"]["put"]["x-amazon-apigateway-integration"] == {"type": "mock"}


def test_words_of_a_parameter_are_its_schema(tmp_path: Path) -> None:
    """Also of the items of a list, and of a header; how a list is written is the parameter's affair."""
    get = operation(load(tmp_path), "GET /pets/{id}")
    path_id, tags = get.parameters
    (header,) = get.responses["200"].headers

    assert (path_id.name, path_id.schema, path_id.required) == ("id", {"type": "string", "maxLength": 8}, True)
    assert (tags.schema, tags.explode) == ({"type": "array", "items": {"type": "string"}}, True)
    assert header.schema == {"type": "string", "minLength": 2}


def test_a_body_has_every_type_that_is_consumed(tmp_path: Path) -> None:
    """The schema of the parameter in the body, once for each media type of the document."""
    body = operation(load(tmp_path), "PUT /pets/{id}").request_body

    assert body is not None
    assert body.required
    assert body.content == {JSON: PET, "application/vnd.pet+json": PET}


def test_an_answer_has_every_type_that_is_produced(tmp_path: Path) -> None:
    """Those of the operation, JSON where nobody says, and none without a schema; references are followed."""
    contract = load(tmp_path)
    responses = operation(contract, "GET /pets/{id}").responses

    assert responses["200"].content == {"application/hal+json": PET}
    assert responses["404"].content == {"application/hal+json": {"$ref": "#/components/schemas/Error"}}
    assert responses["404"].unreachable == "nobody asks"
    assert operation(contract, "PUT /pets/{id}").responses["204"].content == {}
    get = contract.document["paths"]["/pets/{id}"]["get"]
    assert get["responses"]["200"]["content"]["application/hal+json"]["example"] == {"name": "Bello"}


def test_fields_of_a_form_are_one_object(tmp_path: Path) -> None:
    """Encoded as a form, or in parts where there is a file."""
    contract = load(tmp_path)
    form, photo = (operation(contract, name).request_body for name in ("POST /forms", "POST /photos"))

    assert form is not None
    assert photo is not None
    assert (form.required, photo.required) == (True, False)
    assert form.content == {
        "application/x-www-form-urlencoded": {
            "type": "object",
            "properties": {"q": {"type": "string", "description": "Words"}, "n": {"type": "integer"}},
            "required": ["q"],
        }
    }
    file = {"type": "string", "format": "binary"}
    assert photo.content == {"multipart/form-data": {"type": "object", "properties": {"photo": file}}}
    assert operation(contract, "POST /photos").responses["200"].content == {JSON: file}


def test_definitions_are_schemas(tmp_path: Path) -> None:
    """With the words that OpenAPI 3.0 has for the same."""
    assert load(tmp_path).schemas["Pet"] == {
        "type": "object",
        "discriminator": {"propertyName": "name"},
        "properties": {"name": {"type": "string", "nullable": True}, "next": PET},
    }


def test_security_definitions_are_security_schemes(tmp_path: Path) -> None:
    """And requirements hold as before."""
    contract = load(tmp_path)

    assert contract.security_schemes["key"] == {"type": "apiKey", "in": "header", "name": "x-api-key"}
    assert contract.security_schemes["basic"] == {"type": "http", "scheme": "basic"}
    flow = {"authorizationUrl": "https://a", "tokenUrl": "https://b", "scopes": {"read": "Read"}}
    assert contract.security_schemes["code"] == {"type": "oauth2", "flows": {"authorizationCode": flow}}
    assert operation(contract, "POST /forms").security == ({"key": ()},)


def test_everything_is_where_it_was_written(tmp_path: Path) -> None:
    """Operations, parameters and answers, those that are referred to as well."""
    get = operation(load(tmp_path), "GET /pets/{id}")
    lines = CONTRACT.splitlines()

    def written(line: int | None) -> str:
        assert line is not None
        return lines[line - 1].strip()

    assert written(get.location.line) == "get:"
    assert [written(each.location.line) for each in get.parameters] == [lines[7].strip(), "- name: tags"]
    assert [written(each.location.line) for each in get.responses.values()] == ["200:", "Missing:"]


def test_definitions_of_other_files_are_brought_in(tmp_path: Path) -> None:
    """References out of the file lead to schemas like those of its own."""
    text = """\
        swagger: "2.0"
        paths:
          /pets:
            get: {responses: {"200": {description: All., schema: {$ref: "pets.yaml#/definitions/Pet"}}}}
        """
    contract = load(tmp_path, dedent(text), pets="definitions: {Pet: {type: object, x-nullable: true}}\n")

    assert contract.operations[0].responses["200"].content == {JSON: PET}
    assert contract.schemas == {"Pet": {"type": "object", "nullable": True}}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("maxLength: 8", "maxLength: eight", "this schema cannot be used"),
        ("minLength: 2", "pattern: '[['", "is no regular expression"),
        ("string, x-nullable: true", "strinx", "`strinx` is no type of a schema"),
        ("{name: q, in: formData", "{in: formData", "a parameter has no `name`"),
        ('{"204": {description: Done.}}', '{"204": {content: {}}}', "`content` means nothing in Swagger 2.0"),
        (
            "parameters: [{name: p",
            "requestBody: {}\n      parameters: [{name: p",
            "`requestBody` means nothing in Swagger 2.0",
        ),
        ("definitions:\n", "components: {}\ndefinitions:\n", "`components` means nothing in Swagger 2.0"),
        ("name: Bello", "name: 7", "the example breaks its schema at /name"),
        ("{name: n, in: formData", "{name: n, in: trailer", "a parameter cannot be in `trailer`"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    """The line is the one of the file that people wrote."""
    text = CONTRACT.replace(old, new, 1)
    with pytest.raises(ContractError) as caught:
        load(tmp_path, text)

    wrong = new.splitlines()[0]
    assert message in caught.value.message
    assert caught.value.location == Location(
        str(tmp_path / "swagger.yaml"), next(n for n, line in enumerate(text.splitlines(), 1) if wrong in line)
    )


@pytest.mark.parametrize(("written", "servers"), [("host: {Ref: Host}", None), ("basePath: /v1", [{"url": "/v1"}])])
def test_servers_are_told_where_they_are_known(tmp_path: Path, written: str, servers: Any) -> None:
    """What only a deployment knows is left out."""
    text = f'swagger: "2.0"\n{written}\npaths: {{/a: {{get: }}}}\n'

    assert load(tmp_path, text).document.get("servers") == servers
