"""A GET of the Location of a 201 finds what was created."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contracts.checks import registered
from contracts.exchange import Corpus
from contracts.finding import Finding, Gap


def of(contract: Any, name: str) -> Any:
    return next(each for each in contract.operations if each.name == name)


def created(make: Any, contract: Any, location: str | None = "/v1/notes/n-00ff", **sent: Any) -> Any:
    headers = [("Content-Type", "application/json")] + ([("Location", location)] if location else [])
    body = {"id": "n-00ff", "text": "a", **sent}
    return make.exchange(of(contract, "createNote"), 201, body, sent={"text": "a", **sent}, headers=headers)


def followed(make: Any, contract: Any, *flaws: str, exchanges: Any = None, promises: Any = ("methods",)) -> list[Any]:
    check: Any = next(
        each for each in registered(contract, promises=promises) if each.name == "location-finds-what-was-created"
    )
    corpus = Corpus(tuple(exchanges or [created(make, contract, tags=["b"])]))
    return list(check.explore(corpus, make.lab(contract, frozenset(flaws))))


def test_what_was_created_is_found(make: Any) -> None:
    """A right service has nothing to answer for."""
    assert followed(make, make.notes()) == []


def test_an_item_that_was_not_stored_is_broken(make: Any) -> None:
    """The evidence is the create and the GET that finds nothing."""
    (finding,) = followed(make, make.notes(), "lost")

    assert finding.message == "createNote answered 201, but a GET of the Location `/v1/notes/n-0001` was answered 404"
    assert [each.case.request.method for each in finding.exchanges] == ["POST", "GET"]


def test_a_location_that_leads_nowhere_is_broken(make: Any) -> None:
    """The contract can read what was created, so its Location has a place to lead to."""
    (finding,) = followed(make, make.notes(), "wrong-location")

    assert finding.message.endswith("a GET of the Location `/v1/note/n-0001` was answered 403")


def test_a_location_where_nothing_can_be_read_is_a_gap(make: Any) -> None:
    """A contract without a GET for what is created promises too little."""
    contract = make.changed("getNote", path="/elsewhere/{id}")

    (gap,) = followed(make, contract, "wrong-location")

    assert isinstance(gap, Gap)
    assert "leads to no documented GET" in gap.message


def test_a_location_without_the_stage_is_a_gap(make: Any) -> None:
    """Behind a custom domain it is right."""
    (gap,) = followed(make, make.notes(), "stage-left-out")

    assert gap.message == ("the Location `/notes/n-0001` of createNote leaves out /v1: right on a custom domain only")


@pytest.mark.parametrize(
    ("urls", "broken"),
    [
        (["/v1"], True),
        (["https://api.example.com/v1/", "/v1"], True),
        (["/v1", "https://notes.example.com"], False),
        (["https://api.example.com/{base}"], False),
    ],
)
def test_a_location_without_what_every_server_begins_with_is_broken(make: Any, urls: list[str], broken: bool) -> None:
    """The contract says that nothing of the API is anywhere else."""
    contract = replace(make.notes(), document={"servers": [{"url": url} for url in urls]})

    (outcome,) = followed(make, contract, "stage-left-out")

    assert isinstance(outcome, Finding) is broken
    if broken:
        assert outcome.message == (
            "createNote answered 201, but the Location `/notes/n-0001` leaves out /v1, "
            "below which the contract's `servers` have everything"
        )


def test_a_location_on_another_host_is_a_gap(make: Any) -> None:
    """Nobody here can ask it."""
    (gap,) = followed(make, make.notes(), "abroad")

    assert "leads to another host, example.com" in gap.message


def test_a_sent_member_that_is_not_stored_is_broken(make: Any) -> None:
    """Both answers are promised as one schema, so they must agree on what was sent."""
    (finding,) = followed(make, make.notes(), "tags-lost")

    assert finding.message.endswith("does not have the `tags` that was sent and answered")
    assert finding.root == "member tags"


def test_answers_of_two_schemas_are_not_compared(make: Any) -> None:
    """A summary may leave things out."""
    contract = make.notes()
    responses = {**of(contract, "getNote").responses, "200": make.response("200", {"type": "object"})}

    assert followed(make, make.changed("getNote", responses=responses), "tags-lost") == []


def test_members_that_the_service_sets_are_not_compared(make: Any) -> None:
    """`x-contract-server-fields` names them."""
    contract = make.changed("createNote", extensions={"x-contract-server-fields": ["tags"]})

    assert followed(make, contract, "tags-lost") == []


def test_a_link_is_followed_where_there_is_no_location(make: Any) -> None:
    """An OpenAPI link to a GET says as well where the thing is."""
    contract = make.notes()
    link = {"operationId": "getNote", "parameters": {"id": "$response.body#/id"}}
    documented = make.response("201", {"$ref": "#/components/schemas/Note"}, links={"note": link})
    contract = make.changed("createNote", responses={"201": documented})
    lab = make.lab(contract, frozenset({"lost"}))
    conduct = lab.conduct

    def without_location(case: Any) -> Any:
        exchange = conduct(case)
        answer = replace(exchange.response, headers=exchange.response.headers.without("Location"))
        return replace(exchange, response=answer)

    lab.conduct = without_location
    check: Any = next(
        each for each in registered(contract, promises=["methods"]) if each.name == "location-finds-what-was-created"
    )

    (finding,) = check.explore(Corpus((created(make, contract, location=None),)), lab)

    assert finding.message.endswith("a GET of the documented link to getNote was answered 404")


def test_one_bug_of_several_creates_has_one_root(make: Any) -> None:
    """However many creates are followed."""
    contract = make.notes()
    exchanges = [created(make, contract), created(make, contract, tags=["b"])]

    findings = [each for each in followed(make, contract, "lost", exchanges=exchanges) if isinstance(each, Finding)]

    assert len(findings) == 2
    assert {each.root for each in findings} == {"not found 404"}


@pytest.mark.parametrize("status", [200, 202])
def test_only_a_201_says_that_something_was_created(make: Any, status: int) -> None:
    """Other successes may carry a Location with another meaning."""
    contract = make.notes()
    shown = make.exchange(of(contract, "createNote"), status, {}, headers=[("Location", "/v1/nowhere")], sent={})

    assert followed(make, contract, exchanges=[shown]) == []
