"""The cases: what Schemathesis' engine makes of a contract, and what this version of it must still do."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
import requests
import schemathesis.engine.context
from schemathesis.checks import CHECKS
from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER
from schemathesis.specs.openapi import stateful

from contracts import cases
from contracts.cases import Conformance, Generated, Generation, Judge, generate
from contracts.cases.transport import to_requests
from contracts.contract import Contract, Operation
from contracts.errors import Location
from contracts.exchange import Case, Exchange
from contracts.finding import Finding
from contracts.http import Headers, Request, Response

HERE = Location("openapi.yaml", 1)
JSON = Headers((("Content-Type", "application/json"),))
THING = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
}
NEW = {
    "type": "object",
    "required": ["name"],
    "additionalProperties": False,
    "properties": {"name": {"type": "string", "maxLength": 20}},
}


def json_of(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.1",
    "info": {"title": "Things", "version": "1"},
    "paths": {
        "/things": {
            "post": {
                "operationId": "createThing",
                "requestBody": {"required": True, "content": json_of(NEW)},
                "responses": {
                    "201": {
                        "description": "made",
                        "content": json_of(THING),
                        "links": {"get": {"operationId": "getThing", "parameters": {"id": "$response.body#/id"}}},
                    },
                    "400": {"description": "refused"},
                },
            }
        },
        "/things/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "get": {
                "operationId": "getThing",
                "responses": {"200": {"description": "found", "content": json_of(THING)}, "404": {"description": "no"}},
            },
        },
    },
}
CREATE = Operation("createThing", "POST", "/things", (), None, {}, None, HERE)
GET = Operation("getThing", "GET", "/things/{id}", (), None, {}, None, HERE)
CONTRACT = Contract("Things", "openapi.yaml", DOCUMENT, (CREATE, GET), HERE)


class Things:
    """A service in miniature: it keeps names of up to 20 characters under ids of its own."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}

    def begin(self, phase: str) -> None:
        self.names.clear()

    def begin_scenario(self) -> None:
        self.names.clear()

    def conduct(self, case: Case) -> Exchange:
        return Exchange(case, self.answer(case.request), invocations=())

    def answer(self, request: Request) -> Response:
        path = request.path.removeprefix("/v1")
        if (request.method, path) == ("POST", "/things"):
            return self.create(request)
        if request.method == "GET" and path.startswith("/things/"):
            name = self.names.get(path.removeprefix("/things/"))
            return Response(404) if name is None else self.thing(200, path.removeprefix("/things/"), name)
        return Response(403, JSON, b'{"message": "Missing Authentication Token"}')

    def create(self, request: Request) -> Response:
        if request.headers.get("Content-Type") not in (None, "application/json"):
            return Response(415)
        try:
            value = json.loads(request.body or b"")
        except ValueError:
            return Response(400)
        if not isinstance(value, dict) or set(value) != {"name"} or not isinstance(value["name"], str):
            return Response(400)
        if len(value["name"]) > 20:
            return Response(400)
        thing_id = f"thing-{len(self.names):06}"
        self.names[thing_id] = value["name"]
        return self.thing(201, thing_id, value["name"])

    def thing(self, status: int, thing_id: str, name: str) -> Response:
        return Response(status, JSON, json.dumps({"id": thing_id, "name": name}).encode())


class NamelessThings(Things):
    """The same service, but its answers lack the name."""

    def thing(self, status: int, thing_id: str, name: str) -> Response:
        return Response(status, JSON, json.dumps({"id": thing_id}).encode())


def as_it_is(finding: Finding) -> Finding | None:
    return finding


def generated(things: Things, *phases: str, seed: int = 1, judge: Judge = as_it_is) -> Generated:
    generation = Generation(
        "http://things.test/v1", seed, (CREATE, GET), phases=phases or cases.PHASES, examples=10, scenarios=10, steps=4
    )
    return of(generation, things, judge=judge)


def of(generation: Generation, things: Things, *, judge: Judge = as_it_is) -> Generated:
    return generate(
        CONTRACT, generation, things.conduct, judge=judge, begin=things.begin, begin_scenario=things.begin_scenario
    )


def test_every_phase_makes_cases_of_its_own() -> None:
    """Coverage, fuzzing and stateful phases make requests; each case knows its phase."""
    made = Counter(exchange.case.phase for exchange in generated(Things()).corpus)

    assert set(made) == {"coverage", "fuzzing", "stateful"}
    assert min(made.values()) >= 10


def test_a_seed_decides_every_request() -> None:
    """Two runs with one seed make the same requests; another seed makes others."""
    first, again, other = (generated(Things(), seed=seed).corpus for seed in (1, 1, 2))

    assert [each.case.request for each in first] == [each.case.request for each in again]
    assert [each.case.request for each in first] != [each.case.request for each in other]


