"""Testing the tester: apps broken in exactly one way are caught, and the right apps that they differ from are kept.

A right app stands in a folder of `tests/apps`. A broken one is a right app and a change of its text, in
`tests/apps/broken/*.toml`; `tests/apps/right/*.toml` are changes that break nothing: choices that a contract leaves.
A broken one may be a change of one of the latter (`upon`), its right twin, instead.
A handful is part of every run; the others have the marker `apps` (`tox -e apps` runs them all).
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

pytestmark = pytest.mark.service


def described(kind: str) -> list[Any]:
    """The changed apps of a kind, as parameters of a test; those that not every run has are marked."""
    return [
        pytest.param(app, id=path.stem, marks=() if app.get("in-every-run") else pytest.mark.apps)
        for path in sorted((APPS / kind).glob("*.toml"))
        for app in [tomllib.loads(path.read_text(encoding="utf-8"))]
    ]


def verdict_of(folder: Path) -> Verdict:
    """The verdict over an app, with phases as narrow as one bug needs, called as whom its configuration says."""
    file = folder / "contracts.toml"
    configured = (configuration.read(file) if file.is_file() else None) or configuration.Configuration()
    return run(
        Settings(
            folder / "openapi.yaml",
            folder / "template.yaml",
            examples=5,
            scenarios=8,
            steps=4,
            identities=configured.identities,
            key_set=configured.key_set,
        )
    )


def changed(app: dict[str, Any], folder: Path) -> Path:
    """A copy of the app that a description names, with its changes, upon those of its right twin."""
    shutil.copytree(APPS / app["app"], folder)
    upon = app.get("upon")
    twin = tomllib.loads((APPS / "right" / f"{upon}.toml").read_text(encoding="utf-8")) if upon else {"change": []}
    for change in (*twin["change"], *app["change"]):
        apply(change, folder)
    return folder


def assert_kept(verdict: Verdict) -> None:
    """Nothing is said to be broken, and nothing could not run."""
    assert [each.finding.message for each in verdict.failures] == []
    assert [each.reason for each in verdict.unavailable] == []


@pytest.mark.parametrize("name", ["notes", "settings", "tenants"])
def test_a_right_app_keeps_every_promise(name: str) -> None:
    """Of an app that keeps its contract nothing is said to be broken, and nothing could not run."""
    verdict = verdict_of(APPS / name)

    assert_kept(verdict)
    assert all(200 <= min(row.statuses) < 300 for row in verdict.operations)


@pytest.mark.apps
def test_any_method_is_asked_method_by_method() -> None:
    """In Swagger 2.0, too; that a service does not serve all of them breaks nothing."""
    verdict = verdict_of(APPS / "pets")

    assert_kept(verdict)
    reached = {row.operation: set(row.statuses) for row in verdict.operations}
    assert reached["POST /pets/{id}"] == reached["PATCH /pets/{id}"] == {405}
    assert all({200, 204} & statuses for name, statuses in reached.items() if name.startswith(("GET", "PUT", "DELETE")))


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


@pytest.mark.parametrize("app", described("right"))
def test_a_choice_that_the_contract_leaves_breaks_nothing(app: dict[str, Any], tmp_path: Path) -> None:
    """An app that differs from a right one in what it may choose is kept as well; what it leaves open is a gap."""
    verdict = verdict_of(changed(app, tmp_path / "app"))

    assert_kept(verdict)
    for gap in [app["expect"]["gap"]] if "expect" in app else []:
        assert any(gap in each.message for each in verdict.gaps), [each.message for each in verdict.gaps]


@pytest.mark.parametrize("app", described("broken"))
def test_an_app_broken_in_one_way_is_caught(app: dict[str, Any], tmp_path: Path) -> None:
    """The one thing that is wrong is named once, with its operation and a minimal request, and nothing else is."""
    verdict = verdict_of(changed(app, tmp_path / "app"))

    expected = app["expect"]
    assert [(each.finding.promise, each.finding.operation) for each in verdict.failures] == [
        (expected["promise"], expected["operation"])
    ], [each.finding.message for each in verdict.failures]
    assert [each.reason for each in verdict.unavailable] == []
    (failure,) = verdict.failures
    assert failure.finding.check == expected["check"]
    if "consequences" in expected:
        assert [each.finding.check for each in failure.consequences] == expected["consequences"]
    assert_shows(expected, failure.finding.exchanges, failure.finding.message)


def apply(change: dict[str, str], folder: Path) -> None:
    """Change the text of one file in exactly one place."""
    file = folder / change["file"]
    text = file.read_text(encoding="utf-8")
    assert text.count(change["replace"]) == 1, f"{change['replace']!r} does not stand exactly once in {change['file']}"
    file.write_text(text.replace(change["replace"], change["with"]), encoding="utf-8")


def assert_shows(expected: dict[str, Any], exchanges: tuple[Exchange, ...], message: str) -> None:
    """The evidence is what the app's description says: how many requests, status, smallest request, words."""
    exchange = exchanges[-1]
    request = exchange.case.request
    if "requests" in expected:
        assert [each.case.request.method for each in exchanges] == expected["requests"]
    if "status" in expected:
        assert exchange.response.status == expected["status"]
    if "target" in expected:
        assert re.fullmatch(expected["target"], request.target)
    if "body" in expected:
        assert json.loads(request.body or b"null") == expected["body"]
    assert expected.get("message", "") in message
