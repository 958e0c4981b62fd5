"""Scheduling: under pytest-xdist a contract is run once, on one worker, and everything else as ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.harness.pytest_plugin.conftest import Project

pytest_plugins = ["pytester"]

# A worker imports the plugin by its name, and pytest warns of what it cannot rewrite in this process any more.
PARALLEL = ("-p", "xdist.plugin", "-p", "contracts.pytest_plugin", "-W", "ignore::pytest.PytestAssertRewriteWarning")


def parallel(project: Project, *arguments: str) -> pytest.RunResult:
    """Run pytest on two workers."""
    return project.pytester.runpytest_inprocess(*PARALLEL, "-n2", *arguments)


def write_tests(project: Project, number: int) -> None:
    """Write as many tests, half of them in another file."""
    code = "import pytest\n@pytest.mark.parametrize('n', range({}))\ndef test_it(n): pass\n"
    project.write("tests/test_a.py", code.format(number // 2))
    project.write("tests/test_b.py", code.format(number - number // 2))


@pytest.mark.parametrize("distribution", ["load", "worksteal", "loadscope", "loadfile", "loadgroup"])
def test_a_contract_stays_on_one_worker(project: Project, distribution: str) -> None:
    """However items are distributed, those of a contract are views on one run; the tests around them run too."""
    write_tests(project, 20)
    project.plan(broken=[["getX", "methods"]], gaps=2)
    result = parallel(project, "--dist", distribution, "openapi.yaml", "tests")

    result.assert_outcomes(passed=23, failed=1)
    assert len(project.runs()) == 1
    result.stdout.fnmatch_lines(
        [
            "repeat  pytest openapi.yaml::getX::methods --contracts-seed 0",
            "contracts: openapi.yaml: 2 gaps in 1,554 exchanges, seed 0; *",
            "FAILED openapi.yaml::getX::methods - It answers 500.",
        ]
    )


def test_two_contracts_may_run_on_two_workers(project: Project) -> None:
    """Each contract is one unit of work: two of them keep two workers busy."""
    for name in ("openapi.yaml", "template.yaml"):
        project.write(f"a/{name}", project.openapi)
        project.write(f"b/{name}", project.openapi)
    parallel(project, "a", "b").assert_outcomes(passed=8)

    assert len({run["process"] for run in project.runs()}) == len(project.runs()) == 2


def test_selection_and_seed_reach_the_worker(project: Project) -> None:
    """What is deselected is not run on a worker either, and it knows the seed."""
    parallel(project, "openapi.yaml", "-k", "getX and methods", "--contracts-seed", "4").assert_outcomes(passed=1)
    [run] = project.runs()

    assert (run["operations"], run["promises"], run["seed"]) == (["getX"], ["methods"], 4)


def test_gaps_of_a_worker_fail_where_that_is_configured(project: Project) -> None:
    """fail-on-gaps counts for what a worker reports."""
    project.write("contracts.toml", "fail-on-gaps = true\n")
    project.plan(gaps=1)

    assert parallel(project, "openapi.yaml").ret == pytest.ExitCode.TESTS_FAILED


def test_without_a_contract_xdist_divides_the_work(project: Project) -> None:
    """Tests alone are distributed by xdist's own scheduler, in its own way."""
    write_tests(project, 20)
    result = parallel(project, "-v", "tests")

    result.assert_outcomes(passed=20)
    assert {line.split()[0] for line in result.outlines if "PASSED" in line} == {"[gw0]", "[gw1]"}
    result.stdout.fnmatch_lines(["scheduling tests via LoadScheduling"])
