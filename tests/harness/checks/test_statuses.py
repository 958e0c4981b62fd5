"""Every answer documented; every documented status reached, or a gap."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from contracts.checks import registered
from contracts.checks.meaning import misnamed
from contracts.checks.requests import Violation
from contracts.exchange import Corpus, FunctionError
from contracts.finding import Finding, Gap

MISSING_ROUTE = [("Content-Type", "application/json"), ("x-amzn-ErrorType", "MissingAuthenticationTokenException")]


def of(contract: Any, name: str) -> Any:
    return next(each for each in contract.operations if each.name == name)


def check(contract: Any, name: str, promises: Any = ("payloads", "statuses", "methods")) -> Any:
    return next(each for each in registered(contract, promises=promises) if each.name == name)


def documented(contract: Any, shown: Any, **more: Any) -> list[Finding]:
    return list(check(contract, "status-documented", **more).after_exchange(shown))


def explored(make: Any, contract: Any, exchanges: Any, *flaws: str) -> list[Any]:
    lab = make.lab(contract, frozenset(flaws))
    return list(check(contract, "documented-status-reached").explore(Corpus(tuple(exchanges)), lab))


def created(make: Any, contract: Any, **sent: Any) -> Any:
    headers = [("Content-Type", "application/json"), ("Location", "/v1/notes/n-00ff")]
    body = {"id": "n-00ff", "text": "a", **sent}
    return make.exchange(of(contract, "createNote"), 201, body, sent={"text": "a", **sent}, valid=True, headers=headers)


def test_an_undocumented_status_is_broken(make: Any) -> None:
    """The sentence says the status and those that are documented."""
    contract = make.notes()

    (finding,) = documented(contract, make.exchange(of(contract, "getNote"), 410, {}, target="/v1/notes/n-0001"))

    assert finding.message == "getNote answered 410, which its contract does not document (200, 400, 404)"
    assert finding.root == "410"


@pytest.mark.parametrize("key", ["404", "4XX", "default"])
def test_a_status_may_be_documented_as_a_range_or_by_default(make: Any, key: str) -> None:
    """Exact, range and default all document it."""
    contract = make.changed("getNote", responses={key: make.response(key)})

    assert documented(contract, make.exchange(of(contract, "getNote"), 404, {}, target="/v1/notes/n-0001")) == []


def test_a_missing_route_is_no_answer_of_an_operation(make: Any) -> None:
    """A gateway that knows no route for a path says so in its own way, whatever the contract says of gateways."""
    contract = make.changed("listNotes", responses={"403": make.response("403", owner="gateway")})
    shown = make.exchange(
        of(contract, "getNote"), 403, {}, target="/v1/notes/a%2Fb", invocations=(), headers=MISSING_ROUTE
    )

    assert documented(contract, shown) == []


def test_the_gateways_own_answers_are_a_gap_where_the_contract_does_not_speak_of_gateways(make: Any) -> None:
    """One gap for an operation and status, however often it was answered."""
    contract = make.notes()
    shown = [make.exchange(of(contract, "listNotes"), 429, {}, invocations=()) for _ in range(3)]

    assert [each for exchange in shown for each in documented(contract, exchange)] == []
    (gap,) = check(contract, "statuses-described").after_run(Corpus(tuple(shown)))
    assert "API Gateway answered 429" in gap.message


def test_a_contract_that_speaks_of_gateways_must_name_their_statuses(make: Any) -> None:
    """Then an undocumented one is an undocumented answer."""
    contract = make.changed("listNotes", responses={"403": make.response("403", owner="gateway")})
    shown = make.exchange(of(contract, "listNotes"), 429, {}, invocations=())

    assert len(documented(contract, shown)) == 1
    assert list(check(contract, "statuses-described").after_run(Corpus((shown,)))) == []


def test_a_contract_without_responses_is_a_gap_said_once(make: Any) -> None:
    """Nothing can be judged, and that is one sentence with its place."""
    contract = make.changed("listNotes", responses={})
    shown = [make.exchange(of(contract, "listNotes"), status, {}) for status in (200, 400, 418)]

    assert [each for exchange in shown for each in documented(contract, exchange)] == []
    (gap,) = check(contract, "statuses-described").after_run(Corpus(tuple(shown)))
    assert gap.message == "listNotes documents no statuses: none of its answers can be judged"
    assert gap.location is not None


@pytest.mark.parametrize(("promises", "count"), [(("payloads", "statuses"), 0), (("statuses",), 1)])
def test_a_crash_is_reported_once(make: Any, promises: Any, count: int) -> None:
    """`payloads` says it where it is asked."""
    contract = make.notes()
    shown = make.crash(of(contract, "listNotes"), FunctionError("KeyError", "x"))

    assert len(documented(contract, shown, promises=promises)) == count


@pytest.mark.parametrize(("body", "count"), [(b"{}", 1), (b"", 0)])
def test_a_204_has_no_body(make: Any, body: bytes, count: int) -> None:
    """HTTP allows it none."""
    contract = make.notes()
    shown = make.exchange(of(contract, "deleteNote"), 204, body, target="/v1/notes/n-0001")

    assert len(list(check(contract, "status-means-what-http-says").after_exchange(shown))) == count


def test_statuses_of_a_handler_are_reached_on_purpose(make: Any) -> None:
    """400, 413, 415 and 503 by one change or one fault each; what stays out of reach is a gap with its reason."""
    contract = make.notes()

    outcomes = explored(make, contract, [created(make, contract)])

    assert [each.message for each in outcomes] == [
        "createNote documents 500, not reached: "
        "an injected AccessDeniedException of dynamodb:PutItem was answered 503; "
        "an injected InternalServerError of dynamodb:PutItem was answered 503"
    ]
    assert all(isinstance(each, Gap) for each in outcomes)


def test_an_unknown_id_is_tried_with_the_form_of_a_known_one(make: Any) -> None:
    """The id that the history hands out is changed so that the parameter's schema still allows it."""
    contract = make.notes()
    create = created(make, contract)
    shown = make.exchange(
        of(contract, "getNote"), 200, {"id": "n-00ff"}, target="/v1/notes/n-00ff",
        references=(make.referring(create, "n-00ff"),),
    )  # fmt: skip
    lab = make.lab(contract)

    outcomes = list(check(contract, "documented-status-reached").explore(Corpus((create, shown)), lab))

    assert not [each for each in outcomes if each.operation == "getNote"]
    asked = [case.request.target for case in lab.conducted if case.operation is of(contract, "getNote")]
    assert asked == ["/v1/notes/n-0001", "/v1/notes/%21", "/v1/notes/n-0002"]
    assert lab.notes == {}


