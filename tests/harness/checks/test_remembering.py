"""The policy that API Gateway remembers lets its caller in everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from contracts.checks.consequences import refused_by_memory
from contracts.checks.identities.remembering import RememberedPoliciesAreWideEnough
from contracts.checks.scope import Scope
from contracts.exchange import Case, Corpus, Exchange, Reply
from contracts.finding import Finding

ARN = "arn:aws:execute-api:eu-west-1:1:abc/v1/GET/notes"


@dataclass
class Guarded:
    """A lab whose guard lets in to everything, to what was asked for alone, or to nothing."""

    make: Any
    allows: str
    remembered: str | None = None

    def snapshot(self) -> None:
        return None

    def restore(self, snapshot: None, *, warm: bool = False) -> None:
        self.remembered = None

    def conduct(self, case: Case) -> Exchange:
        asked = case.operation.name if case.operation is not None else ""
        guard = () if self.remembered else (self.make.invocation(Reply("{}"), event={"methodArn": ARN}),)
        self.remembered = self.remembered or asked
        allowed = self.allows == "all" or (self.allows == "one" and self.remembered == asked)
        function = (self.make.invocation(Reply("{}")),) if allowed else ()
        headers = [] if allowed else [("x-amzn-ErrorType", "AccessDeniedException")]
        status = 200 if allowed else 403
        made = self.make.exchange(case.operation, status, {}, invocations=guard + function, headers=headers)
        return Exchange(case, made.response, made.invocations, made.change)


def found(make: Any, allows: str, *, guarded: bool = True, status: int = 200) -> list[Finding]:
    security: tuple[Any, ...] = ({"tenant": []},) if guarded else ()
    names = ("listNotes", "createNote")
    operations = {
        name: make.operation(name, "GET", f"/{name}", make.response("200"), security=security) for name in names
    }
    contract = make.notes(**operations)
    corpus = Corpus(tuple(make.exchange(each, status, {}, target=f"/v1{each.path}") for each in operations.values()))
    lab: Any = Guarded(make, allows)
    check = RememberedPoliciesAreWideEnough(Scope.of(contract, promises=["statuses"]))
    return [each for each in check.explore(corpus, lab) if isinstance(each, Finding)]


def test_a_policy_for_one_operation_keeps_its_caller_from_the_next(make: Any) -> None:
    """One bug of a guard is said once."""
    (finding,) = found(make, "one")

    assert (finding.promise, finding.operation) == ("statuses", "createNote")
    assert "answered 403 to a caller whom it lets in, once listNotes was called" in finding.message


@pytest.mark.parametrize(
    "more",
    [{"allows": "all"}, {"allows": "nothing"}, {"allows": "one", "guarded": False}, {"allows": "one", "status": 404}],
)
def test_a_guard_that_remembers_no_refusal_is_right(make: Any, more: dict[str, Any]) -> None:
    """It lets in everywhere, or nowhere; what nobody guards, or nobody was let in to, is not asked."""
    assert found(make, **more) == []


def test_a_refusal_by_what_is_remembered_follows_from_it(make: Any) -> None:
    """Of the same guard, in the same words; others are bugs of their own."""
    (cause,) = found(make, "one")
    again = Finding("statuses", "status-documented", cause.operation, "403", cause.exchanges[-1:], "403")
    let_in = Finding("statuses", "status-documented", cause.operation, "403", cause.exchanges[:1], "403")

    assert refused_by_memory(again, cause)
    assert not refused_by_memory(let_in, cause)
