"""Reads are asked about what is stored, by the names under which it lies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from contracts.checks.scope import Scope
from contracts.checks.stored import StoredThingsCanBeRead
from contracts.contract import Operation
from contracts.exchange import Case, Change, Corpus, Difference, Exchange, Reply
from contracts.finding import Finding

TEXT = {"type": "string"}
ATTRIBUTES = {"ownerId": {"S": "acme"}, "size": {"N": "1"}}
ITEM = Difference("item", "table", {"ownerId": {"S": "acme"}}, None, ATTRIBUTES)


@dataclass
class Counted:
    """A lab that stores what it is sent, and fails at reading what is acme's of today."""

    make: Any
    change: Change
    asked: list[str] = field(default_factory=list)

    def snapshot(self) -> None:
        return None

    def restore(self, snapshot: None, *, warm: bool = False) -> None:
        pass

    def conduct(self, case: Case) -> Exchange:
        operation: Any = case.operation
        if operation.method == "POST":
            return self.answered(operation, case, 201, change=self.change)
        self.asked.append(case.request.target)
        fails = case.request.target == "/v1/owners/acme/sums?day=2025-11-24"
        return self.answered(operation, case, 500 if fails else 200)

    def answered(self, operation: Operation, case: Case, status: int, **more: Any) -> Exchange:
        event = {"requestContext": {"requestTimeEpoch": 1_764_000_003_250}}
        inside = (self.make.invocation(Reply('{"statusCode": 500, "body": "{}"}'), event=event),)
        made = self.make.exchange(operation, status, {}, target=case.request.target, invocations=inside, **more)
        return Exchange(case, made.response, made.invocations, made.change)


def found(make: Any, variable: str = "owner_id", difference: Difference = ITEM) -> tuple[list[Finding], list[str]]:
    """What is found, and the targets that were read."""
    day = make.parameter("day", "query", {**TEXT, "format": "date"}, required=True)
    sums = make.operation(
        "getSums", "GET", f"/owners/{{{variable}}}/sums", make.response("200"), make.response("500"),
        parameters=(make.parameter(variable, "path", TEXT), day),
    )  # fmt: skip
    contract = make.notes(getSums=sums)
    lab: Any = Counted(make, Change((difference,)))
    create = make.of(contract, "createNote")
    made = make.exchange(create, 201, {}, sent={"text": "a"}, change=lab.change)
    read = make.exchange(sums, 200, {}, target="/v1/owners/nobody/sums?day=2001-01-01")
    check = StoredThingsCanBeRead(Scope.of(contract, promises=["payloads"]))
    outcomes = check.explore(Corpus((made, read)), lab)
    return [each for each in outcomes if isinstance(each, Finding)], lab.asked


def test_a_read_that_fails_over_what_is_stored_is_broken(make: Any) -> None:
    """Nobody's were read without a failure; those of whom something is stored, today, are not."""
    (finding,), _ = found(make)

    assert (finding.check, finding.operation) == ("server-error", "getSums")
    assert [each.case.request.method for each in finding.exchanges] == ["POST", "GET"]


@pytest.mark.parametrize(
    ("variable", "difference"),
    [
        ("shop", ITEM),
        ("owner_id", Difference("object", "bucket", {"Key": "a"}, None, {"ownerId": {"S": "acme"}})),
        ("size", ITEM),
    ],
)
def test_other_names_are_not_asked(make: Any, variable: str, difference: Difference) -> None:
    """Neither what lies under another name, nor what is no text of an item."""
    assert found(make, variable, difference) == ([], [])
