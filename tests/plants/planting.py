"""Plants: changes of our own service, each a bug that a programmer could have made, or one that breaks nothing.

`broken/*.toml` are the bugs, each with the promises and the operations of which one must be named for it;
`right/*.toml` are rewrites that behave as before. A change replaces a text that stands exactly once in a file.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Literal

import contracts
from tests.ours import ROOT

FOLDER = Path(__file__).parent
# All that a run of our own service reads.
SERVICE = ("openapi.yaml", "template.yaml", "pyproject.toml", "handlers", "deploy", "tests/keys.json")


@dataclass(frozen=True, slots=True)
class Change:
    """A text of one file, and what stands there instead; `file` from the root of the service."""

    file: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Plant:
    """
    One change of the service.

    Attributes:
        kind: `broken` or `right`.
        promises: Of which one must be named; empty for a right one.
        operations: Likewise.
    """

    name: str
    kind: Literal["broken", "right"]
    title: str
    changes: tuple[Change, ...]
    promises: frozenset[str] = frozenset()
    operations: frozenset[str] = frozenset()


class Inapplicable(Exception):  # noqa: N818 - says what a plant is
    """The service has changed, and a text that a plant replaces is not in it exactly once any more."""


def plants(names: Sequence[str] = (), *, folder: Path = FOLDER) -> list[Plant]:
    """
    The plants, the broken ones first, by name.

    Args:
        names: Of those that are wanted; all when empty.

    Raises:
        KeyError: There is none of a name.
    """
    found = [_plant(file) for kind in ("broken", "right") for file in sorted((folder / kind).glob("*.toml"))]
    known = {each.name: each for each in found}
    return [known[name] for name in names] or found


def _plant(file: Path) -> Plant:
    described = tomllib.loads(file.read_text(encoding="utf-8"))
    expected = described.get("expect", {})
    return Plant(
        name=file.stem,
        kind="broken" if file.parent.name == "broken" else "right",
        title=described["title"],
        changes=tuple(Change(each["file"], each["replace"], each["with"]) for each in described["change"]),
        promises=frozenset(expected.get("promises", ())),
        operations=frozenset(expected.get("operations", ())),
    )


def changed(plant: Plant, service: Path = ROOT) -> dict[str, str]:
    """
    The files that a plant changes, as they are then, by their paths from the root of the service.

    Raises:
        Inapplicable: A text does not stand exactly once in its file.
    """
    texts: dict[str, str] = {}
    for change in plant.changes:
        text = texts.get(change.file) or (service / change.file).read_text(encoding="utf-8")
        count = text.count(change.before)
        if count != 1:
            raise Inapplicable(f"{plant.name}: {change.before!r} stands {count} times in {change.file}, not once")
        texts[change.file] = text.replace(change.before, change.after)
    return texts


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    What a run said of a plant.

    Attributes:
        failures: The failures of the JSON report, in its order.
        error: What the command said where it could not run, or "".
        seconds: From start to end.
        cpu_seconds: Of the process, in user and system mode.
    """

    plant: Plant
    failures: tuple[Mapping[str, Any], ...] = ()
    error: str = ""
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    @property
    def named(self) -> tuple[Mapping[str, Any], ...]:
        """The failures that name the bug: one of its promises, and one of its operations."""
        wanted = self.plant
        return tuple(
            each
            for each in self.failures
            if each["promise"] in wanted.promises and each["operation"] in wanted.operations
        )

    @property
    def others(self) -> tuple[Mapping[str, Any], ...]:
        """What else is said to be broken: a right plant's false alarms."""
        return tuple(each for each in self.failures if each not in self.named)

    @property
    def good(self) -> bool:
        """Whether a bug was named, or a right plant was kept."""
        return not self.error and (bool(self.named) if self.plant.kind == "broken" else not self.failures)


def tried(plant: Plant, folder: Path, *, options: Sequence[str] = ()) -> Outcome:
    """
    What `contracts run` says of the service with a plant, asked as a user would.

    Args:
        folder: An empty one, for the changed service and its report.
        options: More of the command's.
    """
    try:
        texts = changed(plant)
    except Inapplicable as error:
        return Outcome(plant, error=str(error))
    for name in SERVICE:
        _copied(ROOT / name, folder / name)
    for file, text in texts.items():
        (folder / file).write_text(text, encoding="utf-8")
    report = folder / "verdict.json"
    command = [sys.executable, "-c", "from contracts.cli import main; main()", "run", "--report", str(report), *options]
    # Its own handlers, and not those of a source tree that this process imports from.
    environment = {**os.environ, "PYTHONPATH": str(Path(contracts.__file__).parents[1])}
    with (folder / "said.txt").open("w+", encoding="utf-8") as said:
        seconds, cpu_seconds = _run(command, folder, environment, said.fileno())
        said.seek(0)
        words = said.read()
    if not report.is_file():
        return Outcome(plant, error=words[-600:] or "the run left no report", seconds=seconds, cpu_seconds=cpu_seconds)
    verdict = json.loads(report.read_text(encoding="utf-8"))
    unavailable = "; ".join(str(each["reason"]) for each in verdict["unavailable"])
    reason = "" if verdict["failures"] else unavailable
    return Outcome(plant, tuple(verdict["failures"]), reason, seconds, cpu_seconds)


def _copied(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


def _run(command: Sequence[str], folder: Path, environment: Mapping[str, str], output: int) -> tuple[float, float]:
    """How many seconds a command took, and how many of CPU; what it writes goes to the file descriptor `output`."""
    started = monotonic()
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=output)
    # Of this process alone: others run at the same time.
    _, status, spent = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return monotonic() - started, spent.ru_utime + spent.ru_stime


def lines(outcome: Outcome) -> Iterator[tuple[str, str, str]]:
    """What is told of a plant: the verdict, promise and check and operation, and the message; the first line counts."""
    if outcome.error:
        yield "could not run", "", outcome.error
        return
    broken = outcome.plant.kind == "broken"
    if broken and not outcome.named:
        yield "MISSED", "", outcome.plant.title
    for each in outcome.named[:1]:
        yield "caught", _where(each), str(each["message"])
    if not broken and not outcome.failures:
        yield "kept", "", outcome.plant.title
    for each in outcome.others:
        yield "also" if broken else "FALSE ALARM", _where(each), str(each["message"])


def _where(failure: Mapping[str, Any]) -> str:
    return f"{failure['promise']}, {failure['check']}: {failure['operation']}"
