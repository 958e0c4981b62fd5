"""Payloads: an integration's payload format: the event that it makes, and how it reads what the function returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from contracts.exchange import Event, Reply
from contracts.gateway import events_v1, replies
from contracts.gateway.calls import Call
from contracts.gateway.deployment import ApiKey
from contracts.gateway.refusals import Refusal
from contracts.http import Response


class MakeEvent(Protocol):
    """How a function is told of a call."""

    def __call__(self, call: Call, binary_media_types: Sequence[str], *, api_key: ApiKey | None = None) -> Event:
        """The event of a call whose operation was found."""
        ...


class ReadReply(Protocol):
    """How a function's result is read."""

    def __call__(
        self, call: Call, reply: Reply, *, timeout_milliseconds: int, binary_media_types: Sequence[str]
    ) -> Response | Refusal:
        """The function's response, or why there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Payload:
    """One payload format."""

    event: MakeEvent
    answered: ReadReply


REST = Payload(events_v1.event, replies.answered)
