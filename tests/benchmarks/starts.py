"""Start-up: what a command costs before it does anything, against a Python that does nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.benchmarks.children import PYTHON, command, start_of
from tests.benchmarks.measuring import Row, in_turn, ratios

PASS = "python -c pass"
# The plugins of Schemathesis and Hypothesis would drown what ours costs.
PYTEST = (
    *("-m", "pytest", "--rootdir=.", "-q", "--collect-only", "-p", "no:cacheprovider"),
    *("-p", "no:schemathesis", "-p", "no:hypothesispytest", "one.py"),
)


def rows(rounds: int) -> Iterator[Row]:
    """The command, the package, and pytest with and without the plugin."""
    with TemporaryDirectory() as folder:
        where = Path(folder)
        (where / "one.py").write_text("def test_one(): pass\n", encoding="utf-8")
        ways = {
            PASS: start_of([*PYTHON, "-c", "pass"], where=where),
            'python -c "import contracts"': start_of([*PYTHON, "-c", "import contracts"], where=where),
            "contracts --help": start_of(command("contracts", "--help"), where=where),
            "pytest without the plugin": start_of([*PYTHON, *PYTEST, "-p", "no:contracts"], where=where),
            "pytest with the plugin": start_of([*PYTHON, *PYTEST], where=where),
        }
        costs = in_turn(ways, rounds)
    for name in ways:
        if name != PASS:
            note = f"{median(costs[name]) * 1e3:.0f} ms against {median(costs[PASS]) * 1e3:.0f} ms"
            yield Row(name, PASS, ratios(costs, name, PASS), note=note)
    pair = "pytest with the plugin", "pytest without the plugin"
    yield Row(pair[0], pair[1], ratios(costs, *pair))