def test_every_scenario_begins_in_a_fresh_world() -> None:
    """The first thing that a scenario makes has the same id in each, and a scenario knows its own cases."""
    corpus = generated(Things(), "stateful").corpus
    first: dict[str | None, Exchange] = {}
    for exchange in corpus:
        if exchange.response.status == 201:
            first.setdefault(exchange.case.scenario, exchange)

    assert len(first) > 3
    assert {json.loads(exchange.response.body)["id"] for exchange in first.values()} == {"thing-000000"}
    assert {each.case.scenario for each in corpus} >= set(first)


def test_a_right_service_breaks_nothing() -> None:
    """Schemathesis finds nothing in a service that keeps its contract."""
    assert generated(Things()).findings == ()


def test_a_failure_becomes_a_finding_with_its_exchange() -> None:
    """A failure of the engine is a finding that carries the exchange in which it showed."""
    findings = generated(NamelessThings(), "coverage").findings

    assert {(each.check, each.operation) for each in findings} == {
        ("response_schema_conformance", "createThing"),
        ("response_schema_conformance", "getThing"),
    }
    assert all(each.exchanges[0].response.status in (200, 201) for each in findings)


def test_a_failure_does_not_end_the_phase() -> None:
    """The engine goes on after a failure: as many findings as answers that lack the name."""
    result = generated(NamelessThings(), "fuzzing")
    wrong = [each for each in result.corpus if each.response.status in (200, 201)]

    assert len(result.findings) == len(wrong) > 5


def test_what_the_judge_drops_is_no_finding() -> None:
    """A false alarm that the judge recognises is no finding, and hides nothing behind it."""
    result = generated(NamelessThings(), "fuzzing", judge=lambda finding: None)

    assert result.findings == ()
    assert len(result.corpus) > 15


def test_cases_say_whether_they_are_valid_and_why_not() -> None:
    """A case knows whether the contract accepts it; an invalid one says what is wrong with it."""
    corpus = generated(Things(), "coverage").corpus
    creates = [each for each in corpus if each.case.operation is CREATE]

    assert {each.response.status for each in creates if each.case.valid} == {201}
    assert {each.response.status for each in creates if each.case.valid is False} == {400, 415}
    assert all(each.case.broken for each in creates if each.case.valid is False)


def test_an_undeclared_method_is_no_operation() -> None:
    """Requests with a method that the contract does not declare belong to no operation."""
    corpus = generated(Things(), "coverage").corpus

    assert {each.response.status for each in corpus if each.case.operation is None} == {403}


def test_stateful_cases_refer_to_the_answer_that_made_their_id() -> None:
    """A request by an id that exists names the case whose answer handed the id out."""
    corpus = generated(Things(), "stateful").corpus
    found = [each for each in corpus if each.case.operation is GET and each.response.status == 200]

    assert found
    assert all(corpus.history(each)[0].case.operation is CREATE for each in found)


def test_supporting_operations_are_called_in_the_stateful_phase_alone() -> None:
    """An operation that others need is called to make what they need, and for nothing else."""
    things = Things()
    generation = Generation(
        "http://things.test/v1", 1, (GET,), (CREATE,), phases=("fuzzing", "stateful"), examples=5, scenarios=5, steps=4
    )
    corpus = of(generation, things).corpus

    assert {each.case.phase for each in corpus if each.case.operation is CREATE} == {"stateful"}
    assert 200 in {each.response.status for each in corpus if each.case.operation is GET}


def test_no_links_are_no_problem() -> None:
    """Where an operation's partner is not asked for, there is nothing to play, and that keeps nobody from running."""
    generation = Generation("http://things.test/v1", 1, (GET,), phases=("stateful",), examples=5, scenarios=5, steps=4)

    assert of(generation, Things()).unavailable == ()


def test_a_scenario_may_begin_with_a_name_that_the_client_gives() -> None:
    """A PUT that documents 201 makes what others need, as a POST does, and nothing leads to it."""
    put = {
        "operationId": "putThing",
        "requestBody": {"required": True, "content": json_of(NEW)},
        "responses": {
            "201": {
                "description": "made",
                "content": json_of(THING),
                "links": {"get": {"operationId": "getThing", "parameters": {"id": "$response.body#/id"}}},
            }
        },
    }
    paths = {**DOCUMENT["paths"], "/things/{id}": {**DOCUMENT["paths"]["/things/{id}"], "put": put}}
    operation = Operation("putThing", "PUT", "/things/{id}", (), None, {}, None, HERE)
    contract = Contract("Things", "openapi.yaml", {**DOCUMENT, "paths": paths}, (CREATE, GET, operation), HERE)
    generation = Generation(
        "http://things.test/v1", 1, contract.operations, phases=("stateful",), examples=5, scenarios=30, steps=4
    )
    things = Things()
    corpus = generate(
        contract, generation, things.conduct, judge=as_it_is, begin=things.begin, begin_scenario=things.begin_scenario
    ).corpus

    first = {each.case.scenario: each.case.operation for each in reversed(tuple(corpus))}
    assert {each.name for each in first.values() if each is not None} == {"createThing", "putThing"}


