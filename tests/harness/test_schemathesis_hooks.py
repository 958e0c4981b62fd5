"""A plain `schemathesis run` with our hooks, over a socket: what is right is let alone, and what is wrong is found.

The hooks are for all of a process, so the command always has one of its own.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from contracts import configuration, openapi
from contracts.live.calling import ACCESS_KEY, API_KEY, BEARER, REGIONS, SECRET_KEY, SESSION_TOKEN
from contracts.run import Settings
from contracts.run.serving import served
from tests import live

ROOT = Path(__file__).parents[2]
TENANTS = ROOT / "tests" / "apps" / "tenants"
README = (ROOT / "README.md").read_text(encoding="utf-8")
FEW = ("--max-examples", "1", "--seed", "1", "--workers", "1")


def schemathesis(folder: Path, url: str, *options: str) -> subprocess.CompletedProcess[str]:
    """The command of the README, with another URL, in a folder; nobody's credentials but those configured count."""
    [line] = [each for each in README.splitlines() if each.startswith("SCHEMATHESIS_HOOKS=")]
    hooks, program, *words = shlex.split(line)
    command = [
        str(Path(sys.executable).with_name(program)),
        *(url if each.startswith("http") else each for each in words),
    ]
    foreign = ("AWS_", "CONTRACTS_", "SCHEMATHESIS_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    name, _, value = hooks.partition("=")
    environment[name] = value
    return subprocess.run(
        [*command, *FEW, *options], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("name", [API_KEY, BEARER, ACCESS_KEY, SECRET_KEY, SESSION_TOKEN, REGIONS[0]])
def test_what_the_environment_says_is_in_the_readme(name: str) -> None:
    """Each variable that counts."""
    assert f"`{name}`" in README


@pytest.mark.service
def test_our_service_gets_no_false_alarm(capfd: pytest.CaptureFixture[str]) -> None:
    """As `tox -e live` has it: every operation in every phase, and what API Gateway does is not held against it."""
    status = live.main(FEW)
    out, err = capfd.readouterr()

    assert status == 0, out + err
    assert "only 401/403" not in out
    assert re.search(r"(\d+) generated, \1 passed", out)
    assert re.search(rf"Tested: {len(openapi.load(str(ROOT / 'openapi.yaml')).operations)}$", out, re.MULTILINE)
    assert re.search(r"Filtered: \d+ \(dropped by `filter_failure`\)", out)


def test_a_url_is_tested_as_it_is() -> None:
    """Nothing is served for it, and the other arguments are Schemathesis' own."""
    asked: list[tuple[str, Sequence[str]]] = []

    def tested(url: str, options: Sequence[str]) -> int:
        asked.append((url, options))
        return 1

    assert live.main(["https://api.example.com/v1", "--seed", "7"], test=tested) == 1
    assert asked == [("https://api.example.com/v1", ["--seed", "7"])]


def test_a_bug_is_found_by_who_is_let_in(tmp_path: Path) -> None:
    """The configured identity gets past the API key and the authorizer; behind them, a task is stored for nobody."""
    folder = tmp_path / "app"
    shutil.copytree(TENANTS, folder)
    source = folder / "src" / "app.py"
    right = source.read_text("utf-8")
    wrong = right.replace('key = {"tenant": tenant_of(event),', 'key = {"tenant": "nobody",')
    source.write_text(
        wrong.replace('reply(404, {"message": "there is no', 'reply(410, {"message": "there is no'), "utf-8"
    )
    configured = configuration.read(folder / "contracts.toml")
    assert configured is not None
    assert wrong != right

    settings = Settings(folder / "openapi.yaml", folder / "template.yaml", identities=configured.identities)
    with served(settings, port=0) as service:
        done = schemathesis(folder, service.url)

    assert done.returncode == 1, done.stdout + done.stderr
    assert "createTask answered 201, but a GET of the documented link to getTask was answered 410" in done.stdout
    assert "Received: 410\n    Documented: 200, 401, 404\n" in done.stdout
    assert "2 failures in" in done.stdout
    assert re.search(r"Tested: 5$", done.stdout, re.MULTILINE)


def test_a_document_that_is_no_contract_is_told_of(tmp_path: Path) -> None:
    """With the reason; Schemathesis reads more than API Gateway does."""
    contract = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}}
    operation = {"get": {"responses": {"200": {"description": "ok"}}}}
    (tmp_path / "openapi.yaml").write_text(repr({**contract, "paths": {"/a": operation}}), "utf-8")
    with served(Settings(TENANTS / "openapi.yaml", TENANTS / "template.yaml"), port=0) as service:
        done = schemathesis(tmp_path, service.url, "--phases", "examples,coverage")

    assert done.returncode != 0
    assert "openapi.yaml:1: this is OpenAPI 3.1.0; OpenAPI 3.0 is supported" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
