"""The form of requests, judged without the engine."""

from __future__ import annotations

from typing import Any

from contracts.checks import judge
from contracts.checks.form import FormOfRequests
from contracts.finding import Finding


def found(make: Any, status: int, sent: Any, **more: Any) -> list[Finding]:
    contract = make.notes()
    shown = make.exchange(make.of(contract, "createNote"), status, {}, sent=sent, **more)
    return list(FormOfRequests(judge(contract)).after_exchange(shown))


def test_a_valid_request_that_is_refused_is_broken(make: Any) -> None:
    """It is the finding that the engine's own check would lead to."""
    contract = make.notes()
    shown = make.exchange(make.of(contract, "listNotes"), 400, {}, target="/v1/notes?limit=5")

    (finding,) = FormOfRequests(judge(contract)).after_exchange(shown)

    assert finding.check == "valid-request-accepted"


def test_an_invalid_request_that_is_accepted_is_broken(make: Any) -> None:
    """The sentence says what is wrong with it."""
    (finding,) = found(make, 201, {"tags": []})

    assert finding.check == "invalid-request-refused"
    assert "text" in finding.message


def test_right_answers_are_right(make: Any) -> None:
    """Valid and accepted, invalid and refused, or of a media type that nobody can read."""
    assert found(make, 201, {"text": "a"}) == []
    assert found(make, 400, {"tags": []}) == []
    assert found(make, 201, b"text=a", request_headers=[("Content-Type", "text/plain")]) == []
