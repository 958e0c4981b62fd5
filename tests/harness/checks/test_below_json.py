"""Below JSON: what is none is refused, and nothing that is sent makes a function fail."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from contracts.checks import registered
from contracts.checks.below_json.bodies import DEEP, disputed, malformed, nested, values
from contracts.checks.requests import Member
from contracts.exchange import Case, Change, Corpus, Exchange, FunctionError
from contracts.finding import Finding

BODY = b'{"text": "a", "count": 1}'


def request(make: Any) -> Any:
    spoken = make.notes()
    return make.exchange(make.of(spoken, "createNote"), 201, {}, sent=BODY).case.request


def refusing(text: str) -> Any:
    raise ValueError(text)


def found(make: Any, lab: Any) -> list[Finding]:
    """What the check says of the notes service."""
    spoken = lab.contract
    create = make.exchange(make.of(spoken, "createNote"), 201, {}, sent={"text": "abc"}, valid=True)
    check: Any = next(each for each in registered(spoken) if each.name == "body-is-read-as-json")
    return list(check.explore(Corpus((create,)), lab))


def is_note(value: Any) -> bool:
    """Whether the contract allows it."""
    return (
        isinstance(value, dict)
        and isinstance(value.get("text"), str)
        and not set(value) - {"text", "tags"}
        and isinstance(value.get("tags", []), list)
        and all(isinstance(each, str) for each in value.get("tags", []))
    )


class Strict:
    """
    The notes service, without a store, and with all that it should look at in a body looked at.

    Attributes:
        fails_over: An exception of the parser that it does not expect.
        same_type: Whether it takes the media type of a request for JSON.
        anything: Whether it takes every body.
    """

    def __init__(
        self,
        make: Any,
        *,
        fails_over: type[Exception] | None = None,
        same_type: Callable[[str], bool] = lambda sent: sent.lower().startswith("application/json"),
        anything: bool = False,
    ) -> None:
        self.make, self.contract = make, make.notes()
        self.fails_over, self.same_type, self.anything = fails_over, same_type, anything

    def snapshot(self) -> None:
        return None

    def restore(self, snapshot: Any, *, warm: bool = False) -> None:
        """There is nothing to restore."""

    def conduct(self, case: Case) -> Exchange:
        status = 201 if self.same_type(case.request.headers.get("content-type") or "") else 415
        try:
            value = json.loads((case.request.body or b"").decode(), parse_constant=refusing)
            status = status if is_note(value) or self.anything else 400
        except (ValueError, RecursionError) as error:
            if type(error) is self.fails_over:
                shown: Exchange = self.make.crash(case.operation, FunctionError(type(error).__name__, str(error)))
                return Exchange(case, shown.response, shown.invocations, Change())
            status = status if self.anything else 400
        headers = [("Content-Type", "application/json"), ("Location", "/v1/notes/n-0001")]
        shown = self.make.exchange(case.operation, status, {"id": "n-0001"}, headers=headers)
        return Exchange(case, shown.response, shown.invocations, Change())


def test_every_malformed_body_is_no_json(make: Any) -> None:
    """To no parser of JSON."""
    for raw in malformed(BODY):
        assert raw.wrong
        with pytest.raises(ValueError, match=r".+"):
            json.loads(raw.body)


def test_every_disputed_body_is_json_to_somebody() -> None:
    """So nobody is wrong who takes it, or does not."""
    for raw in disputed(BODY):
        assert not raw.wrong
        assert json.loads(raw.body)["text"] == "a"


def test_nesting_stands_in_the_place_of_a_value(make: Any) -> None:
    """Closed it is JSON, and judged by a hundred levels however deep it is."""
    closed = [each for each in nested(request(make), "/text") if not each.wrong]

    assert [each.body.count(b"[") for each in closed] == list(DEEP)
    assert {each.like for each in closed} == {closed[0].body}
    assert json.loads(closed[0].body)["count"] == 1


def test_values_fit_the_type_of_a_member(make: Any) -> None:
    """Numbers beyond what can be kept for a number, half characters for a text, and constants for both."""
    of_text = {each.what for each in values(request(make), Member("body", "/text", {"type": "string"}, "a"))}
    of_number = {each.what for each in values(request(make), Member("body", "/count", {"type": "integer"}, 1))}

    assert {"with half a character in `/text`", "with NaN in `/text`"} <= of_text
    assert {"with a number of 50 digits in `/count`", "with NaN in `/count`"} <= of_number
    assert "with half a character in `/count`" not in of_number


def test_a_service_that_reads_json_is_kept(make: Any) -> None:
    """Whatever it does with what parsers disagree about."""
    assert found(make, Strict(make)) == []


def test_a_function_that_fails_over_a_body_is_caught(make: Any) -> None:
    """Named with the exception."""
    findings = found(make, Strict(make, fails_over=RecursionError))

    assert {(each.check, each.root) for each in findings} == {("server-error", "RecursionError")}


def test_a_media_type_is_compared_without_its_parameters(make: Any) -> None:
    """And whatever the case of its letters."""
    findings = found(make, Strict(make, same_type=lambda sent: sent == "application/json"))

    assert {(each.check, each.root) for each in findings} == {("valid-request-accepted", "415 media type")}
    assert "with the Content-Type `application/json; charset=utf-8`" in findings[0].message


def test_what_is_no_json_must_not_be_accepted(make: Any) -> None:
    """The finding says what is wrong with it."""
    messages = [each.message for each in found(make, Strict(make, anything=True)) if "is not JSON" in each.message]

    assert any("it ends too early" in each for each in messages)
    assert any("a comma before the end" in each for each in messages)
