"""What Schemathesis reports, judged for a service behind an API Gateway."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.checks import judge, registered
from contracts.checks.answers import server_error
from contracts.contract import Integration, RequestBody
from contracts.errors import Location
from contracts.exchange import FunctionError, Reply

ERROR_HEADER = [("Content-Type", "application/json"), ("x-amzn-ErrorType", "MissingAuthenticationTokenException")]
REQUIRED = 'x/required\n"id" is a required property'


def of(contract: Any, name: str) -> Any:
    return next(each for each in contract.operations if each.name == name)


def shape(make: Any, shown: Any, message: str = '"id" is a required property\n\nSchema: ...') -> Any:
    return make.reported("response_schema_conformance", "JsonSchemaError required", message, shown)


def refusal(make: Any, shown: Any) -> Any:
    return make.reported("positive_data_acceptance", "RejectedPositiveData 400", "Valid data", shown)


def acceptance(make: Any, shown: Any, check: str = "negative_data_rejection") -> Any:
    return make.reported(check, "AcceptedNegativeData 200", "Invalid data should have been rejected", shown)


def test_a_missing_member_is_named_in_the_promises_words(make: Any) -> None:
    """The sentence says which answer of which operation lacks which member."""
    contract = make.notes()
    shown = make.exchange(of(contract, "getNote"), 200, {}, target="/v1/notes/n-0001")

    finding = judge(contract)(shape(make, shown))

    assert finding is not None
    assert finding.check == "answer-matches-its-schema"
    assert finding.message == "the 200 answer of getNote lacks `id`, which its schema requires"


def test_two_members_that_are_missing_are_two_bugs(make: Any) -> None:
    """The member is part of the root, the number of an item is not."""
    contract = make.notes()
    shown = make.exchange(of(contract, "getNote"), 200, {}, target="/v1/notes/n-0001")
    judged = judge(contract)

    one, other = (judged(shape(make, shown, f'"{name}" is a required property')) for name in ("id", "text"))

    assert one is not None
    assert other is not None
    assert one.root != other.root


@pytest.mark.parametrize("owner", [None, "handler"])
def test_a_gateways_own_error_keeps_its_own_form(make: Any, owner: Any) -> None:
    """What the contract documents for the handler is not asked of the gateway."""
    contract = make.changed("getNote", responses={"403": make.response("403", {"type": "object"}, owner=owner)})
    shown = make.exchange(of(contract, "getNote"), 403, {}, target="/v1/notes/n-0001", invocations=())

    assert judge(contract)(shape(make, shown)) is None


def test_a_gateways_own_error_has_the_form_that_the_contract_gives_it(make: Any) -> None:
    """Where the contract says that the gateway answers a status, its form is a promise."""
    contract = make.changed("getNote", responses={"403": make.response("403", {"type": "object"}, owner="gateway")})
    shown = make.exchange(of(contract, "getNote"), 403, {}, target="/v1/notes/n-0001", invocations=())

    assert judge(contract)(shape(make, shown)) is not None


def test_an_undocumented_media_type_names_both(make: Any) -> None:
    """The received and the documented media types stand in the sentence."""
    contract = make.notes()
    operation = of(contract, "getNote")
    headers = [("Content-Type", "text/html")]
    shown = make.exchange(operation, 200, b"<p>", target="/v1/notes/n-0001", headers=headers)

    finding = judge(contract)(
        make.reported("content_type_conformance", "UndefinedContentType text/html", "Received: ...", shown)
    )

    assert finding is not None
    assert finding.message.endswith("has the Content-Type text/html; documented: application/json")


def test_the_plain_text_413_of_the_gateway_is_fine(make: Any) -> None:
    """Nobody can change it, so a contract that documents the handler's 413 is not broken by it."""
    contract = make.changed("createNote", responses={"413": make.response("413", {"type": "object"}, owner="both")})
    headers = [("Content-Type", "text/plain")]
    shown = make.exchange(of(contract, "createNote"), 413, b"HTTP content length", invocations=(), headers=headers)

    assert judge(contract)(make.reported("content_type_conformance", "UndefinedContentType", "", shown)) is None


def test_a_missing_header_is_named(make: Any) -> None:
    """The header that a documented answer must carry stands in the sentence."""
    contract = make.notes()
    shown = make.exchange(of(contract, "createNote"), 201, {"id": "n-0001"}, sent={"text": ""})

    finding = judge(contract)(
        make.reported("response_headers_conformance", "MissingHeaders Location", "missing", shown)
    )

    assert finding is not None
    assert finding.message == "the 201 answer of createNote lacks `Location`, which its contract requires"


