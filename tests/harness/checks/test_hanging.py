"""Texts are read in time: they become longer as carefully as their answers become slow."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest

from contracts.checks.below_json.hanging import LONGEST, SLOW, TIMES, following, texts
from contracts.checks.requests import Member, Requests


def repeated(make: Any, schema: dict[str, Any], value: str) -> list[str]:
    """What is put in the place of a text, with three repetitions."""
    member = Member("body", "/text", {"type": "string", **schema}, value)
    return [text(3) for text in texts(Requests(make.notes()), member)]


def test_what_a_pattern_allows_is_repeated_and_ends_in_what_it_does_not(make: Any) -> None:
    """Only then does a backtracking expression try everything."""
    made = repeated(make, {"pattern": "^[a-z]+( [a-z]+)*$"}, "abc")

    assert made[0] == "aaa!"
    assert not [each for each in made if re.fullmatch("[a-z]+( [a-z]+)*", each)]


def test_a_pattern_with_a_beginning_keeps_it(make: Any) -> None:
    """The text that is known stands before what is repeated."""
    assert repeated(make, {"pattern": "^n-[0-9a]+$"}, "n-7")[0] == "n-7aaa!"


def test_a_text_without_a_pattern_is_tried_with_letters_and_spaces(make: Any) -> None:
    """Nobody knows what its handler looks for."""
    assert repeated(make, {}, "x") == ["aaa!", "   !"]


def test_texts_that_are_answered_at_once_follow_the_table() -> None:
    """To its end."""
    times, met = TIMES[0], [TIMES[0]]
    while (longer := following(times, SLOW / 2, (1, 0.001))) is not None:
        times = longer
        met.append(times)

    assert tuple(met) == TIMES


@pytest.mark.parametrize("base", [1.3, 2.0, 3.0])
def test_time_that_doubles_is_followed_in_small_steps(base: float) -> None:
    """No step takes ten times as long as the one before it, once the time can be told."""
    nanoseconds, before, times = 1e-8, (1, 0.001), TIMES[0]
    took = []
    while base**times * nanoseconds < 10:
        seconds = base**times * nanoseconds
        if seconds >= SLOW:
            took.append(seconds)
        longer = following(times, seconds, before)
        if longer is None:
            break
        before, times = (times, max(seconds, 0.001)), longer

    assert all(later / earlier < 10 for earlier, later in pairwise(took))


def test_time_that_grows_with_the_square_is_followed_to_the_longest_text() -> None:
    """Each step takes at most eight times as long, and there is an end."""
    before, times, steps = (1_000, 0.02), 5_000, 0
    while times <= LONGEST:
        longer = following(times, times**2 * 2e-8, before)
        assert longer is not None
        assert longer > times
        before, times, steps = (times, times**2 * 2e-8), longer, steps + 1

    assert steps < 12
