"""What several operations together promise: each flaw of a shelf is named once, and its choices are its own."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Any

import pytest

from contracts.checks import PROMISES, bugs, registered
from contracts.finding import ActiveCheck, Finding, Gap, HistoryCheck
from contracts.run.verdict import grouped
from tests.harness.checks.shelf import Shelf, contract

WRITTEN, AGREE = "what-was-written-comes-back", "answers-agree"
SETTLED, TAGS, CONDITIONS = "what-is-settled-stays", "entity-tags-tell", "conditions-hold"
PAGES, FILTERS, KEYS = "pages-partition-the-list", "filters-select", "idempotency-keys-hold"
# Those of other promises that know the shelf's resources, too.
OTHERS = ("deleted-is-gone", "put-does-not-create", "unknown-is-not-found", "head-answers-as-get")


def found(
    *flaws: str, schemas: bool = True, paged: str = "cursor", promises: Collection[str] = PROMISES
) -> list[Finding]:
    """What the checks find on a shelf with these flaws."""
    lab: Any = Shelf(contract(schemas=schemas, paged=paged), frozenset(flaws))
    corpus = lab.corpus()
    checks = [each for each in registered(lab.contract, promises=promises) if isinstance(each, ActiveCheck)]
    asked = [each for each in checks if each.promise == "sequences" or each.name in OTHERS]
    outcomes = [outcome for each in asked for outcome in each.explore(corpus, lab)]
    return [each for each in outcomes if isinstance(each, Finding)]


def told(*flaws: str, schemas: bool = True) -> set[tuple[str, str]]:
    """Check and operation of each."""
    return {(each.check, each.operation) for each in found(*flaws, schemas=schemas)}


@pytest.mark.parametrize("schemas", [True, False])
@pytest.mark.parametrize("choice", ["none", "delete-is-always-204", "tag-weak", "empty-last-page"])
def test_a_right_shelf_is_kept(choice: str, *, schemas: bool) -> None:
    """Whatever it chooses where the contract leaves it a choice, and however little the contract says."""
    assert found(choice, schemas=schemas) == []


@pytest.mark.parametrize("paged", ["offset", "page", "link"])
def test_a_right_shelf_is_kept_however_it_is_paged(paged: str) -> None:
    """By an offset, by numbers, or by links from one page to the next (RFC 8288)."""
    assert found(paged=paged) == []


@pytest.mark.parametrize("paged", ["offset", "page", "link"])
@pytest.mark.parametrize(
    ("flaw", "words"),
    [("page-skips-one", "leaves out"), ("page-repeats-one", "twice|without end"), ("page-too-long", "gave 2")],
)
def test_pages_partition_the_list_however_they_are_asked_for(paged: str, flaw: str, words: str) -> None:
    """What is wrong with them is told as it is of pages with a cursor."""
    messages = [each.message for each in found(flaw, paged=paged) if each.check == PAGES]

    assert any(re.search(words, each) for each in messages)


@pytest.mark.parametrize(
    ("flaw", "check", "operation"),
    [
        ("blurb-lost", WRITTEN, "createBook"),
        ("title-cut", WRITTEN, "createBook"),
        ("title-stripped", WRITTEN, "createBook"),
        ("title-normalised", WRITTEN, "createBook"),
        ("title-lower", WRITTEN, "createBook"),
        ("get-shows-preview", WRITTEN, "getBook"),
        ("list-shows-preview", WRITTEN, "listBooks"),
        ("create-answers-version-7", AGREE, "createBook"),
        ("one-name", AGREE, "createBook"),
        ("list-is-empty", AGREE, "listBooks"),
        ("version-taken", "server-members-are-the-servers", "createBook"),
        ("created-anew", SETTLED, "replaceBook"),
        ("updated-stays", SETTLED, "replaceBook"),
        ("put-keeps-the-old", AGREE, "replaceBook"),
        ("page-too-long", PAGES, "listBooks"),
        ("default-ignored", PAGES, "listBooks"),
        ("page-overlaps", PAGES, "listBooks"),
        ("page-skips", PAGES, "listBooks"),
        ("never-ends", PAGES, "listBooks"),
        ("other-way-round", PAGES, "listBooks"),
        ("filtered-in-one-order", PAGES, "listBooks"),
        ("empty-page-ends", FILTERS, "listBooks"),
        ("filter-ignored", FILTERS, "listBooks"),
        ("cursor-fails", "server-error", "listBooks"),
        ("tag-unquoted", TAGS, "getBook"),
        ("tag-of-moment", TAGS, "getBook"),
        ("tag-stays", TAGS, "replaceBook"),
        ("create-answers-other-tag", TAGS, "createBook"),
        ("put-answers-old-tag", TAGS, "replaceBook"),
        ("never-304", CONDITIONS, "getBook"),
        ("first-tag-counts", CONDITIONS, "getBook"),
        ("known-is-412", CONDITIONS, "getBook"),
        ("unconditional-is-409", CONDITIONS, "replaceBook"),
        ("weak-tag-accepted", CONDITIONS, "replaceBook"),
        ("first-wanted-counts", CONDITIONS, "replaceBook"),
        ("put-without-condition", CONDITIONS, "replaceBook"),
        ("key-ignored", KEYS, "createBook"),
        ("key-answers-200", KEYS, "createBook"),
        ("key-refused", KEYS, "createBook"),
        ("key-cut", KEYS, "createBook"),
        ("key-for-any-body", KEYS, "createBook"),
        ("deleted-stays-listed", "deleted-is-gone", "deleteBook"),
        ("put-creates", "put-does-not-create", "replaceBook"),
    ],
)
def test_a_flaw_is_named_once(flaw: str, check: str, operation: str) -> None:
    """With the rule that it breaks and the operation that is to blame, and nothing that follows from it."""
    assert told(flaw) == {(check, operation)}


@pytest.mark.parametrize(
    ("flaw", "check", "operations"),
    [
        ("stale-accepted", CONDITIONS, {"replaceBook", "deleteBook"}),
        ("stale-is-404", CONDITIONS, {"replaceBook", "deleteBook"}),
        ("condition-not-seen", CONDITIONS, {"replaceBook", "deleteBook"}),
        ("unknown-is-409", "unknown-is-not-found", {"getBook", "headBook"}),
    ],
)
def test_a_flaw_of_two_operations_is_one_of_each(flaw: str, check: str, operations: set[str]) -> None:
    """They may share the code, and they may not."""
    assert told(flaw) == {(check, each) for each in operations}


@pytest.mark.parametrize(
    ("flaw", "check", "operation"),
    [
        ("title-cut", WRITTEN, "createBook"),
        ("get-shows-preview", WRITTEN, "getBook"),
        ("page-overlaps", PAGES, "listBooks"),
        ("tag-of-moment", TAGS, "getBook"),
        ("key-ignored", KEYS, "createBook"),
        ("put-creates", "put-does-not-create", "replaceBook"),
    ],
)
def test_answers_show_it_where_the_contract_has_no_schemas(flaw: str, check: str, operation: str) -> None:
    """What has come back twice should come back again; the only array of an answer holds its entries."""
    assert told(flaw, schemas=False) == {(check, operation)}


def test_a_head_without_the_tag_of_its_get_is_told() -> None:
    """RFC 9110, 9.3.2."""
    assert told("head-without-tag") == {("head-answers-as-get", "headBook")}


def test_a_failure_is_shown_by_what_it_takes() -> None:
    """A create and a read, and no other request."""
    (finding,) = found("title-stripped")

    assert [each.case.request.method for each in finding.exchanges] == ["POST", "GET"]
    assert finding.message == "`title`, as createBook was sent, is stripped in what getBook shows"


def test_a_member_is_shown_without_those_beside_it() -> None:
    """What a request must have, and the member that is lost."""
    finding = found("blurb-lost")[0]

    assert set(json.loads(finding.exchanges[0].case.request.body or b"")) == {"title", "genre", "blurb"}


@pytest.mark.parametrize(
    ("flaw", "requests"),
    [
        ("page-overlaps", ["POST", "POST", "GET", "GET"]),
        ("other-way-round", ["POST", "POST", "GET"]),
        ("filter-ignored", ["POST", "POST", "GET"]),
        ("list-is-empty", ["POST", "GET", "GET"]),
    ],
)
def test_a_list_is_shown_with_as_few_things_as_it_takes(flaw: str, requests: list[str]) -> None:
    """Two where two are enough, and one where one is."""
    (finding,) = found(flaw)

    assert [each.case.request.method for each in finding.exchanges] == requests


def test_an_answer_of_before_is_one_bug() -> None:
    """All of its members and its entity tag are old, and the request that wrote them before is there to compare."""
    findings = found("put-answers-before")
    of = bugs(findings, contract())

    (failure,) = grouped(findings, of.root, of.cause)

    assert failure.finding.message == "replaceBook answers the thing as it was before"
    assert [each.case.request.method for each in failure.finding.exchanges] == ["POST", "PUT", "GET"]
    assert {each.finding.check for each in failure.consequences} == {AGREE, TAGS}


def test_members_that_are_lost_in_one_way_are_one_failure() -> None:
    """However many requests show it."""
    assert len({each.root for each in found("title-cut")}) == 1


def test_a_revision_that_stays_is_not_also_a_tag_that_stays() -> None:
    """A tag that is made of it stays with it."""
    assert told("version-stays", "tag-stays") == {(SETTLED, "replaceBook")}


@pytest.mark.parametrize(
    ("flaw", "inferred"),
    [
        (
            "get-shows-preview",
            [
                "getBook has no schema for its answer: what should come back is inferred from what came back before",
            ],
        ),
        (
            "page-overlaps",
            [
                "listBooks has no schema for its answer: that the only array in it is the list is inferred",
                "listBooks has no x-contract-page: that its pages are taken by `cursor` and `limit` is inferred",
            ],
        ),
        ("tag-of-moment", []),
    ],
)
def test_a_finding_says_what_it_had_to_infer(flaw: str, inferred: list[str]) -> None:
    """And nothing of the kind where the contract says it, or nothing of it matters."""
    assert {each.inferred for each in found(flaw, schemas=False)} == {tuple(inferred)}
    assert {each.inferred for each in found(flaw)} == {()}


def test_what_a_name_says_is_inferred() -> None:
    """No contract says which member is the time of the creation."""
    inferred = {words.partition(" (")[0] for each in found("created-anew") for words in each.inferred}

    assert inferred == {"what a member says of a thing"}


def test_what_was_inferred_is_said_once() -> None:
    """Which answers have no schema, and which parameters are taken for those of pages."""
    lab: Any = Shelf(contract(schemas=False))
    corpus = lab.corpus()
    checks = [each for each in registered(lab.contract, promises=["sequences"]) if isinstance(each, HistoryCheck)]

    gaps = [each for check in checks for each in check.after_run(corpus) if isinstance(each, Gap)]

    assert [(each.operation, each.message) for each in gaps] == [
        (
            "createBook",
            "createBook and getBook and listBooks have no schemas for their answers: what should come back is inferred "
            "from what came back before",
        ),
        (
            "listBooks",
            "listBooks has no x-contract-page: that its pages are taken by `cursor` and `limit` is inferred",
        ),
    ]
