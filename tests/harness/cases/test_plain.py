"""Plain paths: what only API Gateway has in a path template, in words that the engine reads."""

from __future__ import annotations

from typing import Any

from contracts.cases import plain_document, plain_paths

TEXT = {"type": "string"}
RESPONSES: dict[str, Any] = {"responses": {}}


def greedy(item: dict[str, Any], path: str = "/files/{key+}") -> dict[str, Any]:
    """A document with this path alone."""
    key = {"name": "key", "in": "path", "required": True, "schema": TEXT}
    return {"paths": {path: item}, "components": {"parameters": {"Key": key}}}


def test_a_greedy_variable_is_a_variable() -> None:
    """With a parameter, which documents of API Gateway seldom declare."""
    document = plain_document(greedy({"get": RESPONSES}))

    assert document["paths"] == {
        "/files/{key}": {
            "get": RESPONSES,
            "parameters": [{"name": "key", "in": "path", "required": True, "schema": TEXT}],
        }
    }


def test_a_declared_parameter_is_kept() -> None:
    """Wherever it stands."""
    parameter = {"$ref": "#/components/parameters/Key"}
    document = plain_document(greedy({"parameters": [parameter], "get": RESPONSES}))

    assert document["paths"]["/files/{key}"]["parameters"] == [parameter]


def test_a_path_beside_it_keeps_its_name() -> None:
    """HTTP APIs may have both; the parameters follow."""
    own = {"name": "key", "in": "path", "required": True, "schema": {"type": "string", "maxLength": 9}}
    document = greedy({"get": {"parameters": [own, {"name": "q", "in": "query"}], **RESPONSES}})
    document["paths"]["/files/{key}"] = {"get": RESPONSES}

    assert plain_paths(document) == {"/files/{key+}": "/files/{key_}", "/files/{key}": "/files/{key}"}
    plain = plain_document(document)["paths"]
    assert plain["/files/{key}"] == {"get": RESPONSES}
    assert plain["/files/{key_}"]["get"]["parameters"] == [{**own, "name": "key_"}, {"name": "q", "in": "query"}]


def test_links_lead_to_the_path_by_its_new_name() -> None:
    """A link by a place has the path in it."""
    link = {"operationRef": "#/paths/~1files~1{key+}/get"}
    document = greedy({"get": {"responses": {"200": {"links": {"self": link}}}}})

    links = plain_document(document)["paths"]["/files/{key}"]["get"]["responses"]["200"]["links"]
    assert links == {"self": {"operationRef": "#/paths/~1files~1{key}/get"}}


def test_a_document_without_greedy_variables_stays_as_it_is() -> None:
    """Nothing is copied."""
    document = greedy({"get": RESPONSES}, "/files/{key}")

    assert plain_document(document) is document
