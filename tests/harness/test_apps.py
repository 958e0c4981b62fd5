"""Testing the tester: apps broken in exactly one way are caught, and the right app that they differ from is kept.

A broken app is a right app of `tests/apps` and a change of its text, in `tests/apps/broken/*.toml`.
"""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from contracts.exchange import Exchange
from contracts.finding import Verdict
from contracts.run import Settings, run

APPS = Path(__file__).parent.parent / "apps"
BROKEN = sorted((APPS / "broken").glob("*.toml"))


def verdict_of(folder: Path) -> Verdict:
    """The verdict over an app, with phases as narrow as one bug needs."""
    return run(Settings(folder / "openapi.yaml", folder / "template.yaml", examples=15, scenarios=15, steps=5))


@pytest.mark.parametrize("name", ["notes"])
def test_a_right_app_keeps_every_promise(name: str) -> None:
    """Of an app that keeps its contract nothing is said to be broken, and nothing could not run."""
    verdict = verdict_of(APPS / name)

    assert [each.finding.message for each in verdict.failures] == []
    assert [each.reason for each in verdict.unavailable] == []
    assert all(200 <= min(row.statuses) < 300 for row in verdict.operations)


@pytest.mark.parametrize("path", BROKEN, ids=[path.stem for path in BROKEN])
def test_an_app_broken_in_one_way_is_caught(path: Path, tmp_path: Path) -> None:
    """The one thing that is wrong is named, with its operation and a minimal request, and nothing else is."""
    app = tomllib.loads(path.read_text(encoding="utf-8"))
    shutil.copytree(APPS / app["app"], tmp_path / "app")
    for change in app["change"]:
        apply(change, tmp_path / "app")

    verdict = verdict_of(tmp_path / "app")

    expected = app["expect"]
    assert {(each.finding.promise, each.finding.operation) for each in verdict.failures} == {
        (expected["promise"], expected["operation"])
    }
    (failure,) = verdict.failures
    assert_shows(expected, failure.finding.exchanges[-1], failure.finding.message)


def apply(change: dict[str, str], folder: Path) -> None:
    """Change the text of one file in exactly one place."""
    file = folder / change["file"]
    text = file.read_text(encoding="utf-8")
    assert text.count(change["replace"]) == 1, f"{change['replace']!r} does not stand exactly once in {change['file']}"
    file.write_text(text.replace(change["replace"], change["with"]), encoding="utf-8")


def assert_shows(expected: dict[str, Any], exchange: Exchange, message: str) -> None:
    """The evidence is what the app's description says: status, smallest request, words."""
    request = exchange.case.request
    if "status" in expected:
        assert exchange.response.status == expected["status"]
    if "target" in expected:
        assert re.fullmatch(expected["target"], request.target)
    if "body" in expected:
        assert json.loads(request.body or b"null") == expected["body"]
    assert expected.get("message", "") in message
