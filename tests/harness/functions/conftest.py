"""Tiny functions: files in a folder, and what Lambda would make of them."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import Location
from contracts.exchange import Reply
from contracts.functions import Functions
from contracts.stack import Function

Made = Callable[..., Function]
Answered = Callable[..., Any]
PLACE = Location("template.yaml", 7)


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """
    Makes a function of a name from its files: app.py, and others by their paths.

    Further keywords are members of `Function`.
    """

    def make(
        app: str | None = None, *, name: str = "Fn", files: dict[str, str] | None = None, **given: Any
    ) -> Function:
        folder = tmp_path / given.pop("folder", name)
        for file, text in {**({"app.py": app} if app is not None else {}), **(files or {})}.items():
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text), encoding="utf-8")
        members: dict[str, Any] = {
            "handler": "app.handler",
            "runtime": "python3.12",
            "code": folder,
            "environment": {},
            "role": None,
            "timeout_seconds": 3,
            "memory_megabytes": 128,
            "location": PLACE,
        }
        return Function(
            name, name.lower(), f"arn:aws:lambda:eu-west-3:123456789012:function:{name.lower()}", **(members | given)
        )

    return make


@pytest.fixture
def functions() -> Iterator[Functions]:
    """Functions of seed 1 that cut code off soon."""
    with Functions(seed=1, limit_seconds=5, grace_seconds=0.3) as opened:
        yield opened


@pytest.fixture
def answered(functions: Functions) -> Answered:
    """Invokes a function that must not fail, and gives its result as a value."""

    def invoke(function: Function, event: Any = None) -> Any:
        reply = functions.invoke(function, {} if event is None else event)
        assert reply.error is None, reply.error
        return value_of(reply)

    return invoke


def value_of(reply: Reply) -> Any:
    """The result of a reply that has one."""
    assert reply.payload is not None, reply.error
    return json.loads(reply.payload)
