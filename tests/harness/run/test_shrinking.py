"""Shrinking: the smallest requests that still prove a failure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from contracts.checks.replay import Replayer
from contracts.checks.requests import Requests
from contracts.contract import Contract, Operation, Parameter, RequestBody
from contracts.errors import Location
from contracts.exchange import (
    Case,
    Change,
    Corpus,
    Exchange,
    FaultPlan,
    FunctionError,
    Invocation,
    Reference,
    Rendering,
    Reply,
)
from contracts.finding import Finding
from contracts.http import Headers, Request, Response
from contracts.run.shrinking import Shrinking
from contracts.stack import Function

HERE = Location("openapi.yaml", 1)
NEW = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 2}, "tags": {}}}
CREATE = Operation(
    "create", "POST", "/notes", (), RequestBody(required=True, content={"application/json": NEW}), {}, None, HERE
)
READ = Operation(
    "read",
    "GET",
    "/notes/{id}",
    (Parameter("id", "path", required=True, schema={}, location=HERE),),
    None,
    {},
    None,
    HERE,
)
CONTRACT = Contract("Notes", "openapi.yaml", {}, (CREATE, READ), HERE)


@dataclass
class NotesLab:
    """
    A service that hands out an id for every create, and fails on every read of a thing that it has.

    Attributes:
        flawed: It fails on every create but the first as well.
    """

    made: list[str] = field(default_factory=list)
    flawed: bool = False

    def conduct(self, case: Case) -> Exchange:
        if case.request.method == "POST" and self.made and self.flawed:
            return Exchange(case, Response(500))
        if case.request.method == "POST":
            self.made.append(f"note-{len(self.made):08}")
            return Exchange(case, Response(201, body=json.dumps({"id": self.made[-1]}).encode()))
        known = case.request.path.rpartition("/")[2] in self.made
        return Exchange(case, Response(500 if known else 404))

    def snapshot(self) -> tuple[str, ...]:
        return tuple(self.made)

    def restore(self, snapshot: Any, *, warm: bool = False) -> None:
        self.made = list(snapshot)

    def interleaved(self, first: Case, second: Case, *, call: int | None) -> tuple[Exchange, Exchange] | None:
        """Its answers cannot be interrupted."""
        return None if call is not None else (self.conduct(first), self.conduct(second))

    def difference(self, before: Any, after: Any) -> Change:
        return Change()

    def faults(self, plan: FaultPlan) -> AbstractContextManager[None]:
        return nullcontext()

    def rendering(self, rendering: Rendering) -> AbstractContextManager[None]:
        return nullcontext()

    def set_clock(self, moment: datetime) -> None:
        pass


@dataclass(frozen=True)
class NoFailure:
    """A check that finds every 500."""

    promise: str = "payloads"
    name: str = "no-failure"

    def after_exchange(self, exchange: Exchange) -> Iterator[Finding]:
        if exchange.response.status == 500:
            yield Finding(self.promise, self.name, "read", "It failed.", (exchange,), "500")


@dataclass(frozen=True)
class NothingElse:
    """Stands for Schemathesis' checks, which have nothing to say here."""

    def after_exchange(self, exchange: Exchange) -> Iterable[Finding]:
        return ()


def request(method: str, target: str, *, headers: Mapping[str, str] | None = None, value: Any = None) -> Request:
    body = None if value is None else json.dumps(value).encode()
    lines = {"Host": "api.test", **({"Content-Type": "application/json"} if body else {}), **(headers or {})}
    return Request(method, target, Headers.of(lines.items()), body)


def test_what_had_to_happen_before_is_made_smaller_too() -> None:
    """Of a create and a read that fails, the create loses what nobody needs, and stays as valid as it was."""
    lab = NotesLab()
    create = lab.conduct(
        Case("1", CREATE, request("POST", "/v1/notes", value={"text": "Buy bread", "tags": [1, 2]}), "fuzzing")
    )
    reference = Reference("path", "id", "1", "$response.body#/id", "note-00000000")
    read = lab.conduct(
        Case(
            "2",
            READ,
            request("GET", "/v1/notes/note-00000000?x=1", headers={"X-A": "1"}),
            "fuzzing",
            references=(reference,),
        )
    )
    lab.restore(())
    shrinking = Shrinking(NothingElse(), (NoFailure(),), Requests(CONTRACT))
    replayer = Replayer.of(Corpus((create, read)), lab, phase="shrinking")

    [finding] = NoFailure().after_exchange(read)
    smallest = [each.case.request for each in shrinking.smallest(finding, replayer).exchanges]

    assert [(each.method, each.target) for each in smallest] == [
        ("POST", "/v1/notes"),
        ("GET", "/v1/notes/note-00000000"),
    ]
    assert json.loads(smallest[0].body or b"") == {"text": "00"}
    assert "X-A" not in smallest[1].headers


