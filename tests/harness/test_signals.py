"""Signals, end to end: real processes, real signals, in every stage of a run; what is known is told, reports are whole.

Nothing sleeps: the process under test says through a named pipe that it has reached its stage.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
NOTES = HERE.parent / "apps" / "notes"
# A handler, or a module, that says where it is and then never ends.
LOOPS = "open('{reached}', 'w').close()\n{indent}while True: pass"
BREAK = ('"priority": int(item["priority"])}', '"priority": "high"}')
BUDGETS = "[budgets]\nexamples = 1\nscenarios = 2\nsteps = 2\n"
SMALL = f'operations = ["createNote"]\npromises = ["payloads", "methods"]\n{BUDGETS}'

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="signals of POSIX")


@dataclass(frozen=True)
class Ended:
    """What is left of a process."""

    status: int
    out: str
    err: str


class Server:
    """A process that forks the processes under test."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def start(self, folder: Path, *, stage: str | None = None) -> int:
        """The id of a process that runs the command in the folder."""
        for name in ("reached", "go"):
            os.mkfifo(folder / name)
        arguments = ["run", "--report", "report.json", "--report", "report.xml"]
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"folder": str(folder), "arguments": arguments, "stage": stage}) + "\n")
        self.process.stdin.flush()
        return self._number()

    def ended(self, folder: Path) -> Ended:
        """What the process ended with, when it has."""
        status = self._number()
        written = [(folder / name).read_bytes() for name in ("stdout", "stderr")]
        # No terminal, no control characters.
        assert not {*b"\x1b\r\b\a"} & {*written[0], *written[1]}
        return Ended(status, *(each.decode() for each in written))

    def has_ended(self, seconds: float) -> bool:
        """Whether the process ended within so many seconds."""
        assert self.process.stdout is not None
        return bool(select.select([self.process.stdout], [], [], seconds)[0])

    def _number(self) -> int:
        assert self.process.stdout is not None
        return int(self.process.stdout.readline())


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """The forking process; it ends when there is nothing more to read."""
    with subprocess.Popen(
        [sys.executable, str(HERE / "forking.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as process:
        yield Server(process)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the notes service, small budgets, and reports of an earlier run."""
    folder = tmp_path / "app"
    shutil.copytree(NOTES, folder)
    (folder / "contracts.toml").write_text(SMALL, encoding="utf-8")
    for name in ("report.json", "report.xml"):
        (folder / name).write_text("earlier", encoding="utf-8")
    return folder


def change(folder: Path, old: str, new: str) -> None:
    """Replace a text of the service that stands there once."""
    source = folder / "src" / "app.py"
    text = source.read_text(encoding="utf-8")
    assert text.count(old) == 1
    source.write_text(text.replace(old, new), encoding="utf-8")


def reported(folder: Path) -> dict[str, Any]:
    """The JSON report; it and the JUnit report are whole, and nothing else was left in the folder."""
    ET.parse(folder / "report.xml")
    left = {path.name for path in folder.iterdir()} - {"src", "openapi.yaml", "template.yaml", "contracts.toml"}
    assert left == {"report.json", "report.xml", "stdout", "stderr", "reached", "go"}
    report: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return report


STAGES = [
    ("reading", signal.SIGTERM, 143),
    ("coverage", signal.SIGINT, 130),
    ("location-finds-what-was-created", signal.SIGINT, 130),
    ("writing .json", signal.SIGTERM, 143),
]


@pytest.mark.parametrize(("stage", "number", "status"), STAGES, ids=[stage[0] for stage in STAGES])
def test_a_signal_ends_every_stage(
    server: Server, folder: Path, stage: str, number: signal.Signals, status: int
) -> None:
    """The run ends, with the signal's exit status; console and reports tell what was known, without a traceback."""
    pid = server.start(folder, stage=stage)
    (folder / "reached").read_text(encoding="utf-8")
    os.kill(pid, number)
    if stage != "reading":  # there the signal itself is what ends the waiting
        (folder / "go").write_text("go", encoding="utf-8")
    ended = server.ended(folder)

    assert ended.status == status
    assert ended.err.splitlines()[-1] == "contracts: interrupted"
    assert "Traceback" not in ended.err
    assert reported(folder)["interrupted"] is not stage.startswith("writing")
    assert ("interrupted before its end" in ended.out.splitlines()[-1]) is not stage.startswith("writing")


def test_a_signal_while_shrinking_keeps_what_is_broken(server: Server, folder: Path) -> None:
    """Something is broken already: the exit status is 1, and the reports have it."""
    change(folder, *BREAK)
    pid = server.start(folder, stage="shrinking")
    (folder / "reached").read_text(encoding="utf-8")
    os.kill(pid, signal.SIGTERM)
    (folder / "go").write_text("go", encoding="utf-8")
    ended = server.ended(folder)

    assert ended.status == 1
    report = reported(folder)
    assert (report["verdict"], report["interrupted"], bool(report["failures"])) == ("broken", True, True)
    assert ended.out.splitlines()[-1].startswith("broken: ")


@pytest.mark.parametrize(
    ("old", "indent"),
    [('dynamodb = boto3.resource("dynamodb")', ""), ("def create_note(event, context):", "    ")],
    ids=["importing", "handling"],
)
def test_a_signal_ends_code_of_the_service_that_loops(server: Server, folder: Path, old: str, indent: str) -> None:
    """A module that is imported, or a handler, which never ends is cut off, long before its time is up."""
    loops = LOOPS.format(reached=folder / "reached", indent=indent)
    change(folder, old, f"{old}\n{indent}{loops}" if indent else loops)
    pid = server.start(folder)
    (folder / "reached").read_text(encoding="utf-8")
    os.kill(pid, signal.SIGINT)
    ended = server.ended(folder)

    assert ended.status == 130
    report = reported(folder)
    assert (report["verdict"], report["interrupted"]) == ("could not run", True)
    assert {row["operation"]: row["exchanges"] for row in report["operations"]}["createNote"] == 0


def test_a_second_signal_leaves_at_once(server: Server, folder: Path) -> None:
    """It does not wait for what the first one lets end; the reports of an earlier run are whole."""
    pid = server.start(folder, stage="writing .json")
    (folder / "reached").read_text(encoding="utf-8")
    while not server.has_ended(0.1):
        os.kill(pid, signal.SIGINT)
    ended = server.ended(folder)

    assert ended.status == 130
    assert (folder / "report.json").read_text(encoding="utf-8") == "earlier"
    assert (folder / "report.xml").read_text(encoding="utf-8") == "earlier"
