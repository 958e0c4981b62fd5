"""Condition blocks, operator by operator, by the tables of IAM's user guide."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.policies.conditions import OPERATORS, hold

NOON = "2025-04-14T12:00:00Z"
ROLE = "arn:aws:iam::123456789012:role/deploy/ci"

# Operator, the value of the request, a value of a policy that fits it, and one that does not.
FITS: list[tuple[str, str, Any, Any]] = [
    ("StringEquals", "alice", "alice", "Alice"),
    ("StringEqualsIgnoreCase", "alice", "ALICE", "bob"),
    ("StringLike", "alice", "al?c*", "a?ice?"),
    ("NumericEquals", "10", 10.0, 11),
    ("NumericLessThan", "10", "10.5", "10"),
    ("NumericLessThanEquals", "10", "10", "9"),
    ("NumericGreaterThan", "10", "9", "10"),
    ("NumericGreaterThanEquals", "10", "10", "11"),
    ("DateEquals", NOON, "2025-04-14T14:00:00+02:00", "2025-04-14"),
    ("DateLessThan", NOON, "2025-04-14T12:00:01Z", NOON),
    ("DateLessThanEquals", NOON, NOON, "2025-04-14T11:59:59Z"),
    ("DateGreaterThan", NOON, "2025-04-14", NOON),
    ("DateGreaterThanEquals", NOON, "1744632000", "1744632001"),
    ("Bool", "true", True, False),
    ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", "QmluYXJ4"),
    ("IpAddress", "203.0.113.7", "203.0.113.0/24", "203.0.114.0/24"),
    ("IpAddress", "2001:db8::1", "2001:db8::/32", "203.0.113.0/24"),
    ("ArnEquals", ROLE, "arn:aws:iam::*:role/deploy/*", "arn:aws:iam::*:user/*"),
    ("ArnLike", ROLE, "arn:*:iam::123456789012:role/*", "arn:*"),
]
NEGATIONS = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}


def held(operator: str, expected: Any, *values: str) -> bool | None:
    """Whether a condition on one key holds for a request with these values of it."""
    return hold({operator: {"Some:Key": expected}}, {"some:key": values} if values else {})


@pytest.mark.parametrize(("operator", "value", "fits", "differs"), FITS, ids=[f"{each[0]}-{each[1]}" for each in FITS])
def test_an_operator_tells_what_fits(operator: str, value: str, fits: Any, differs: Any) -> None:
    """One of several values is enough; a key that is missing never is, unless the operator says so."""
    assert held(operator, fits, value) is True
    assert held(operator, differs, value) is False
    assert held(operator, [differs, fits], value) is True
    assert held(operator, fits) is False
    assert held(f"{operator}IfExists", fits) is True
    assert held(f"{operator}IfExists", differs, value) is False


@pytest.mark.parametrize("operator", NEGATIONS)
def test_a_negated_operator_holds_where_nothing_fits(operator: str) -> None:
    """None of several values may fit; a key that is missing fits nothing."""
    _, value, fits, differs = next(each for each in FITS if each[0] == NEGATIONS[operator])

    assert held(operator, differs, value) is True
    assert held(operator, [differs, fits], value) is False
    assert held(operator, fits) is True


def test_every_operator_is_tested() -> None:
    """An operator that is added is added here too."""
    assert set(OPERATORS) == {each[0] for each in FITS} | set(NEGATIONS)


def test_null_asks_whether_a_key_is_there() -> None:
    """`true` wants it to be missing, `false` wants it to be there."""
    assert (held("Null", "true"), held("Null", "true", "x")) == (True, False)
    assert (held("Null", False), held("Null", False, "x")) == (False, True)


def test_for_all_values_wants_every_value_to_fit() -> None:
    """No value at all is every value."""
    assert held("ForAllValues:StringEquals", ["a", "b"], "a", "b") is True
    assert held("ForAllValues:StringEquals", ["a", "b"], "a", "c") is False
    assert held("ForAllValues:StringNotEquals", ["a", "b"], "c", "b") is False
    assert held("ForAllValues:StringEquals", ["a"]) is True


def test_for_any_value_wants_one_value_to_fit() -> None:
    """No value at all is none."""
    assert held("ForAnyValue:StringLike", "a*", "x", "ab") is True
    assert held("ForAnyValue:StringNotEquals", "a", "a", "b") is True
    assert held("ForAnyValue:StringLike", "a*", "x") is False
    assert held("ForAnyValue:StringLike", "a*") is False


def test_all_of_a_block_must_hold() -> None:
    """Operators and keys are joined by and."""
    context = {"aws:sourceip": ("203.0.113.7",), "aws:username": ("alice",)}
    near = {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}

    assert hold({**near, "StringEquals": {"aws:username": "alice"}}, context) is True
    assert hold({**near, "StringEquals": {"aws:username": "bob"}}, context) is False


def test_a_value_that_means_nothing_is_not_guessed() -> None:
    """A policy's number, date or network that is none leaves the question open, unless something else decides it."""
    for operator in ("NumericEquals", "DateEquals", "IpAddress"):
        assert held(operator, "x", "1") is None
    assert hold({"IpAddress": {"k": "x"}, "Bool": {"k": "true"}}, {"k": ("1",)}) is False


def test_a_request_that_has_no_number_has_none_that_fits() -> None:
    """What a request says may be anything; it then fits nothing."""
    assert held("NumericEquals", "1", "one") is False
    assert held("IpAddress", "10.0.0.0/8", "localhost") is False
    assert held("DateEquals", NOON, "noon") is False