def test_a_400_on_a_valid_request_is_broken(make: Any) -> None:
    """The contract allows the request, so its form is no reason to refuse it."""
    contract = make.notes()
    shown = make.exchange(of(contract, "createNote"), 400, {}, sent={"text": ""}, valid=True)

    finding = judge(contract)(refusal(make, shown))

    assert finding is not None
    assert finding.check == "valid-request-accepted"
    assert finding.root == "400"


@pytest.mark.parametrize("status", [404, 409, 412, 413, 422, 428, 429])
def test_statuses_of_state_and_size_are_accepted_on_valid_requests(make: Any, status: int) -> None:
    """A schema says nothing of what exists, how big it may be in bytes, or how often one may ask."""
    contract = make.changed("getNote", responses={str(status): make.response(str(status))})
    shown = make.exchange(of(contract, "getNote"), status, {}, target="/v1/notes/n-0001", valid=True)

    assert judge(contract)(refusal(make, shown)) is None


def test_a_400_for_an_opaque_value_is_fine(make: Any) -> None:
    """No schema can say which cursors exist."""
    contract = make.notes()
    shown = make.exchange(of(contract, "listNotes"), 400, {}, target="/v1/notes?cursor=abc", valid=True)

    assert judge(contract)(refusal(make, shown)) is None


def test_an_opaque_parameter_that_was_not_sent_excuses_nothing(make: Any) -> None:
    """The mark is on a value, not on the operation."""
    contract = make.notes()
    shown = make.exchange(of(contract, "listNotes"), 400, {}, target="/v1/notes?limit=5", valid=True)

    assert judge(contract)(refusal(make, shown)) is not None


@pytest.mark.parametrize(("text", "broken"), [("é" * 51, False), ("é" * 50, True)])
def test_a_400_for_too_many_bytes_is_fine(make: Any, text: str, broken: bool) -> None:
    """A text within its bytes is as valid as its schema says."""
    contract = make.notes()
    shown = make.exchange(of(contract, "createNote"), 400, {}, sent={"text": text}, valid=True)

    assert (judge(contract)(refusal(make, shown)) is not None) is broken


def test_a_refusal_without_a_described_body_says_nothing(make: Any) -> None:
    """A POST whose contract describes no body may well want one."""
    contract = make.changed("createNote", request_body=None)
    shown = make.exchange(of(contract, "createNote"), 400, {}, valid=True)

    assert judge(contract)(refusal(make, shown)) is None


def test_a_refusal_by_the_gateway_itself_is_not_the_handlers(make: Any) -> None:
    """A REST API takes a blank required parameter for a missing one."""
    contract = make.notes()
    shown = make.exchange(of(contract, "listNotes"), 400, {}, target="/v1/notes?limit=5", invocations=())

    assert judge(contract)(refusal(make, shown)) is None


@pytest.mark.parametrize(("promises", "broken"), [(("payloads", "statuses"), False), (("payloads",), True)])
def test_an_undocumented_refusal_is_reported_once(make: Any, promises: Any, broken: bool) -> None:
    """`statuses` says it where it is asked."""
    contract = make.changed("getNote", responses={"200": make.response("200")})
    shown = make.exchange(of(contract, "getNote"), 400, {}, target="/v1/notes/n-0001", valid=True)

    assert (judge(contract, promises=promises)(refusal(make, shown)) is not None) is broken


def test_invalid_data_that_is_accepted_is_broken(make: Any) -> None:
    """The sentence says what is wrong with the request."""
    contract = make.notes()
    shown = make.exchange(of(contract, "createNote"), 201, {"id": "n-1"}, sent={"text": 5}, valid=False)

    finding = judge(contract)(acceptance(make, shown))

    assert finding is not None
    assert finding.check == "invalid-request-refused"
    assert "body at `/text`: 5 is not of type" in finding.message
    assert finding.root == "body /text type"


@pytest.mark.parametrize("query", ["limit=5", "limit=+5", "limit=5.0", "limit=x&limit=5", "other=x"])
def test_data_that_is_valid_as_it_arrives_may_be_accepted(make: Any, query: str) -> None:
    """A query is text: what was invalid when it was made may have become a number on its way."""
    contract = make.notes()
    shown = make.exchange(of(contract, "listNotes"), 200, {}, target=f"/v1/notes?{query}", valid=False)

    assert judge(contract)(acceptance(make, shown)) is None


