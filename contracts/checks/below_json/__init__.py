"""Rules of the promise `payloads` below JSON: what is no JSON is refused, and no bytes make a function fail or hang."""

from __future__ import annotations

from contracts.checks.below_json.exploring import BodyIsReadAsJson, check

__all__ = ["BodyIsReadAsJson", "check"]
