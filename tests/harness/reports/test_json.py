"""The JSON report: what machines read."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.errors import Location
from contracts.exchange import Case, Exchange
from contracts.finding import Failure, Finding, Verdict
from contracts.http import Headers, Request, Response
from contracts.reports import json as report
from contracts.stack import Unresolved


class Color(StrEnum):
    """An enumeration of strings."""

    RED = "red"


class Number(Enum):
    """An enumeration of anything."""

    ONE = Decimal(1)


def test_looks_as_agreed(broken: Verdict, golden: Callable[[str, str], None]) -> None:
    """The report of a broken run is what its golden file shows, key for key."""
    golden("report-broken.json", report.text(broken))


def test_names_what_could_not_run(could_not_run: Verdict) -> None:
    """What could not run has its operation, promise, reason, place and cure."""
    [unavailable] = json.loads(report.text(could_not_run))["unavailable"]

    assert unavailable == {
        "operation": "getTranslation",
        "promise": None,
        "reason": "its function GetTranslation is not in the template",
        "location": {"path": "openapi.yaml", "line": 61},
        "cure": "Add the function to template.yaml, or correct the integration's uri.",
    }


def test_gaps_are_all_there(kept: Verdict) -> None:
    """Gaps are not folded, and those without a place say null."""
    gaps = json.loads(report.text(kept))["gaps"]

    assert [gap["location"] for gap in gaps] == [{"path": "openapi.yaml", "line": 88}, None, None]


def test_not_observed_is_null_and_nothing_is_a_list(broken: Verdict) -> None:
    """From outside, calls and changes are unknown; from inside, none is an empty list."""
    outside = Exchange(Case("1", None, Request("GET", "/"), "fuzzing"), Response(500))
    [seen_from_outside] = report.report(_failing(outside))["failures"]
    seen_from_inside = report.report(broken)["failures"][1]

    assert (seen_from_outside["calls"], seen_from_outside["changes"], seen_from_outside["event"]) == (None, None, None)
    assert (seen_from_inside["calls"], seen_from_inside["changes"], seen_from_inside["event"]) == ([], [], {})


def test_a_finding_without_an_exchange() -> None:
    """A failure that no request shows has a null request and an empty sequence."""
    [failure] = report.report(_failing())["failures"]

    assert (failure["request"], failure["response"], failure["status"], failure["sequence"]) == (None, None, None, [])


def test_bytes_that_are_no_text_are_base64() -> None:
    """A body is text where it is UTF-8 without NUL, else base64 under another key."""
    odd = Exchange(Case("1", None, Request("POST", "/", body=b"\xff"), "p"), Response(200, Headers(), b"\0"))
    [failure] = report.report(_failing(odd))["failures"]

    assert "body" not in failure["request"]
    assert failure["request"]["body_base64"] == "/w=="
    assert failure["response"]["body_base64"] == "AA=="


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("12"), 12),
        (Decimal("0.5"), 0.5),
        (Decimal("0.1000000000000000000001"), "0.1000000000000000000001"),
        (Decimal("1E+400"), "1E+400"),
        (Decimal("sNaN"), "sNaN"),
        (float("inf"), "inf"),
        (2**70, 2**70),
        (b"\0", {"base64": "AA=="}),
        (bytearray(b"a"), {"base64": "YQ=="}),
        (datetime(2026, 1, 2, 3, 4, tzinfo=UTC), "2026-01-02T03:04:00+00:00"),
        (date(2026, 1, 2), "2026-01-02"),
        (timedelta(seconds=1.5), 1.5),
        ({"b", "a"}, ["a", "b"]),
        ((1, [2]), [1, [2]]),
        ({1: "a", None: "b", b"k": "c"}, {"1": "a", "null": "b", '{"base64": "aw=="}': "c"}),
        (Color.RED, "red"),
        (Number.ONE, 1),
        (Location("a", 1), {"path": "a", "line": 1}),
        (Unresolved("!Ref X", "unknown", Location("t")), "!Ref X"),
        (object(), "<object>"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_that_json_does_not_have(value: Any, written: Any) -> None:
    """Each kind of value that an AWS call can carry has one agreed form."""
    assert report.plain(value) == written
    assert json.loads(report.inline(value)) == written


def test_lone_surrogates_survive() -> None:
    """Half a surrogate pair, which UTF-8 cannot write, comes back from the file as it was."""
    text = report.text(_failing(message="\ud800 é"))

    assert text.encode("utf-8")
    assert json.loads(text)["failures"][0]["message"] == "\ud800 é"


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.decimals() | st.datetimes(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=8,
)


@settings(derandomize=True, database=None, deadline=None, max_examples=100)
@given(anything)
def test_anything_can_be_written(value: Any) -> None:
    """No value loses a report: whatever it is, it becomes strict JSON, and JSON values stay as they are."""
    plain = report.plain(value)

    assert report.plain(plain) == plain
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain


def test_the_same_verdict_is_the_same_text(broken: Verdict) -> None:
    """Two reports of one verdict are equal, byte for byte."""
    assert report.text(broken) == report.text(broken)


def _failing(*exchanges: Exchange, message: str = "m") -> Verdict:
    failure = Failure(Finding("payloads", "c", "o", message, exchanges), 1)
    return Verdict("openapi.yaml", None, "T", 1, 1, "", 0.0, ("payloads",), (), (failure,))
