"""End to end: a real service with one thing broken, in a pytest process of its own."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

import contracts

pytest_plugins = ["pytester"]

NOTES = Path(__file__).parents[2] / "apps" / "notes"
FEW = "[budgets]\nexamples = 5\nscenarios = 3\nsteps = 4\n"


@pytest.fixture
def notes(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """The notes service in a folder of its own, where warnings are errors."""
    shutil.copytree(NOTES, pytester.path, dirs_exist_ok=True)
    (pytester.path / "contracts.toml").write_text(FEW)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(str(Path(each).parent) for each in contracts.__path__))
    return pytester


@pytest.mark.service
def test_a_service_and_its_tests_in_one_session(notes: pytest.Pytester) -> None:
    """The broken promise fails with its smallest request, the others pass, and tests afterwards are undisturbed."""
    app = notes.path / "src" / "app.py"
    right, wrong = "return reply(200, shown(item))", "return {**reply(200, shown(item)), 'extra': item['priority']}"
    assert app.read_text().count(right) == 1
    app.write_text(app.read_text().replace(right, wrong))
    notes.makepyfile("def test_after():\n    import gc, socket\n    socket.socket().close()\n    gc.collect()\n")
    result = notes.runpytest_subprocess("-p", "contracts.pytest_plugin", "-W", "error", "openapi.yaml", ".")

    result.assert_outcomes(failed=1, passed=16)
    result.stdout.fnmatch_lines(
        [
            "*___ getNote::payloads ___*",
            "  curl -X POST *",
            "  curl 'https://api.example/Prod/notes/*'  # 502",
            "answer  502 Bad Gateway*",
            "repeat  pytest openapi.yaml::getNote::payloads --contracts-seed 0",
        ]
    )
