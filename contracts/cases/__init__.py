"""The cases: Schemathesis' engine, driven in process, writes the requests; each phase is one engine call.

All that is semi-internal of Schemathesis and Hypothesis stays in this package, which is tested against the pinned
versions. The front door is a `requests` transport adapter for one fake host: it costs 1.4 times a direct call,
and probing, signing and cookies behave as on the wire.
"""

from __future__ import annotations

from contracts.cases.conformance import Conformance
from contracts.cases.engine import generate
from contracts.cases.generation import PHASES, Generated, Generation, Judge, Showing
from contracts.cases.plain import plain_document, plain_paths

__all__ = [
    "PHASES",
    "Conformance",
    "Generated",
    "Generation",
    "Judge",
    "Showing",
    "generate",
    "plain_document",
    "plain_paths",
]
