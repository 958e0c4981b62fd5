"""Overhearing: what checks are answered is judged beside what they wanted to know."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

from contracts.contract import Operation
from contracts.errors import Location
from contracts.exchange import Case, Exchange, FaultPlan
from contracts.finding import Finding
from contracts.http import Headers, Request, Response
from contracts.run.overhearing import JUDGED_ALIKE, Overhearing
from contracts.run.watching import Nobody, WatchedLab

READ = Operation("read", "GET", "/notes/{id}", (), None, {}, None, Location("openapi.yaml", 1))


def exchange(body: Any, *, status: int = 200, path: str = "/notes/1") -> Exchange:
    """A GET and what it was answered."""
    case = Case("1", READ, Request("GET", path, Headers()), phase="a-check")
    answer = Response(status, Headers.of([("Content-Type", "application/json")]), json.dumps(body).encode())
    return Exchange(case, answer)


class Strict:
    """A judge that finds something in every exchange."""

    def after_exchange(self, exchange: Exchange) -> Iterator[Finding]:
        yield Finding("payloads", "strict", "read", "It is wrong.", (exchange,))


def heard(*exchanges: Exchange, operations: tuple[str, ...] = ("read",)) -> list[Finding]:
    """What a strict judge says of exchanges that are overheard."""
    overhearing = Overhearing((Strict(),), operations)
    for each in exchanges:
        overhearing.hear(each)
    return overhearing.findings


def test_what_is_found_is_kept_and_may_not_show_alone() -> None:
    """The exchange is the evidence; what led to it is not known here."""
    (finding,) = heard(exchange({"id": "1"}))

    assert finding.exchanges[0].response.status == 200
    assert not finding.alone


def test_answers_that_look_alike_are_judged_a_few_times() -> None:
    """Other values of the same members are alike; other members, other statuses and other headers are not."""
    alike = [exchange({"id": str(number)}) for number in range(9)]

    assert len(heard(*alike)) == JUDGED_ALIKE
    assert len(heard(*alike, exchange({"id": 1}))) == JUDGED_ALIKE + 1
    assert len(heard(*alike, exchange({"id": "1"}, status=404))) == JUDGED_ALIKE + 1


def test_what_a_request_does_is_judged_however_alike_the_answers_are() -> None:
    """The same answer may hide that something was written, once there is something."""
    overhearing = Overhearing((), ("read",), [Strict()])
    for number in range(9):
        overhearing.hear(exchange({"id": str(number)}))

    assert len(overhearing.findings) == 9


def test_what_says_nothing_of_the_operation_is_not_judged() -> None:
    """It reached another route, or is not an operation that the run was asked for."""
    assert heard(exchange({}, path="/elsewhere")) == []
    assert heard(exchange({}), operations=("another",)) == []


class Calm:
    """A lab that answers every request alike."""

    def conduct(self, case: Case) -> Exchange:
        return exchange({})

    def faults(self, plan: FaultPlan) -> Any:
        return nullcontext()

    def rendering(self, rendering: Any) -> Any:
        return nullcontext()


def test_a_lab_tells_of_requests_to_which_nothing_was_done() -> None:
    """While AWS fails on purpose, or events are rendered otherwise, the check alone knows what is right."""
    told: list[Exchange] = []
    calm: Any = Calm()
    lab = WatchedLab(calm, Nobody(), hear=told.append)

    with lab.faults(FaultPlan(())), lab.rendering(lambda event: event):
        lab.conduct(exchange({}).case)
    assert told == []
    lab.conduct(exchange({}).case)
    assert len(told) == 1