@pytest.mark.parametrize("query", ["limit=0", "limit=abc", "limit="])
def test_a_query_that_stays_invalid_must_be_refused(make: Any, query: str) -> None:
    """No reading of the text is allowed by the schema."""
    contract = make.notes()
    shown = make.exchange(of(contract, "listNotes"), 200, {}, target=f"/v1/notes?{query}", valid=False)

    assert judge(contract)(acceptance(make, shown)) is not None


@pytest.mark.parametrize(("name", "broken"), [("Content-MD5", False), ("X-Tenant", True)])
def test_a_header_that_the_gateway_drops_cannot_be_missed(make: Any, name: str, broken: bool) -> None:
    """A REST API drops some headers on the way in."""
    header = make.parameter(name, "header", {"type": "string"}, required=name == "X-Tenant")
    contract = make.changed("listNotes", parameters=(header,))
    shown = make.exchange(of(contract, "listNotes"), 200, {}, valid=False)
    failure = make.reported("missing_required_header", f"MissingHeaderNotRejected {name}", "Got 200", shown)

    assert (judge(contract)(failure) is not None) is broken


@pytest.mark.parametrize("target", ["/v1/notes/", "/v1/"])
def test_a_request_that_reaches_another_route_says_nothing(make: Any, target: str) -> None:
    """An empty or dotted path parameter leads elsewhere."""
    contract = make.notes()
    shown = make.exchange(of(contract, "getNote"), 200, {}, target=target, valid=False)
    judged = judge(contract)

    assert judged(acceptance(make, shown)) is None
    assert judged(shape(make, shown)) is None


@pytest.mark.parametrize("check", ["unsupported_method", "status_code_conformance", "ignored_auth"])
def test_checks_of_other_promises_are_dropped(make: Any, check: str) -> None:
    """API Gateway never answers 405, and statuses are judged by their own promise."""
    contract = make.notes()
    shown = make.exchange(of(contract, "listNotes"), 403, {}, invocations=(), headers=ERROR_HEADER)

    assert judge(contract)(make.reported(check, "Some 1", "text", shown)) is None


def test_a_crash_is_one_bug_for_each_kind_of_error(make: Any) -> None:
    """The root is the kind of the error, and its message is in the sentence."""
    contract = make.notes()
    operation = of(contract, "getNote")
    judged = judge(contract)
    found = [
        judged(
            make.reported("not_a_server_error", "ServerError 502", "", make.crash(operation, FunctionError(kind, text)))
        )
        for kind, text in (("KeyError", "'a'"), ("KeyError", "'b'"), ("TypeError", "no"))
    ]

    assert [each.root for each in found if each] == ["KeyError", "KeyError", "TypeError"]
    assert found[0] is not None
    assert found[0].message == "getNote answered 502: its function raised KeyError: 'a'"


def test_a_500_is_broken_though_it_is_documented(make: Any) -> None:
    """Nothing failed that could explain it."""
    contract = make.notes()
    shown = make.exchange(of(contract, "createNote"), 500, {"type": "/problems/internal"}, sent={"text": ""})

    finding = judge(contract)(make.reported("not_a_server_error", "ServerError 500", "", shown))

    assert finding is not None
    assert finding.check == "server-error"
    assert finding.root == "500 /problems/internal"


def test_what_the_harness_could_not_do_is_nobodys_bug(make: Any) -> None:
    """An emulator's defect is no answer of the service."""
    contract = make.notes()
    shown = make.crash(of(contract, "getNote"), FunctionError("TypeError", "x", unavailable="moto cannot"))

    assert judge(contract)(make.reported("not_a_server_error", "ServerError 502", "", shown)) is None


def test_the_shape_of_a_crash_is_not_reported_beside_the_crash(make: Any) -> None:
    """One bug, one entry."""
    contract = make.changed("getNote", responses={"502": make.response("502", {"type": "object"}, owner="gateway")})
    shown = make.crash(of(contract, "getNote"), FunctionError("KeyError", "x"), target="/v1/notes/n-0001")

    assert judge(contract)(shape(make, shown)) is None


def test_a_decimal_in_the_result_is_named(make: Any) -> None:
    """Lambda cannot turn it into JSON; the server error is not reported beside it."""
    contract = make.notes()
    error = FunctionError("Runtime.MarshalError", "Object of type Decimal is not JSON serializable")
    shown = make.crash(of(contract, "getNote"), error)
    check, *_ = registered(contract, promises=["payloads"])

    (finding,) = check.after_exchange(shown)  # type: ignore[union-attr]

    assert "returned a Decimal, which Lambda cannot turn into JSON" in finding.message
    assert judge(contract)(make.reported("not_a_server_error", "ServerError 502", "", shown)) is None


