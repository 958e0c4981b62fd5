"""An error says nothing of the inside."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.checks import registered
from contracts.checks.leaks import MARKER
from contracts.exchange import AwsError, Corpus
from contracts.finding import Finding

TARGET = "/v1/notes/n-0001"


def check_of(contract: Any, name: str = "error-says-nothing-of-the-inside") -> Any:
    return next(each for each in registered(contract) if each.name == name)


def found(make: Any, body: Any, status: int = 404, **more: Any) -> list[Finding]:
    contract = make.notes()
    shown = make.exchange(make.of(contract, "getNote"), status, body, **{"target": TARGET, **more})
    return list(check_of(contract).after_exchange(shown))


def failed(make: Any, code: str, **error: Any) -> Any:
    return make.call("dynamodb:GetItem", "Read", error=AwsError(code, "no", **error), result=None)


def test_a_stack_trace_is_broken(make: Any) -> None:
    """Whatever the status."""
    (finding,) = found(make, {"detail": 'Traceback (most recent call last):\n  File "app.py", line 1'})

    assert finding.message == "the 404 answer of getNote shows a stack trace"


def test_the_words_of_a_failed_call_are_broken(make: Any) -> None:
    """botocore words them, and a call of the exchange failed so."""
    said = "An error occurred (ConditionalCheckFailedException) when calling the GetItem operation: no"

    assert len(found(make, {"detail": said}, calls=(failed(make, "ConditionalCheckFailedException"),))) == 1
    assert found(make, {"detail": said}) == []


def test_the_text_of_an_injected_failure_is_broken(make: Any) -> None:
    """A documented 503 is right; what it says is not."""
    calls = (failed(make, "AccessDeniedException", injected=True),)

    (finding,) = found(make, {"detail": f"sorry: {MARKER}"}, 503, calls=calls)

    assert finding.message == ("the 503 answer of getNote when dynamodb:GetItem failed shows the text of an exception")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("see src/app.py", "where its code is"),
        ("see /var/task/app.py", "where its code is"),
        ("in arn:aws:x", "`arn:aws:x`"),
    ],
)
def test_folders_and_arns_are_broken(make: Any, text: str, words: str) -> None:
    """The folder of the code as it is here and as it is in Lambda; the ARN that a call went to."""
    (finding,) = found(make, {"detail": text}, calls=(make.call("dynamodb:GetItem", "Read"),))

    assert words in finding.message


def test_what_the_client_sent_is_no_leak(make: Any) -> None:
    """A refusal may repeat what was wrong in the request."""
    assert found(make, {"detail": "no /var/task/x"}, target=f"{TARGET}?q=/var/task/x") == []


def test_a_failure_that_is_said_elsewhere_is_not_said_here(make: Any) -> None:
    """A 5xx that nothing explains is one bug, whatever it shows."""
    assert found(make, {"detail": "Traceback (most recent call last)"}, 500) == []


def test_what_is_shown_of_a_success_is_the_services_own_business(make: Any) -> None:
    """An answer may speak of ARNs."""
    assert found(make, {"arn": "arn:aws:x"}, 200, calls=(make.call("dynamodb:GetItem", "Read"),)) == []


def test_calls_are_made_to_fail_and_the_world_is_brought_back(make: Any) -> None:
    """A service that answers with words of its own has nothing to answer for."""
    contract = make.notes()
    lab = make.lab(contract)
    create = make.exchange(make.of(contract, "createNote"), 201, {"id": "n-00ff"}, sent={"text": "a"})

    assert list(check_of(contract, "failure-says-nothing-of-the-inside").explore(Corpus((create,)), lab)) == []
    assert len(lab.conducted) == 3
    assert lab.notes == {}
