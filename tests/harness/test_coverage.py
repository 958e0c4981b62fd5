"""What a run reached, counted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from contracts.contract import Contract, DocumentedResponse, Operation, Parameter
from contracts.coverage import Sent, gaps, reached
from contracts.errors import Location
from contracts.exchange import Case, Exchange, FunctionError, Invocation, Reply
from contracts.http import Headers, Request, Response
from contracts.stack import Function

HERE = Location("openapi.yaml", 3)
LIMIT = Parameter("page limit", "query", False, {}, HERE)
TRACE = Parameter("X-Trace", "header", False, {}, HERE)
TASTE = Parameter("taste", "cookie", False, {}, HERE)
LIST = Operation(
    "listNotes", "GET", "/notes", (LIMIT, TRACE, TASTE), None,
    {key: DocumentedResponse(key, (), {}, HERE) for key in ("200", "4XX", "404", "503")}, None, HERE,
)  # fmt: skip
OTHER = Operation("other", "GET", "/other", (), None, {}, None, HERE)
CONTRACT = Contract("Notes", "openapi.yaml", {}, (LIST, OTHER), HERE)


def exchange(status: int, target: str = "/notes", lines: Any = (), invocations: Any = ()) -> Exchange:
    request = Request("GET", target, Headers.of(lines))
    return Exchange(Case("1", LIST, request, "fuzzing"), Response(status), invocations)


def unavailable() -> Exchange:
    function = Function("F", "f", "arn", "a.b", "python3.13", Path(), {}, None, 3, 128, HERE)
    reply = Reply(None, FunctionError("E", "x", unavailable="an emulator's defect"))
    return exchange(502, invocations=(Invocation(function, {}, reply, ()),))


def test_statuses_are_counted_in_order() -> None:
    """Exchanges that say nothing about the service do not count."""
    first, other = reached([exchange(404), exchange(200), exchange(200), unavailable()], CONTRACT)

    assert (first.exchanges, list(first.statuses.items())) == (3, [(200, 2), (404, 1)])
    assert first.accepted
    assert (other.exchanges, other.accepted) == (0, False)


def test_a_status_counts_for_the_response_that_documents_it() -> None:
    """404 has an entry of its own, so that it does not reach the range."""
    first, _ = reached([exchange(404), exchange(200)], CONTRACT)

    assert first.unreached == ("4XX", "503")


def test_optional_parameters_are_counted_where_they_are_sent() -> None:
    """In the query by its decoded name, in headers without case, in cookies; accepted requests apart."""
    exchanges = [
        exchange(200, "/notes?page+limit=1"),
        exchange(400, "/notes?page%20limit=x"),
        exchange(200, lines=[("x-trace", "1"), ("Cookie", "a=b; taste=sweet")]),
    ]

    limit, trace, taste = reached(exchanges, CONTRACT)[0].parameters

    assert (limit.present, limit.absent, limit.accepted_present, limit.accepted_absent) == (2, 1, 1, 1)
    assert (trace.accepted_present, taste.accepted_present) == (1, 1)


def test_an_operation_that_was_never_accepted_is_a_gap() -> None:
    """Unless `statuses` says so itself."""
    found = reached([exchange(404)], CONTRACT)

    assert [each.message for each in gaps(found, promises=["methods"])] == ["listNotes never answered 2xx (404 x 1)"]
    assert list(gaps(found, promises=["statuses", "methods"])) == []


def test_a_parameter_that_no_accepted_request_sent_is_a_gap() -> None:
    """What it changes was not seen."""
    found = reached([exchange(200, "/notes?page%20limit=1", [("X-Trace", "")]), exchange(404)], CONTRACT)

    (gap,) = gaps(found, promises=["payloads"])
    assert gap.message == "no accepted request of listNotes sent `taste`"
    assert gap.location == HERE


def test_what_a_check_sent_is_reached() -> None:
    """Whoever made the request: what an accepted one sent was seen, and what a refused one sent was not."""
    sent = Sent()
    for made in (exchange(200, lines=[("Cookie", "taste=sour")]), exchange(404, lines=[("X-Trace", "1")])):
        sent.note(made)

    found = reached([exchange(200, "/notes?page%20limit=1")], CONTRACT)

    assert [each.message for each in gaps(found, promises=["payloads"], sent=sent)] == [
        "no accepted request of listNotes sent `X-Trace`"
    ]


def test_only_operations_that_were_asked_are_counted() -> None:
    """The others are nobody's rows."""
    assert [each.operation.name for each in reached([], CONTRACT, operations=[OTHER])] == ["other"]
