"""What `dataclasses` writes is compiled once, and the classes are the same as ever."""

from __future__ import annotations

import builtins
import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from contracts.functions import Functions
from contracts.functions.generated import compiled_once
from contracts.stack import Function

SOURCE = """
from dataclasses import asdict, dataclass, field, replace

@dataclass(frozen=True, slots=True, order=True)
class Note:
    text: str
    tags: tuple = ()
    size: int = field(default=3, compare=False)

def handler(event, context):
    note = replace(Note("a"), tags=("x",))
    return [asdict(note), repr(note), note == Note("a", ("x",), 7), Note("a") < note, hash(note) == hash(note)]
"""


def test_classes_are_the_same_in_every_cold_start(
    made: Callable[..., Function], answered: Callable[..., Any], functions: Functions
) -> None:
    """Equality, order, representation and defaults are those that the class asks for."""
    function = made(SOURCE)
    first = answered(function)
    functions.cool(function)

    assert first[0] == {"text": "a", "tags": ["x"], "size": 3}
    assert first[1:] == ["Note(text='a', tags=('x',), size=3)", True, True, True]
    assert answered(function) == first


def test_a_text_is_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second class with the same members needs no compiler."""
    texts: list[str] = []
    compiler = compile

    def noticed(text: str, *arguments: Any, **options: Any) -> Any:
        texts.append(text)
        return compiler(text, *arguments, **options)

    monkeypatch.setattr(builtins, "compile", noticed)
    with compiled_once():
        for _ in range(3):
            dataclasses.make_dataclass("Note", ["text", "size"])

    assert texts
    assert len(texts) == len(set(texts))


def test_dataclasses_is_itself_afterwards(made: Callable[..., Function]) -> None:
    """Without functions, the built-in function runs the texts."""
    with Functions(seed=1) as functions:
        functions.prepare(made(SOURCE))
        assert "exec" in vars(dataclasses)

    assert "exec" not in vars(dataclasses)
