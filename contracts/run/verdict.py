"""The verdict: findings grouped into failures, and a row for every operation."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from contracts.contract import Operation
from contracts.exchange import Corpus
from contracts.finding import Failure, Finding, Gap, OperationRow, Standing, Unavailable

Answered = Mapping[str, Mapping[int, int]]
"""How often each status was answered, by `Operation.name`."""


def grouped(
    findings: Iterable[Finding],
    root: Callable[[Finding], str] = lambda finding: finding.root,
    cause: Callable[[Finding], Finding | None] = lambda _: None,
) -> tuple[Failure, ...]:
    """
    One failure for each bug: findings of one check, operation and root, the smallest of its own standing for all.

    Args:
        root: What a finding has in common with others of the same bug.
        cause: Which other of the findings it follows from, and is told with; None where it stands for itself.
    """

    def bug(finding: Finding) -> _Bug:
        return finding.promise, finding.check, finding.operation, root(finding)

    groups: dict[_Bug, list[Finding]] = {}
    following: dict[_Bug, list[Finding]] = {}
    for finding in findings:
        first = _first_cause(finding, cause)
        if first is finding:
            groups.setdefault(bug(finding), []).append(finding)
        else:
            following.setdefault(bug(first), []).append(finding)
    return tuple(
        Failure(_smallest(group, which), len(group), grouped(following.get(which, ()), root))
        for which, group in groups.items()
    )


_Bug = tuple[str, str, str, str]


def _first_cause(finding: Finding, cause: Callable[[Finding], Finding | None]) -> Finding:
    """What stands at the beginning of it: the finding itself, or what it follows from in the end."""
    seen = [finding]
    while (before := cause(seen[-1])) is not None:
        if any(before is each for each in seen):
            return finding  # of things that follow from each other none is the first
        seen.append(before)
    return seen[-1]


def _smallest(group: Sequence[Finding], bug: _Bug) -> Finding:
    # What was found with that very root says most of the bug; what its own requests show can be repeated.
    return min(group, key=lambda each: (each.root != bug[-1], not each.alone, size(each)))


def size(finding: Finding) -> tuple[int, int, str]:
    """How much a person must read to follow a finding: requests, then bytes; the target breaks ties."""
    requests = [each.case.request for each in finding.exchanges]
    text = sum(len(request.target) + len(request.body or b"") for request in requests)
    headers = sum(len(name) + len(value) for request in requests for name, value in request.headers)
    return len(requests), text * 4 + headers, requests[-1].target if requests else ""


def fingerprint(corpus: Corpus) -> str:
    """SHA-256 over all requests in order, in hexadecimal."""
    digest = hashlib.sha256()
    for exchange in corpus:
        request = exchange.case.request
        lines = "\r\n".join(f"{name}: {value}" for name, value in request.headers)
        head = f"{request.method} {request.target} {request.protocol}\r\n{lines}\r\n\r\n"
        digest.update(head.encode("utf-8", "surrogateescape"))
        digest.update(b"-" if request.body is None else str(len(request.body)).encode() + b":" + request.body)
    return digest.hexdigest()


def rows(
    operations: Sequence[Operation],
    promises: Sequence[str],
    answered: Answered,
    *,
    failures: Sequence[Failure],
    unavailable: Sequence[Unavailable],
    unfinished: Collection[str] = (),
) -> tuple[OperationRow, ...]:
    """
    The table: where each promise of each operation stands.

    Args:
        answered: Every exchange of the run counts, those of checks too.
        unfinished: Promises that an interrupted run did not ask to the end: nobody knows whether they are kept.
    """
    broken = {(failure.finding.operation, failure.finding.promise) for failure in failures}
    return tuple(
        OperationRow(
            operation=operation.name,
            method=operation.method,
            path=operation.path,
            exchanges=sum(answered.get(operation.name, {}).values()),
            statuses=dict(sorted(answered.get(operation.name, {}).items())),
            standings=_standings(operation, promises, broken, unavailable, unfinished),
            reason=next((each.reason for each in unavailable if each.operation == operation.name), None),
        )
        for operation in operations
    )


def _standings(
    operation: Operation,
    promises: Sequence[str],
    broken: set[tuple[str, str]],
    unavailable: Sequence[Unavailable],
    unfinished: Collection[str],
) -> Mapping[str, Standing]:
    def standing(promise: str) -> Standing:
        if (operation.name, promise) in broken:
            return "broken"
        affected = (each for each in unavailable if each.operation in (None, operation.name))
        if any(each.promise in (None, promise) for each in affected):
            return "could not run"
        return "not asked" if promise in unfinished else "kept"

    return {promise: standing(promise) for promise in promises}


def unreached(
    operations: Iterable[Operation], answered: Answered, unavailable: Sequence[Unavailable], *, interrupted: bool
) -> Iterator[Unavailable]:
    """The operations to which no request was made, where nothing else says why: what nobody asked for is not kept."""
    known = {each.operation for each in unavailable if each.promise is None}
    reason = "the run was interrupted before any request was made to it" if interrupted else "no request was made to it"
    for operation in operations:
        if not answered.get(operation.name) and not known & {None, operation.name}:
            yield Unavailable(reason, operation=operation.name, location=operation.location)


def distinct(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    """Each gap once, in the order in which they were seen."""
    return tuple(dict.fromkeys(gaps))
