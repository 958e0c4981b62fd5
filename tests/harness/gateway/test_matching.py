"""The comparison that cases are judged by finds what differs."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.http import Headers, Response
from tests.harness.gateway.matching import match, match_response


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": {"$absent": True}}, {}),
        ({"a": {"$any": True}}, {"a": None}),
        ({"$keys": ["a"]}, {"a": 0}),
        ({"$hasKeys": ["a"]}, {"a": 0, "b": 0}),
        ({"$exact": {"a": {"$type": "integer"}}}, {"a": 1}),
        ({"$oneOf": [1, {"$absent": True}]}, 1),
        ({"$not": {"$regex": "a.*"}}, "b"),
        ({"$range": [1, 2]}, 1.5),
        ({"$json": {"x": 1}}, '{"x": 1, "y": 2}'),
        ({"a": {"$same": "/b/0"}, "b": ["x"]}, {"a": "x", "b": ["x"]}),
    ],
)
def test_what_fits_has_no_differences(expected: Any, actual: Any) -> None:
    """Partial match: what is not mentioned is not compared."""
    assert match(expected, actual) == []


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (1, True),
        (1, "1"),
        ({"a": None}, {}),
        ({"a": {"$absent": True}}, {"a": None}),
        ({"a": {"$any": True}}, {}),
        ([1], [1, 2]),
        ({"$keys": ["a"]}, {"a": 0, "b": 0}),
        ({"$exact": {"a": 1}}, {"a": 1, "b": 2}),
        ({"$regex": "a"}, "ab"),
        ({"$type": "number"}, True),
        ({"$all": [1, 2]}, 1),
        ({"$not": 1}, 1),
        ({"$json": {"$exact": {"x": 1}}}, '{"x": 1, "y": 2}'),
        ({"$json": {}}, "text"),
        ({"a": {"$same": "/b"}}, {"a": "x", "b": "y"}),
        ({"a": 1}, []),
    ],
)
def test_what_does_not_fit_is_one_difference(expected: Any, actual: Any) -> None:
    """Types count, and null is not nothing."""
    assert len(match(expected, actual)) == 1


RESPONSE = Response(200, Headers.of([("X-A", "1"), ("x-a", "2"), ("X-B", "3")]), b"\x00")


@pytest.mark.parametrize(
    ("expected", "differences"),
    [
        ({"status": 200, "headers": {"x-a": ["1", "2"], "x-b": "3"}, "body": {"$base64": "AA=="}}, 0),
        ({"headers": {"x-a": {"$joined": "1, 2"}, "x-b": ["3"]}, "headerNames": ["X-A"]}, 0),
        ({"status": {"$oneOf": [201, 204]}}, 1),
        ({"headers": {"x-c": "1"}}, 1),
        ({"headers": {"x-a": "1"}}, 1),
        ({"headerNames": ["X-b"]}, 1),
        ({"body": {"$base64": "AAA="}}, 1),
    ],
)
def test_a_response_is_compared_as_the_client_sees_it(expected: Any, differences: int) -> None:
    """A header on several lines is a list, on one line it may be either."""
    assert len(match_response(expected, RESPONSE)) == differences