def after(number: int, error: BaseException) -> Things:
    """A service whose harness fails at its n-th request."""

    class Failing(Things):
        asked = 0

        def answer(self, request: Request) -> Response:
            self.asked += 1
            if self.asked >= number:
                raise error
            return super().answer(request)

    return Failing()


@pytest.mark.parametrize("phase", ["coverage", "fuzzing", "stateful"])
def test_a_crash_of_the_harness_ends_the_run_and_loses_nothing(phase: str) -> None:
    """An error in our own code is not a defect of the service: no request follows it, and those before are there."""
    things = after(7, ZeroDivisionError("ours"))
    result = generated(things, phase, "examples")

    assert isinstance(result.crash, ZeroDivisionError)
    assert (len(result.corpus), vars(things)["asked"], result.interrupted) == (6, 7, False)


@pytest.mark.parametrize("phase", ["coverage", "fuzzing", "stateful"])
def test_an_interrupt_within_a_request_ends_the_run_and_loses_nothing(phase: str) -> None:
    """Whoever conducts requests may raise KeyboardInterrupt, in whatever thread the engine asks for them."""
    things = after(7, KeyboardInterrupt())
    result = generated(things, phase, "examples")

    assert (len(result.corpus), vars(things)["asked"]) == (6, 7)
    assert (result.crash, result.interrupted) == (None, True)


@pytest.mark.parametrize("phase", ["coverage", "fuzzing", "stateful"])
def test_the_engine_stops_when_the_run_is_to_end(phase: str) -> None:
    """Between two requests the engine asks, and makes none after it was told."""
    things = Things()
    exchanges: list[Exchange] = []

    def conduct(case: Case) -> Exchange:
        exchanges.append(things.conduct(case))
        return exchanges[-1]

    generation = Generation("http://things.test/v1", 1, (CREATE, GET), phases=(phase,))
    result = generate(
        CONTRACT,
        generation,
        conduct,
        judge=as_it_is,
        begin=things.begin,
        begin_scenario=things.begin_scenario,
        ended=lambda: len(exchanges) >= 5,
    )

    assert (len(exchanges), len(result.corpus), result.interrupted) == (5, 5, True)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ZeroDivisionError()], ids=["interrupt", "crash"])
def test_what_happens_between_two_phases_loses_nothing(error: BaseException) -> None:
    """An interrupt or a crash while the world is reset ends the run with the phases before."""
    things = Things()

    def begin(phase: str) -> None:
        if phase == "fuzzing":
            raise error

    generation = Generation("http://things.test/v1", 1, (CREATE, GET))
    result = generate(
        CONTRACT, generation, things.conduct, judge=as_it_is, begin=begin, begin_scenario=things.begin_scenario
    )

    assert {each.case.phase for each in result.corpus} == {"coverage"}
    assert (result.crash or KeyboardInterrupt) is (KeyboardInterrupt if result.interrupted else error)


def test_nothing_of_the_engine_stays_changed() -> None:
    """After a run Schemathesis is as it was: its sessions, checks and hooks are not ours."""
    before = (schemathesis.engine.context.make_session, CHECKS.get_all_names(), dict(GLOBAL_HOOK_DISPATCHER._hooks))
    likely = stateful.is_likely_root_transition
    generated(Things(), "coverage")

    assert schemathesis.engine.context.make_session is before[0]
    assert stateful.is_likely_root_transition is likely
    assert CHECKS.get_all_names() == before[1]
    assert GLOBAL_HOOK_DISPATCHER._hooks.get("before_call", []) == before[2].get("before_call", [])


def test_repeated_headers_survive_the_front_door() -> None:
    """An answer with two lines of one header reaches the engine with both."""
    response = Response(200, Headers((("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))), b"")

    answer = to_requests(requests.Request("GET", "http://things.test/").prepare(), response)

    assert answer.raw.headers.getlist("set-cookie") == ["a=1", "b=2"]


@pytest.mark.parametrize(
    ("body", "roots"),
    [
        (b'{"id": "1", "name": "x"}', []),
        (b'{"id": "1"}', ["JsonSchemaError required"]),
        (b'{"id": 1, "name": "x"}', ["JsonSchemaError properties/id/type"]),
    ],
    ids=["right", "member missing", "wrong type"],
)
def test_a_single_answer_can_be_judged_without_the_engine(body: bytes, roots: list[str]) -> None:
    """A replayed answer is held to the same response checks, with the same roots."""
    conformance = Conformance.of(CONTRACT, Generation("http://things.test/v1", 1, (GET,)), lambda each: each)
    exchange = Exchange(Case("c", GET, Request("GET", "/v1/things/1"), "replay"), Response(200, JSON, body))

    assert [each.root for each in conformance.after_exchange(exchange)] == roots
