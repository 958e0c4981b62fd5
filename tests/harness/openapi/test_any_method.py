"""Any method, spelled out: operations that clients can call, and links that still lead somewhere."""

from __future__ import annotations

from pathlib import Path

from contracts import openapi
from contracts.contract import Contract

CONTRACT = """\
openapi: 3.0.1
paths:
  /pets:
    post:
      operationId: createPet
      responses:
        "201":
          description: Made.
          links:
            it: {operationId: pet, parameters: {id: $response.body#/id}}
            all: {operationId: createPet}
  /pets/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {operationId: getPet, responses: {}}
    x-amazon-apigateway-any-method:
      operationId: pet
      security: [{}]
      requestBody: {content: {application/json: {}}}
      responses: {"200": {description: It.}}
  /$default:
    x-amazon-apigateway-any-method: {responses: {}}
"""


def contract(folder: Path, text: str = CONTRACT) -> Contract:
    """The contract with this text, as it was read."""
    (folder / "openapi.yaml").write_text(text, encoding="utf-8")
    return openapi.load(folder / "openapi.yaml")


def test_each_method_that_a_path_lacks_is_an_operation(tmp_path: Path) -> None:
    """Beside those that it has; HEAD and OPTIONS are nobody's promise, and `$default` has no path."""
    spelled = openapi.spelled_out(contract(tmp_path))

    assert [each.name for each in spelled.operations] == [
        *("createPet", "getPet"),
        *("POST /pets/{id}", "PUT /pets/{id}", "DELETE /pets/{id}", "PATCH /pets/{id}"),
        "ANY /$default",
    ]
    assert [each.name for each in spelled.operations if each.any_method] == [
        each.name for each in spelled.operations[2:6]
    ]


def test_each_promises_what_any_method_does(tmp_path: Path) -> None:
    """Answers, parameters and security; a body where HTTP gives it a meaning."""
    operations = {each.method: each for each in openapi.spelled_out(contract(tmp_path)).operations if each.any_method}

    assert all(list(each.responses) == ["200"] and each.security == ({},) for each in operations.values())
    assert {method for method, each in operations.items() if each.request_body is not None} == {"POST", "PUT", "PATCH"}


def test_the_document_says_the_same(tmp_path: Path) -> None:
    """Whoever reads it sees each method, and no name that means several."""
    item = openapi.spelled_out(contract(tmp_path)).document["paths"]["/pets/{id}"]

    assert set(item) == {"parameters", "get", "post", "put", "delete", "patch"}
    assert {name for name in item if "requestBody" in item[name]} == {"post", "put", "patch"}
    assert not any("operationId" in item[name] for name in ("post", "put", "delete", "patch"))


def test_a_link_to_any_method_leads_to_one_of_them(tmp_path: Path) -> None:
    """The first that stands for it, in the document and in the operation; other links stay."""
    spelled = openapi.spelled_out(contract(tmp_path))
    links = {
        "it": {"operationRef": "#/paths/~1pets~1{id}/post", "parameters": {"id": "$response.body#/id"}},
        "all": {"operationId": "createPet"},
    }

    assert spelled.operations[0].responses["201"].links == links
    assert spelled.document["paths"]["/pets"]["post"]["responses"]["201"]["links"] == links


def test_a_contract_without_any_method_stays_as_it_is(tmp_path: Path) -> None:
    """Nothing is copied."""
    written = contract(tmp_path, "openapi: 3.0.1\npaths: {/a: {get: {responses: {}}}}\n")

    assert openapi.spelled_out(written) is written
    assert openapi.spelled_out_document(written.document) is written.document


def test_a_service_need_not_serve_each_of_any_method(tmp_path: Path) -> None:
    """405 says so; of an operation that the contract has by itself it is an answer like any other."""
    create, *_, delete, _patch, _default = openapi.spelled_out(contract(tmp_path)).operations

    assert [each.unserved(405) for each in (create, delete)] == [False, True]
    assert not delete.unserved(404)
