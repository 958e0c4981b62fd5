"""Consequences: one bug is one failure, and where it is not certain that two findings are one bug, both stay."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.checks.consequences import RULES, Bugs
from contracts.checks.renderings import ENCODED_OTHERWISE
from contracts.checks.requests import Requests
from contracts.contract import Operation
from contracts.exchange import Change, Difference, Exchange, FunctionError
from contracts.finding import Failure, Finding
from contracts.run.verdict import grouped

CHANGED = Change((Difference("item", "Notes", {"id": {"S": "n1"}}, {}, {"n": {"N": "1"}}),))
OLD, NEW = {"id": "n1", "text": "old", "version": 1}, {"id": "n1", "text": "new", "version": 2}


@pytest.fixture
def notes(make: Any) -> Any:
    """The contract."""
    return make.notes()


@pytest.fixture
def operations(make: Any, notes: Any) -> dict[str, Operation]:
    """Its operations, by their names."""
    return {each.name: each for each in notes.operations}


def failures(notes: Any, *findings: Finding) -> list[tuple[str, list[str]]]:
    """The checks of the failures, each with those of what follows from it."""
    of = Bugs.of(findings, Requests(notes))
    return [_checks(each) for each in grouped(findings, of.root, of.cause)]


def _checks(failure: Failure) -> tuple[str, list[str]]:
    return failure.finding.check, [each.finding.check for each in failure.consequences]


def failed(make: Any, operation: Operation, line: int) -> Exchange:
    """An answer of a function that failed over a token, in a line of its code."""
    trace = (f'  File "guard.py", line {line}, in handler\n',)
    crashed: Exchange = make.crash(operation, FunctionError("KeyError", "'nonsense'", trace), 500)
    return crashed


def let_in(operation: Operation, exchange: Exchange) -> Finding:
    """That an operation fails over credentials."""
    return Finding("statuses", "credentials-are-asked-for", operation.name, "500", (exchange,), "failed")


@pytest.mark.parametrize(("line", "follows"), [(7, True), (8, False)])
def test_a_failure_over_credentials_is_told_once(
    make: Any, notes: Any, operations: dict[str, Operation], line: int, follows: bool
) -> None:
    """Whichever operation asks the function that fails; in another line of it, it is another failure."""
    create, read = operations["createNote"], operations["getNote"]
    error = Finding("payloads", "server-error", "getNote", "500", (failed(make, read, line),), "KeyError")

    told = failures(notes, error, let_in(create, failed(make, create, 7)))

    own = ("credentials-are-asked-for", ["server-error"] if follows else [])
    assert sorted(told) == [own, *([] if follows else [("server-error", [])])]


@pytest.mark.parametrize(("kind", "follows"), [("KeyError", True), ("TypeError", False)])
def test_what_a_failure_leaves_is_told_with_it(
    make: Any, notes: Any, operations: dict[str, Operation], kind: str, follows: bool
) -> None:
    """Of the same operation, and where it fails with the same exception."""
    create = operations["createNote"]
    crashed = make.crash(create, FunctionError("KeyError", "x"), change=CHANGED)
    error = Finding("payloads", "server-error", "createNote", "", (make.crash(create, FunctionError(kind, "x")),), kind)
    trace = Finding("methods", "refused-request-leaves-no-trace", "createNote", "", (crashed,), "5xx changed Notes")

    told = failures(notes, trace, error)

    own = ("server-error", [trace.check] if follows else [])
    assert sorted(told) == sorted([own, *([] if follows else [(trace.check, [])])])


@pytest.mark.parametrize(
    ("answered", "follows"), [((204, Change()), True), ((204, CHANGED), False), ((412, Change()), False)]
)
def test_a_delete_that_removes_nothing_holds_no_condition(
    make: Any, notes: Any, operations: dict[str, Operation], answered: tuple[int, Change], follows: bool
) -> None:
    """
    It says that it did, with the right entity tag as with a wrong one.

    One that removes its target under a wrong one, or is refused under the right one, has another bug as well.
    """
    create, read, remove = (operations[name] for name in ("createNote", "getNote", "deleteNote"))
    made, shown = make.exchange(create, 201, OLD, sent={}, change=CHANGED), make.exchange(read, 200, OLD)
    nothing = make.exchange(remove, 204, change=Change())
    left = Finding("methods", "delete-removes-its-target", "deleteNote", "", (made, nothing, shown), "still there")
    stale = make.exchange(remove, answered[0], change=answered[1])
    condition = Finding("sequences", "conditions-hold", "deleteNote", "", (made, stale), "stale")

    told = failures(notes, left, condition)

    own = ("delete-removes-its-target", ["conditions-hold"] if follows else [])
    assert told == [own, *([] if follows else [("conditions-hold", [])])]


@pytest.mark.parametrize(("answered", "follow"), [(OLD, True), ({**NEW, "version": 1}, False)])
def test_an_answer_of_before_is_one_bug(
    make: Any, notes: Any, operations: dict[str, Operation], answered: dict[str, Any], follow: bool
) -> None:
    """All its members are old, and so is its entity tag. A new answer with an old member may have two bugs."""
    create, read = operations["createNote"], operations["getNote"]
    replace = make.operation("putNote", "PUT", "/notes/{id}", make.response("200"))
    tags = [("Content-Type", "application/json"), ("ETag", '"1"')]
    made = make.exchange(create, 201, OLD, sent={"text": "old"}, headers=tags, change=CHANGED)
    put = make.exchange(replace, 200, answered, sent={"text": "new"}, headers=tags, change=CHANGED)
    shown = make.exchange(read, 200, NEW)
    members = Finding("sequences", "what-was-written-comes-back", "putNote", "", (made, put, shown), "of before")
    version = Finding("sequences", "answers-agree", "putNote", "", (made, put, shown), "answer")
    tag = Finding("sequences", "entity-tags-tell", "putNote", "", (made, put, shown), "answered")

    told = failures(notes, members, version, tag)

    names = ["what-was-written-comes-back", "answers-agree", "entity-tags-tell"]
    assert told == ([(names[0], names[1:])] if follow else [(name, []) for name in names])


@pytest.mark.parametrize(("sent", "follows"), [({"text": "b"}, True), ({"text": "b", "priority": 1}, False)])
def test_a_list_that_lacks_what_was_made_lacks_it_page_by_page(
    make: Any, notes: Any, operations: dict[str, Operation], sent: dict[str, Any], follows: bool
) -> None:
    """Where what was made has the same members: else it may be chosen by one of them, and pages lose others."""
    create, read, listing = (operations[name] for name in ("createNote", "getNote", "listNotes"))
    page = make.exchange(listing, 200, {"items": []})
    one, other = (make.exchange(create, 201, OLD, sent=each) for each in ({"text": "a"}, sent))
    lacking = (other, make.exchange(read, 200, OLD), page)
    missing = Finding("sequences", "answers-agree", "listNotes", "", lacking, "not listed")
    left_out = Finding("sequences", "pages-partition-the-list", "listNotes", "", (one, one, page), "left out")

    told = failures(notes, left_out, missing)

    both = [("answers-agree", ["pages-partition-the-list"] if follows else [])]
    assert sorted(told) == [*both, *([] if follows else [("pages-partition-the-list", [])])]


@pytest.mark.parametrize(("root", "follows"), [("one thing", True), ("first is gone", False)])
def test_a_race_of_creates_that_make_one_thing_follows_from_that(
    make: Any, notes: Any, operations: dict[str, Operation], root: str, follows: bool
) -> None:
    """Two creates of the same operation alone, and only where all that they make has one name."""
    create, remove = operations["createNote"], operations["deleteNote"]
    made, gone = make.exchange(create, 201, {}), make.exchange(remove, 204, {})
    found = Finding("sequences", "answers-agree", "createNote", "twice", (made, made), root)
    race = Finding("sequences", "two-at-once-take-turns", "createNote", "left 1", (made, made), "at once")
    other = Finding("sequences", "two-at-once-take-turns", "deleteNote", "left 1", (gone, made), "at once")

    told = failures(notes, found, race, other)

    own = [("answers-agree", [race.check])] if follows else [("answers-agree", []), (race.check, [])]
    assert told == [*own, (other.check, [])]


@pytest.mark.parametrize(("status", "follows"), [(404, True), (409, False)])
def test_what_another_check_shows_being_left_is_told_by_that(
    make: Any, notes: Any, operations: dict[str, Operation], status: int, follows: bool
) -> None:
    """Its evidence has the same change after the same answer; after another answer it is another failure."""
    delete = operations["deleteNote"]
    by_stranger = make.exchange(delete, 404, {}, target="/v1/notes/n1", change=CHANGED)
    refused = make.exchange(delete, status, {}, target="/v1/notes/n2", change=CHANGED)
    stranger = Finding("sequences", "things-of-others-are-out-of-reach", "deleteNote", "removed", (by_stranger,), "it")
    trace = Finding("methods", "refused-request-leaves-no-trace", "deleteNote", "but changed", (refused,), "4xx")

    told = dict(failures(notes, stranger, trace))

    assert len(told) == (1 if follows else 2)
    assert told[stranger.check] == ([trace.check] if follows else [])


@pytest.mark.parametrize(("status", "follows"), [(200, True), (400, False)])
def test_what_is_found_by_any_name_is_found_by_another_spelling(
    make: Any, notes: Any, operations: dict[str, Operation], status: int, follows: bool
) -> None:
    """It answers both alike; who refuses the other spelling has not found anything by it."""
    read = operations["getNote"]
    unknown, spelled = (make.exchange(read, each, {}, target="/v1/notes/n1") for each in (200, status))
    found = Finding("statuses", "unknown-is-not-found", "getNote", "200", (unknown,), "found")
    other = Finding("payloads", "renderings-answer-alike", "getNote", "other", (spelled,), ENCODED_OTHERWISE)

    told = dict(failures(notes, found, other))

    assert told[found.check] == ([other.check] if follows else [])


def test_nothing_follows_from_what_was_not_found(make: Any, notes: Any, operations: dict[str, Operation]) -> None:
    """Each check that may follow from another is a failure where it is found alone."""
    create = operations["createNote"]
    evidence = (make.exchange(create, 201, OLD, sent={}),) * 2
    for rule in RULES:
        root = next(iter(rule.roots), "")
        finding = Finding("sequences", rule.check, "createNote", "", evidence, root)

        assert failures(notes, finding) == [(rule.check, [])]
