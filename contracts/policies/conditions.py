"""Conditions: the operators of a `Condition` block, in a table.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html

* All operators and all keys of a block must hold; of several values of one key one is enough, and with a negated
  operator none may match.
* A key that the request does not have: a negated operator and one with `...IfExists` hold, others do not;
  `ForAllValues:` holds and `ForAnyValue:` does not.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from contracts.policies.patterns import Context, matches, plain


class _Meaningless(Exception):  # noqa: N818 - never leaves this module
    """A value of the policy means nothing to its operator."""


Test = Callable[[str, str, Context], bool]
"""Whether a value of the request and one of the policy go together."""


def _equal(value: str, expected: str, context: Context) -> bool:
    return value == plain(expected, context)


def _equal_ignoring_case(value: str, expected: str, context: Context) -> bool:
    filled = plain(expected, context)
    return filled is not None and value.lower() == filled.lower()


def _like(value: str, expected: str, context: Context) -> bool:
    return matches(expected, value, context)


def _arn_like(value: str, expected: str, context: Context) -> bool:
    """Each of the six parts of an ARN by itself."""
    parts, patterns = value.split(":", 5), expected.split(":", 5)
    return len(parts) == len(patterns) == 6 and all(
        matches(pattern, part, context) for pattern, part in zip(patterns, parts, strict=True)
    )


def _truth(value: str, expected: str, _context: Context) -> bool:
    return value.lower() == expected.lower()


def _in_network(value: str, expected: str, _context: Context) -> bool:
    try:
        network = ipaddress.ip_network(expected, strict=False)
    except ValueError:
        raise _Meaningless from None
    try:
        return ipaddress.ip_address(value) in network
    except ValueError:
        return False


def _numbers(compare: Callable[[float, float], bool]) -> Test:
    return _comparison(float, compare)


def _dates(compare: Callable[[float, float], bool]) -> Test:
    return _comparison(_seconds, compare)


def _comparison(read: Callable[[str], float], compare: Callable[[float, float], bool]) -> Test:
    def test(value: str, expected: str, _context: Context) -> bool:
        try:
            wanted = read(expected)
        except ValueError:
            raise _Meaningless from None
        try:
            return compare(read(value), wanted)
        except ValueError:
            return False

    return test


def _seconds(text: str) -> float:
    """A date of ISO 8601, or seconds since 1970."""
    try:
        return float(text)
    except ValueError:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo is not None else at.replace(tzinfo=UTC)).timestamp()


@dataclass(frozen=True, slots=True)
class _Operator:
    test: Test
    negated: bool = False


_POSITIVE: Mapping[str, Test] = {
    "StringEquals": _equal,
    "StringEqualsIgnoreCase": _equal_ignoring_case,
    "StringLike": _like,
    "NumericEquals": _numbers(lambda value, wanted: value == wanted),
    "NumericLessThan": _numbers(lambda value, wanted: value < wanted),
    "NumericLessThanEquals": _numbers(lambda value, wanted: value <= wanted),
    "NumericGreaterThan": _numbers(lambda value, wanted: value > wanted),
    "NumericGreaterThanEquals": _numbers(lambda value, wanted: value >= wanted),
    "DateEquals": _dates(lambda value, wanted: value == wanted),
    "DateLessThan": _dates(lambda value, wanted: value < wanted),
    "DateLessThanEquals": _dates(lambda value, wanted: value <= wanted),
    "DateGreaterThan": _dates(lambda value, wanted: value > wanted),
    "DateGreaterThanEquals": _dates(lambda value, wanted: value >= wanted),
    "Bool": _truth,
    "BinaryEquals": _equal,
    "IpAddress": _in_network,
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
}
_NEGATED: Mapping[str, str] = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}
OPERATORS: Mapping[str, _Operator] = {
    **{name: _Operator(test) for name, test in _POSITIVE.items()},
    **{name: _Operator(_POSITIVE[positive], negated=True) for name, positive in _NEGATED.items()},
}
NULL = "Null"
IF_EXISTS = "IfExists"
SETS = ("ForAllValues", "ForAnyValue")


def problem(conditions: Mapping[str, Any]) -> str | None:
    """Why nobody can say whether a block holds: an operator that IAM does not have; None when all are known."""
    for written in conditions:
        group, name, _ = _parts(written)
        if name not in OPERATORS and name != NULL:
            return f"there is no condition operator `{written}`"
        if group is not None and group not in SETS:
            return f"there is no condition operator `{written}`"
    return None


def hold(conditions: Mapping[str, Any], context: Context) -> bool | None:
    """Whether a block holds; None when nobody can say: an operator that IAM does not have, a value that is none."""
    if problem(conditions) is not None:
        return None
    unknown = False
    for written, keys in conditions.items():
        for key, values in keys.items():
            try:
                if not _holds(written, context.get(key.lower(), ()), _values(values), context):
                    return False
            except _Meaningless:
                unknown = True
    return None if unknown else True


def _holds(written: str, values: tuple[str, ...], expected: tuple[str, ...], context: Context) -> bool:
    group, name, if_exists = _parts(written)
    if name == NULL:
        return any((each.lower() == "true") is (not values) for each in expected)
    operator = OPERATORS[name]

    def fits(value: str) -> bool:
        return any(operator.test(value, each, context) for each in expected) is not operator.negated

    if not values:
        if group is not None:
            return group == "ForAllValues" or if_exists
        return if_exists or operator.negated
    if group == "ForAllValues" or (group is None and operator.negated):
        return all(fits(value) for value in values)
    return any(fits(value) for value in values)


def _parts(written: str) -> tuple[str | None, str, bool]:
    """`ForAnyValue:StringLikeIfExists` as its set operator, its operator, and whether a missing key is enough."""
    group, colon, name = written.rpartition(":")
    bare = name.removesuffix(IF_EXISTS)
    return (group if colon else None), bare, bare != name


def _values(written: Any) -> tuple[str, ...]:
    items = written if isinstance(written, (list, tuple)) else [written]
    return tuple(("true" if each else "false") if isinstance(each, bool) else str(each) for each in items)
