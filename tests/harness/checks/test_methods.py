"""Safe methods write nothing; refused requests leave no trace."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contracts.checks import registered
from contracts.exchange import AwsError, Change, FunctionError
from contracts.finding import Finding


def of(contract: Any, name: str) -> Any:
    return next(each for each in contract.operations if each.name == name)


def found(contract: Any, name: str, shown: Any) -> list[Finding]:
    check: Any = next(each for each in registered(contract, promises=["methods"]) if each.name == name)
    return list(check.after_exchange(shown))


def unsafe(contract: Any, shown: Any) -> list[Finding]:
    return found(contract, "safe-method-writes-nothing", shown)


def traces(contract: Any, shown: Any) -> list[Finding]:
    return found(contract, "refused-request-leaves-no-trace", shown)


def test_a_get_that_changes_the_state_is_broken(make: Any) -> None:
    """The sentence names the item, the table and the call."""
    contract = make.notes()
    calls = (make.call("dynamodb:UpdateItem", "Write"),)

    (finding,) = unsafe(contract, make.exchange(of(contract, "getNote"), 200, {}, calls=calls, change=make.gained()))

    assert finding.message == (
        "getNote is safe (GET) but added the item id=n-0001 to the table notes-table (dynamodb:UpdateItem)"
    )
    assert finding.root == "dynamodb:UpdateItem"


def test_a_get_that_writes_what_was_there_is_broken(make: Any) -> None:
    """The recorded call shows a write that changed nothing this time."""
    contract = make.notes()
    calls = (make.call("dynamodb:UpdateItem", "Write"),)

    assert len(unsafe(contract, make.exchange(of(contract, "getNote"), 200, {}, calls=calls))) == 1


@pytest.mark.parametrize(
    ("action", "access"),
    [
        ("dynamodb:GetItem", "Read"),
        ("dynamodb:Scan", None),
        ("logs:PutLogEvents", "Write"),
        ("cloudwatch:PutMetricData", "Write"),
        ("xray:PutTraceSegments", "Write"),
        ("kms:Decrypt", "Write"),
        ("lambda:InvokeFunction", "Write"),
    ],
)
def test_reads_and_logs_are_no_writes(make: Any, action: str, access: Any) -> None:
    """Nor is what only looks like a write, or what nobody knows."""
    contract = make.notes()
    calls = (make.call(action, access),)

    assert unsafe(contract, make.exchange(of(contract, "getNote"), 200, {}, calls=calls)) == []


def test_a_write_that_failed_wrote_nothing(make: Any) -> None:
    """A refused call has no effect."""
    contract = make.notes()
    calls = (make.call("dynamodb:UpdateItem", "Write", error=AwsError("AccessDenied", "")),)

    assert unsafe(contract, make.exchange(of(contract, "getNote"), 500, {}, calls=calls)) == []


@pytest.mark.parametrize(("name", "said", "count"), [("getNote", False, 0), ("createNote", True, 1)])
def test_the_contract_may_say_what_is_safe(make: Any, name: str, said: bool, count: int) -> None:
    """`x-contract-safe` takes the promise from a GET, or gives it to a POST."""
    contract = make.changed(name, extensions={"x-contract-safe": said})

    assert len(unsafe(contract, make.exchange(of(contract, name), 200, {}, change=make.gained()))) == count


def test_a_post_may_write(make: Any) -> None:
    """Nobody promised that it is safe."""
    contract = make.notes()

    assert unsafe(contract, make.exchange(of(contract, "createNote"), 201, {}, change=make.gained())) == []


def test_what_was_not_observed_is_not_judged(make: Any) -> None:
    """A live endpoint shows neither calls nor state."""
    contract = make.notes()
    shown = make.exchange(of(contract, "getNote"), 404, {}, invocations=None, change=None)

    assert unsafe(contract, shown) == []
    assert traces(contract, shown) == []


def test_a_refused_request_that_leaves_an_item_is_broken(make: Any) -> None:
    """The sentence says what is left; two items of one table are one bug."""
    contract = make.notes()
    operation = of(contract, "createNote")
    findings = [
        finding
        for key in ("n-0001", "n-0002")
        for finding in traces(contract, make.exchange(operation, 400, {}, change=make.gained(key)))
    ]

    assert findings[0].message == "createNote answered 400 but added the item id=n-0001 to the table notes-table"
    assert len({each.root for each in findings}) == 1


def test_whichever_refusal_comes_after_an_update_it_is_one_bug(make: Any) -> None:
    """It adds what is not there and changes what is; what a failure leaves is another bug than what a refusal does."""
    contract = make.notes()
    operation, added = of(contract, "createNote"), make.gained()
    [item] = added.differences
    changed = Change((replace(item, before={"id": {"S": "n-0001"}, "n": {"N": "1"}}),))
    call = replace(make.call("dynamodb:UpdateItem", "Write"), parameters={"TableName": item.store})

    roots = [
        traces(contract, make.exchange(operation, status, {}, calls=(call,), change=change))[0].root
        for status, change in ((404, added), (412, changed), (500, changed))
    ]

    assert roots[0] == roots[1] != roots[2]


def test_a_crash_after_a_write_leaves_a_trace(make: Any) -> None:
    """A 502 of the gateway is a failed request too."""
    contract = make.notes()
    shown = make.crash(of(contract, "createNote"), FunctionError("KeyError", "x"), change=make.gained())

    assert len(traces(contract, shown)) == 1


@pytest.mark.parametrize("status", [201, 204, 303])
def test_an_accepted_request_may_leave_what_it_likes(make: Any, status: int) -> None:
    """Only a refusal promises to leave nothing."""
    contract = make.notes()

    assert traces(contract, make.exchange(of(contract, "createNote"), status, {}, change=make.gained())) == []


def test_a_write_that_was_taken_back_leaves_no_trace(make: Any) -> None:
    """For tables and buckets the state decides, not the calls."""
    contract = make.notes()
    calls = (make.call("dynamodb:PutItem", "Write"), make.call("dynamodb:DeleteItem", "Write"))

    assert traces(contract, make.exchange(of(contract, "createNote"), 409, {}, calls=calls)) == []


@pytest.mark.parametrize(("status", "count"), [(400, 1), (500, 0)])
def test_a_message_sent_for_a_refused_request_is_a_trace(make: Any, status: int, count: int) -> None:
    """What no state shows is judged by its call; an alarm of a failed request is none."""
    contract = make.notes()
    calls = (make.call("sqs:SendMessage", "Write"),)

    assert len(traces(contract, make.exchange(of(contract, "createNote"), status, {}, calls=calls))) == count


def test_an_injected_fault_is_not_judged_here(make: Any) -> None:
    """What is half done under a fault is another promise's."""
    contract = make.notes()
    calls = (make.call("dynamodb:PutItem", "Write", error=AwsError("Throttling", "", injected=True)),)
    shown = make.exchange(of(contract, "createNote"), 503, {}, calls=calls, change=make.gained())

    assert traces(contract, shown) == []


def test_a_write_of_a_refused_get_is_said_once(make: Any) -> None:
    """That it wrote at all is what is broken."""
    contract = make.notes()
    shown = make.exchange(of(contract, "getNote"), 404, {}, change=make.gained())

    assert len(unsafe(contract, shown)) == 1
    assert traces(contract, shown) == []


def test_any_method_is_judged_by_the_method_that_was_sent(make: Any) -> None:
    """An operation for ANY is safe for a GET and not for a POST."""
    contract = make.changed("getNote", method="ANY")
    shown = make.exchange(of(contract, "getNote"), 200, {}, method="GET", change=make.gained())
    posted = replace(shown, case=replace(shown.case, request=replace(shown.case.request, method="POST")))

    assert len(unsafe(contract, shown)) == 1
    assert unsafe(contract, posted) == []
