"""Outcomes: what two requests leave and answer, and how two outcomes differ; ids and times aside."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.checks.effects import named
from contracts.exchange import Change, Difference, Exchange

# What is drawn or measured, and so is another one in every order: UUIDs, ULIDs, digests, times as text and as numbers.
_DRAWN = re.compile(
    r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|\b[0-9A-HJKMNP-TV-Z]{26}\b|\b[0-9a-f]{16,}\b"
    r"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?|\b\d{10,}(?:\.\d+)?\b"
)
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    The answers, in the order of the requests, and the state afterwards.

    Attributes:
        state: Each difference to the state before as text, sorted.
    """

    statuses: tuple[int, ...]
    differences: tuple[Difference, ...]
    state: tuple[str, ...]

    def equals(self, other: Outcome) -> bool:
        """Whether the answers are of the same classes, and the states the same but for ids and times."""
        return self.classes == other.classes and self.same_state(other)

    def same_state(self, other: Outcome) -> bool:
        """Whether the states are the same but for ids and times."""
        return self.state == other.state or _loose(self.state) == _loose(other.state)

    @property
    def classes(self) -> tuple[int, ...]:
        """The answers' status classes: which 2xx an answer has tells nobody what was lost."""
        return tuple(status // 100 for status in self.statuses)


def outcome_of(exchanges: Sequence[Exchange], change: Change) -> Outcome:
    """The outcome of exchanges that changed the state so, together."""
    state = tuple(sorted(_text(each) for each in change.differences))
    return Outcome(tuple(each.response.status for each in exchanges), change.differences, state)


def differs(outcome: Outcome, orders: Sequence[Outcome]) -> str:
    """How an outcome differs from those of all orders, as the end of a sentence."""
    if all(outcome.classes != each.classes for each in orders):
        told = " or ".join(dict.fromkeys(_answers(each) for each in orders))
        return f"had the answers {_answers(outcome)}; one after the other they have {told}"
    gained = [_gained(each) for each in orders]
    if all(_gained(outcome) != each for each in gained):
        return f"left {_gained(outcome)} new; one after the other, {' or '.join(dict.fromkeys(gained))}"
    for gone in orders[0].differences:
        if gone.after is None and all(_lost(each, gone) for each in orders) and not _lost(outcome, gone):
            return f"left {named(gone)}, which is gone when one comes after the other"
    for difference in outcome.differences:
        others = [_found(each, difference) for each in orders]
        if any(other is not None and _loose([_text(other)]) == _loose([_text(difference)]) for other in others):
            continue
        words = _attribute(difference, [other.after or {} if other is not None else {} for other in others])
        if words is not None:
            return words
    return "left a state that neither leaves after the other"


def _answers(outcome: Outcome) -> str:
    return " and ".join(str(status) for status in sorted(outcome.statuses))


def _gained(outcome: Outcome) -> str:
    number = sum(each.before is None for each in outcome.differences)
    return f"{number} thing{'' if number == 1 else 's'}"


def _found(outcome: Outcome, like: Difference) -> Difference | None:
    """What became of the same thing in another order."""
    same = (each for each in outcome.differences if (each.store, each.key) == (like.store, like.key))
    return next(same, None)


def _lost(outcome: Outcome, thing: Difference) -> bool:
    found = _found(outcome, thing)
    return found is not None and found.after is None


def _attribute(difference: Difference, others: Sequence[Mapping[str, Any]]) -> str | None:
    """The attribute that has another value than in all orders, in words."""
    for name, value in (difference.after or {}).items():
        known = [other.get(name) for other in others]
        if all(_loose([_json(value)]) != _loose([_json(each)]) for each in known):
            told = " or ".join(dict.fromkeys(_shown(each) for each in known))
            return f"left `{name}` {_shown(value)} in {named(difference)}; one after the other, {told}"
    return None


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    held = next(iter(value.values())) if isinstance(value, Mapping) and len(value) == 1 else value
    text = held if isinstance(held, str) else _json(held)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _text(difference: Difference) -> str:
    return _json([difference.kind, difference.store, difference.key, difference.after])


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _loose(texts: Sequence[str]) -> list[str]:
    """The texts with everything that is drawn or measured as one sign; the digest of an object says what is in it."""
    return sorted(text if text.startswith('["object"') else _DRAWN.sub("*", text) for text in texts)
