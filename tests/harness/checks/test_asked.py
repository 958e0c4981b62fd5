"""A read shows what it was asked for."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.checks.scope import Scope
from contracts.checks.sequences.asked import ReadsShowWhatWasAskedFor
from contracts.contract import Contract
from contracts.finding import Finding

NAME, LANGUAGE = {"$ref": "#/components/schemas/Name"}, {"$ref": "#/components/schemas/Language"}
SCHEMAS: dict[str, dict[str, Any]] = {
    "Name": {"type": "string", "maxLength": 9},
    "Language": {"type": "string", "enum": ["de", "ko"]},
    "Shown": {"type": "object", "properties": {"name": NAME, "language": LANGUAGE, "after": NAME, "kind": NAME}},
}


def found(make: Any, target: str, answer: Any, *, status: int = 200, method: str = "GET") -> list[Finding]:
    read = make.operation(
        "read", method, "/things/{name}", make.response("200", {"$ref": "#/components/schemas/Shown"}),
        parameters=(
            make.parameter("name", "path", NAME), make.parameter("language", "query", LANGUAGE),
            make.parameter("after", "query", NAME), make.parameter("kind", "query", {"type": "string"}),
        ),
    )  # fmt: skip
    contract = Contract("Things", "openapi.yaml", {"openapi": "3.0.1"}, (read,), read.location, schemas=SCHEMAS)
    check = ReadsShowWhatWasAskedFor(Scope.of(contract, promises=["sequences"]))
    return list(check.after_exchange(make.exchange(read, status, answer, target=target)))


@pytest.mark.parametrize(
    ("target", "answer", "words"),
    [
        ("/v1/things/a", {"name": "b"}, "was asked for the `name` a, and shows that of b"),
        ("/v1/things/a%20b?language=ko", {"name": "a b", "language": "de"}, "the `language` ko, and shows that of de"),
    ],
)
def test_another_thing_is_not_what_was_asked_for(make: Any, target: str, answer: Any, words: str) -> None:
    """The one that the path names, or the value that the contract lists."""
    (finding,) = found(make, target, answer)

    assert (finding.promise, finding.check) == ("sequences", "reads-show-what-was-asked-for")
    assert words in finding.message


@pytest.mark.parametrize(
    ("target", "answer"),
    [
        ("/v1/things/a?language=ko", {"name": "A", "language": "ko"}),
        ("/v1/things/a", {"language": "de"}),
        ("/v1/things/a?language=xx", {"name": "a", "language": "de"}),
        ("/v1/things/a?language=ko&language=de", {"name": "a", "language": "de"}),
        ("/v1/things/a?after=m&kind=k", {"name": "a", "after": "b", "kind": "c"}),
        ("/v1/things/a", ["b"]),
    ],
)
def test_what_the_contract_leaves_open_may_be_shown_otherwise(make: Any, target: str, answer: Any) -> None:
    """The case of a name, members that are not there, values that are none, and what may be a bound or a wish."""
    assert found(make, target, answer) == []


def test_only_reads_that_found_something_are_judged(make: Any) -> None:
    """What is written is another rule's, and so is a refusal."""
    assert found(make, "/v1/things/a", {"name": "b"}, method="PUT") == []
    assert found(make, "/v1/things/a", {"name": "b"}, status=404) == []
