"""What the contract says is written nowhere else in the code."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from webapi.contract import COMPILED, contract

HANDLERS = COMPILED.parents[1]
MODULES = sorted(HANDLERS.rglob("*.py"))
RULES = ("enum", "pattern", "maxLength", "maxItems", "maximum", "x-contract-max-bytes")
TELLING = 32
"""Smaller numbers are ordinary in any code; each larger one stands for one rule."""


def rules(value: Any) -> Iterator[Any]:
    """The values of the rules in a schema."""
    if isinstance(value, dict):
        for name, each in value.items():
            if name in RULES and not isinstance(each, dict):
                yield from each if isinstance(each, list) else [each]
            else:
                yield from rules(each)
    elif isinstance(value, list):
        for each in value:
            yield from rules(each)


def literals(module: Path) -> set[Any]:
    """The strings and numbers in a module's code, without its docstrings."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and id(node) not in prose
        and isinstance(node.value, str | int)
        and not isinstance(node.value, bool)
    }


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(HANDLERS)))
def test_rules_are_not_repeated(module: Path) -> None:
    """No enumeration value, pattern or limit of the contract's schemas is a literal in the handlers."""
    parameters = [each.schema for operation in contract().operations.values() for each in operation.parameters]
    statuses = set(range(100, 600))  # the contract repeats those itself: a problem has its status as a member
    said = {each for each in rules([contract().schemas, parameters]) if isinstance(each, str) or each > TELLING}

    assert literals(module) & (said - statuses) == set()
