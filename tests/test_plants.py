"""The plants: each applies to the service as it is now, and what a run says of one is judged right; nothing is run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contracts import openapi
from tests.ours import ROOT
from tests.plants.planting import Change, Inapplicable, Outcome, Plant, changed, lines, plants

EVERY = plants()
BUG = Plant("bug", "broken", "A bug", (), frozenset({"methods"}), frozenset({"getNote"}))
REWRITE = Plant("rewrite", "right", "A rewrite", ())


def failure(promise: str, operation: str) -> dict[str, Any]:
    """A failure as the JSON report has it, as far as a plant is judged by it."""
    return {"promise": promise, "check": "rule", "operation": operation, "message": "It is broken."}


@pytest.mark.parametrize("plant", EVERY, ids=lambda each: each.name)
def test_every_plant_applies_to_the_service(plant: Plant) -> None:
    """Each text that it replaces stands exactly once in its file, and what becomes of it is still Python."""
    texts = changed(plant)

    for file, text in texts.items():
        if file.endswith(".py"):
            compile(text, file, "exec")


def test_every_bug_says_where_it_is_to_be_named() -> None:
    """By operations of the contract; a right plant says nothing."""
    broken = [each for each in EVERY if each.kind == "broken"]
    operations = {each.name for each in openapi.load(ROOT / "openapi.yaml").operations}

    assert {name for each in broken for name in each.operations} == operations
    assert all(each.promises and each.operations for each in broken)
    assert not any(each.promises or each.operations for each in EVERY if each.kind == "right")


def test_a_text_that_is_not_there_once_makes_a_plant_inapplicable(tmp_path: Path) -> None:
    """It says which one, where, and how often it stands there."""
    (tmp_path / "app.py").write_text("one = 1\none = 1\n", encoding="utf-8")
    plant = Plant("twice", "broken", "A bug", (Change("app.py", "one = 1", "one = 2"),))

    with pytest.raises(Inapplicable, match="twice: 'one = 1' stands 2 times in app"):
        changed(plant, tmp_path)


@pytest.mark.parametrize(
    ("outcome", "good", "told"),
    [
        (Outcome(BUG, (failure("methods", "getNote"), failure("payloads", "getNote"))), True, ["caught", "also"]),
        (Outcome(BUG, (failure("methods", "listNotes"),)), False, ["MISSED", "also"]),
        (Outcome(BUG, (failure("payloads", "getNote"),)), False, ["MISSED", "also"]),
        (Outcome(BUG), False, ["MISSED"]),
        (Outcome(BUG, error="no such template"), False, ["could not run"]),
        (Outcome(REWRITE), True, ["kept"]),
        (Outcome(REWRITE, (failure("methods", "getNote"),)), False, ["FALSE ALARM"]),
    ],
)
def test_a_plant_is_judged_by_promise_and_operation(outcome: Outcome, good: bool, told: list[str]) -> None:
    """A bug that is named elsewhere is missed; whatever is named of a rewrite is a false alarm."""
    assert outcome.good is good
    assert [verdict for verdict, _, _ in lines(outcome)] == told
