"""Options that the tests share, and the one run of our own contract that they look at."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent

# Apps that tests run; their contracts are nothing for pytest to collect.
collect_ignore = ["apps"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options of our own tests."""
    parser.addoption("--update-golden", action="store_true", help="write tests/golden/ anew from what the code says")
    parser.addoption("--gateway-cases", help="a file of API Gateway cases to judge by (default: the one in tests/aws/)")


def pytest_configure() -> None:
    """
    Have SIGINT mean what it means at a terminal.

    A shell lets what it starts in the background ignore it, and all processes below inherit that; ours are sent it.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@dataclass(frozen=True)
class OurRun:
    """What `contracts run` on our own service left: exit status, what it printed, and the JSON report."""

    status: int
    out: str
    err: str
    report: dict[str, Any]


@pytest.fixture(scope="session")
def our_run(tmp_path_factory: pytest.TempPathFactory) -> OurRun:
    """`contracts run` on openapi.yaml and template.yaml, as it is configured, made once."""
    report = tmp_path_factory.mktemp("run") / "verdict.json"
    command = Path(sys.executable).with_name("contracts")
    done = subprocess.run(
        [command, "run", "--report", report],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "100"},
        capture_output=True,
        text=True,
        check=False,
    )
    sys.stdout.write(done.stdout)
    assert report.is_file(), done.stderr
    return OurRun(done.returncode, done.stdout, done.stderr, json.loads(report.read_text(encoding="utf-8")))
