"""The times of what was just made are of now."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.checks.scope import Scope
from contracts.checks.sequences.moments import TimesAreOfNow
from contracts.exchange import Reply

NOW = 1_764_000_003_250  # 2025-11-24T16:00:03.250Z
TIME = {"type": "string", "format": "date-time"}
MADE = {
    "type": "object",
    "properties": {
        "created_at": {**TIME, "readOnly": True},
        "updatedAt": {**TIME, "readOnly": True},
        "modified": TIME,
        "created_by": {"type": "string", "readOnly": True},
        "expires_at": {**TIME, "readOnly": True},
    },
}


def wrong(make: Any, answer: Any, *, status: int = 201, context: Any = None) -> str | None:
    """What is wrong with the times of an answer, in words."""
    responses = {"201": make.response("201", MADE), "200": make.response("200", MADE)}
    contract = make.changed("createNote", responses=responses)
    create = make.of(contract, "createNote")
    event = {"requestContext": {"requestTimeEpoch": NOW} if context is None else context}
    exchange = make.exchange(
        create, status, answer, sent={}, invocations=(make.invocation(Reply("{}"), event=event),)
    )  # fmt: skip
    found = TimesAreOfNow(Scope.of(contract, promises=["sequences"]), {}).wrong(create, exchange)
    return None if found is None else found[0]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"created_at": "2025-11-24T15:58:20.000Z"}, "asked at 2025-11-24T16:00:03Z, and answered `created_at`"),
        ({"created_at": "2025-11-24T16:00:03Z", "updatedAt": "2025-11-24T16:00:00.5Z"}, "`updatedAt`"),
        ({"created_at": "2025-11-24T17:00:03+00:00"}, "`created_at`"),
        (
            {"created_at": "2025-11-24T16:00:03.5Z", "updatedAt": "2025-11-24T16:00:03.4Z"},
            "answered `updatedAt` 2025-11-24T16:00:03.4Z, which is before the time of the creation",
        ),
    ],
)
def test_a_time_of_another_moment_is_none_of_now(make: Any, answer: Any, words: str) -> None:
    """Such as the one when the function started, or of another time zone."""
    assert words in str(wrong(make, answer))


@pytest.mark.parametrize(
    "answer",
    [
        {"created_at": "2025-11-24T16:00:03.250Z", "updatedAt": "2025-11-24T16:00:09Z"},
        {"created_at": "2025-11-24T16:00:02Z"},
        {"created_at": "2025-11-24T16:00:00Z"},
        {"created_at": "2025-11-24T17:00:03+01:00"},
        {"created_at": "2025-11-24T11:00:03"},
        {"created_at": None, "modified": "2001-01-01T00:00:00Z", "expires_at": "2035-01-01T00:00:00Z"},
        {"created_by": "2001-01-01T00:00:00Z"},
        [],
    ],
)
def test_times_may_be_cut_off_and_others_are_not_meant(make: Any, answer: Any) -> None:
    """To their second or their minute; without an offset nobody can tell; what a client may set is the client's."""
    assert wrong(make, answer) is None


def test_only_what_was_made_is_judged(make: Any) -> None:
    """Not what was there before, nor where nobody knows when the request was made."""
    answer = {"created_at": "2001-01-01T00:00:00Z"}

    assert wrong(make, answer)
    assert wrong(make, answer, context={"timeEpoch": NOW})
    assert wrong(make, answer, status=200) is None
    assert wrong(make, answer, context={}) is None
