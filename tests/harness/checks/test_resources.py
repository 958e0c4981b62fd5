"""What a contract's operations are about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contracts.checks.requests import Requests
from contracts.checks.resources import members_of_schema, resources, server_members

LINK = {"operationId": "getNote", "parameters": {"id": "$response.body#/key"}}


def names(resource: Any) -> dict[str, str | None]:
    members = ("create", "read", "replace", "delete", "lists")
    return {each: getattr(resource, each) and getattr(resource, each).name for each in members}


def test_collection_and_item_make_a_resource(make: Any) -> None:
    """POST and GET of the collection, the methods of the item."""
    (resource,) = resources(make.notes())

    assert (resource.collection, resource.item, resource.variable) == ("/notes", "/notes/{id}", "id")
    assert names(resource) == {
        "create": "createNote", "read": "getNote", "replace": None, "delete": "deleteNote", "lists": "listNotes",
    }  # fmt: skip
    assert not resource.chosen


def test_a_put_that_documents_201_creates_where_no_post_does(make: Any) -> None:
    """Then clients choose the names, and the path says it."""
    put = make.operation("putNote", "PUT", "/notes/{id}", make.response("200"), make.response("201"))
    (resource,) = resources(make.notes(createNote=put))

    assert resource.chosen
    assert resource.name_of(make.exchange(put, 201, target="/v1/notes/a%20b")) == "a b"


def test_a_post_that_creates_nothing_makes_no_resource(make: Any) -> None:
    """A POST that documents 200 alone is a search, or a calculation."""
    contract = make.changed("createNote", responses={"200": make.response("200")})

    assert resources(contract)[0].create is None


def test_paths_without_a_variable_at_their_end_are_none(make: Any) -> None:
    """Actions on a thing, and what there is once."""
    action = make.operation("archive", "POST", "/notes/{id}/archive", make.response("201"))
    contract = replace(make.notes(), operations=(action,))

    assert resources(contract) == ()


@pytest.mark.parametrize(
    ("answer", "headers", "name"),
    [
        ({"id": "n-1"}, [], "n-1"),
        ({"Id": 7}, [], "7"),
        ({"name": "a"}, [("Location", "/v1/notes/n-2")], "n-2"),
        ({"text": "a"}, [], None),
        ({"id": True}, [], None),
    ],
)
def test_the_name_of_a_thing_is_where_the_answer_has_it(make: Any, answer: Any, headers: Any, name: str | None) -> None:
    """In the Location, else in the member that is called as the path's variable is."""
    (resource,) = resources(make.notes())
    shown = make.exchange(make.of(make.notes(), "createNote"), 201, answer, headers=headers)

    assert resource.name_of(shown) == name


def test_a_link_says_where_the_name_is(make: Any) -> None:
    """Before all other signs."""
    documented = make.response("201", {"$ref": "#/components/schemas/Note"}, links={"note": LINK})
    contract = make.changed("createNote", responses={"201": documented})
    shown = make.exchange(make.of(contract, "createNote"), 201, {"id": "wrong", "key": "right"})

    assert resources(contract)[0].name_of(shown) == "right"


def test_a_thing_is_found_below_the_parents_of_its_request(make: Any) -> None:
    """At the same stage, its name percent-encoded."""
    create = make.operation("addPage", "POST", "/books/{book}/pages", make.response("201"))
    read = make.operation("getPage", "GET", "/books/{book}/pages/{page}", make.response("200"))
    contract = replace(make.notes(), operations=(create, read))
    (resource,) = resources(contract)
    shown = make.exchange(create, 201, target="/v1/books/b%2F1/pages")

    assert resource.target(shown, "p 1") == "/v1/books/b%2F1/pages/p%201"
    assert resource.collection_target(create, shown.case.request) == "/v1/books/b%2F1/pages"


def test_what_the_server_sets_is_said_by_the_contract(make: Any) -> None:
    """By readOnly, and by the extension at an operation or a schema; members of allOf count."""
    schema = {
        "allOf": [{"$ref": "#/components/schemas/Note"}, {"properties": {"at": {"readOnly": True}}}],
        "x-contract-server-fields": ["id"],
    }
    contract = make.changed("createNote", extensions={"x-contract-server-fields": ["version"]})
    rules = Requests(contract)

    assert set(members_of_schema(rules, schema)) == {"id", "text", "tags", "at"}
    assert server_members(rules, make.of(contract, "createNote"), schema, None) == {"id", "at", "version"}
