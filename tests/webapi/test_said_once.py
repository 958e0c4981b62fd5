"""What the contract says is written nowhere else in the code."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from webapi.contract import COMPILED, contract

HANDLERS = COMPILED.parents[1]
MODULES = sorted(HANDLERS.rglob("*.py"))
RULES = (
    *("enum", "pattern", "default", "maxLength", "maxItems", "maximum", "minLength", "minItems", "minimum"),
    "x-contract-max-bytes",
)
ANCHORS = "^$"
TELLING = 32
"""Smaller numbers are ordinary in any code; each larger one stands for one rule."""


def rules(value: Any) -> Iterator[Any]:
    """The values of the rules in a schema."""
    if isinstance(value, dict):
        for name, each in value.items():
            if name in RULES and not isinstance(each, dict):
                yield from (one for one in (each if isinstance(each, list) else [each]) if not isinstance(one, list))
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
    """No enumeration value, pattern, default or limit of the contract is a literal in the handlers."""
    assert literals(module) & said() == set()


def said() -> set[Any]:
    """The rules of all schemas, of parameters and of headers; patterns also as code would write them for fullmatch."""
    operations = contract().operations.values()
    parameters = [each.schema for operation in operations for each in operation.parameters]
    headers = [dict(each.headers) for operation in operations for each in operation.responses.values()]
    found = {each for each in rules([contract().schemas, parameters, headers]) if telling(each)}
    return found | {each.strip(ANCHORS) for each in found if isinstance(each, str) and each.strip(ANCHORS)}


def telling(rule: Any) -> bool:
    """Whether a rule stands for itself wherever it is written; statuses stand in the contract and in code."""
    if isinstance(rule, bool):
        return False
    return len(rule) > 1 if isinstance(rule, str) else rule > TELLING and rule not in range(100, 600)


def test_a_repeated_rule_is_seen(tmp_path: Path) -> None:
    """A pattern without its anchors, a limit and a value of an enumeration would each be found."""
    module = tmp_path / "module.py"
    module.write_text('A = re.compile(r"[A-Za-z0-9_-]+")\nif len(text) > 10000 or formality == "FORMAL": pass\n')

    assert literals(module) & said() == {"[A-Za-z0-9_-]+", 10000, "FORMAL"}
