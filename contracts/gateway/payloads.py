"""Payloads: an integration's payload format: the event that it makes, and how it reads what the function returns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from contracts.exchange import Event, Reply
from contracts.gateway import events_v1, replies
from contracts.gateway.calls import Call
from contracts.gateway.http_api import events_v1 as http_events_v1
from contracts.gateway.http_api import events_v2
from contracts.gateway.http_api.replies import answered_v1, answered_v2
from contracts.gateway.refusals import Refusal
from contracts.http import Response


@dataclass(frozen=True, slots=True)
class Payload:
    """
    One payload format.

    Attributes:
        event: The event of a call whose operation was found.
        answered: The response that the function's reply makes, or why there is none; the integration waits for a
            number of milliseconds.
    """

    event: Callable[[Call], Event]
    answered: Callable[[Call, Reply, int], Response | Refusal]


REST = Payload(events_v1.event, replies.answered)
# Of HTTP APIs, by payloadFormatVersion.
HTTP: Mapping[str, Payload] = {
    "1.0": Payload(http_events_v1.event, answered_v1),
    "2.0": Payload(events_v2.event, answered_v2),
}