def test_an_unreachable_status_is_explained(make: Any) -> None:
    """The contract says why nobody can make it happen, so nobody tries."""
    contract = make.changed(
        "createNote",
        responses={"201": make.response("201"), "507": make.response("507", unreachable="the disk is Amazon's")},
    )

    assert explored(make, contract, [created(make, contract)]) == []


def test_what_only_the_gateway_answers_is_one_gap_for_all_operations(make: Any) -> None:
    """It is not for the handlers to reach."""
    gateway = make.response("504", owner="gateway")
    one = make.operation("a", "GET", "/notes", make.response("200"), gateway)
    other = make.operation("b", "POST", "/notes", make.response("200"), gateway)
    contract = replace(make.notes(), operations=(one, other))

    (gap,) = explored(make, contract, [make.exchange(one, 200), make.exchange(other, 200)])

    assert gap.message == "504 is API Gateway's own and no request of the run made it answer so (a, b)"


def test_an_operation_that_accepted_nothing_says_so(make: Any) -> None:
    """What it was answered is in the sentence, and what could not be tried for it."""
    contract = make.notes()

    (gap,) = explored(make, contract, [make.exchange(of(contract, "getNote"), 404, {}, target="/v1/notes/n-0001")])

    assert gap.message == ("no request of getNote was accepted (404 x 1), so 400 could not be asked for on purpose")


def test_a_success_that_no_request_reached_comes_first(make: Any) -> None:
    """It is the gap that says most."""
    responses = {name: make.response(name) for name in ("409", "200", "201")}
    contract = make.changed("createNote", responses=responses)

    outcomes = explored(make, contract, [created(make, contract)])

    assert outcomes[0].message == "createNote documents 200, which no request reached (201)"


def test_a_body_that_is_not_json_must_not_be_accepted(make: Any) -> None:
    """The way to a 400 shows a broken promise of the payloads."""
    contract = make.notes()

    outcomes = explored(make, contract, [created(make, contract)], "any-body")

    found = [(each.promise, each.check, each.root) for each in outcomes if isinstance(each, Finding)]
    assert ("payloads", "invalid-request-refused", "body  json") in found
    assert ("payloads", "answer-has-its-documented-headers", "201 MissingHeaders Location") in found


def test_a_foreign_media_type_must_not_be_accepted_where_415_is_documented(make: Any) -> None:
    """The contract has a status for it."""
    contract = make.notes()

    outcomes = explored(make, contract, [created(make, contract)], "any-media-type")

    (found,) = [each for each in outcomes if isinstance(each, Finding) and each.check == "invalid-request-refused"]
    assert found.message == (
        "createNote answered 201 to a request that its contract does not allow, `Content-Type`: text/plain is none of"
        " application/json"
    )


