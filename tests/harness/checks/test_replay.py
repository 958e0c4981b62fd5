"""Replays: the same again in a fresh world, with the ids of that world."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.checks.replay import MISSING, Replayer, accepted, evaluated, pointed, rewritten, with_member
from contracts.exchange import Corpus, Fault, FaultPlan, Reference
from contracts.http import Headers, Request


def of(contract: Any, name: str) -> Any:
    return next(each for each in contract.operations if each.name == name)


def history(make: Any, contract: Any) -> tuple[Any, Any]:
    """A create, and a GET of what it made."""
    create = make.exchange(of(contract, "createNote"), 201, {"id": "n-00ff"}, sent={"text": "a"})
    references = (make.referring(create, "n-00ff"),)
    read = make.exchange(of(contract, "getNote"), 200, {}, target="/v1/notes/n-00ff", references=references)
    return create, read


def test_the_id_of_the_new_world_takes_the_place_of_the_old(make: Any) -> None:
    """The history is made again first, and the case refers to it."""
    contract = make.notes()
    create, read = history(make, contract)

    replay = Replayer.of(Corpus((create, read)), make.lab(contract), phase="again").replay(read)

    assert replay is not None
    assert replay.exchange.response.status == 200
    assert replay.exchange.case.request.target == "/v1/notes/n-0001"
    assert replay.exchange.case.references[0].parent == replay.history[0].case.id
    assert [each.case.phase for each in replay.exchanges] == ["again", "again"]


def test_the_entity_tag_of_the_new_world_takes_the_place_of_the_old(make: Any) -> None:
    """A condition on what a thing was is one on what it is now; another tag stays as it is."""
    contract = make.notes()
    create = make.exchange(
        of(contract, "createNote"), 201, {"id": "n-00ff"}, sent={"text": "a"}, headers=[("ETag", '"old"')]
    )
    deletes = [
        make.exchange(
            of(contract, "deleteNote"),
            204,
            target="/v1/notes/n-00ff",
            references=(make.referring(create, "n-00ff"),),
            request_headers=[("If-Match", tag)],
        )
        for tag in ('"old"', '"other"')
    ]
    lab = make.lab(contract, frozenset({"entity-tags"}))
    replayer = Replayer.of(Corpus((create, *deletes)), lab, phase="again")

    again = [replayer.replay(delete) for delete in deletes]

    assert [each and each.exchange.case.request.headers.get("if-match") for each in again] == ['"n-0001"', '"other"']


def test_every_replay_begins_in_the_fresh_world(make: Any) -> None:
    """What an earlier replay left is gone."""
    contract = make.notes()
    create, read = history(make, contract)
    lab = make.lab(contract)
    replayer = Replayer.of(Corpus((create, read)), lab, phase="again")

    replayer.replay(create)
    replayer.replay(create)

    assert list(lab.notes) == ["n-0001"]


def test_a_history_that_goes_another_way_is_no_replay(make: Any) -> None:
    """A create that is refused this time hands out no id."""
    contract = make.notes()
    create, read = history(make, contract)
    refused = replace(create, case=replace(create.case, request=replace(create.case.request, body=b"{")))

    assert Replayer.of(Corpus((refused, read)), make.lab(contract), phase="again").replay(read) is None


def test_a_value_that_does_not_come_again_is_no_replay(make: Any) -> None:
    """The reference would stay what it was in another world."""
    contract = make.notes()
    create, read = history(make, contract)
    reference = replace(read.case.references[0], expression="$response.body#/other")
    lost = replace(read, case=replace(read.case, references=(reference,)))

    assert Replayer.of(Corpus((create, lost)), make.lab(contract), phase="again").replay(lost) is None


def test_faults_meet_the_exchange_and_not_its_history(make: Any) -> None:
    """What has to exist exists, and then AWS fails."""
    contract = make.notes()
    create, read = history(make, contract)
    replayer = Replayer.of(Corpus((create, read)), make.lab(contract), phase="again")

    replay = replayer.replay(read, plan=FaultPlan((Fault("dynamodb", None, "ThrottlingException"),)))

    assert replay is not None
    assert [each.response.status for each in replay.exchanges] == [201, 503]


@pytest.mark.parametrize(("flaws", "requests"), [([], 2), (["remembers"], 4)])
def test_what_a_warm_function_does_not_call_fails_in_a_cold_one(make: Any, flaws: list[str], requests: int) -> None:
    """A cold start is paid for where the function remembers, and nowhere else."""
    contract = make.notes()
    create, read = history(make, contract)
    lab = make.lab(contract, frozenset(flaws))
    plan = FaultPlan((Fault("dynamodb", None, "ThrottlingException"),))

    replay = Replayer.of(Corpus((create, read)), lab, phase="again").failing(read, plan)

    assert replay is not None
    assert [each.response.status for each in replay.exchanges] == [201, 503]
    assert len(lab.conducted) == requests


def test_a_fault_that_strikes_no_call_is_no_replay(make: Any) -> None:
    """Neither in a warm function nor in a cold one."""
    contract = make.notes()
    create, read = history(make, contract)
    plan = FaultPlan((Fault("dynamodb", "DeleteItem", "ThrottlingException"),))

    assert Replayer.of(Corpus((create, read)), make.lab(contract), phase="again").failing(read, plan) is None


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("$response.body#/id", "n-00ff"),
        ("$response.header.location", MISSING),
        ("$request.body#/text", "a"),
        ("$request.query.q", "b c"),
        ("$request.query.other", MISSING),
        ("$response.body#/nothing/here", MISSING),
        ("$url", MISSING),
        ("as it stands", "as it stands"),
    ],
)
def test_runtime_expressions_are_evaluated(make: Any, expression: str, value: Any) -> None:
    """As OpenAPI writes them; what is none is MISSING, never a guess."""
    contract = make.notes()
    shown = make.exchange(
        of(contract, "createNote"), 201, {"id": "n-00ff"}, sent={"text": "a"}, target="/v1/notes?q=b+c"
    )

    assert evaluated(expression, shown) == value


def test_a_path_expression_is_evaluated(make: Any) -> None:
    """By the name of the variable, decoded."""
    shown = make.exchange(of(make.notes(), "getNote"), 200, target="/v1/notes/a%20b")

    assert evaluated("$request.path.id", shown) == "a b"


@pytest.mark.parametrize(
    ("place", "name", "target", "header"),
    [
        ("path", "id", "/v1/notes/new?cursor=old&x=%7E", "old"),
        ("query", "cursor", "/v1/notes/old?cursor=new&x=%7E", "old"),
        ("header", "X-Note", "/v1/notes/old?cursor=old&x=%7E", "new"),
    ],
)
def test_a_reference_is_rewritten_in_its_place_alone(place: Any, name: str, target: str, header: str) -> None:
    """Everything else stays byte for byte."""
    request = Request("GET", "/v1/notes/old?cursor=old&x=%7E", Headers((("x-note", "old"),)))
    reference = Reference(place, name, "case-1", "$response.body#/id", "old")

    again = rewritten(request, reference, "new", template="/notes/{id}")

    assert (again.target, again.headers.get("x-note")) == (target, header)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@settings(derandomize=True, database=None, deadline=None, max_examples=60)
@given(JSON_VALUES, st.data())
def test_a_member_is_replaced_where_its_pointer_leads(document: Any, data: Any) -> None:
    """What is read at the pointer afterwards is what was written there."""
    pointers = [""]
    for pointer in pointers:
        value = pointed(document, pointer)
        names = [str(index) for index in range(len(value))] if isinstance(value, list) else []
        names += list(value) if isinstance(value, dict) else []
        pointers += [f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}" for name in names]
    pointer = data.draw(st.sampled_from(pointers))
    request = Request("POST", "/", Headers((("Content-Length", "0"),)), json.dumps(document).encode())

    again = with_member(request, pointer, "written")

    assert again.body is not None
    assert pointed(json.loads(again.body), pointer) == "written"
    assert again.headers.get("content-length") == str(len(again.body))


def test_the_smallest_valid_success_stands_for_all(make: Any) -> None:
    """Those made invalid on purpose come last; refusals not at all."""
    operation = of(make.notes(), "createNote")
    bodies = [({"text": "aaaa"}, True, 201), ({"text": "aa"}, True, 201), ({"text": ""}, False, 201), ({}, True, 400)]
    exchanges = [make.exchange(operation, status, {}, sent=sent, valid=valid) for sent, valid, status in bodies]

    assert accepted(exchanges) == [exchanges[1], exchanges[0], exchanges[2]]


def test_what_a_body_or_a_query_names_is_made_before(make: Any) -> None:
    """A name that a client gave is in no answer before: the last PUT that created it under that name is the past."""
    contract = make.notes()
    put = make.operation("putBook", "PUT", "/books/{book}", make.response("201"), make.response("200"))
    first = make.exchange(put, 201, target="/v1/books/red%20one")
    other = make.exchange(put, 201, target="/v1/books/blue")
    replaced = make.exchange(put, 200, target="/v1/books/red%20one")
    create = make.exchange(of(contract, "createNote"), 201, {"id": "n-00ff"}, sent={"text": "a", "book": "red one"})
    read = make.exchange(
        of(contract, "getNote"), 200, {}, target="/v1/notes/n-00ff", references=(make.referring(create, "n-00ff"),)
    )
    listed = make.exchange(of(contract, "listNotes"), 200, {}, target="/v1/notes?limit=5&book=red+one")
    corpus = Corpus((first, other, replaced, create, read, listed))
    replayer = Replayer.of(corpus, make.lab(contract), phase="again")

    assert replayer.history(create) == (first,)
    assert replayer.history(listed) == (first,)
    assert replayer.history(read) == (first, create)
    assert replayer.history(other) == ()


def test_one_exchange_of_each_past_comes_first(make: Any) -> None:
    """Where one past does not come again, the next exchange that is tried has another one."""
    contract = make.notes()
    parents = [make.exchange(of(contract, "createNote"), 201, {"id": "n-00ff"}, sent={"text": "a"}) for _ in range(2)]
    reads = [
        make.exchange(
            of(contract, "getNote"), 200, {}, target="/v1/notes/n-00ff", references=(make.referring(parent, "n-00ff"),)
        )
        for parent in (parents[0], parents[0], parents[1])
    ]

    assert [each.case.references[0].parent for each in accepted(reads)] == [
        parents[0].case.id,
        parents[1].case.id,
        parents[0].case.id,
    ]


def test_one_exchange_with_each_choice_of_parameters_comes_first(make: Any) -> None:
    """What a parameter names may not exist any more: the next exchange that is tried has others, the smallest first."""
    contract = make.notes()
    with_book, with_limit, again = (
        make.exchange(of(contract, "listNotes"), 200, {}, target=f"/v1/notes?{query}")
        for query in ("book=r", "limit=55", "book=red")
    )

    assert accepted([with_book, again, with_limit]) == [with_book, with_limit, again]
