"""Variants of an accepted request: an optional member more, or less."""

from __future__ import annotations

from typing import Any

from contracts.checks.requests import Requests
from contracts.checks.variants import fuller, members_of, optional_members, values_for, without_top


def create(make: Any, sent: Any) -> tuple[Requests, Any, Any]:
    contract = make.notes()
    operation = make.of(contract, "createNote")
    return Requests(contract), operation, make.exchange(operation, 201, {}, sent=sent).case.request


def test_optional_members_are_those_that_a_request_may_leave_out(make: Any) -> None:
    """A required one is none of them, whether it is there or not."""
    rules, operation, request = create(make, {"text": "a"})

    assert optional_members(rules, operation, request) == ["tags"]
    assert members_of(without_top(request, "text")) == {}


def test_values_are_those_that_the_contract_allows(make: Any) -> None:
    """Known ones first, each once, none of them empty."""
    rules, operation, request = create(make, {"text": "a"})

    assert values_for(rules, operation, request, "tags", [["b"], [], ["b"]]) == [["b"], ["first"], ["other"]]


def test_a_fuller_request_has_every_optional_member(make: Any) -> None:
    """What is there stays; a body that is no object stays as it is."""
    rules, operation, request = create(make, {"text": "a"})

    assert members_of(fuller(rules, operation, request)) == {"text": "a", "tags": ["first"]}
    assert fuller(rules, operation, create(make, [1])[2]).body == b"[1]"
