"""Routing of HTTP APIs beyond the recorded cases."""

from __future__ import annotations

import pytest

from contracts.gateway.http_api.routing import routes
from contracts.gateway.routing import Match


def routed(line: str, *keys: str) -> Match[str] | None:
    """Where a request goes."""
    found, refused = routes(triples(keys))
    assert refused == ()
    verb, path = line.split(" ")
    return found.match(verb, path[1:].split("/"))


def triples(keys: tuple[str, ...]) -> list[tuple[str, str, str]]:
    """Verb, path and name of route keys."""
    return [("ANY", "/$default", key) if key == "$default" else (*key.split(" "), key) for key in keys]  # type: ignore[misc]  # a route key is two words


@pytest.mark.parametrize(
    ("line", "keys", "expected"),
    [
        ("GET /a/b", ("GET /{x}/{y}", "GET /a/{proxy+}"), ("GET /{x}/{y}", {"x": "a", "y": "b"})),
        ("GET /a/b/c", ("GET /a/{proxy+}", "GET /a/b/{proxy+}"), ("GET /a/b/{proxy+}", {"proxy": "c"})),
        ("GET /a/b/c", ("GET /{x}/b/{proxy+}", "GET /a/{proxy+}"), ("GET /a/{proxy+}", {"proxy": "b/c"})),
        ("GET /a/b/c", ("GET /a/{x}/{proxy+}", "GET /a/{proxy+}"), ("GET /a/{x}/{proxy+}", {"x": "b", "proxy": "c"})),
        ("GET /a/b/c", ("GET /{proxy+}", "ANY /a/{proxy+}"), ("ANY /a/{proxy+}", {"proxy": "b/c"})),
        ("POST /a/b/c", ("GET /a/b/{proxy+}", "ANY /{rest+}"), ("ANY /{rest+}", {"rest": "a/b/c"})),
        ("GET /v/y", ("GET /{a}/x", "GET /{b}/{c}"), ("GET /{b}/{c}", {"b": "v", "c": "y"})),
        ("POST /v", ("GET /{a}", "POST /{b}"), ("POST /{b}", {"b": "v"})),
        ("GET /", ("GET /", "$default"), ("GET /", {})),
        ("GET /jobs/", ("GET /jobs",), ("GET /jobs", {})),
        ("TRACE /jobs", ("ANY /jobs", "$default"), ("$default", {})),
        ("get /jobs", ("GET /jobs", "$default"), ("$default", {})),
    ],
)
def test_the_most_specific_route_is_taken(line: str, keys: tuple[str, ...], expected: tuple[str, object]) -> None:
    """Full before greedy, the longest literal beginning first, `$default` last; the names are the route's own."""
    found = routed(line, *keys)

    assert found is not None
    assert (found.found, found.parameters) == expected


@pytest.mark.parametrize(
    ("line", "keys"),
    [("GET /a//b", ("GET /a/{x}/b",)), ("GET /a/", ("GET /a/{proxy+}",)), ("GET /b/c", ("GET /a/c", "GET /b"))],
    ids=["empty-segment", "greedy-needs-one", "no-mixture"],
)
def test_what_no_route_takes_is_not_found(line: str, keys: tuple[str, ...]) -> None:
    """A variable takes a whole segment, and a greedy one at least one."""
    assert routed(line, *keys) is None


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        (("GET /a", "GET /a"), "Route with key GET /a already exists for this API"),
        (("$default", "$default"), "Route with key $default already exists for this API"),
        (("GET /a/{x}", "GET /a/{y}"), "Route with key GET /a/{y} already exists for this API"),
        (("GET /a/",), "the route key `GET /a/` ends with a slash, which a route of an HTTP API cannot"),
        (("GET /a-{x}",), "the route key `GET /a-{x}` has a variable that is not a whole segment: a-{x}"),
        (("GET /{p+}/a",), "the route key `GET /{p+}/a` has a greedy variable that is not at its end: {p+}"),
        (("TRACE /a",), "Invalid HTTP method specified: TRACE"),
    ],
)
def test_what_is_no_route_is_refused(keys: tuple[str, ...], reason: str) -> None:
    """The later of two equal ones, and what is no route key."""
    _, refused = routes(triples(keys))

    assert [(each.what, each.reason) for each in refused] == [(keys[-1], reason)]


def test_a_match_costs_the_length_of_the_path() -> None:
    """Of many routes only those on the way are looked at: a deep path of many choices ends at once."""
    keys = [f"GET /{'/'.join(['{x}' if bit == '1' else 'a' for bit in f'{n:08b}'])}/end" for n in range(256)]

    assert routed(f"GET /{'a/' * 8}other", *keys) is None