@pytest.mark.parametrize(
    ("payload", "cause"),
    [
        ("null", "returned null"),
        ('"ok"', "returned a text"),
        ('{"statusCode": 200, "body": {"a": 1}}', "returned `body` as an object"),
        ('{"statusCode": 200, "data": 1}', "`data`, a member that API Gateway refuses"),
        ('{"statusCode": "OK"}', 'the status "OK"'),
        ('{"statusCode": 200, "headers": {}, "multiValueHeaders": {"a": "b"}}', "no list"),
        ('{"statusCode": 200, "headers": {"Vary": ["a"]}}', "the header `Vary` as an array"),
        ('{"statusCode": 200, "isBase64Encoded": "no"}', "`isBase64Encoded` as a text"),
    ],
)
def test_a_result_that_is_no_reply_is_named(make: Any, payload: str, cause: str) -> None:
    """The sentence says what the gateway could not use."""
    contract = make.notes()
    check, *_ = registered(contract, promises=["payloads"])
    shown = make.exchange(of(contract, "getNote"), 502, {}, invocations=(make.invocation(Reply(payload)),))

    (finding,) = check.after_exchange(shown)  # type: ignore[union-attr]

    assert cause in finding.message


def test_a_handlers_own_502_is_a_reply(make: Any) -> None:
    """The gateway passes it on, so the reply is not what is wrong."""
    contract = make.notes()
    check, *_ = registered(contract, promises=["payloads"])

    assert list(check.after_exchange(make.exchange(of(contract, "getNote"), 502, {}))) == []  # type: ignore[union-attr]


def test_a_mock_integrations_answer_is_the_operations_own(make: Any) -> None:
    """No function is asked, and still the contract documents the shape of what is answered."""
    integration = Integration("mock", None, None, 29000, {}, Location("openapi.yaml", 1))
    contract = make.changed("listNotes", integration=integration)
    shown = make.exchange(of(contract, "listNotes"), 200, {}, invocations=())

    assert judge(contract)(shape(make, shown)) is not None


@pytest.mark.parametrize(
    ("media_type", "found"), [("text/plain; charset=utf-8", 0), ("application/json", 1), (None, 1)]
)
def test_a_mock_need_not_know_media_types_that_the_contract_lacks(
    make: Any, media_type: str | None, found: int
) -> None:
    """A preflight that says text/plain gets API Gateway's 500 in every app of SAM's with CORS; no client sends it."""
    integration = Integration("mock", None, None, 29000, {}, Location("openapi.yaml", 1))
    contract = make.changed("listNotes", integration=integration)
    headers = [] if media_type is None else [("Content-Type", media_type)]
    shown = make.exchange(of(contract, "listNotes"), 500, {}, invocations=(), request_headers=headers)

    assert (server_error(shown, "listNotes") is not None) == bool(found)


def test_what_cannot_be_read_is_not_called_accepted(make: Any) -> None:
    """How a list travels in a query is decided by too many for a certain word."""
    tags = make.parameter("tags", "query", {"type": "array", "items": {"type": "integer"}})
    contract = make.changed("listNotes", parameters=(tags,))
    shown = make.exchange(of(contract, "listNotes"), 200, {}, target="/v1/notes?tags=a", valid=False)

    assert judge(contract)(acceptance(make, shown)) is None


def test_of_a_body_that_is_not_json_the_engine_alone_can_tell(make: Any) -> None:
    """What it says is kept, with what it says is wrong."""
    contract = make.notes()
    body = RequestBody(True, {"text/csv": {"type": "array"}})
    contract = make.changed("createNote", request_body=body)
    shown = make.exchange(
        of(contract, "createNote"), 201, {}, sent=b"a", request_headers=[("Content-Type", "text/csv")],
        broken="Invalid column",
    )  # fmt: skip

    finding = judge(contract)(acceptance(make, shown))

    assert finding is not None
    assert finding.message.endswith("that its contract does not allow: Invalid column")


def test_a_member_that_the_schema_does_not_name_is_hinted_at(make: Any) -> None:
    """A schema that does not forbid other members allows them, which may not be what its author meant."""
    schema = {"type": "object", "properties": {"text": {"type": "string"}}}
    contract = make.changed("createNote", request_body=RequestBody(True, {"application/json": schema}))
    shown = make.exchange(of(contract, "createNote"), 400, {}, sent={"text": "a", "more": 1}, valid=True)

    finding = judge(contract)(refusal(make, shown))

    assert finding is not None
    assert "it carries `more`, which the schema does not name and does not forbid" in finding.message