def test_what_shows_the_second_time_alone_is_shown_twice() -> None:
    """A failure that no fresh world confirms is asked for again: the evidence is both requests, made smaller."""
    lab = NotesLab(flawed=True)
    lab.conduct(Case("1", CREATE, request("POST", "/v1/notes", value={"text": "ab"}), "fuzzing"))
    failed = lab.conduct(
        Case("2", CREATE, request("POST", "/v1/notes", value={"text": "Buy bread", "tags": []}), "fuzzing")
    )
    lab.restore(())
    shrinking = Shrinking(NothingElse(), (NoFailure(),), Requests(CONTRACT))
    [finding] = NoFailure().after_exchange(failed)

    smallest = shrinking.smallest(finding, Replayer.of(Corpus((failed,)), lab, phase="shrinking")).exchanges

    assert [each.response.status for each in smallest] == [201, 500]
    assert [json.loads(each.case.request.body or b"") for each in smallest] == [{"text": "00"}, {"text": "00"}]


def test_what_a_fresh_world_does_not_show_again_does_not_stand_alone() -> None:
    """A read that fails because of a create that nothing ties it to is told as it was found, and so marked."""
    lab = NotesLab()
    create = lab.conduct(Case("1", CREATE, request("POST", "/v1/notes", value={"text": "Buy bread"}), "fuzzing"))
    read = lab.conduct(Case("2", READ, request("GET", "/v1/notes/note-00000000"), "fuzzing"))
    lab.restore(())
    replayer = Replayer.of(Corpus((create, read)), lab, phase="shrinking")

    [finding] = NoFailure().after_exchange(read)
    smallest = Shrinking(NothingElse(), (NoFailure(),), Requests(CONTRACT)).smallest(finding, replayer)

    assert smallest.exchanges == (read,)
    assert finding.alone
    assert not smallest.alone


def test_requests_of_a_check_that_a_failure_does_not_take_are_left_out() -> None:
    """What is left is made smaller, and a finding that nobody could be sure of shows by itself."""
    lab = NotesLab()
    sent = [
        request("POST", "/v1/notes", value={"text": "Buy bread", "tags": [1, 2]}),
        request("GET", "/v1/notes/unknown"),
        request("POST", "/v1/notes", value={"text": "Buy butter"}),
        request("GET", "/v1/notes/note-00000000?x=1"),
    ]
    operations = (CREATE, READ, CREATE, READ)
    cases = [Case(str(n), of, each, "some-check") for n, (of, each) in enumerate(zip(operations, sent, strict=True))]
    exchanges = tuple(map(lab.conduct, cases))
    lab.restore(())
    shrinking = Shrinking(NothingElse(), (NoFailure(),), Requests(CONTRACT))
    replayer = Replayer.of(Corpus(), lab, phase="shrinking")
    [found] = NoFailure().after_exchange(exchanges[-1])

    smallest = shrinking.smallest(replace(found, exchanges=exchanges, alone=False), replayer)

    requests = [each.case.request for each in smallest.exchanges]
    assert [(each.method, each.target) for each in requests] == [
        ("POST", "/v1/notes"),
        ("GET", "/v1/notes/note-00000000"),
    ]
    assert json.loads(requests[0].body or b"") == {"text": "00"}
    assert smallest.alone


def test_what_requests_alone_do_not_show_is_left_as_it_was() -> None:
    """It took something else: AWS failing, or another request at the same time."""
    lab = NotesLab()
    made = lab.conduct(Case("1", CREATE, request("POST", "/v1/notes", value={"text": "ab"}), "some-check"))
    finding = Finding("payloads", "no-failure", "read", "It failed.", (made,), "500")
    shrinking = Shrinking(NothingElse(), (NoFailure(),), Requests(CONTRACT))

    assert shrinking.smallest(finding, Replayer.of(Corpus(), lab, phase="shrinking")) is finding


def test_a_function_that_hung_is_not_waited_for_again() -> None:
    """Each time would take as long as the first."""
    lab = NotesLab()
    function = Function("Read", "read", "arn:aws:lambda:x", "a.b", "python3.13", Path(), {}, None, 3, 128, HERE)
    hung = Reply(None, FunctionError("Sandbox.Timedout", "Task timed out after 3.00 seconds"))
    case = Case("1", READ, request("GET", "/v1/notes/1"), "some-check")
    exchange = Exchange(case, Response(500), (Invocation(function, {}, hung, ()),))
    [finding] = NoFailure().after_exchange(exchange)
    asked: list[Case] = []
    lab.conduct = asked.append  # type: ignore[assignment,method-assign]  # a lab that only notes what it is asked

    smallest = Shrinking(NothingElse(), (NoFailure(),), Requests(CONTRACT)).smallest(
        finding, Replayer.of(Corpus(), lab, phase="shrinking")
    )

    assert smallest is finding
    assert asked == []
