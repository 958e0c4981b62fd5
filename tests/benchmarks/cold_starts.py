"""Cold starts: how long Lambda would import each handler of our own service."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from tests.benchmarks.children import PYTHON, ROOT, start_of
from tests.benchmarks.measuring import Row, in_turn, ratios

HANDLERS = ROOT / "handlers"
BOTO3 = "import boto3"


def rows(rounds: int) -> Iterator[Row]:
    """Each module with a function, against boto3 alone, which Lambda's runtime brings and every one of them needs."""
    environment = {"PYTHONPATH": str(HANDLERS)}
    ways = {name: start_of([*PYTHON, "-c", f"import {name}"], more=environment) for name in _modules()}
    ways[BOTO3] = start_of([*PYTHON, "-c", BOTO3], more=environment)
    costs = in_turn(ways, rounds)
    for name in ways:
        if name != BOTO3:
            note = f"{median(costs[name]) * 1e3:.0f} ms against {median(costs[BOTO3]) * 1e3:.0f} ms"
            yield Row(f"import {name}", BOTO3, ratios(costs, name, BOTO3), note=note)


def _modules() -> list[str]:
    found = [
        ".".join(path.relative_to(HANDLERS).with_suffix("").parts)
        for path in sorted(HANDLERS.glob("*/*.py"))
        if "\ndef handler(" in path.read_text(encoding="utf-8")
    ]
    assert found, f"{HANDLERS} has functions"
    return found
