"""Outcomes of two requests: the same but for ids and times, or how they differ."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.checks.outcomes import Outcome, differs, outcome_of
from contracts.exchange import Change, Difference


def outcome(*differences: Difference, statuses: tuple[int, ...] = (200, 200)) -> Outcome:
    """An outcome with answers and a state."""
    return Outcome(statuses, differences, outcome_of((), Change(differences)).state)


def item(key: str, after: dict[str, Any] | None, before: dict[str, Any] | None = None) -> Difference:
    """What became of an item."""
    return Difference("item", "notes", {"id": {"S": key}}, before, after)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("0b7ed6a4-4b0e-4d6c-9f8a-0d4c7f3b2a10", "9f8a0d4c-7f3b-4a10-8b7e-d6a44b0e4d6c"),
        ("01KDVDNA3V0KRWN36RBPXAQR9K", "01KDVDNA3V0KRWN36RBPXAQR9M"),
        ("2026-01-01T00:00:00.123Z", "2026-01-01T00:00:01Z"),
        ("1767225600.123", "1767225601"),
        ("d41d8cd98f00b204e9800998ecf8427e", "0cc175b9c0f1b6a831c399e269772661"),
    ],
)
def test_ids_and_times_are_aside(one: str, other: str) -> None:
    """Each order draws its own, in keys and in attributes."""
    assert outcome(item(one, {"at": {"S": one}})).equals(outcome(item(other, {"at": {"S": other}})))


@given(st.integers(0, 9_999), st.integers(0, 9_999))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_numbers_that_are_no_times_count(one: int, other: int) -> None:
    """Outcomes are equal exactly where the counts are."""
    first, second = (outcome(item("a", {"n": {"N": str(number)}})) for number in (one, other))

    assert first.equals(second) == (one == other)


def test_which_success_it_was_does_not_count_and_a_refusal_does() -> None:
    """Whether two who make a thing at once are both told so, or one that it replaced it, loses nothing."""
    assert outcome(statuses=(201, 201)).equals(outcome(statuses=(201, 200)))
    assert not outcome(statuses=(200, 200)).equals(outcome(statuses=(200, 412)))


def test_the_digest_of_an_object_says_what_is_in_it() -> None:
    """Nothing else of an object's body is seen: it is not an id."""
    objects = [
        Difference("object", "files", {"Key": "a"}, None, {"ETag": f'"{digest * 32}"', "Size": 1}) for digest in "ab"
    ]

    assert not outcome(objects[0]).equals(outcome(objects[1]))


@pytest.mark.parametrize(
    ("seen", "orders", "words"),
    [
        (
            outcome(statuses=(201, 201)),
            [outcome(statuses=(201, 409)), outcome(statuses=(409, 201))],
            "had the answers 201 and 201; one after the other they have 201 and 409",
        ),
        (
            outcome(item("a", {}), item("b", {})),
            [outcome(item("a", {}))],
            "left 2 things new; one after the other, 1 thing",
        ),
        (
            outcome(),
            [outcome(item("a", None, {})), outcome(item("a", None, {}))],
            "left the item id=a of the table notes, which is gone when one comes after the other",
        ),
        (
            outcome(item("a", {"n": {"N": "1"}}, {})),
            [outcome(item("a", {"n": {"N": "2"}}, {}))],
            "left `n` 1 in the item id=a of the table notes; one after the other, 2",
        ),
        (
            outcome(item("a", {"n": {"N": "1"}}, {})),
            [outcome(item("a", {}, {})), outcome(item("a", {"n": {"S": "x" * 99}}, {}))],
            f"left `n` 1 in the item id=a of the table notes; one after the other, nothing or {'x' * 60}...",
        ),
    ],
)
def test_a_difference_is_told_in_one_sentence(seen: Outcome, orders: list[Outcome], words: str) -> None:
    """What people look at first: the answers, how many things there are, what is there, what it says."""
    assert differs(seen, orders) == words
