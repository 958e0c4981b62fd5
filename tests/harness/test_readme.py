"""The README: nothing that a user can say is missing from it, and its commands are those that CI runs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from inspect import signature
from pathlib import Path
from typing import Any

import click
import pytest

from contracts import ServiceUnderTest, openapi
from contracts.cli import commands
from contracts.configuration import find
from contracts.reports import FORMATS
from tests.conftest import OurRun

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The README's code blocks of a language."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return [block for tag, block in found if tag == language]


@pytest.mark.parametrize("name", sorted(commands.commands))
def test_every_command_and_option_is_there(name: str) -> None:
    """Each command and each of its options is in the README."""
    options = [
        option for each in commands.commands[name].params if isinstance(each, click.Option) for option in each.opts
    ]

    assert f"contracts {name}" in README
    assert [option for option in options if option not in README] == []


def test_every_report_format_is_there() -> None:
    """Each file ending that a report may have is in the README."""
    assert [ending for ending in FORMATS if f"`{ending}`" not in README] == []


def test_the_configuration_shown_is_one(tmp_path: Path) -> None:
    """The README's example is read without complaint, and shows every key that there is."""
    [example] = blocks("toml")
    (tmp_path / "pyproject.toml").write_text(example, encoding="utf-8")
    configuration = find(tmp_path)
    shown = set(tomllib.loads(example)["tool"]["contracts"])
    computed = {"file", "folder", "places"}

    assert {name.replace("_", "-") for name in configuration.__slots__ if name not in computed} == shown
    assert set(configuration.budgets) == {"examples", "scenarios", "steps"}
    assert None not in (configuration.export.api_gateway, configuration.export.http_api, configuration.export.compiled)


def examples(*, fixture: bool) -> list[Any]:
    """The tests that the README shows: those that name the fixture `contract_service`, or the others."""
    found: list[Any] = []
    for block in blocks("python"):
        namespace: dict[str, Any] = {}
        exec(block, namespace)
        found += [value for name, value in namespace.items() if name.startswith("test_")]
    return [each for each in found if ("contract_service" in signature(each).parameters) is fixture]


@pytest.mark.parametrize("example", examples(fixture=True))
def test_the_tests_shown_pass(example: Callable[..., None], contract_service: ServiceUnderTest) -> None:
    """Each test of the README that names the fixture passes on our service."""
    example(contract_service=contract_service)


@pytest.mark.parametrize("example", examples(fixture=False))
def test_the_tests_without_the_fixture_pass(example: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each other test of the README passes where our contract and template lie."""
    monkeypatch.chdir(ROOT)

    example()


def test_all_that_a_service_under_test_can_do_is_there() -> None:
    """Each public name of the service that tests are given is in the README."""
    table = README.partition("| of the service | is |")[2].partition("\n\n")[0]
    public = [name for name in vars(ServiceUnderTest) if not name.startswith("_")]

    assert [name for name in public if f"`{name}" not in table] == []


def test_ci_runs_the_command_for_tests() -> None:
    """`.ci/run` has the README's test command, word for word."""
    [command] = [block.strip() for block in blocks("") if block.strip().endswith("tox -p auto")]

    assert command in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.service
def test_what_the_run_prints_is_what_it_prints(our_run: OurRun) -> None:
    """The output shown is that of a run over our service; numbers, and with them the columns, may differ."""
    [shown] = [block for block in blocks("") if block.startswith(our_run.out.split("  ", 1)[0])]

    assert _without_numbers(shown) == _without_numbers(our_run.out)


def _without_numbers(text: str) -> list[str]:
    return [" ".join(re.sub(r"[\d.,]+", "#", line).split()) for line in text.splitlines() if line.strip()]


def test_every_extension_that_a_check_reads_is_there() -> None:
    """Each `x-contract-*` name in the code of the checks, the reader and the run is in the README, with an example."""
    sources = [*(ROOT / "contracts" / "checks").glob("*.py"), ROOT / "contracts" / "openapi" / "operations.py"]
    names = {name for source in sources for name in re.findall(r"x-contract-[a-z-]+", source.read_text("utf-8"))}

    assert names
    assert {name for name in names if f"`{name}" not in README} == set()


def test_the_extensions_shown_are_read(tmp_path: Path) -> None:
    """The README's example is a contract, once a head stands before it."""
    [example] = [block for block in blocks("yaml") if "x-contract-" in block]
    (tmp_path / "openapi.yaml").write_text(f"openapi: 3.0.1\ninfo: {{title: Notes, version: '1'}}\n{example}", "utf-8")

    [operation] = openapi.load(str(tmp_path / "openapi.yaml")).operations

    assert {status: response.owner for status, response in operation.responses.items()} == {
        "201": "handler",
        "429": "gateway",
    }
