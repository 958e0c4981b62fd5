"""Concluding: from what checks found to what a report says, one entry a bug, the surest and gravest first."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from dataclasses import replace

from contracts import checks
from contracts.cases import PHASES
from contracts.checks.answers import server_error
from contracts.contract import Contract
from contracts.finding import Check, Failure, Finding
from contracts.run.verdict import grouped

# How grave a broken promise is, where an answer does not say it: somebody else's data, then data that is lost or wrong.
_GRAVITY = {"identities": 0, "methods": 1, "sequences": 1, "permissions": 1, "resilience": 2}
_FAILED, _REST = 2, 3


def concluded(findings: Iterable[Finding], contract: Contract, *, promises: Sequence[str]) -> tuple[Failure, ...]:
    """
    The failures, each with what follows from it: that is no failure of its own.

    Args:
        promises: Those that were asked for, in the order of reports: what is equally sure and grave stands so.
    """
    found = list(findings)
    failed = {id(each): before for each in found if (before := _failed_before(each, promises)) is not None}
    every = [*found, *failed.values()]
    bugs = checks.bugs(every, contract)
    failures = grouped(every, bugs.root, lambda each: failed.get(id(each)) or bugs.cause(each))
    return ordered(failures, promises)


def ordered(failures: Iterable[Failure], promises: Sequence[str]) -> tuple[Failure, ...]:
    """The failures, what people should look at first before the others."""
    return tuple(sorted(failures, key=lambda each: (weight(each.finding), promises.index(each.finding.promise))))


def ruled(failures: Iterable[Failure], asked: Iterable[Check]) -> tuple[Failure, ...]:
    """The failures, each with the sentence of its promise: what its check says that it asks."""
    own = {each.name: (inspect.getdoc(type(each)) or "").partition("\n")[0] for each in asked}
    rules = {**own, **checks.SENTENCES}
    return tuple(
        replace(each, finding=replace(each.finding, rule=each.finding.rule or rules.get(each.finding.check, "")))
        for each in failures
    )


def weight(finding: Finding) -> tuple[bool, int]:
    """What people should look at first is the least: what shows by itself, then what does most harm."""
    failed = finding.exchanges[-1].response.status >= 500 if finding.exchanges else False
    gravity = _GRAVITY.get(finding.promise, _REST)
    return not finding.alone, min(gravity, _FAILED) if failed else gravity


def _failed_before(finding: Finding, promises: Sequence[str]) -> Finding | None:
    """The first answer of a check's own sequence that is a failure by itself: what came after it follows from it."""
    made = [each for each in finding.exchanges if each.case.phase not in PHASES]
    if not made or finding.promise == "payloads" or "payloads" not in promises:
        return None
    if any(each.meanwhile is not None for each in made):
        return None  # of two at once one may fail only because of the other: that is what is to be told
    for position, exchange in enumerate(finding.exchanges[:-1]):
        operation = exchange.case.operation
        broken = server_error(exchange, operation.name) if operation is not None else None
        if broken is not None:
            return replace(broken, exchanges=finding.exchanges[: position + 1])
    return None
