"""Running: the run inside pytest is the run outside of it, and says at the end what no item says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.harness.pytest_plugin.conftest import Project

pytest_plugins = ["pytester"]


def said(result: pytest.RunResult) -> list[str]:
    """The lines of the summary that are ours."""
    return [line for line in result.outlines if line.startswith("contracts: ")]


def test_the_configuration_reaches_the_run(project: Project) -> None:
    """Parameters, budgets and seed of the run are those that are configured."""
    project.write("contracts.toml", "seed = 3\n[parameters]\nStage = 'x'\n[budgets]\nexamples = 5\n")
    project.pytest("openapi.yaml")
    [run] = project.runs()

    assert (run["seed"], run["parameters"], run["examples"]) == (3, {"Stage": "x"}, 5)


@pytest.mark.parametrize("seed", [0, 12])
def test_the_option_overrides_the_configured_seed(project: Project, seed: int) -> None:
    """--contracts-seed counts for more than the configuration, 0 included."""
    project.write("contracts.toml", "seed = 3\n")
    project.pytest("openapi.yaml", f"--contracts-seed={seed}")

    assert [run["seed"] for run in project.runs()] == [seed]


@pytest.mark.parametrize("seed", ["-1", "x", "1.5", "²"])
def test_a_seed_that_is_none_is_a_usage_error(project: Project, seed: str) -> None:
    """A seed that is no whole number is refused before anything is collected."""
    result = project.pytest("openapi.yaml", f"--contracts-seed={seed}")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "is not a whole number from 0" in result.stderr.str()


def test_warnings_as_errors_are_for_the_users_code(project: Project) -> None:
    """With -W error a library's warning in the run neither fails an item nor is shown, and a test's still does."""
    project.plan(noise=True)
    project.write("a/test_a.py", "import warnings\n\ndef test_a(): warnings.warn('mine')\n")
    result = project.pytest("-W", "error", "openapi.yaml", "a")

    result.assert_outcomes(passed=4, failed=1)
    assert "a library's warning" not in result.stdout.str()


def test_logs_of_a_run_are_not_captured(project: Project) -> None:
    """Logging at level DEBUG is for the user's code: a failure is not buried under what libraries log."""
    project.plan(noise=True, broken=[["createX", "payloads"]])
    project.write("a/test_a.py", "import logging\n\ndef test_a(): logging.info('mine'); assert 0\n")
    result = project.pytest("-o", "log_level=DEBUG", "openapi.yaml", "a")

    result.assert_outcomes(passed=3, failed=2)
    assert "Captured log setup" not in result.stdout.str()
    assert "mine" in result.stdout.str()


def test_output_of_a_run_is_captured(project: Project) -> None:
    """What the run prints is not shown while all is well, and shown with -s."""
    assert "a handler's words" not in project.pytest("openapi.yaml").stdout.str()
    assert "a handler's words" in project.pytest("openapi.yaml", "-s").stdout.str()


def test_gaps_are_counted_at_the_end(project: Project) -> None:
    """Gaps are a number in the summary and change nothing; without any there is no line."""
    without = project.pytest("openapi.yaml")
    project.plan(gaps=7)
    result = project.pytest("openapi.yaml")

    assert said(without) == []
    assert said(result) == ["contracts: openapi.yaml: 7 gaps in 1,554 exchanges, seed 0; `contracts run` names them"]
    assert result.ret == 0


def test_gaps_fail_where_that_is_configured(project: Project) -> None:
    """With fail-on-gaps the exit status is 1, and the reason is said."""
    project.write("contracts.toml", "fail-on-gaps = true\n")
    kept = project.pytest("openapi.yaml")
    project.plan(gaps=1)
    result = project.pytest("openapi.yaml")

    assert (kept.ret, result.ret) == (0, 1)
    assert said(result)[0].endswith("(fail-on-gaps is configured)")


def test_an_ignored_failure_is_counted_and_does_not_fail(project: Project) -> None:
    """What the configuration ignores makes no item fail, and is not silent either."""
    project.write("contracts.toml", "[[ignore]]\ncheck = 'some-check'\nreason = 'known since May'\n")
    project.plan(broken=[["getX", "payloads"]])
    result = project.pytest("openapi.yaml")

    result.assert_outcomes(passed=4)
    assert said(result) == [
        "contracts: openapi.yaml: 1 ignored failure in 1,554 exchanges, seed 0; `contracts run` names them"
    ]
