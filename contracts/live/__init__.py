"""live: a service that is reached over the wire alone: who calls it, and what its answers show without the inside."""

from __future__ import annotations

from contracts.live.calling import Caller
from contracts.live.endpoint import Endpoint
from contracts.live.judging import Observed, Outside

__all__ = ["Caller", "Endpoint", "Observed", "Outside"]
