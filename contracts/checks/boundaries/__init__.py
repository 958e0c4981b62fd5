"""Rules of the promise `payloads`: each constraint of each member and parameter holds, at its edge and one step beyond.

Random requests miss the edges: one of 203 had the empty text, and another rule refused it first.
"""

from __future__ import annotations

from contracts.checks.boundaries.exploring import ConstraintsHold, check
from contracts.checks.boundaries.merging import Merging

__all__ = ["ConstraintsHold", "Merging", "check"]
