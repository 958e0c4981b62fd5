"""Times: the members of things that say when something happened to them, by their names, and when it is now."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from contracts.checks.answers import handler_invocation
from contracts.exchange import Exchange

# Names of members that say when, or by whom, a thing was made: nothing that happens later changes that.
CREATED = frozenset({"created", "createdat", "createdon", "createdby", "creationdate", "creationtime", "createtime"})
UPDATED = frozenset({"updated", "updatedat", "updatedon", "modified", "modifiedat", "lastmodified", "updatetime"})


def moment_of(value: Any) -> datetime | None:
    """The moment that a text says in the form of ISO 8601; None when it says none."""
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def is_less(one: datetime, other: datetime) -> bool:
    """Whether one moment is before another, as far as they can be compared: both have an offset, or none has."""
    return (one.tzinfo is None) == (other.tzinfo is None) and one < other


def is_coarse(moment: datetime) -> bool:
    """Whether a moment may have been cut off to its minute, its hour or its day."""
    return moment.second == moment.microsecond == 0


def letters(name: str) -> str:
    """A name without punctuation and in lower case: `created_at` and `createdAt` are called alike."""
    return "".join(character for character in name.lower() if character.isalnum())


def asked_at(exchange: Exchange) -> datetime | None:
    """When API Gateway received the request, as the event of the function has it; None when nobody looked."""
    invocation = handler_invocation(exchange)
    context = invocation.event.get("requestContext") if invocation is not None else None
    said = context.get("requestTimeEpoch", context.get("timeEpoch")) if isinstance(context, dict) else None
    return datetime.fromtimestamp(said / 1000, UTC) if isinstance(said, int) else None
