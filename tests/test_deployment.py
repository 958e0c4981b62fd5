"""What is deployed: the template is sound, and what is derived from the contract is current."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from contracts import cli

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
