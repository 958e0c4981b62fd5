"""The registry: promises in order, each check of a shape that a run knows."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from contracts.checks import PROMISES, names, registered
from contracts.exchange import Corpus
from contracts.finding import ActiveCheck, ExchangeCheck, HistoryCheck


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
