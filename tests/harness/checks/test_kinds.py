"""Values that members are written with."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.checks.requests import Requests
from contracts.checks.sequences.kinds import longest_text, objects_of, several_objects

TERM = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"source": {"type": "string"}, "kind": {"type": "string", "enum": ["noun"]}},
}


def terms(**more: Any) -> dict[str, Any]:
    return {"type": "array", "items": TERM, **more}


@pytest.mark.parametrize(("most", "length"), [({"maxItems": 3}, 3), ({}, 60), ({"maxItems": 256}, 60)])
def test_a_list_has_as_many_objects_as_it_may(make: Any, most: dict[str, int], length: int) -> None:
    """Each with other texts than the one before, where the contract leaves them free."""
    objects = several_objects(Requests(make.notes()), terms(**most), [{"source": "cat", "kind": "noun"}])

    assert objects is not None
    assert len(objects) == length
    assert objects[:2] == [{"source": "cat0", "kind": "noun"}, {"source": "cat1", "kind": "noun"}]


@pytest.mark.parametrize(
    ("schema", "sent"),
    [
        (terms(maxItems=1), [{"source": "cat"}]),
        (terms(), [{"kind": "noun"}]),
        (terms(), []),
        (terms(), ["cat"]),
        (terms(), None),
    ],
)
def test_other_lists_are_not_of_objects(make: Any, schema: dict[str, Any], sent: Any) -> None:
    """Nor are those of one object, or of objects that have nothing of their own."""
    assert several_objects(Requests(make.notes()), schema, sent) is None


def test_a_text_is_written_into_the_first_object_of_a_list(make: Any) -> None:
    """Where it is free; the other objects, and what is an enum, stay as they are."""
    rules = Requests(make.notes())
    cat, dog = {"source": "cat", "kind": "noun"}, {"source": "dog"}

    assert objects_of(rules, terms(), [cat, dog], "a, b") == [{"source": "a, b", "kind": "noun"}, dog]


@pytest.mark.parametrize(
    ("schema", "sent"),
    [(terms(), [{"kind": "noun"}]), (terms(), []), (terms(), ["cat"]), (terms(), None), ({"type": "array"}, [{}])],
)
def test_no_text_is_written_where_none_is_free(make: Any, schema: dict[str, Any], sent: Any) -> None:
    """Nor into what is no list of objects."""
    assert objects_of(Requests(make.notes()), schema, sent, "a, b") is None


def test_the_longest_text_is_longer_than_those_that_are_tried_anyway(make: Any) -> None:
    """And exactly as long as it may be."""
    rules = Requests(make.notes())

    assert len(longest_text(rules, {"type": "string", "maxLength": 20_000}) or "") == 20_000
    assert longest_text(rules, {"type": "string", "maxLength": 2_000}) is None
    assert longest_text(rules, {"type": "string"}) is None
