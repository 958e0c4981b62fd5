"""A 409 of a function that has looked at nothing is one without a conflict."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from contracts.checks.conflicts import ConflictsAreWithSomething
from contracts.checks.scope import Scope
from contracts.exchange import Case, Corpus, Exchange
from contracts.finding import Finding


@dataclass
class Again:
    """A lab that answers whatever it is asked as it did before."""

    answer: Exchange

    def snapshot(self) -> None:
        return None

    def restore(self, snapshot: None, *, warm: bool = False) -> None:
        pass

    def conduct(self, case: Case) -> Exchange:
        return replace(self.answer, case=case)


def found(make: Any, refused: Any, again: Any = None, *, statuses: str = "400", looks: bool = True) -> list[Finding]:
    """What is found where a request was refused, after one that was accepted."""
    responses = {each: make.response(each) for each in ("201", "409", statuses)}
    contract = make.changed("createNote", responses=responses)
    create = make.of(contract, "createNote")
    calls = [make.call("dynamodb:PutItem", "Write")] if looks else []
    accepted = make.exchange(create, 201, {}, sent={"text": "a"}, calls=calls)
    exchange, other = refused(create), (again or refused)(create)
    check = ConflictsAreWithSomething(Scope.of(contract, promises=["statuses"]))
    lab: Any = Again(other)
    return [each for each in check.explore(Corpus((accepted, exchange)), lab) if isinstance(each, Finding)]


def refused(make: Any, status: int = 409, sent: Any = None, **more: Any) -> Any:
    return lambda create: make.exchange(create, status, {}, sent=sent or {"text": "b"}, **more)


def test_a_conflict_with_nothing_is_broken(make: Any) -> None:
    """Others that were accepted were stored on AWS, and this one was refused before any look there."""
    (finding,) = found(make, refused(make))

    assert (finding.promise, finding.operation) == ("statuses", "createNote")
    assert "answered 409 without a look at anything that is stored" in finding.message


@pytest.mark.parametrize(
    "more",
    [
        {"calls": ["dynamodb:GetItem"]},
        {"sent": {"text": 1}},
        {"invocations": ()},
        {"status": 404},
    ],
)
def test_a_conflict_with_something_is_right(make: Any, more: dict[str, Any]) -> None:
    """A function that looked may have seen it; requests that are wrong, and the gateway, are other rules'."""
    if "calls" in more:
        more = {"calls": [make.call(each, "Read") for each in more["calls"]]}

    assert found(make, refused(make, **more)) == []


def test_what_cannot_be_certain_is_not_said(make: Any) -> None:
    """What a cold function accepts, where nothing is stored on AWS at all, or where 409 stands for every refusal."""
    assert found(make, refused(make), refused(make, status=201)) == []
    assert found(make, refused(make), looks=False) == []
    assert found(make, refused(make), statuses="404") == []
