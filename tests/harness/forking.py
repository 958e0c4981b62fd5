"""
A process that imports the command once and forks a child for each run: real processes, without the cost of imports.

It reads a JSON object a line: `folder` (the child's working directory), `arguments` (of the command), and `stage`
(where the child stops to be sent a signal, or null). It writes the child's process id, and later its exit status.

At its stage the child opens the named pipe `reached`, so that whoever reads it knows, and then waits for the end of
the named pipe `go`.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from contracts import openapi, reports, run
from contracts.cli import main
from contracts.reports.progress import Progress

assert run is not None, "imported, so that no child has to"


def rendezvous() -> None:
    """Say that the stage is reached, and wait to be told to go on."""
    Path("reached").write_text("reached", encoding="utf-8")
    Path("go").read_text(encoding="utf-8")


def before(stage: bool, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, which first waits if this is the stage."""

    def waiting(*given: Any, **named: Any) -> Any:
        if stage:
            rendezvous()
        return function(*given, **named)

    return waiting


def child(folder: str, arguments: list[str], stage: str | None) -> None:
    """Run the command as a process of its own would."""
    os.chdir(folder)
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT), descriptor)
    phase = Progress.phase

    def waiting_phase(progress: Progress, name: str) -> None:
        phase(progress, name)
        if name == stage:
            rendezvous()

    setattr(Progress, "phase", waiting_phase)  # noqa: B010 - in this process alone
    vars(openapi)["load"] = before(stage == "reading", openapi.load)
    vars(reports)["FORMATS"] = {
        ending: before(stage == f"writing {ending}", writer) for ending, writer in reports.FORMATS.items()
    }
    main(arguments)


if __name__ == "__main__":
    for line in sys.stdin:
        asked = json.loads(line)
        pid = os.fork()
        if pid == 0:
            os.close(0)
            child(**asked)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}\n")
        sys.stdout.flush()
