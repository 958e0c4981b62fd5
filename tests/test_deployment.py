"""What is deployed: the template is sound, and what is derived from the contract is current."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from contracts import cli

ROOT = Path(__file__).parent.parent


def test_the_template_is_sound() -> None:
    """cfn-lint has nothing to say of template.yaml."""
    cfn_lint = Path(sys.executable).with_name("cfn-lint")
    linted = subprocess.run([cfn_lint, "template.yaml"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert (linted.returncode, linted.stdout, linted.stderr) == (0, "", "")


def test_what_is_derived_from_the_contract_is_current(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """deploy/openapi.json and the handlers' compiled contract are what `contracts export` would write."""
    monkeypatch.chdir(ROOT)

    with pytest.raises(SystemExit) as end:
        cli.main(["export", "--check"])

    assert (end.value.code, capsys.readouterr().err) == (0, "")
