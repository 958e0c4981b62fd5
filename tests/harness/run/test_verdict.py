"""The verdict: findings grouped into failures, and a row for every operation."""

from __future__ import annotations

from dataclasses import replace

from contracts.contract import Operation
from contracts.errors import Location
from contracts.exchange import Case, Corpus, Exchange
from contracts.finding import Finding, Unavailable
from contracts.http import Headers, Request, Response
from contracts.run.verdict import fingerprint, grouped, rows, unreached

HERE = Location("openapi.yaml", 1)
GET = Operation("getThing", "GET", "/things/{id}", (), None, {}, None, HERE)
LIST = Operation("listThings", "GET", "/things", (), None, {}, None, HERE)


def exchange(target: str = "/v1/things/1", *, status: int = 200, body: bytes | None = None) -> Exchange:
    return Exchange(Case("c", GET, Request("GET", target, Headers(), body), "fuzzing"), Response(status))


def finding(target: str, *, root: str = "500") -> Finding:
    return Finding("payloads", "server-error", "getThing", "It failed.", (exchange(target),), root)


def test_one_bug_is_one_failure_with_a_count() -> None:
    """Findings of one check, operation and root are one failure; the smallest request stands for all."""
    failures = grouped([finding("/v1/things/aaaaaa"), finding("/v1/things/b"), finding("/v1/things/cc")])

    assert [(each.count, each.finding.exchanges[0].case.request.target) for each in failures] == [(3, "/v1/things/b")]


def test_what_its_own_requests_show_stands_before_what_is_smaller() -> None:
    """Who reads it can repeat it."""
    overheard = replace(finding("/v1/a"), alone=False)

    (failure,) = grouped([overheard, finding("/v1/things/b")])

    assert failure.finding.exchanges[-1].case.request.target == "/v1/things/b"
    assert failure.count == 2


def test_two_roots_are_two_failures() -> None:
    """What has another root is another bug."""
    assert len(grouped([finding("/v1/a", root="KeyError"), finding("/v1/a", root="ValueError")])) == 2


def test_a_row_counts_what_was_answered() -> None:
    """A row says how often the operation was called and what it answered."""
    row, other = rows((GET, LIST), ("payloads",), {"getThing": {404: 1, 200: 1}}, failures=(), unavailable=())

    assert (row.exchanges, row.statuses) == (2, {200: 1, 404: 1})
    assert (other.exchanges, other.statuses) == (0, {})


def test_a_failure_breaks_its_promise_alone() -> None:
    """A failure of one promise leaves the operation's other promises kept."""
    failures = grouped([finding("/v1/things/1")])

    (row,) = rows((GET,), ("payloads", "methods"), {}, failures=failures, unavailable=())

    assert row.standings == {"payloads": "broken", "methods": "kept"}


def test_an_operation_that_cannot_run_has_one_row_with_its_reason() -> None:
    """An operation that cannot run could not run for every promise, and says why; the others are kept."""
    problem = Unavailable("its function has no code", operation="getThing")

    row, other = rows((GET, LIST), ("payloads",), {}, failures=(), unavailable=(problem,))

    assert (row.standings, row.reason) == ({"payloads": "could not run"}, "its function has no code")
    assert (other.standings, other.reason) == ({"payloads": "kept"}, None)


def test_an_operation_that_no_request_reached_could_not_run() -> None:
    """Nobody asked it, so nothing is kept; whatever else is known of it already says why."""
    (never,) = unreached((GET, LIST), {"getThing": {200: 1}}, (), interrupted=False)
    problem = Unavailable("its function has no code", operation="listThings")

    assert (never.operation, never.reason) == ("listThings", "no request was made to it")
    assert not list(unreached((GET, LIST), {"getThing": {200: 1}}, (problem,), interrupted=True))


def test_the_fingerprint_tells_a_missing_body_from_an_empty_one() -> None:
    """Runs whose requests differ in anything have different fingerprints; equal runs have equal ones."""
    missing, empty = Corpus((exchange(body=None),)), Corpus((exchange(body=b""),))

    assert fingerprint(missing) == fingerprint(Corpus((exchange(body=None),)))
    assert fingerprint(missing) != fingerprint(empty)