def test_more_bytes_than_the_contract_allows_must_not_be_accepted(make: Any) -> None:
    """`x-contract-max-bytes` is a limit, met with characters of several bytes."""
    contract = make.notes()

    outcomes = explored(make, contract, [created(make, contract)], "any-length")

    (finding,) = [each for each in outcomes if isinstance(each, Finding)]
    assert "body at `/text`: is longer than 100 bytes" in finding.message


def test_a_way_that_does_not_lead_there_is_a_gap_with_its_reason(make: Any) -> None:
    """What was tried, and what was answered."""
    contract = make.notes()

    outcomes = explored(make, contract, [created(make, contract)], "any-media-type")

    assert (
        "createNote documents 415, not reached: the same request with the Content-Type text/plain was answered 201"
        in [each.message for each in outcomes]
    )


FAULTS = {"dynamodb:ThrottlingException": 503}


@pytest.mark.parametrize("place", ["operation", "document"])
def test_an_aws_error_must_be_answered_as_the_contract_maps_it(make: Any, place: str) -> None:
    """The finding names the call, the error, the answer and the promise."""
    contract = make.notes()
    if place == "operation":
        contract = make.changed("createNote", extensions={"x-contract-fault-map": FAULTS})
    else:
        contract = replace(contract, extensions={"x-contract-fault-map": FAULTS})

    outcomes = explored(make, contract, [created(make, contract)], "faults-are-500")

    (finding,) = [each for each in outcomes if isinstance(each, Finding)]
    assert finding.check == "aws-error-answered-as-documented"
    assert finding.message == (
        "createNote answered 500 when dynamodb:PutItem failed with ThrottlingException; its contract says 503"
    )


def test_an_aws_error_that_is_answered_as_mapped_is_kept(make: Any) -> None:
    """So is an entry of a service that the operation does not call, or of a status that it does not document."""
    entries = FAULTS | {"translate:ThrottlingException": 503, "dynamodb:ConditionalCheckFailedException": 412}
    contract = make.changed("createNote", extensions={"x-contract-fault-map": entries})

    outcomes = explored(make, contract, [created(make, contract)])

    assert not [each for each in outcomes if isinstance(each, Finding)]


def test_a_function_may_try_again(make: Any) -> None:
    """Where one failure is recovered from, every call fails: then the mapped answer is due."""
    contract = make.changed("createNote", extensions={"x-contract-fault-map": FAULTS})

    recovering = explored(make, contract, [created(make, contract)], "tries-again")
    wrong = explored(make, contract, [created(make, contract)], "tries-again", "faults-are-500")

    assert not [each for each in recovering if isinstance(each, Finding)]
    assert len([each for each in wrong if isinstance(each, Finding)]) == 1


def test_what_the_gateway_calls_itself_may_fail_too(make: Any) -> None:
    """Where no function stands behind an operation, the gateway's own calls are those that are answered as mapped."""
    contract = make.changed("createNote", extensions={"x-contract-fault-map": FAULTS})

    right = explored(make, contract, [created(make, contract)], "no-function")
    wrong = explored(make, contract, [created(make, contract)], "no-function", "faults-are-500")

    assert not [each for each in right if isinstance(each, Finding)]
    assert [each.message for each in wrong if isinstance(each, Finding)] == [
        "createNote answered 500 when dynamodb:PutItem failed with ThrottlingException; its contract says 503"
    ]


@pytest.mark.parametrize(("flaws", "gaps"), [(("no-function",), 0), ((), 1)])
def test_a_service_that_fails_the_gateway_reaches_its_statuses(make: Any, flaws: tuple[str, ...], gaps: int) -> None:
    """Those that are the gateway's alone; a function that AWS fails answers for itself, and nothing is tried there."""
    answers = {"201": make.response("201"), "503": make.response("503", owner="gateway")}
    contract = make.changed("createNote", responses=answers)

    outcomes = explored(make, contract, [created(make, contract)], *flaws)

    assert len(outcomes) == gaps


def test_an_entry_that_is_no_error_is_a_gap(make: Any) -> None:
    """The contract's own mistake is said once."""
    contract = make.changed("createNote", extensions={"x-contract-fault-map": {"Throttling": 503}})

    outcomes = explored(make, contract, [created(make, contract)])

    assert any("`Throttling` is not" in each.message for each in outcomes)


def test_an_empty_corpus_says_nothing(make: Any) -> None:
    """What was not asked was not asked."""
    assert explored(make, make.notes(), []) == []


def test_the_gateways_own_limit_is_tried_on_purpose(make: Any) -> None:
    """A documented 413 of the gateway is asked for with a body above its limit, valid but for its size."""
    gateway = make.response("413", owner="gateway")
    contract = make.changed("createNote", responses={"201": make.response("201"), "413": gateway})
    create = created(make, contract)
    lab = make.lab(contract)

    list(check(contract, "documented-status-reached").explore(Corpus((create,)), lab))

    [large] = [case.request.body for case in lab.conducted if len(case.request.body or b"") > 10_485_760]
    assert json.loads(large) == json.loads(create.case.request.body)


