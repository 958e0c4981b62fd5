"""A whole run in process, against `schemathesis run` over loopback HTTP on the same service with the same budgets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests import ours
from tests.benchmarks.children import PYTHON, ROOT, command, processor_seconds
from tests.benchmarks.measuring import Row

EXAMPLES, STEPS = 20, 8
# Schemathesis is stricter than API Gateway, so that a promise that is kept here may be broken there.
KEPT_OR_BROKEN = (0, 1)


@dataclass(frozen=True, slots=True)
class Ran:
    """What one run cost, the service that it asked included."""

    cases: int
    seconds: float

    @property
    def a_case(self) -> float:
        """Processor seconds."""
        return self.seconds / self.cases


def rows(rounds: int) -> Iterator[Row]:
    """Processor time a case, and cases a second of processor time in the notes."""
    ours: list[Ran] = []
    theirs: list[Ran] = []
    with TemporaryDirectory() as folder:
        for number in range(rounds):
            for runs, run in ((ours, _contracts), (theirs, _schemathesis))[:: 1 if number % 2 == 0 else -1]:
                runs.append(run(Path(folder)))
    note = f"{_told(ours)}, against {_told(theirs)}"
    values = tuple(one.a_case / other.a_case for one, other in zip(ours, theirs, strict=True))
    yield Row("contracts run, a case", "schemathesis run over loopback HTTP", values, note=note)


def _told(runs: Sequence[Ran]) -> str:
    rate = median(1 / each.a_case for each in runs)
    return f"{rate:.0f} cases a second ({median(each.cases for each in runs):,.0f} cases)"


def _contracts(folder: Path) -> Ran:
    (folder / "contracts.toml").write_text(
        ours.toml(examples=EXAMPLES, scenarios=EXAMPLES, steps=STEPS), encoding="utf-8"
    )
    seconds = processor_seconds(command("contracts", "run", "--report", "report.json"), where=folder)
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return Ran(report["exchanges"], seconds)


def _schemathesis(folder: Path) -> Ran:
    (folder / "schemathesis.toml").write_text(
        "seed = 0\nwarnings = false\ncontinue-on-failure = true\n"
        f"[generation]\nmax-examples = {EXAMPLES}\ndatabase = 'none'\n"
        f"[phases.stateful]\nmax-steps = {STEPS}\n",
        encoding="utf-8",
    )
    with subprocess.Popen(
        [*PYTHON[:1], "-m", "tests.benchmarks.loopback"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        asked = ours.settings()
        shown = [
            word for name, value in asked.identities[0].shown().items() for word in ("--header", f"{name}: {value}")
        ]
        words = command("schemathesis", "run", str(asked.contract), "--url", url, *shown)
        seconds = processor_seconds(words, where=folder, fine=KEPT_OR_BROKEN)
        server.stdin.close()
        cases = int(server.stdout.read())
        _, status, usage = os.wait4(server.pid, 0)
        server.returncode = os.waitstatus_to_exitcode(status)
    if server.returncode:
        sys.exit(f"the service on the loopback socket ended with {server.returncode}")
    return Ran(cases, seconds + usage.ru_utime + usage.ru_stime)
