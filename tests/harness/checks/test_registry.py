"""The registry: promises in order, each check of a shape that a run knows."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.checks import PROMISES, common_roots, names, registered
from contracts.exchange import Corpus
from contracts.finding import ActiveCheck, ExchangeCheck, Finding, HistoryCheck


def test_promises_stand_in_the_order_of_reports() -> None:
    """Reports show them so."""
    assert PROMISES == ("payloads", "statuses", "methods", "sequences")


def test_every_check_has_one_shape_a_name_and_its_promise(make: Any) -> None:
    """A run asks each in one way, and names are unique."""
    checks = registered(make.notes())

    assert all(
        sum(isinstance(check, kind) for kind in (ExchangeCheck, HistoryCheck, ActiveCheck)) == 1 for check in checks
    )
    assert len({check.name for check in checks}) == len(checks)
    assert [check.promise for check in checks] == sorted((check.promise for check in checks), key=PROMISES.index)


@pytest.mark.parametrize("promise", PROMISES)
def test_only_what_was_asked_is_checked(make: Any, promise: str) -> None:
    """A promise that was not asked costs nothing."""
    assert {check.promise for check in registered(make.notes(), promises=[promise])} == {promise}


def test_only_operations_that_were_asked_are_explored(make: Any) -> None:
    """What the user left out is neither tried nor missed."""
    contract = make.notes()
    get = next(each for each in contract.operations if each.name == "getNote")
    corpus = Corpus(tuple(make.exchange(each, 418, {}) for each in contract.operations))
    lab = make.lab(contract)

    outcomes: list[Any] = []
    for check in registered(contract, operations=[get]):
        if isinstance(check, ActiveCheck):
            outcomes += check.explore(corpus, lab)

    assert {each.operation for each in outcomes} == {"getNote"}


def test_every_check_that_an_app_is_caught_by_has_a_known_name() -> None:
    """Configurations name checks as reports do, and a name that nobody knows is told."""
    apps = Path(__file__).parents[2] / "apps" / "broken"
    caught = {tomllib.loads(each.read_text(encoding="utf-8"))["expect"]["check"] for each in apps.glob("*.toml")}

    assert caught
    assert caught - names() == set()


@pytest.mark.parametrize(("root", "told"), [("one thing", None), ("first is gone", "at once")])
def test_a_race_of_creates_that_make_one_thing_follows_from_that(make: Any, root: str, told: str | None) -> None:
    """Two creates of the same operation alone, and only where all that they make has one name."""
    contract = make.notes()
    create, remove = contract.operations[0], contract.operations[-1]
    made, gone = make.exchange(create, 201, {}), make.exchange(remove, 204, {})
    found = Finding("sequences", "answers-agree", create.name, "twice", (made, made), root)
    race = Finding("sequences", "two-at-once-take-turns", create.name, "left 1 thing new", (made, made), "at once")
    other = replace(race, exchanges=(gone, made))

    of = common_roots([found, race, other], contract)

    assert [of(each) for each in (found, race, other)] == [root, told, "at once"]
