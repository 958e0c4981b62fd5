"""Paths against templates."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.checks.paths import filled, match, operations_at, with_variable


@pytest.mark.parametrize(
    ("template", "path", "prefix", "variables"),
    [
        ("/notes", "/v1/notes", "/v1", {}),
        ("/notes", "/notes/", "", {}),
        ("/notes/{id}", "/a/b/notes/x%20y", "/a/b", {"id": "x%20y"}),
        ("/files/{path+}", "/v1/files/a/b", "/v1", {"path": "a/b"}),
        ("/{tenant}/notes/{id}", "/v1/t/notes/n", "/v1", {"tenant": "t", "id": "n"}),
    ],
)
def test_a_path_fits_a_template_below_any_prefix(template: str, path: str, prefix: str, variables: Any) -> None:
    """The stage or base path is what stands before it; variables stay as they were sent."""
    found = match(template, path)

    assert found is not None
    assert (found.prefix, found.variables) == (prefix, variables)


@pytest.mark.parametrize(
    ("template", "path"), [("/notes/{id}", "/v1/notes/"), ("/notes/{id}", "/v1/"), ("/notes", "/x")]
)
def test_a_path_of_another_form_does_not_fit(template: str, path: str) -> None:
    """An empty variable selects no resource."""
    assert match(template, path) is None


@settings(derandomize=True, database=None, deadline=None, max_examples=50)
@given(st.text(min_size=1, max_size=20, alphabet=st.characters(exclude_categories=["Cs"])))
def test_what_is_filled_in_is_found_again(value: str) -> None:
    """Any text survives its way into a path."""
    path = filled("/notes/{id}", {"id": value})

    again = with_variable("/notes/{id}", f"/v1{path}?a=b", "id", change=lambda text: f"{text}!" * (text == value))

    assert again == f"/v1{filled('/notes/{id}', {'id': f'{value}!'})}?a=b"


def test_the_rest_of_a_target_stays_byte_for_byte() -> None:
    """Only the variable changes."""
    target = with_variable("/notes/{id}", "/v%31/notes/a?q=%7e", "id", change=lambda _: "b/c")

    assert target == "/v%31/notes/b%2Fc?q=%7e"


def test_a_missing_value_fills_nothing() -> None:
    """A path without one of its variables is no path."""
    assert filled("/notes/{id}", {}) is None


def test_fixed_segments_win_over_variables(make: Any) -> None:
    """As API Gateway chooses among resources."""
    contract = make.notes(fixed=make.operation("newest", "GET", "/notes/newest"))

    assert [each.name for each in operations_at(contract, "/v1/notes/newest", "/v1")] == ["newest"]
    assert [each.name for each in operations_at(contract, "/v1/notes/n-1", "/v1")] == ["getNote", "deleteNote"]
    assert operations_at(contract, "/v2/notes/n-1", "/v1") == ()
