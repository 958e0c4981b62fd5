"""The smallest request that still proves a failure."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.http import Headers, Request
from contracts.run.reduction import candidates, reduced

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def post(value: Any, *, target: str = "/v1/things", headers: tuple[tuple[str, str], ...] = ()) -> Request:
    body = json.dumps(value).encode()
    lines = (("Host", "api"), ("Content-Type", "application/json"), ("Content-Length", str(len(body))), *headers)
    return Request("POST", target, Headers(lines), body)


def test_members_that_do_not_matter_are_dropped() -> None:
    """Of a body only the member that makes the request fail is left, as short as it may be."""
    request = post({"name": "far too long", "tags": ["a", "b"], "count": 7})

    smallest = reduced(request, lambda each: len(json.loads(each.body or b"{}").get("name", "")) > 5)

    assert json.loads(smallest.body or b"") == {"name": "000000"}


def test_content_length_follows_the_body() -> None:
    """A smaller request is still a valid one: its Content-Length is that of its body."""
    smallest = reduced(post({"a": 1, "b": 2}), lambda each: b"a" in (each.body or b""))

    assert smallest.headers.get("Content-Length") == str(len(smallest.body or b""))


def test_headers_and_parameters_that_do_not_matter_are_dropped() -> None:
    """What the failure does not need is not shown: neither headers nor query parameters."""
    request = post({}, target="/v1/things?limit=1&cursor=x", headers=(("Accept", "*/*"), ("X-Trace", "1")))

    smallest = reduced(request, lambda each: "limit=1" in each.target)

    assert smallest.target == "/v1/things?limit=1"
    assert [name for name, _ in smallest.headers] == ["Host", "Content-Type", "Content-Length"]


def test_a_request_that_fails_only_as_it_is_stays_as_it_is() -> None:
    """Where no smaller request fails, the request itself is the answer."""
    request = post({"a": [1, 2]})

    assert reduced(request, lambda each: False) == request


@pytest.mark.parametrize("number", ["1" + "0" * 400, "-1" + "0" * 400, "1e400", "-Infinity", "NaN"])
def test_numbers_of_any_size_are_made_smaller(number: str) -> None:
    """Those that no float holds, and what only Python reads as a number."""
    request = replace(post({}), body=f'{{"n": {number}}}'.encode())

    assert json.loads(reduced(request, lambda each: b"n" in (each.body or b"")).body or b"") == {"n": 0}


def test_what_is_nested_beyond_all_bounds_stays_as_it_is() -> None:
    """It is not followed to its end."""
    request = replace(post({}), body=b'{"n": ' + b"[" * 900 + b"]" * 900 + b"}")

    assert reduced(request, lambda each: (each.body or b"").count(b"[") == 900) == request


def test_the_budget_bounds_the_requests() -> None:
    """No more requests are made than allowed, however large the request is."""
    made: list[Request] = []

    def never_fails_again(request: Request) -> bool:
        made.append(request)
        return False

    reduced(post({str(number): number for number in range(100)}), never_fails_again, budget=7)

    assert len(made) == 7


@given(JSON)
@settings(derandomize=True, database=None, deadline=None, max_examples=50)
def test_reduction_ends(value: Any) -> None:
    """Whatever the body, simplifying it comes to an end well before an endless budget does."""
    made = 0

    def still_fails(request: Request) -> bool:
        nonlocal made
        made += 1
        return True

    smallest = reduced(post(value), still_fails, budget=10_000)

    assert made < 10_000
    assert not list(candidates(smallest))
