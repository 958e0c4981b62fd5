"""Files that are missing, options and configuration that mean nothing, reports that cannot be written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.harness.bad_input.apps import CONFIGURATION, CONTRACT, Case, Files, Printed


def configured(text: str) -> Files:
    """Another configuration."""
    return {"contracts.toml": text}


FILES = [
    Case(
        "no contract",
        {"openapi.yaml": None},
        "there is no contract: no openapi.yaml, openapi.yml or openapi.json in ",
        "Name it with --contract",
    ),
    Case(
        "no template",
        {"template.yaml": None},
        "there is no template: no template.yaml, template.yml or template.json in ",
        "Name it with --template",
    ),
    Case(
        "a contract that does not exist",
        {},
        "opnapi.yaml: the contract does not exist",
        "Name its file in contracts.toml or with --contract",
        ("run", "--contract", "opnapi.yaml"),
    ),
    Case(
        "a contract that is a folder",
        {},
        "src: the contract is a folder",
        "Name its file",
        ("run", "--contract", "src"),
    ),
    Case(
        "a contract that is a device",
        {},
        "/dev/null: the contract is no file",
        "Name its file",
        ("run", "--contract", "/dev/null"),
    ),
    Case(
        "a template that does not exist",
        configured("template = 'tmplate.yaml'"),
        "tmplate.yaml: the template does not exist",
        "Name its file in contracts.toml or with --template",
    ),
    Case(
        "a template that is a folder",
        {},
        "src: the template is a folder",
        "Name its file",
        ("run", "--template", "src"),
    ),
    Case(
        "a contract that cannot be served",
        {"openapi.yaml": ""},
        "openapi.yaml: the file is empty",
        "Give the file",
        ("serve", "--port", "0"),
    ),
    Case(
        "contract and template that are exchanged",
        {},
        "openapi.yaml:1: this is an OpenAPI document, not a template",
        "Give it as the contract",
        ("run", "--contract", "template.yaml", "--template", "openapi.yaml"),
    ),
]

NAMES = [
    Case(
        "a promise that does not exist",
        {},
        "there is no promise `payload`",
        "Did you mean `payloads`?",
        ("run", "--only", "payload"),
    ),
    Case("a promise like no other", {}, "there is no promise `xyz`", "There are: payloads", ("run", "--only", "xyz")),
    Case(
        "a configured promise that does not exist",
        configured("seed = 1\npromises = ['payload']"),
        "contracts.toml:2: there is no promise `payload`",
        "Did you mean `payloads`?",
    ),
    Case(
        "an operation that does not exist",
        {},
        "there is no operation `getPong`",
        "Did you mean `getPing`?",
        ("run", "--operation", "getPong"),
    ),
    Case(
        "a configured operation that does not exist",
        configured("seed = 1\noperations = ['getPong']"),
        "contracts.toml:2: there is no operation `getPong`",
        "Did you mean `getPing`?",
    ),
]

CONFIGURATIONS = [
    Case("invalid TOML", configured("seed = 1\npromises = [\n"), "contracts.toml:2: this is not TOML: ", "Correct the"),
    Case(
        "TOML in another encoding",
        {"contracts.toml": b"# \xff\xfe\n"},
        "contracts.toml:1: the file is not UTF-8: the byte 0xff cannot stand there",
        "Save the file as UTF-8",
    ),
    Case("an unknown key", configured("sed = 1"), "contracts.toml:1: there is no key 'sed'", "Did you mean 'seed'?"),
    Case(
        "an unknown table",
        configured("seed = 1\n[budget]\nexamples = 2"),
        "contracts.toml:2: there is no key 'budget'",
        "Did you mean 'budgets'?",
    ),
    Case(
        "an unknown key of a table",
        configured("[budgets]\nexample = 2"),
        "contracts.toml:2: there is no key 'budgets.example'",
        "Did you mean 'examples'?",
    ),
    Case(
        "an unknown key of pyproject.toml",
        {"contracts.toml": None, "pyproject.toml": "[tool.contracts]\nsed = 1"},
        "pyproject.toml:2: there is no key 'sed'",
        "Did you mean 'seed'?",
    ),
    Case(
        "a number as text",
        configured("seed = '1'"),
        "contracts.toml:1: seed must be a whole number from 0, not '1'",
        "Write a whole number",
    ),
    Case(
        "text where a list must be",
        configured("promises = 'payloads'"),
        "contracts.toml:1: promises must be a list of strings with at least one, not 'payloads'",
        "Write a list",
    ),
    Case(
        "text where a table must be",
        configured("budgets = 'few'"),
        "contracts.toml:1: budgets must be a table, not 'few'",
        "Write a table",
    ),
    Case(
        "a budget of nothing",
        configured("[budgets]\nexamples = 0"),
        "contracts.toml:2: budgets.examples must be a whole number from 1, not 0",
        "Write a whole number",
    ),
    Case(
        "ignoring without a reason",
        configured("[[ignore]]\ncheck = 'server-error'"),
        "contracts.toml:1: an entry of ignore has no 'reason'",
        "Every entry names a check and says why",
    ),
]

REPORTS = [
    Case(
        "an unknown format",
        {},
        "out.jsn: no report is written to a file with the ending .jsn",
        "Did you mean .json?",
        ("run", "--report", "out.jsn"),
    ),
    Case("no format", {}, "out: no report is written to a file with no ending", ".json", ("run", "--report", "out")),
    Case(
        "a report that is a folder",
        {"out.json/file": ""},
        "out.json: the report cannot be written: it is a folder",
        "Name a file",
        ("run", "--report", "out.json"),
    ),
    Case(
        "a report below a file",
        {},
        "openapi.yaml/out.json: the report cannot be written: ",
        "Name a file in a folder",
        ("run", "--report", "openapi.yaml/out.json"),
    ),
    Case(
        "a report with a name that no file can have",
        {},
        f"{'a' * 300}.json: the report cannot be written: File name too long",
        "Name a file",
        ("run", "--report", f"{'a' * 300}.json"),
    ),
    Case(
        "a report in the place of the contract",
        {"openapi.yaml": None, "api.json": '{"openapi": "3.0.1"}'},
        "api.json: the report cannot be written: the run reads it",
        "Name a file",
        ("run", "--contract", "api.json", "--report", "./api.json"),
    ),
]

EXPORTS = [
    Case(
        "nothing to export",
        configured("seed = 1"),
        "contracts.toml: there is nothing to export",
        "Name `api-gateway`, `http-api` or `compiled`",
        ("export",),
    ),
    Case(
        "an export in the place of the contract",
        configured("[export]\napi-gateway = 'openapi.yaml'"),
        "contracts.toml:1: openapi.yaml is the contract itself: nothing is written there",
        "Name another file",
        ("export",),
    ),
    Case(
        "an export that is a folder",
        configured("[export]\ncompiled = 'src'"),
        "contracts.toml:1: src is a folder: nothing is written there",
        "Name another file",
        ("export", "--check"),
    ),
    Case(
        "an export below a file",
        configured("[export]\ncompiled = 'template.yaml/out.json'"),
        "template.yaml/out.json: the file cannot be written: ",
        "Name a file in a folder",
        ("export",),
    ),
    Case(
        "an export of another contract than the configured files are derived from",
        {**configured("[export]\ncompiled = 'out.json'"), "other.yaml": CONTRACT},
        "contracts.toml:1: the files under `export` are derived from openapi.yaml, and other.yaml is another contract",
        "a contracts.toml of its own",
        ("export", "--contract", "other.yaml"),
    ),
    Case(
        "an export of what is no contract",
        {**configured("[export]\ncompiled = 'out.json'"), "openapi.yaml": "a: b"},
        "openapi.yaml:1: this is not an OpenAPI document: it has no `openapi`",
        "Add `openapi: 3.0.1`",
        ("export",),
    ),
]


@pytest.mark.parametrize("case", [*FILES, *NAMES, *CONFIGURATIONS, *REPORTS, *EXPORTS], ids=str)
def test_what_means_nothing_is_one_message(case: Case, refused: Callable[..., None]) -> None:
    """The place where there is one, what is wrong and what to do about it, with exit status 2 and nothing else."""
    refused(case.files, case.error, case.cure, *case.arguments)


def test_the_files_of_a_run_are_left_alone(command: Callable[..., Printed], tmp_path: Path) -> None:
    """A report or an export that would take the place of the contract leaves it as it is."""
    command({"contracts.toml": "[export]\napi-gateway = 'openapi.yaml'"}, "export")

    assert (tmp_path / "openapi.yaml").read_text(encoding="utf-8") == CONTRACT


def test_a_report_that_fails_late_does_not_lose_the_others(command: Callable[..., Printed], tmp_path: Path) -> None:
    """When a folder turns out not to be writable after the run, the console and the other reports are there."""
    printed = command({}, "run", "--report", "/proc/nobody/out.json", "--report", "out.json")

    assert "kept: " in printed.out
    assert (tmp_path / "out.json").is_file()
    (error,) = printed.errors
    assert error.startswith("contracts: error: /proc/nobody/out.json: the report cannot be written: ")
    assert printed.status == 2


def test_a_configuration_that_begins_with_a_byte_order_mark_is_read(command: Callable[..., Printed]) -> None:
    """Editors on Windows write the mark; it means nothing."""
    printed = command({"contracts.toml": b"\xef\xbb\xbf" + CONFIGURATION.encode()})

    assert (printed.status, printed.errors) == (0, [])
    assert "seed 1\n" in printed.out
