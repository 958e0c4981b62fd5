"""What a tester finds from outside is judged by the contract and the gateway's rules, as it would be in a run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from contracts import checks, openapi
from contracts.contract import Parameter
from contracts.errors import ConfigurationError
from contracts.exchange import Case, Exchange, FaultPlan
from contracts.finding import ExchangeCheck
from contracts.http import Headers, Request, Response
from contracts.live import Endpoint, Observed, Outside

NOTES = Path(__file__).parents[2] / "apps" / "notes" / "openapi.yaml"
NO_ROUTE = Response(
    403,
    Headers((("x-amzn-ErrorType", "MissingAuthenticationTokenException"), ("Content-Type", "application/json"))),
    b'{"message":"Missing Authentication Token"}',
)
GET_NOTE = ("GET", "/notes/{note_id}")
LIST_NOTES = ("GET", "/notes")


@pytest.fixture(scope="module")
def outside() -> Outside:
    """The notes service from outside."""
    contract = openapi.load(NOTES)
    documented = next(each for each in checks.registered(contract) if each.name == "status-documented")
    assert isinstance(documented, ExchangeCheck)
    return Outside.of(contract, checks.judge(contract), checks.JUDGED, {"status_code_conformance": documented})


def observed(
    operation: tuple[str, str], response: Response, *, method: str = "GET", path: str = "/notes", valid: bool = True
) -> Observed:
    """A request of a tester for an operation, and the answer to it."""
    return Observed("1", operation, Request(method, f"/Prod{path}"), response, "coverage", valid, None)


def json_answer(status: int, body: bytes = b'{"message": "no"}') -> Response:
    """An answer of a function."""
    return Response(status, Headers((("Content-Type", "application/json"),)), body)


@pytest.mark.parametrize("required", [False, True])
def test_what_was_done_once_is_done_again_without_its_key(outside: Outside, required: bool) -> None:
    """With the same idempotency key the answer would be one from memory; where there must be one, nothing is done."""
    operation = outside.operations[LIST_NOTES]
    key = Parameter("Idempotency-Key", "header", required=required, schema={}, location=operation.location)
    keyed = replace(operation, parameters=(*operation.parameters, key))
    headers = Headers((("idempotency-key", "1"), ("Accept", "*/*")))
    exchange = Exchange(Case("1", keyed, Request("POST", "/Prod/notes", headers), "coverage"), json_answer(201))

    again = outside.repeatable(exchange)

    assert (None if again is None else again.case.request.headers.lines) == (None if required else (("Accept", "*/*"),))


def test_a_method_that_the_gateway_does_not_know_is_refused_in_its_way(outside: Outside) -> None:
    """Not with a 405; an answer of a function to it is a finding."""
    check = "unsupported_method"

    assert not outside.holds(observed(LIST_NOTES, NO_ROUTE, method="TRACE"), check, "", "")
    assert outside.holds(observed(LIST_NOTES, json_answer(200), method="TRACE"), check, "", "")


def test_a_status_is_documented_by_our_rule(outside: Outside) -> None:
    """What the gateway answers where the contract speaks of no gateway is no finding; what a function answers is."""
    check = "status_code_conformance"

    assert not outside.holds(observed(LIST_NOTES, NO_ROUTE), check, "", "")
    assert not outside.holds(observed(GET_NOTE, json_answer(404), path="/notes/1"), check, "", "")
    assert outside.holds(observed(GET_NOTE, json_answer(410), path="/notes/1"), check, "", "")


def test_a_valid_request_may_be_refused_for_the_state_that_it_meets(outside: Outside) -> None:
    """404 is documented and speaks of state; 400 of form, which a GET with a valid path cannot have wrong."""
    check, root = "positive_data_acceptance", "RejectedPositiveData "

    assert not outside.holds(observed(GET_NOTE, json_answer(404), path="/notes/1"), check, "", root)
    assert not outside.holds(observed(GET_NOTE, NO_ROUTE, path="/notes/"), check, "", root)


def test_a_server_error_is_one(outside: Outside) -> None:
    """Whoever answered it."""
    assert outside.holds(observed(LIST_NOTES, json_answer(500)), "not_a_server_error", "", "")


def test_what_is_not_ours_to_judge_holds(outside: Outside) -> None:
    """Other checks of the tester, and operations that the contract does not have."""
    assert outside.holds(observed(LIST_NOTES, json_answer(200)), "use_after_free", "", "")
    assert outside.holds(observed(("GET", "/elsewhere"), json_answer(200)), "unsupported_method", "", "")


def test_nothing_of_the_inside_is_claimed(outside: Outside) -> None:
    """Invocations and change are not observed, which is not the same as none."""
    exchange = outside.exchange(observed(LIST_NOTES, json_answer(200)))

    assert (exchange.invocations, exchange.change) == (None, None)
    assert exchange.case.operation is outside.operations[LIST_NOTES]
    assert outside.exchange(observed(LIST_NOTES, NO_ROUTE, method="TRACE")).case.operation is None


def test_an_endpoint_sends_and_sees_nothing_else() -> None:
    """Its state can neither be compared nor AWS made to fail; what stays as it is can be restored."""
    case = Case("1", None, Request("GET", "/"), "check")
    endpoint = Endpoint(lambda sent: Exchange(sent, Response(200)))
    now = endpoint.snapshot()
    endpoint.restore(now)

    assert endpoint.conduct(case) == Exchange(case, Response(200))
    for ask in (lambda: endpoint.difference(now, now), lambda: endpoint.faults(FaultPlan())):
        with pytest.raises(ConfigurationError, match="behind a live endpoint"):
            ask()
