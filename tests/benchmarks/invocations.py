"""A function as Lambda runs it, with clock, chance, modules and log of its own, against the bare call."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

from contracts.errors import Location
from contracts.functions import Functions
from contracts.stack import Function
from tests.benchmarks.measuring import Row, each, in_turn, microseconds, ratios

SOURCE = """
def handler(event, context):
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": "{}"}
"""
EVENT = {"path": "/things", "headers": {"Accept": "*/*"}, "body": None, "requestContext": {"stage": "v1"}}


def rows(rounds: int) -> Iterator[Row]:
    """An invocation of a warm function, and a cold start."""
    with TemporaryDirectory() as folder, Functions(seed=0) as functions:
        Path(folder, "app.py").write_text(SOURCE, encoding="utf-8")
        function = _function(Path(folder))
        bare = _bare()

        def round_trip() -> str:
            return json.dumps(bare(json.loads(json.dumps(EVENT)), None))

        def invoke() -> None:
            assert functions.invoke(function, EVENT).error is None

        def cold() -> None:
            functions.cool(function)
            functions.prepare(function)

        costs = in_turn({"bare": each(round_trip), "warm": each(invoke), "cold": each(cold)}, rounds)
    for what, way in (("functions.invoke", "warm"), ("functions.prepare, cold", "cold")):
        note = f"{microseconds(costs[way])} against {microseconds(costs['bare'])}"
        yield Row(what, "the bare call", ratios(costs, way, "bare"), "{:.0f} x", note)


def _bare() -> Any:
    module = ModuleType("app")
    exec(SOURCE, module.__dict__)
    return module.__dict__["handler"]


def _function(folder: Path) -> Function:
    arn = "arn:aws:lambda:eu-west-1:123456789012:function:nothing"
    return Function(
        "Nothing", "nothing", arn, "app.handler", "python3.13", folder, {}, None, 3, 128, Location("template.yaml", 1)
    )