def meaning(make: Any, operation: Any, status: int, body: Any = None, **more: Any) -> list[str]:
    """What is wrong with what an answer means."""
    contract = make.changed("listNotes") if operation is None else replace(make.notes(), operations=(operation,))
    shown = make.exchange(operation, status, body, **more)
    return [each.message for each in check(contract, "status-means-what-http-says").after_exchange(shown)]


def test_a_304_or_a_412_answers_a_condition(make: Any) -> None:
    """A request that had none cannot have failed it; where preconditions are not those of HTTP, nobody knows."""
    conditional = make.parameter("If-Match", "header", {"type": "string"})
    known = make.operation("a", "PUT", "/notes", make.response("200"), parameters=(conditional,))
    own = make.operation("a", "PUT", "/notes", make.response("200"))

    assert "no precondition can have failed" in meaning(make, known, 412, {})[0]
    assert "there is nothing that the client is known to have" in meaning(make, own, 304)[0]
    assert meaning(make, own, 412, {}) == []
    assert meaning(make, known, 412, {}, request_headers=[("If-Match", '"old"')]) == []
    assert meaning(make, own, 304, request_headers=[("If-None-Match", '"now"')]) == []


def test_a_405_says_what_is_allowed(make: Any) -> None:
    """In `Allow` (RFC 9110, 15.5.6); what the gateway answers itself is not the handler's."""
    some = make.operation("a", "POST", "/notes", make.response("405"))

    assert meaning(make, some, 405, {}) == ["the 405 answer of a has no `Allow`, and HTTP wants one with every 405"]
    assert meaning(make, some, 405, {}, headers=[("Allow", "GET")]) == []
    assert meaning(make, some, 405, {}, invocations=()) == []


@pytest.mark.parametrize(
    ("media_type", "body", "wrong"),
    [
        ("application/problem+json", {"status": 400}, 1),
        ("application/problem+json", {"status": 404}, 0),
        ("application/problem+json", {"title": "gone"}, 0),
        ("application/problem+json", {"status": "gone"}, 0),
        ("application/json", {"status": 400}, 0),
    ],
)
def test_a_problem_says_the_status_that_it_has(make: Any, media_type: str, body: Any, wrong: int) -> None:
    """RFC 9457, 3.1.2; in other answers a status may be anybody's."""
    some = make.operation("a", "POST", "/notes", make.response("404"))

    found = meaning(make, some, 404, body, headers=[("Content-Type", media_type)])

    assert found == ["the 404 answer of a says 400 in the `status` of its problem (RFC 9457, 3.1.2)"] * wrong


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("5", 0), ("0", 0), ("Fri, 31 Dec 1999 23:59:59 GMT", 0), ("soon", 1), ("-1", 1), ("1.5", 1), ("PT5S", 1)],
)
def test_retry_after_is_a_number_of_seconds_or_a_date(make: Any, text: str, wrong: int) -> None:
    """A client can wait for nothing else."""
    some = make.operation("a", "POST", "/notes", make.response("503"))

    assert len(meaning(make, some, 503, {}, headers=[("Retry-After", text)])) == wrong


@pytest.mark.parametrize(
    ("status", "rule", "named"),
    [(413, "required", 1), (415, "type", 1), (413, "maxLength", 0), (415, "json", 0), (400, "type", 0)],
)
def test_what_is_wrong_with_a_body_is_not_its_size_or_its_type(make: Any, status: int, rule: str, named: int) -> None:
    """Where the contract has a status for what is wrong."""
    create = of(make.notes(), "createNote")
    shown = make.exchange(create, status, {}, sent={})

    found = misnamed(create, shown, Violation("body", "/text", rule, "is wrong"))

    assert (found is not None) == bool(named)


def test_headers_that_a_failure_must_have_are_looked_for_when_aws_fails(make: Any) -> None:
    """Nobody but an injected fault asks for a 503, so its Retry-After is looked for there."""
    failing = make.response("503", make.schemas["Problem"], headers=["Retry-After"])
    contract = make.changed("createNote", responses={"201": make.response("201"), "503": failing})

    (finding,) = [each for each in explored(make, contract, [created(make, contract)]) if isinstance(each, Finding)]

    assert finding.message == "the 503 answer of createNote lacks `Retry-After`, which its contract requires"


def test_a_request_is_made_a_second_time_for_a_conflict(make: Any) -> None:
    """What happened is in the reason of the gap: nothing here keeps a second note from being made."""
    contract = make.changed("createNote", responses={"201": make.response("201"), "409": make.response("409")})

    (gap,) = [each for each in explored(make, contract, [created(make, contract)]) if "409" in each.message]

    assert gap.message == "createNote documents 409, not reached: the same request made a second time was answered 201"
