"""What is only read has one entity tag for as long as it is the same."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from contracts.checks import registered
from contracts.contract import Contract, DocumentedResponse, Operation
from contracts.errors import Location
from contracts.exchange import Case, Corpus, Exchange
from contracts.finding import Finding
from contracts.http import Headers, Request, Response

HERE = Location("openapi.yaml", 1)
RESPONSES = {each: DocumentedResponse(each, (), {}, HERE) for each in ("200", "304")}
LIST = Operation("listLanguages", "GET", "/languages", (), None, RESPONSES, None, HERE)
CONTRACT = Contract("Languages", "openapi.yaml", {}, (LIST,), HERE)

Tagged = Callable[[str | None], tuple[int, str]]
"""From what If-None-Match says to a status and an entity tag."""


@dataclass
class Lab:
    """A service with one answer; its entity tags are made by `tagged`."""

    tagged: Tagged

    def conduct(self, case: Case) -> Exchange:
        status, tag = self.tagged(case.request.headers.get("if-none-match"))
        return Exchange(case, Response(status, Headers.of([("ETag", tag)]), b"[]" if status == 200 else b""))

    def snapshot(self) -> None: ...

    def restore(self, snapshot: Any, *, warm: bool = False) -> None: ...


def found(tagged: Tagged) -> list[Finding]:
    """What is wrong with the entity tags of a service."""
    (check,) = (each for each in registered(CONTRACT) if each.name == "entity-tags-of-reads-tell")
    lab: Any = Lab(tagged)
    rule: Any = check
    exchange = lab.conduct(Case("1", LIST, Request("GET", "/languages", Headers()), phase="fuzzing"))
    return list(rule.explore(Corpus((exchange,)), lab))


def test_right_tags_are_right() -> None:
    """One tag, and 304 to whoever has it; a contract without 304 asks for nothing."""
    assert found(lambda known: (304 if known == '"a"' else 200, '"a"')) == []


counter = itertools.count()


@pytest.mark.parametrize(
    ("tagged", "words"),
    [
        (lambda known: (200, f'"{next(counter)}"'), "two ETags"),
        (lambda known: (200, '"a"'), "answered 200 to If-None-Match with the ETag of now"),
        (lambda known: (304 if known else 200, '"a"'), "answered 304 to If-None-Match with"),
    ],
    ids=["of-the-moment", "never-known", "always-known"],
)
def test_wrong_tags_are_broken(tagged: Tagged, words: str) -> None:
    """Each in its way."""
    (finding,) = found(tagged)

    assert finding.operation == "listLanguages"
    assert words in finding.message
