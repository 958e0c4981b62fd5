"""What was deleted is gone, and what belonged to it is gone with it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from contracts.checks import registered
from contracts.contract import Operation
from contracts.exchange import Case, Exchange
from contracts.finding import ActiveCheck, Outcome
from contracts.http import Response
from tests.harness.checks.shelf import Shelf, contract


@dataclass
class ShelfWithCovers(Shelf):
    """
    A shelf whose books have covers: a book's is there as long as the book is.

    Attributes:
        covered: The names whose cover was looked at, whether they are still there or not.
    """

    covered: set[str] = field(default_factory=set)

    def snapshot(self) -> Any:
        return super().snapshot(), set(self.covered)

    def restore(self, snapshot: Any, *, warm: bool = False) -> None:
        world, covered = snapshot if len(snapshot) == 2 else (snapshot, ())
        super().restore(world, warm=warm)
        self.covered = set(covered)

    def conduct(self, case: Case) -> Exchange:
        name, _, below = case.request.path.removeprefix("/v1/books/").partition("/")
        if below != "cover":
            return super().conduct(case)
        if name in self.books:
            self.covered.add(name)
        kept = self._has("cover-stays") and name in self.covered
        return Exchange(case, Response(200 if name in self.books or kept or self._has("covers-for-all") else 404), None)


def outcomes(*flaws: str, documented: tuple[str, ...] = ("200", "404")) -> list[Outcome]:
    """What the rule says of a shelf with covers, whose contract has these statuses for them."""
    shelf = contract()
    book = next(each for each in shelf.operations if each.name == "getBook")
    responses = dict.fromkeys(documented, book.responses["404"])
    cover: Operation = replace(book, operation_id="getCover", path="/books/{id}/cover", responses=responses)
    lab: Any = ShelfWithCovers(replace(shelf, operations=(*shelf.operations, cover)), frozenset(flaws))
    checks = registered(lab.contract, promises=("methods",))
    check = next(each for each in checks if isinstance(each, ActiveCheck) and each.name == "deleted-is-gone")
    return list(check.explore(lab.corpus(), lab))


def test_what_belongs_to_a_deleted_thing_is_gone_with_it() -> None:
    """A cover that is still found after its book was deleted is the fault of the DELETE."""
    told = outcomes("cover-stays")

    assert [each.operation for each in told] == ["deleteBook"]
    assert "getCover still 200" in str(told[0])


@pytest.mark.parametrize("choice", ["none", "covers-for-all"])
def test_covers_that_go_and_covers_that_every_name_has_are_right(choice: str) -> None:
    """What is answered for a name that nothing ever had says nothing of what was deleted."""
    assert outcomes(choice) == []


def test_what_the_contract_never_misses_may_stay() -> None:
    """Without a 404 the contract does not say that there may be none."""
    assert outcomes("cover-stays", documented=("200",)) == []
