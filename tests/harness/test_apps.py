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

from contracts import configuration
from contracts.exchange import Exchange
from contracts.finding import Verdict
from contracts.run import Settings, run

APPS = Path(__file__).parent.parent / "apps"
BROKEN = sorted((APPS / "broken").glob("*.toml"))


def verdict_of(folder: Path) -> Verdict:
    """The verdict over an app, with phases as narrow as one bug needs, called as whom its configuration says."""
    file = folder / "contracts.toml"
    configured = (configuration.read(file) if file.is_file() else None) or configuration.Configuration()
    return run(
        Settings(
            folder / "openapi.yaml",
            folder / "template.yaml",
            examples=15,
            scenarios=15,
            steps=5,
            identities=configured.identities,
            key_set=configured.key_set,
        )
    )


@pytest.mark.parametrize("name", ["notes", "tenants"])
def test_a_right_app_keeps_every_promise(name: str) -> None:
    """Of an app that keeps its contract nothing is said to be broken, and nothing could not run."""
    verdict = verdict_of(APPS / name)

    assert [each.finding.message for each in verdict.failures] == []
    assert [each.reason for each in verdict.unavailable] == []
    assert all(200 <= min(row.statuses) < 300 for row in verdict.operations)


def test_who_is_not_let_in_is_told_so_on_purpose() -> None:
    """The statuses of callers without a token, and without an API key, are reached like any other."""
    rows = {row.operation: row for row in verdict_of(APPS / "tenants").operations}

    assert {401, 403} <= set(rows["createTask"].statuses)
    assert 401 in rows["getTask"].statuses
    assert set(rows["getHealth"].statuses) == {200}


def test_an_operation_that_nobody_can_call_could_not_run() -> None:
    """One row for each, with what it needs and how to give it; the others run."""
    verdict = run(Settings(APPS / "tenants" / "openapi.yaml", APPS / "tenants" / "template.yaml", phases=("coverage",)))

    rows = {row.operation: row.reason for row in verdict.operations}
    cures = {each.operation: each.cure for each in verdict.unavailable}
    needed = "a call of it needs an API key and the header X-Tenant-Token, and no identity is configured that has them"
    assert rows["createTask"] == needed
    assert rows["getTask"] == needed.replace("an API key and ", "").replace("them", "it")
    assert rows["getHealth"] is None
    assert cures["createTask"] == (
        "Add a table [[tool.contracts.identities]] with a `name`, and `api-key` and `headers` with X-Tenant-Token."
    )


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
