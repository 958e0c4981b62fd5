"""The conftest.py of a made-up project: stages that take no time, do as `plan.json` says, and write down what they did.

The modules take the place of ours in the process that imports this one, be it pytest's own or a worker of xdist.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from types import ModuleType
from typing import Any

from contracts.configuration import Configuration
from contracts.contract import Contract, Operation
from contracts.errors import ContractError, Location, TemplateError
from contracts.exchange import Case, Exchange
from contracts.finding import Failure, Finding, Gap, OperationRow, Standing, Unavailable, Verdict
from contracts.http import Request, Response

HERE = Path(__file__).parent
PROMISES = ("payloads", "methods")


@dataclass(frozen=True)
class Settings:
    """What a run is asked for, as `contracts.run` has it."""

    contract: Path
    template: Path
    parameters: Mapping[str, str] = field(default_factory=dict)
    promises: tuple[str, ...] | None = None
    operations: tuple[str, ...] | None = None
    places: Mapping[str, Location] = field(default_factory=dict)
    seed: int = 0
    examples: int = 100
    identities: tuple[object, ...] = ()
    key_set: Path | None = None

    @classmethod
    def of(cls, configuration: Configuration) -> Settings:
        """What is configured, member by member."""
        members = (each.name for each in fields(cls) if each.name not in ("contract", "template", "examples"))
        named = {name: getattr(configuration, name) for name in members}
        return cls(configuration.contract_file(), configuration.template_file(), **named, **configuration.budgets)


def load(path: str) -> Contract:
    """A contract with an operation for each line that has an `operationId`."""
    text = Path(path).read_text(encoding="utf-8")
    if "broken" in text:
        raise ContractError("`paths` is missing", location=Location(path, 3), cure="Add `paths`.")
    operations = tuple(
        Operation(found[1], "GET", f"/{number}", (), None, {}, None, Location(path, number))
        for number, line in enumerate(text.splitlines(), 1)
        if (found := re.search(r"operationId: (.*)", line))
    )
    return Contract("T", path, {}, operations, Location(path, 1))


def run(settings: Settings, *, watch: object = None) -> Verdict:
    """A run that does as the plan says."""
    plan: dict[str, Any] = json.loads((HERE / "plan.json").read_text(encoding="utf-8"))
    with (HERE / "runs.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({"process": os.getpid(), **asdict(settings)}, default=str) + "\n")
    assert settings.contract.is_file()
    assert settings.template.is_file()
    sys.stdout.write("a handler's words\n")
    if plan.get("noise"):
        warnings.warn("a library's warning", DeprecationWarning, stacklevel=1)
        logging.getLogger("library").warning("a library's log")
    _end(plan.get("end"))
    return _verdict(settings, plan)


def _end(how: str | None) -> None:
    if how == "interrupt":
        raise KeyboardInterrupt
    if how == "defect":
        raise ZeroDivisionError
    if how == "error":
        raise TemplateError("no API", location=Location("template.yaml", 2), cure="Add one.")


def _verdict(settings: Settings, plan: dict[str, Any]) -> Verdict:
    operations, promises = settings.operations or (), settings.promises or ()
    failures = tuple(_failure(*place) for place in plan.get("broken", ()))
    unavailable = tuple(
        Unavailable(reason, operation, promise, Location("template.yaml", 7), "Mend it.")
        for operation, promise, reason in plan.get("unavailable", ())
    )
    broken = {(each.finding.operation, each.finding.promise) for each in failures}

    def standing(operation: str, promise: str) -> Standing:
        if (operation, promise) in broken:
            return "broken"
        blocked = any(each.operation == operation and each.promise in (None, promise) for each in unavailable)
        return "could not run" if blocked else "kept"

    return Verdict(
        str(settings.contract),
        str(settings.template),
        "T",
        settings.seed,
        1554,
        "",
        0.1,
        promises,
        tuple(
            OperationRow(
                operation, "GET", "/", 1, {200: 1}, {promise: standing(operation, promise) for promise in promises}
            )
            for operation in operations
        ),
        failures,
        tuple(Gap("payloads", "schema-missing", None, "m") for _ in range(plan.get("gaps", 0))),
        unavailable,
        interrupted=plan.get("interrupted", False),
    )


def _failure(operation: str, promise: str, sentence: str = "It answers 500.") -> Failure:
    exchange = Exchange(Case("1", None, Request("GET", "/x?y=1"), "fuzzing"), Response(500))
    return Failure(Finding(promise, "some-check", operation, sentence, (exchange,)), 3)


def _take_the_place_of(name: str, **members: object) -> None:
    module = ModuleType(name)
    module.__dict__.update(members)
    sys.modules[name] = module


_take_the_place_of("contracts.run", run=run, Settings=Settings)
_take_the_place_of("contracts.openapi", load=load, spelled_out=lambda contract: contract)
_take_the_place_of("contracts.checks", PROMISES=PROMISES)
