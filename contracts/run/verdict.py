"""The verdict: findings grouped into failures, and a row for every operation."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from contracts.contract import Operation
from contracts.exchange import Corpus, Exchange
from contracts.finding import Failure, Finding, Gap, OperationRow, Standing, Unavailable


def grouped(findings: Iterable[Finding]) -> tuple[Failure, ...]:
    """One failure for each bug: findings of one check, operation and root, the smallest standing for all."""
    groups: dict[tuple[str, str, str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.promise, finding.check, finding.operation, finding.root), []).append(finding)
    return tuple(Failure(min(group, key=size), len(group)) for group in groups.values())


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
    corpus: Corpus,
    *,
    failures: Sequence[Failure],
    unavailable: Sequence[Unavailable],
) -> tuple[OperationRow, ...]:
    """The table: where each promise of each operation stands."""
    reached: dict[str, list[Exchange]] = {operation.name: [] for operation in operations}
    for exchange in corpus:
        if exchange.case.operation is not None and exchange.case.operation.name in reached:
            reached[exchange.case.operation.name].append(exchange)
    broken = {(failure.finding.operation, failure.finding.promise) for failure in failures}
    return tuple(
        OperationRow(
            operation=operation.name,
            method=operation.method,
            path=operation.path,
            exchanges=len(reached[operation.name]),
            statuses=dict(sorted(Counter(each.response.status for each in reached[operation.name]).items())),
            standings=_standings(operation, promises, broken, unavailable),
            reason=next((each.reason for each in unavailable if each.operation == operation.name), None),
        )
        for operation in operations
    )


def _standings(
    operation: Operation,
    promises: Sequence[str],
    broken: set[tuple[str, str]],
    unavailable: Sequence[Unavailable],
) -> Mapping[str, Standing]:
    def standing(promise: str) -> Standing:
        if (operation.name, promise) in broken:
            return "broken"
        affected = (each for each in unavailable if each.operation in (None, operation.name))
        return "could not run" if any(each.promise in (None, promise) for each in affected) else "kept"

    return {promise: standing(promise) for promise in promises}


def distinct(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    """Each gap once, in the order in which they were seen."""
    return tuple(dict.fromkeys(gaps))
