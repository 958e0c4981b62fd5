"""A made-up project whose pytest has our plugin."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from contracts import pytest_plugin

OPENAPI = "openapi: 3.0.1\npaths:\n  # operationId: createX\n  # operationId: getX\n"


@dataclass(frozen=True)
class Project:
    """
    A folder with a contract, a template, and stages that only pretend.

    Attributes:
        openapi: The text of a contract with the operations createX and getX.
    """

    pytester: pytest.Pytester
    openapi: str = OPENAPI

    @property
    def path(self) -> Path:
        """The folder."""
        return self.pytester.path

    def write(self, name: str, text: str) -> None:
        """Write a file, its folder made."""
        (self.path / name).parent.mkdir(parents=True, exist_ok=True)
        (self.path / name).write_text(text, encoding="utf-8")

    def plan(self, **plan: Any) -> None:
        """Say what the next run does; see `fake_run.py`."""
        self.write("plan.json", json.dumps(plan))

    def pytest(self, *arguments: str) -> pytest.RunResult:
        """Run pytest with our plugin and no other, unless an argument names it."""
        return self.pytester.runpytest_inprocess(*arguments, plugins=[pytest_plugin], no_reraise_ctrlc=True)

    def ids(self, *arguments: str) -> list[str]:
        """The node ids that pytest collects."""
        return [line for line in self.pytest("--collect-only", "-q", *arguments).outlines if "::" in line]

    def runs(self) -> list[dict[str, Any]]:
        """What was asked of each run that was made."""
        journal = self.path / "runs.jsonl"
        return [json.loads(line) for line in journal.read_text().splitlines()] if journal.is_file() else []


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project with the operations createX and getX; every promise is kept unless it is planned otherwise."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "CI", "BUILD_NUMBER"):
        monkeypatch.delenv(name, raising=False)
    shutil.copy(Path(__file__).with_name("fake_run.py"), pytester.path / "conftest.py")
    made = Project(pytester)
    made.write("openapi.yaml", OPENAPI)
    made.write("template.yaml", "")
    made.plan()
    return made
