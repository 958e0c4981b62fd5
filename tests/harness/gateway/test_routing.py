"""Routing beyond the recorded cases: what the tree refuses, and that its cost is the path's and not the list's."""

from __future__ import annotations

import pytest

from contracts.gateway.routing import Match, match, tree


def refused(*routes: str) -> list[tuple[str, str]]:
    """The routes that are refused, each with the reason."""
    _, found = tree((route.split(" ")[0], route.split(" ")[1], route) for route in routes)
    return [(each.what, each.reason) for each in found]


def routed(line: str, *routes: str) -> Match[str] | None:
    """Where a request goes."""
    root, _ = tree((route.split(" ")[0], route.split(" ")[1], route) for route in routes)
    verb, path = line.split(" ")
    return match(root, verb, path)


@pytest.mark.parametrize(
    ("routes", "reason"),
    [
        (
            ("GET /{proxy+}", "GET /{id}"),
            "A sibling ({proxy+}) of this resource already has a variable path part -- only one is allowed: {id}",
        ),
        (
            ("GET /a/{x}/b", "GET /a/{y}/c"),
            "A sibling ({x}) of this resource already has a variable path part -- only one is allowed: {y}",
        ),
        (
            ("GET /a", "GET /{proxy+}/b"),
            "Cannot create a child of a resource with a greedy path variable: {proxy+}",
        ),
        (("GET /a", "TRACE /a"), "Invalid HTTP method specified: TRACE"),
    ],
    ids=["greedy-and-variable", "two-variables", "below-greedy", "verb"],
)
def test_what_api_gateway_does_not_import_is_refused(routes: tuple[str, ...], reason: str) -> None:
    """A route that contradicts an earlier one is refused in API Gateway's words; the earlier one stays."""
    assert refused(*routes) == [(routes[-1], reason)]


def test_captures_of_a_dead_end_do_not_leak() -> None:
    """A variable on a way that led nowhere is no path parameter."""
    found = routed("GET /v/y", "GET /{a}/x", "GET /{a}/{b}")

    assert found == Match("GET /{a}/{b}", {"a": "v", "b": "y"})


def test_a_dead_end_behind_a_fixed_segment_is_left() -> None:
    """The router comes back from a fixed segment whose resources lead nowhere, and takes the variable."""
    found = routed("GET /users/me/photo", "GET /users/me", "GET /users/{id}/photo")

    assert found == Match("GET /users/{id}/photo", {"id": "me"})


def test_a_variable_takes_no_empty_segment() -> None:
    """Between two slashes there is nothing that a variable could hold."""
    assert routed("GET /jobs//log", "GET /jobs/{id}/log") is None


@pytest.mark.parametrize("verb", ["TRACE", "get", "PURGE"])
def test_any_is_seven_verbs(verb: str) -> None:
    """Other verbs, and verbs in other letters, are not among them."""
    assert routed(f"{verb} /jobs", "ANY /jobs") is None


def test_a_match_does_not_walk_the_list() -> None:
    """The way to the last of a thousand operations passes three resources, as the way to the only one does."""
    root, _ = tree(("GET", f"/things{number}/{{id}}", number) for number in range(1000))

    assert match(root, "GET", "/things999/7") == Match(999, {"id": "7"})
    assert len(root.fixed) == 1000
    assert [len(each.fixed) for each in root.fixed.values()] == [0] * 1000
