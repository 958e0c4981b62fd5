"""Two requests at once: lost updates and double creates are found by one switch, and what takes turns is not."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from contracts.checks.interleavings import TwoAtOnceTakeTurns, switches
from contracts.checks.scope import Scope
from contracts.contract import Contract
from contracts.exchange import AwsCall, Case, Change, Corpus, Difference, Exchange, FaultPlan, Meanwhile
from contracts.finding import Finding
from contracts.http import Headers, Request, Response

State = dict[str, dict[str, Any]]
Handler = Callable[[State, dict[str, Any]], Generator[str, None, int]]


@dataclass
class Shelf:
    """
    One thing in memory, as a lab: a handler is a generator that yields the name of each call that it makes next.

    Attributes:
        handlers: By HTTP method.
        made: How many requests were made.
    """

    handlers: dict[str, Handler]
    state: State = field(default_factory=dict)
    made: int = 0

    def snapshot(self) -> State:
        return {key: dict(item) for key, item in self.state.items()}

    def restore(self, snapshot: Any, *, warm: bool = False) -> None:
        self.state = {key: dict(item) for key, item in snapshot.items()}

    def difference(self, before: Any, after: Any) -> Change:
        keys = [key for key in dict.fromkeys((*before, *after)) if before.get(key) != after.get(key)]
        found = [Difference("item", "shelf", {"id": key}, before.get(key), after.get(key)) for key in keys]
        return Change(tuple(found))

    def conduct(self, case: Case) -> Exchange:
        return self._answered(case, lambda number: None)

    def interleaved(self, first: Case, second: Case, *, call: int | None) -> tuple[Exchange, Exchange] | None:
        if call is None:
            return self.conduct(first), self.conduct(second)
        inner: list[Exchange] = []

        def before(number: int) -> None:
            if number == call:
                inner.append(replace(self.conduct(second), meanwhile=Meanwhile(first.id, call)))

        outer = self._answered(first, before)
        return (outer, inner[0]) if inner else None

    @contextmanager
    def faults(self, plan: FaultPlan) -> Iterator[None]:
        yield

    @contextmanager
    def rendering(self, rendering: Any) -> Iterator[None]:
        yield

    def set_clock(self, moment: Any) -> None:
        raise NotImplementedError

    def _answered(self, case: Case, before: Callable[[int], None]) -> Exchange:
        self.made += 1
        world = self.snapshot()
        calls: list[AwsCall] = []
        running = self.handlers[case.request.method](self.state, json.loads(case.request.body or b"{}"))
        status = 500
        while True:
            try:
                name = next(running)
            except StopIteration as ended:
                status = ended.value
                break
            before(len(calls) + 1)
            service, _, operation = name.partition(":")
            calls.append(AwsCall(service, operation, {}, {}, None, 1, name, (), None))
        exchange = Exchange(case, Response(status, Headers(), b"{}"), (), self.difference(world, self.state))
        return replace(exchange, gateway_calls=tuple(calls))


def put_whole(state: State, body: dict[str, Any]) -> Generator[str, None, int]:
    """The last one wins: right."""
    yield "dynamodb:GetItem"
    there = "thing" in state
    yield "dynamodb:PutItem"
    state["thing"] = body
    return 200 if there else 201


def put_counting(state: State, body: dict[str, Any]) -> Generator[str, None, int]:
    """The version is the one that was read, and one more: an update is lost."""
    yield "dynamodb:GetItem"
    version = state.get("thing", {}).get("version", 0)
    yield "dynamodb:PutItem"
    state["thing"] = {**body, "version": version + 1}
    return 200


def put_on_condition(state: State, body: dict[str, Any]) -> Generator[str, None, int]:
    """The version must be the one that was read: right, since who loses is told so."""
    yield "dynamodb:GetItem"
    version = state.get("thing", {}).get("version", 0)
    yield "dynamodb:PutItem"
    if state.get("thing", {}).get("version", 0) != version:
        return 409
    state["thing"] = {**body, "version": version + 1}
    return 200


def put_or_fail(state: State, body: dict[str, Any]) -> Generator[str, None, int]:
    """Who loses fails."""
    status = yield from put_on_condition(state, body)
    return 500 if status == 409 else status


def put_in_two_places(state: State, body: dict[str, Any]) -> Generator[str, None, int]:
    """One place is the one's, the other the other's."""
    yield "dynamodb:PutItem"
    state["thing"] = body
    yield "dynamodb:PutItem"
    state["copy"] = body
    return 200


def put_if_absent(state: State, body: dict[str, Any]) -> Generator[str, None, int]:
    """Looks, then puts: both are told that it was theirs."""
    yield "dynamodb:GetItem"
    if "thing" in state:
        return 409
    yield "dynamodb:PutItem"
    state["thing"] = body
    return 201


def put_locked(state: State, body: dict[str, Any]) -> Generator[str, None, int]:
    """Who comes while another one is at it is told so: right."""
    yield "dynamodb:PutItem"
    if "lock" in state:
        return 409
    state["lock"] = {}
    yield "dynamodb:TransactWriteItems"
    del state["lock"]
    state["thing"] = {**body, "version": state.get("thing", {}).get("version", 0) + 1}
    return 200


def put_translated(state: State, body: dict[str, Any]) -> Generator[str, None, int]:
    """What comes before the only call of a store sees nothing of it."""
    yield "translate:TranslateText"
    yield "dynamodb:PutItem"
    state["thing"] = {**body, "version": state.get("thing", {}).get("version", 0) + 1}
    return 200


def contract_of(make: Any) -> Contract:
    """A PUT of one thing, and nothing else."""
    problem = make.response("409", {"type": "object"})
    put = make.operation(
        "putThing",
        "PUT",
        "/thing",
        make.response("200", {"type": "object"}),
        make.response("201", {"type": "object"}),
        problem,
        body={"type": "object"},
    )
    contract: Contract = replace(make.notes(), operations=(put,))
    return contract


def explored(make: Any, handler: Handler) -> tuple[list[Finding], Shelf]:
    """What is found with a corpus of three PUTs with different bodies."""
    contract = contract_of(make)
    shelf, (operation,) = Shelf({"PUT": handler}), contract.operations
    headers = Headers.of([("Content-Type", "application/json")])
    cases = [
        Case(f"case-{number}", operation, Request("PUT", "/thing", headers, body), "fuzzing", valid=True)
        for number, body in enumerate((b'{"a": 1}', b'{"a": 22}', b'{"a": 333}'))
    ]
    corpus = []
    for case in cases:
        shelf.state = {}
        corpus.append(shelf.conduct(case))
    shelf.state, shelf.made = {}, 0
    check = TwoAtOnceTakeTurns(Scope.of(contract, promises={"sequences"}))
    return [each for each in check.explore(Corpus(tuple(corpus)), shelf) if isinstance(each, Finding)], shelf


@pytest.mark.parametrize(
    ("handler", "message"),
    [
        (put_counting, "left `version` 1 in the item id=thing of the table shelf; one after the other, 2"),
        (put_or_fail, "had the answers 200 and 500; one after the other they have 200 and 200"),
        (put_in_two_places, "left a state that neither leaves after the other"),
        (put_if_absent, "had the answers 201 and 201; one after the other they have 201 and 409"),
    ],
)
def test_a_race_that_nobody_wins_is_found_once(make: Any, handler: Handler, message: str) -> None:
    """With the request that came in between, before the one that had waited for it."""
    [finding], _ = explored(make, handler)

    assert (finding.promise, finding.operation) == ("sequences", "putThing")
    assert finding.message == f"putThing, with putThing made before its dynamodb:PutItem, {message}"
    assert [each.meanwhile is not None for each in finding.exchanges[-2:]] == [True, False]


@pytest.mark.parametrize("handler", [put_whole, put_on_condition, put_locked])
def test_a_race_that_one_wins_is_none_of_its_business(make: Any, handler: Handler) -> None:
    """Either the last one wins, or the one that comes too late is told so, as documented."""
    findings, shelf = explored(make, handler)

    assert findings == []
    assert shelf.made > 4


def test_what_nothing_can_come_between_costs_no_request(make: Any) -> None:
    """A function that asks its store once is never interrupted, and never asked."""
    findings, shelf = explored(make, put_translated)

    assert (findings, shelf.made) == ([], 0)


def test_a_switch_stands_behind_a_call_of_a_store(make: Any) -> None:
    """Before the first call, and behind a call of nobody's state, nothing can have changed that was seen."""
    calls = [
        make.call(action, "Write") for action in ("translate:X", "dynamodb:GetItem", "sns:Publish", "s3:PutObject")
    ]
    exchange = make.exchange(make.notes().operations[0], 201, {}, calls=calls)

    assert switches(exchange) == [3]
