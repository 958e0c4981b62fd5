"""Constraints hold: at their edge a request is accepted, one step beyond it is refused, and one bug is one failure."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from contracts.checks import bugs, registered
from contracts.checks.boundaries.texts import NOT_OF_FORMAT, WIDE, of_length
from contracts.checks.boundaries.values import variants
from contracts.checks.requests import Requests
from contracts.exchange import Case, Change, Corpus, Exchange, FaultPlan, FunctionError
from contracts.finding import Failure, Finding
from contracts.http import Headers, Response
from contracts.run.verdict import grouped

NEW = {
    "type": "object",
    "additionalProperties": False,
    "required": ["text"],
    "properties": {
        "text": {"type": "string", "minLength": 2, "maxLength": 5},
        "kind": {"type": "string", "enum": ["plain", "rich"]},
        "count": {"type": "integer", "minimum": 1, "maximum": 3},
    },
}


@dataclass
class FunctionLab:
    """A service without state whose every answer is a status, by what the contract allows and one mistake."""

    make: Any
    status: Callable[[Case], int]
    conducted: list[Case] = field(default_factory=list)

    def snapshot(self) -> None:
        return None

    def restore(self, snapshot: Any, *, warm: bool = False) -> None:
        """There is nothing to restore."""

    def difference(self, before: Any, after: Any) -> Change:
        return Change()

    def faults(self, plan: FaultPlan) -> AbstractContextManager[None]:
        return nullcontext()

    def conduct(self, case: Case) -> Exchange:
        self.conducted.append(case)
        status = self.status(case)
        if status >= 500:
            shown: Exchange = self.make.crash(case.operation, FunctionError("KeyError", "text"))
            return Exchange(case, shown.response, shown.invocations, Change())
        shown = self.make.exchange(case.operation, status, {})
        return Exchange(
            case, Response(status, Headers((("Content-Type", "application/json"),)), b"{}"), shown.invocations, Change()
        )


def contract(make: Any) -> Any:
    """Two operations: one that takes a body, one with a query parameter."""
    responses = {status: make.response(status) for status in ("200", "201", "400")}
    return make.changed(
        "createNote", responses=responses, request_body=make.operation("x", "POST", "/x", body=NEW).request_body
    )


def failures(findings: list[Finding], spoken: Any) -> tuple[Failure, ...]:
    """The failures that findings are, by the contract."""
    of = bugs(findings, spoken)
    return grouped(findings, of.root, of.cause)


def found(make: Any, status: Callable[[Requests, Case], int], *names: str) -> list[Finding]:
    """What the check says of a service that answers so."""
    spoken = contract(make)
    rules = Requests(spoken)
    create, listing = make.of(spoken, "createNote"), make.of(spoken, "listNotes")
    corpus = Corpus(
        (
            make.exchange(create, 201, {}, sent={"text": "abc"}, valid=True),
            make.exchange(listing, 200, {}, valid=True),
        )
    )
    check: Any = next(each for each in registered(spoken) if each.name == "constraints-hold")
    lab = FunctionLab(make, lambda case: status(rules, case))
    return [each for each in check.explore(corpus, lab) if not names or each.operation in names]


def wrong(rules: Requests, case: Case) -> set[str]:
    """The rules that a request breaks."""
    assert case.operation is not None
    return {each.rule for each in rules.read(case.operation, case.request).violations}


def body(case: Case) -> Any:
    """The JSON value that was sent."""
    return json.loads(case.request.body or b"null")


def test_a_service_that_keeps_the_contract_is_kept(make: Any) -> None:
    """Nothing is said of one that accepts what is allowed and refuses the rest."""
    assert found(make, lambda rules, case: 400 if wrong(rules, case) else 200) == []


def test_what_the_contract_leaves_open_may_be_refused(make: Any) -> None:
    """An undeclared query parameter, and 1.0 for an integer."""

    def strict(rules: Requests, case: Case) -> int:
        count = body(case).get("count") if case.request.body and isinstance(body(case), dict) else None
        return 400 if wrong(rules, case) or "undeclared" in case.request.target or isinstance(count, float) else 200

    assert found(make, strict) == []


def test_a_limit_that_is_off_by_one_is_one_failure(make: Any) -> None:
    """Named with the member and the keyword, and with the smallest request."""

    def generous(rules: Requests, case: Case) -> int:
        if case.request.body and isinstance(body(case), dict) and len(str(body(case).get("text"))) == 6:
            return 201
        return 400 if wrong(rules, case) else 200

    findings = found(make, generous)

    assert {each.root for each in findings} == {"body length"}
    assert "body at `/text`" in findings[0].message
    assert body(findings[0].exchanges[-1].case) == {"text": "aaaaaa"}


def test_a_limit_that_is_too_narrow_is_named_with_its_member(make: Any) -> None:
    """The request is one that the contract allows, and the sentence says what of it is at the edge."""

    def narrow(rules: Requests, case: Case) -> int:
        at_edge = case.request.body and isinstance(body(case), dict) and body(case).get("count") == 3
        return 400 if wrong(rules, case) or at_edge else 200

    (finding,) = found(make, narrow)

    assert finding.check == "valid-request-accepted"
    assert finding.message.endswith("that its schemas allow: with `/count` set to 3")


def of_file(make: Any, status: Callable[[int], int]) -> list[Finding]:
    """What the check says of a service that takes a text of ten bytes, and answers so to one of so many bytes."""
    text = {"type": "string", "minLength": 1, "x-contract-max-bytes": 10}
    body = replace(make.operation("x", "POST", "/x", body=text).request_body, content={"text/plain": text})
    responses = {each: make.response(each) for each in ("201", "400", "413")}
    spoken = make.changed("createNote", responses=responses, request_body=body)
    create = make.of(spoken, "createNote")
    sent = make.exchange(create, 201, {}, sent=b"abc", valid=True, request_headers=[("Content-Type", "text/plain")])
    check: Any = next(each for each in registered(spoken) if each.name == "constraints-hold")
    lab = FunctionLab(make, lambda case: status(len(case.request.body or b"")))
    return list(check.explore(Corpus((sent,)), lab))


def test_a_text_that_stands_for_itself_has_limits_as_well(make: Any) -> None:
    """A body that is no JSON: as large as it may be, and one byte more or less."""
    assert of_file(make, lambda size: 201 if 1 <= size <= 10 else 413 if size else 400) == []

    (longer,) = of_file(make, lambda size: 201 if 1 <= size <= 11 else 413 if size else 400)
    assert "body: is longer than 10 bytes in UTF-8" in longer.message
    (empty,) = of_file(make, lambda size: 201 if size <= 10 else 413)
    assert "body: a body is required and missing" in empty.message


def test_what_is_as_large_as_it_may_be_is_not_too_large(make: Any) -> None:
    """The contract says how many bytes are allowed."""
    found = of_file(make, lambda size: 201 if 1 <= size < 10 else 413 if size else 400)

    assert {each.check for each in found} == {"valid-request-accepted"}
    assert "createNote answered 413 to a request that is as large as its contract allows" in found[0].message


def test_two_constraints_that_are_not_kept_stay_two(make: Any) -> None:
    """They have nothing to do with each other."""
    findings = found(make, lambda rules, case: 400 if wrong(rules, case) - {"maxLength", "enum"} else 200)

    assert {each.root for each in findings} == {"body length", "body enum"}


def test_a_handler_that_looks_at_nothing_is_one_failure(make: Any) -> None:
    """Its sentence says what else gets through."""
    findings = found(make, lambda _rules, _case: 200, "createNote")

    assert {each.root for each in findings} == {"body unchecked"}
    assert all("nor does it refuse what breaks" in each.message for each in findings)


def test_a_parameter_at_which_nobody_looks_is_one_failure(make: Any) -> None:
    """Type and range of it are one bug."""
    findings = found(make, lambda _rules, _case: 200, "listNotes")

    assert {each.root for each in findings} == {"query limit unchecked"}


def test_a_failure_over_what_gets_through_elsewhere_follows_from_it(make: Any) -> None:
    """A handler that takes what it should refuse, or fails over it, has one bug."""

    def careless(rules: Requests, case: Case) -> int:
        return 502 if "required" in wrong(rules, case) else 200

    findings = found(make, careless, "createNote")
    (failure,) = failures(findings, contract(make))

    assert {each.check for each in findings} == {"server-error", "invalid-request-refused"}
    assert (failure.finding.check, failure.count > 1) == ("invalid-request-refused", True)
    assert [each.finding.check for each in failure.consequences] == ["server-error"]


def test_a_failure_over_what_is_refused_elsewhere_stays(make: Any) -> None:
    """Nothing else says it."""
    (finding,) = found(
        make, lambda rules, case: 502 if "enum" in wrong(rules, case) else 400 if wrong(rules, case) else 200
    )[:1]

    assert (finding.check, finding.root) == ("server-error", "KeyError")


def test_failures_over_what_is_no_json_are_one(make: Any) -> None:
    """The function fails where it reads its body, whatever its parser calls it."""
    spoken = contract(make)
    create = make.of(spoken, "createNote")
    findings = [
        Finding("payloads", "server-error", "createNote", "", (make.exchange(create, 502, {}, sent=sent),), root)
        for sent, root in ((b"{", "JSONDecodeError"), (b"\xff", "UnicodeDecodeError"), ({"text": "abc"}, "KeyError"))
    ]

    assert [each.count for each in failures(findings, spoken)] == [2, 1]


def test_what_the_engine_found_joins_what_the_edge_showed(make: Any) -> None:
    """A valid request that was refused is one bug with the probe that was refused for the same value."""
    spoken = contract(make)
    create = make.of(spoken, "createNote")
    refused = "valid-request-accepted"
    edge, same, other = (
        Finding("payloads", refused, "createNote", "", (make.exchange(create, 400, {}, sent=sent),), root)
        for sent, root in (
            ({"text": "aaaaa"}, "400 at body maxLength /text"),
            ({"text": "bcdef", "count": 2}, "400"),
            ({"text": "abc", "count": 2}, "400"),
        )
    )

    assert [each.count for each in failures([edge, same, other], spoken)] == [2, 1]


def test_an_answer_with_what_should_have_been_refused_is_no_bug_of_its_own(make: Any) -> None:
    """Neither that of the create nor that of the read that finds it."""
    spoken = contract(make)
    create, read = make.of(spoken, "createNote"), make.of(spoken, "getNote")
    made = make.exchange(create, 201, {}, sent={"text": "aaaaaa"})
    shown = make.exchange(read, 200, {"text": "aaaaaa"}, target="/v1/notes/n-0001")
    shape = "answer-matches-its-schema"
    findings = [
        Finding("payloads", "invalid-request-refused", "createNote", "", (made,), "body length"),
        Finding("payloads", shape, "createNote", "", (made,), "201 JsonSchemaError properties/text/maxLength"),
        Finding("payloads", shape, "getNote", "", (made, shown), "200 JsonSchemaError properties/text/maxLength"),
        Finding("payloads", shape, "getNote", "", (made, shown), "200 JsonSchemaError properties/text/minLength"),
    ]

    let_through, other = failures(findings, spoken)

    assert [each.finding.root.rpartition("/")[2] for each in (let_through, other)] == ["body length", "minLength"]
    assert [each.finding.operation for each in let_through.consequences] == ["createNote", "getNote"]


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ({"type": "integer", "minimum": 1}, 2, {1, 0}),
        ({"type": "integer", "minimum": 1, "exclusiveMinimum": True}, 2, {1, 2, 0}),
        ({"type": "number", "maximum": 2.5}, 2, {2.5, 3.0}),
        ({"type": "integer", "multipleOf": 10}, 20, {35, 31}),
        ({"type": "string", "maxLength": 2}, "a", {"aa", "aaa", WIDE * 2, WIDE * 3}),
        ({"type": "string", "enum": ["red"]}, "red", {"red-foreign", "RED"}),
        ({"type": "string", "pattern": "^a+$"}, "a", {"a\n", "A", "a!", "!a"}),
        ({"type": "string", "format": "date"}, "2026-01-01", {"2024-02-30"}),
    ],
)
def test_values_stand_at_the_edges_and_one_step_beyond(
    make: Any, schema: dict[str, Any], value: Any, expected: set[Any]
) -> None:
    """For every constraint that a schema can have."""
    rules = Requests(make.notes())
    met = [each.value for each in variants(schema, value, allows=lambda *each: rules.accepts(*each) is True)]

    assert not [each for each in expected if each not in met]


@pytest.mark.parametrize(
    ("schema", "value", "lengths"),
    [
        ({"type": "array", "maxItems": 3, "items": {"type": "integer"}}, [7], {3, 4}),
        ({"type": "array", "minItems": 1, "items": {"type": "string"}}, ["a"], {1, 0}),
        ({"type": "array", "uniqueItems": True, "maxItems": 2}, ["a"], {2, 3}),
    ],
)
def test_arrays_are_as_long_as_allowed_and_one_longer(
    make: Any, schema: dict[str, Any], value: Any, lengths: set[int]
) -> None:
    """With items that their schema allows, all different where they have to be."""
    rules = Requests(make.notes())
    made = [
        each.value
        for each in variants(schema, value, allows=lambda *each: rules.accepts(*each) is True)
        if each.rule in ("minItems", "maxItems")
    ]

    assert {len(each) for each in made} == lengths
    items = {**schema, "minItems": 0, "maxItems": 9}
    assert all(rules.accepts(items, each) for each in made)


def test_bytes_are_counted_in_characters_of_several(make: Any) -> None:
    """At the limit, and one byte more, which no keyword of JSON Schema sees."""
    rules = Requests(make.notes())
    schema = {"type": "string", "x-contract-max-bytes": 5}
    edges = {
        each.value: each.wrong is not None
        for each in variants(schema, "a", allows=lambda *each: rules.accepts(*each) is True)
        if each.rule == "x-contract-max-bytes"
    }

    assert edges == {"ééa": False, "ééaa": True}


def test_a_text_of_another_length_still_fits_its_pattern() -> None:
    """It is made of the text that is known; where that does not help there is none."""

    def allowed(text: str) -> bool:
        return text.startswith("n-") and text[2:].isdecimal()

    assert of_length(6, "n-1", allowed) == "n-1111"
    assert of_length(1, "n-1", allowed) is None


@pytest.mark.parametrize("name", sorted(NOT_OF_FORMAT))
def test_no_text_against_a_format_is_one_of_it(make: Any, name: str) -> None:
    """Where the validator knows the format it agrees."""
    rules = Requests(make.notes())
    if rules.accepts({"type": "string", "format": name}, "\0") is False:
        assert not [each for each in NOT_OF_FORMAT[name] if rules.accepts({"format": name}, each)]
