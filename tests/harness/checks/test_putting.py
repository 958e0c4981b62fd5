"""A PUT says whether it created what it put."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from contracts.checks.putting import PutSaysWhetherItCreated
from contracts.checks.scope import Scope
from contracts.exchange import Case, Corpus, Exchange
from contracts.finding import Finding


@dataclass
class Shelf:
    """A lab with one place, whose PUT answers as it is told: for what it creates, and for what is there."""

    make: Any
    created: int
    replaced: int
    is_there: bool = False
    asked: list[str] = field(default_factory=list)

    def snapshot(self) -> bool:
        return False

    def restore(self, snapshot: bool, *, warm: bool = False) -> None:
        self.is_there = snapshot

    def conduct(self, case: Case) -> Exchange:
        request = case.request
        self.asked += [name for name, _ in request.headers if name.startswith("If-")]
        status = (200 if self.is_there else 404) if request.method == "GET" else self._put()
        made = self.make.exchange(case.operation, status, {}, target=request.target)
        return Exchange(case, made.response, made.invocations, made.change)

    def _put(self) -> int:
        status = self.replaced if self.is_there else self.created
        self.is_there = status < 300
        return status


def found(make: Any, created: int, replaced: int, *statuses: str) -> list[Finding]:
    responses = [make.response(each) for each in statuses or ("200", "201", "204")]
    put = make.operation("putNote", "PUT", "/notes/{id}", *responses)
    contract = make.notes(putNote=put)
    lab: Any = Shelf(make, created, replaced)
    headers = [("If-Match", '"a"'), ("If-None-Match", "*")]
    exchange = make.exchange(put, 200, {}, target="/v1/notes/n-0001", sent={}, request_headers=headers)
    check = PutSaysWhetherItCreated(Scope.of(contract, promises=["methods"]))
    outcomes = [each for each in check.explore(Corpus((exchange,)), lab) if isinstance(each, Finding)]
    assert lab.asked == []
    return outcomes


@pytest.mark.parametrize(
    ("created", "replaced", "words"),
    [
        (200, 200, "answered 200 for what it created, and documents 201"),
        (204, 204, "answered 204 for what it created"),
        (201, 201, "answered 201 for what was there, and documents 200 and 204"),
    ],
)
def test_another_status_than_what_happened_is_broken(make: Any, created: int, replaced: int, words: str) -> None:
    """Clients learn from it whether they were the first."""
    (finding,) = found(make, created, replaced)

    assert (finding.promise, finding.operation) == ("methods", "putNote")
    assert words in finding.message


@pytest.mark.parametrize(("created", "replaced"), [(201, 200), (201, 204), (404, 200), (201, 409)])
def test_what_happened_is_said(make: Any, created: int, replaced: int) -> None:
    """What is refused, the first or the second time, says nothing of it."""
    assert found(make, created, replaced) == []


@pytest.mark.parametrize("statuses", [("200",), ("201",), ("200", "204")])
def test_a_contract_without_a_choice_is_not_asked(make: Any, statuses: tuple[str, ...]) -> None:
    """It may have one status for both."""
    assert found(make, 200, 200, *statuses) == []
