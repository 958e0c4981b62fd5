"""What a request target says: stage, path and query."""

from __future__ import annotations

import pytest

from contracts.gateway.calls import Place, place_of, query_of, verb
from contracts.http import Headers, Request


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/stage/proxy-value/", Place("stage", "/proxy-value/", "/stage/proxy-value/")),
        ("/stage/proxy-value//double", Place("stage", "/proxy-value//double", "/stage/proxy-value//double")),
        ("//stage/proxy-value", Place("stage", "/proxy-value", "/stage/proxy-value")),
        ("/stage//proxy-value", Place("stage", "/proxy-value", "/stage//proxy-value")),
        ("/stage", Place("stage", "/", "/stage/")),
        ("/stage?a=/b", Place("stage", "/", "/stage/")),
        ("https://host/stage/a?b", Place("stage", "/a", "/stage/a")),
        ("*", Place("*", "/", "/*/")),
    ],
)
def test_a_target_is_taken_apart_as_recorded(target: str, expected: Place) -> None:
    """The recorded table of slashes, and the other forms of a request target."""
    assert place_of(target) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ()),
        ("a=x+y&b=x%2By", (("a", "x y"), ("b", "x+y"))),
        ("flag&empty=&&c=1", (("flag", ""), ("empty", ""), ("c", "1"))),
        ("a=1;b=2", (("a", "1"), ("b", "2"))),
        ("a%3Db=c=d", (("a=b", "c=d"),)),
        ("a=%zz%ff", (("a", "%zz\N{REPLACEMENT CHARACTER}"),)),
    ],
)
def test_a_query_is_decoded(query: str, expected: tuple[tuple[str, str], ...]) -> None:
    """Plus is a space, a semicolon splits, and what is no encoding stays as it is."""
    assert query_of(query) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [("PATCH", "PATCH"), ("delete", "DELETE"), ("TRACE", "POST"), ("", "POST")]
)
def test_a_header_can_override_the_method(value: str, expected: str) -> None:
    """X-HTTP-Method-Override counts where it names one of API Gateway's verbs."""
    request = Request("POST", "/v1/a", Headers.of([("x-http-method-override", value)]))

    assert verb(request) == expected
