"""Links, settled: by operationId where there is one, and none to other contracts."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts import openapi

CONTRACT = """\
openapi: 3.0.1
paths:
  /notes:
    post:
      responses:
        "201":
          description: Made.
          links:
            get: {LINK}
  /notes/{id}:
    parameters: [{name: id, in: path, required: true}]
    get: {operationId: getNote, responses: {}}
    delete: {responses: {}}
"""


def settled(tmp_path: Path, link: str) -> dict[str, object]:
    """The links of the only answer."""
    path = tmp_path / "openapi.yaml"
    path.write_text(CONTRACT.replace("{LINK}", link), encoding="utf-8")
    return dict(openapi.load(path).operations[0].responses["201"].links)


@pytest.mark.parametrize(
    "link",
    [
        "{operationId: getNote}",
        "{operationRef: '#/paths/~1notes~1{id}/get'}",
        "{operationRef: '#/paths/~1notes~1%7Bid%7D/get'}",
        "{operationRef: 'openapi.yaml#/paths/~1notes~1{id}/get'}",
        "{operationId: getNote, operationRef: 'https://example.com/api.yaml#/paths/~1a/get'}",
    ],
)
def test_a_link_tells_its_operation_by_the_operation_id(tmp_path: Path, link: str) -> None:
    """However the document says it, one form is left."""
    assert settled(tmp_path, link) == {"get": {"operationId": "getNote"}}


def test_a_link_to_an_operation_without_a_name_keeps_its_place(tmp_path: Path) -> None:
    """Without an operationId a link is told by the place of the operation, in one spelling."""
    link = "{operationRef: 'openapi.yaml#/paths/~1notes~1%7Bid%7D/delete'}"

    assert settled(tmp_path, link) == {"get": {"operationRef": "#/paths/~1notes~1{id}/delete"}}


@pytest.mark.parametrize("file", ["https://example.com/api.yaml", "other.yaml"])
def test_a_link_to_another_contract_is_left_out(tmp_path: Path, file: str) -> None:
    """API Gateway reads no links, and nobody here could follow this one."""
    assert settled(tmp_path, f"{{operationRef: '{file}#/paths/~1notes/get'}}") == {}
