"""Functions as Lambda runs them: imported, invoked with context, JSON boundary, time limit, their own world."""

from contracts.functions.network import NetworkRefusedError, Refusals, loopback_only
from contracts.functions.outcomes import MAX_EVENT_BYTES, MAX_REPLY_BYTES, event_fits
from contracts.functions.runtime import Functions

__all__ = [
    "MAX_EVENT_BYTES",
    "MAX_REPLY_BYTES",
    "Functions",
    "NetworkRefusedError",
    "Refusals",
    "event_fits",
    "loopback_only",
]
