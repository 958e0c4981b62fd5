"""What a failure shows beside its requests: the calls between them, what changed, and which rule it breaks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contracts.contract import Operation
from contracts.errors import Location
from contracts.exchange import AwsCall, Case, Change, Difference, Exchange, Meanwhile
from contracts.finding import Failure, Finding
from contracts.http import Headers, Request, Response
from contracts.reports.evidence import Evidence, evidence

ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/Counters"


def exchange(name: str, *operations: str, change: Change | None = None, status: int = 201) -> Exchange:
    """A POST that called these operations of DynamoDB."""
    calls = tuple(AwsCall("dynamodb", each, {}, {}, None, 1, f"dynamodb:{each}", (ARN,), None) for each in operations)
    case = Case(name, None, Request("POST", f"/v1/{name}", Headers(), None), "some-check")
    return Exchange(case, Response(status), (), change or Change(), calls)


def counted(before: dict[str, Any] | None, after: dict[str, Any] | None) -> Change:
    """What became of one item."""
    return Change((Difference("item", "Counters", {"id": {"S": "c"}}, before, after),))


def shown(*exchanges: Exchange, rule: str = "") -> Evidence:
    """The evidence of a failure that these exchanges show."""
    finding = Finding("sequences", "some-check", "createThing", "It is wrong.", exchanges, rule=rule)
    return evidence(Failure(finding, 1), seed=0, command="contracts run", ascii_only=True)


def test_what_happened_stands_between_two_requests() -> None:
    """As a comment of the shell, so that all of it can be pasted; of the last request everything stands below."""
    first = exchange("first", "GetItem", "PutItem", change=counted(None, {"n": {"N": "1"}}))

    commands = shown(first, exchange("quiet"), exchange("last", "PutItem")).commands

    assert [(line.words.partition("/v1/")[2], line.note) for line in commands] == [
        ("first'", "  # 201"),
        (
            "",
            "# dynamodb GetItem on table/Counters, dynamodb PutItem on table/Counters; "
            'gained 1 item in Counters ({"id": {"S": "c"}})',
        ),
        ("quiet'", "  # 201"),
        ("last'", "  # 201"),
    ]


def test_what_a_get_was_answered_stands_between_two_requests() -> None:
    """And what the operation was that is to blame: the last answer is compared with it."""
    get, create = (
        Operation(name, method, "/things", (), None, {}, None, Location("openapi.yaml", 1))
        for name, method in (("getThing", "GET"), ("createThing", "POST"))
    )
    made, read, other = (
        Exchange(Case(name, of, Request(method, "/v1/things", Headers(), None), "some-check"), Response(200, body=body))
        for name, of, method, body in (
            ("1", create, "POST", b'{"n": 1}'),
            ("2", get, "GET", b'{"n": 2}'),
            ("3", None, "POST", b'{"n": 3}'),
        )
    )

    notes = [line.note for line in shown(made, read, other, exchange("last")).commands if not line.words]

    assert notes == ['# answered {"n": 1}', '# answered {"n": 2}']


def test_a_request_that_came_in_between_says_where() -> None:
    """The one that waited follows, and the call before which it waited is named."""
    inner = replace(exchange("inner"), meanwhile=Meanwhile("outer", 2))

    [command, _] = shown(inner, exchange("outer", "GetItem", "PutItem")).commands

    assert command.note == "  # 201, while the next one waited before its call 2, dynamodb PutItem"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"n": {"N": "1"}, "t": {"S": "a"}}, {"n": {"N": "2"}, "t": {"S": "a"}}, 'n "1" -> "2"'),
        ({"t": {"S": "a"}}, {"m": {"M": {}}}, 't "a" -> nothing, m nothing -> {"M": {}}'),
        (
            {name: {"N": "1"} for name in "abcdef"},
            {},
            ", ".join(f'{name} "1" -> nothing' for name in "abcd") + ", 2 more",
        ),
    ],
)
def test_what_changed_is_told_attribute_by_attribute(before: Any, after: Any, told: str) -> None:
    """From what to what, a few of them."""
    state = next(
        line.words for line in shown(exchange("x", change=counted(before, after))).lines if line.note == "state"
    )

    assert state == f'changed 1 item in Counters ({{"id": {{"S": "c"}}}}: {told})'


def test_the_rule_that_is_broken_is_a_fact_of_its_own() -> None:
    """Where the check has one."""
    assert shown(exchange("x"), rule="Two at once take turns.").lines[0].words == "Two at once take turns."
    assert "rule" not in {line.note for line in shown(exchange("x")).lines}


def test_what_a_check_had_to_infer_stands_below_the_rule() -> None:
    """Each in a line of its own, the first with a label."""
    finding = Finding("sequences", "some-check", "createThing", "It is wrong.", (), inferred=("One is.", "Two is."))

    lines = evidence(Failure(finding, 1), seed=0, command="contracts run", ascii_only=True).lines

    assert [(line.note, line.words) for line in lines] == [("inferred", "One is."), ("", "Two is.")]
