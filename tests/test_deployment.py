"""What is deployed: the template is sound, and what is derived from the contract is current."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from contracts import cli, export, openapi

ROOT = Path(__file__).parent.parent


def test_the_templates_are_sound() -> None:
    """cfn-lint has nothing to say of them, and nothing that it would say is ignored."""
    templates = ("template.yaml", "deploy/http-api.yaml")
    cfn_lint = Path(sys.executable).with_name("cfn-lint")
    linted = subprocess.run([cfn_lint, *templates], cwd=ROOT, capture_output=True, text=True, check=False)

    assert not [name for name in templates if "cfn-lint" in (ROOT / name).read_text(encoding="utf-8")]

    assert (linted.returncode, linted.stdout, linted.stderr) == (0, "", "")


@pytest.mark.parametrize("folder", [".", "deploy"])
def test_what_is_derived_from_the_contract_is_current(
    folder: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """deploy/openapi.json, deploy/http-api.json and the handlers' contract are what `contracts export` would write."""
    monkeypatch.chdir(ROOT / folder)

    with pytest.raises(SystemExit) as end:
        cli.main(["export", "--check"])

    assert (end.value.code, capsys.readouterr().err) == (0, "")


def test_behind_an_http_api_the_functions_promise_the_same() -> None:
    """Its contract says of each operation what openapi.yaml says, but for what only a REST API can answer."""
    here = export.compiled(openapi.load(ROOT / "openapi.yaml"))
    there = export.compiled(openapi.load(ROOT / "deploy" / "http-contract.yaml"))
    expected = {name: dict(here["operations"][name]) for name in there["operations"]}
    for operation in expected.values():
        faults = operation["x-contract-fault-map"]
        operation["x-contract-fault-map"] = {
            error: status for error, status in faults.items() if not error.startswith("s3:")
        }
    # There are no API keys, so that nobody is told that one is missing.
    keyed = expected["listLanguages"]["responses"]
    expected["listLanguages"]["responses"] = {status: each for status, each in keyed.items() if status != "403"}

    assert there["operations"] == expected
    assert there["schemas"] == {name: here["schemas"][name] for name in there["schemas"]}
    assert {"createTranslation", "getUsage", "listLanguages"} <= set(expected)


def test_behind_an_http_api_the_same_is_deployed() -> None:
    """Functions, roles, tables and logs that both templates have are the same in both; permissions name their API."""
    rest, http = (
        yaml.safe_load((ROOT / name).read_text(encoding="utf-8")) for name in ("template.yaml", "deploy/http-api.yaml")
    )
    both = [
        name
        for name, each in http["Resources"].items()
        if name in rest["Resources"] and each["Type"] != "AWS::Lambda::Permission"
    ]

    assert {name: http["Resources"][name] for name in both} == {name: rest["Resources"][name] for name in both}
    assert http["Globals"]["Function"] | {"CodeUri": "handlers/"} == rest["Globals"]["Function"]
    assert {"CreateTranslation", "Translations", "ListLanguages"} <= set(both)


def test_no_yaml_alias_stands_in_a_template() -> None:
    """CloudFormation takes YAML without aliases; cfn-lint takes it with them."""
    for name in ("template.yaml", "deploy/http-api.yaml"):
        events = yaml.parse((ROOT / name).read_text(encoding="utf-8"))
        assert not [each for each in events if isinstance(each, yaml.AliasEvent)], name


def test_each_function_has_a_role_of_its_own_that_names_its_resources() -> None:
    """No action is a wildcard, and only what has no resources to name is allowed everywhere."""
    for name in ("template.yaml", "deploy/http-api.yaml"):
        resources = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))["Resources"]
        functions = {key: each for key, each in resources.items() if each["Type"] == "AWS::Serverless::Function"}
        assert functions
        for key, function in functions.items():
            assert "Role" not in function["Properties"], key
            for policy in function["Properties"].get("Policies", ()):
                for statement in policy["Statement"]:
                    assert "*" not in str(statement["Action"]), key
                    everywhere = statement["Resource"] == "*"
                    assert not everywhere or "dynamodb" not in str(statement["Action"]), key
                    assert not everywhere or "s3" not in str(statement["Action"]), key
