"""Running: one run of a contract inside pytest, and its verdict in words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from contracts.pytest_plugin.files import relative, undisturbed

if TYPE_CHECKING:
    from contracts.configuration import Configuration
    from contracts.finding import Failure, Verdict

SUMMARIES = pytest.StashKey[dict[str, dict[str, Any]]]()
"""By contract, what is left to say at the end: see `summary`."""


def outcome_of(configuration: Configuration) -> tuple[Verdict | Exception, int]:
    """The verdict, or what kept the contract from running, and how many failures the configuration ignores."""
    from contracts.configuration import pardoned
    from contracts.run import Settings, run

    asked = Settings.of(configuration)
    settings = replace(asked, contract=relative(asked.contract), template=relative(asked.template))
    try:
        with undisturbed():
            found = run(settings)
    except Exception as error:  # noqa: BLE001 - each item raises it again, and none makes the run again
        return error, 0
    verdict = pardoned(found, configuration.ignore)
    return verdict, len(found.failures) - len(verdict.failures)


def summary(verdict: Verdict, ignored: int, *, fail_on_gaps: bool) -> dict[str, Any]:
    """
    What is left to say at the end, in types that execnet can carry from worker to controller.

    `said` is a sentence or empty; `known` are the failures that no item shows, since the run was interrupted;
    `fails` is whether gaps change the exit status.
    """
    exchanges = f"{_count(verdict.exchanges, 'exchange')}, seed {verdict.seed}"
    if verdict.interrupted:
        said = f"interrupted after {exchanges}; {_count(len(verdict.failures), 'failure')} known by then"
        return {"said": said, "known": [text(each, verdict.seed) for each in verdict.failures], "fails": False}
    counts = [
        *([_count(len(verdict.gaps), "gap")] if verdict.gaps else []),
        *([_count(ignored, "ignored failure")] if ignored else []),
    ]
    said = f"{', '.join(counts)} in {exchanges}; `contracts run` names them" if counts else ""
    fails = bool(fail_on_gaps and verdict.gaps)
    return {"said": f"{said} (fail-on-gaps is configured)" if fails else said, "known": [], "fails": fails}


def reasons(verdict: Verdict, operation: str, promise: str) -> str:
    """Why a promise of an operation could not run, with places and cures."""
    from contracts.errors import ContractsError

    found = [
        str(ContractsError(each.reason, location=each.location, cure=each.cure))
        for each in verdict.unavailable
        if each.operation in (None, operation) and each.promise in (None, promise)
    ]
    return "\n".join(dict.fromkeys(found)) or "the run says nothing of it"


def text(failure: Failure, seed: int, *, repeat: str | None = None) -> str:
    """The failure in plain lines: the sentence on its first line, then requests, facts, and how to repeat it."""
    from contracts.reports.evidence import evidence
    from contracts.reports.prose import prose

    return prose(evidence(failure, seed=seed, command="contracts run", ascii_only=False), repeat=repeat)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
