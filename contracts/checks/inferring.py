"""Inferring: what is taken for granted where a contract does not say it, in words for whoever reads a finding."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.checks.listings import PAGE, Listing
from contracts.checks.resources import success_schema
from contracts.contract import Operation

BY_NAME = "what a member says of a thing (when it was made, when it changed, its revision) is inferred from its name"


def of_answers(operations: Iterable[Operation | None]) -> tuple[str, ...]:
    """That operations without a schema for their answers should show again what they have shown before."""
    without = [each.name for each in operations if each is not None and success_schema(each) is None]
    if not without:
        return ()
    have = "has no schema for its answer" if len(without) == 1 else "have no schemas for their answers"
    return (f"{' and '.join(without)} {have}: what should come back is inferred from what came back before",)


def of_pages(shown: Listing) -> tuple[str, ...]:
    """That parameters are those of pages by their names alone."""
    if not shown.inferred:
        return ()
    parameters = " and ".join(shown.inferred)
    return (f"{shown.operation.name} has no {PAGE}: that its pages are taken by {parameters} is inferred",)


def of_entries(shown: Operation) -> tuple[str, ...]:
    """That the only array in the answer of an operation without a schema is the list that it gives."""
    if success_schema(shown) is not None:
        return ()
    return (f"{shown.name} has no schema for its answer: that the only array in it is the list is inferred",)
