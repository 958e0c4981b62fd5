"""Items: views on one run, kept, broken or not able to run, with all that pytest does to items."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

if TYPE_CHECKING:
    from tests.harness.pytest_plugin.conftest import Project

pytest_plugins = ["pytester"]


def outcome(result: pytest.RunResult) -> dict[str, int]:
    """How many items had which outcome."""
    counted = result.parseoutcomes()
    return {name.removesuffix("s"): number for name, number in counted.items()}


def asked(project: Project) -> list[tuple[list[str], list[str]]]:
    """The operations and promises of each run that was made."""
    return [(run["operations"], run["promises"]) for run in project.runs()]


def test_all_items_are_views_on_one_run(project: Project) -> None:
    """However many items a contract has, it is run once, and kept promises pass."""
    result = project.pytest("openapi.yaml")

    assert outcome(result) == {"passed": 4}
    assert result.ret == 0
    assert asked(project) == [(["createX", "getX"], ["payloads", "methods"])]


@pytest.mark.parametrize(
    ("arguments", "operations", "promises", "passed"),
    [
        (["openapi.yaml", "-k", "createX"], ["createX"], ["payloads", "methods"], 2),
        (["openapi.yaml", "-k", "createX and methods"], ["createX"], ["methods"], 1),
        (["openapi.yaml", "-k", "not (getX and payloads)"], ["createX", "getX"], ["payloads", "methods"], 3),
        (["openapi.yaml", "--deselect", "openapi.yaml::getX"], ["createX"], ["payloads", "methods"], 2),
        (["openapi.yaml::getX"], ["getX"], ["payloads", "methods"], 2),
        (["openapi.yaml::getX::methods"], ["getX"], ["methods"], 1),
        (
            ["openapi.yaml::getX::methods", "openapi.yaml::createX::payloads"],
            ["getX", "createX"],
            ["methods", "payloads"],
            2,
        ),
    ],
    ids=["operation", "both", "all but one", "deselected", "operation id", "promise id", "two ids"],
)
def test_the_run_is_no_wider_than_what_is_selected(
    project: Project, arguments: list[str], operations: list[str], promises: list[str], passed: int
) -> None:
    """With -k, --deselect and node ids the one run asks for the operations and promises that are left."""
    result = project.pytest(*arguments)

    assert outcome(result)["passed"] == passed
    assert asked(project) == [(operations, promises)]


def test_broken_is_one_sentence_a_request_and_a_repetition(project: Project) -> None:
    """A failure has the sentence, the request as curl, the facts and the line that repeats it, and no traceback."""
    project.plan(broken=[["getX", "payloads"]])
    result = project.pytest("openapi.yaml", "--contracts-seed", "5")
    said = result.stdout.str()

    assert (outcome(result), result.ret) == ({"failed": 1, "passed": 3}, 1)
    result.stdout.fnmatch_lines(
        [
            "*___ getX::payloads ___*",
            "It answers 500.",
            "",
            "  curl 'https://api.example/x?y=1'",
            "",
            "check   some-check",
            "answer  500 Internal Server Error",
            "found   3 times, this one being the smallest",
            "repeat  pytest openapi.yaml::getX::payloads --contracts-seed 5",
            "FAILED openapi.yaml::getX::payloads - It answers 500.",
        ]
    )
    assert not re.search(r"Traceback|\.py:\d|^[E>] ", said, re.MULTILINE)


def test_the_repetition_can_be_run_where_it_was_printed(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The node id in the repeating line is relative to the folder that pytest was called in."""
    project.plan(broken=[["getX", "payloads"]])
    project.write("pytest.ini", "[pytest]\n")
    (project.path / "below").mkdir()
    monkeypatch.chdir(project.path / "below")
    [line] = [line for line in project.pytest("../openapi.yaml").outlines if line.startswith("repeat")]
    again = project.pytest(*line.split()[2:])

    assert outcome(again) == {"failed": 1}
    assert asked(project)[1] == (["getX"], ["payloads"])


def test_every_failure_of_a_promise_is_shown(project: Project) -> None:
    """Two failures of one promise are one failed item that shows both."""
    project.plan(broken=[["getX", "payloads", "First."], ["getX", "payloads", "Second."]])
    result = project.pytest("openapi.yaml::getX::payloads")

    assert outcome(result) == {"failed": 1}
    result.stdout.fnmatch_lines(["First.", "repeat *", "Second.", "repeat *"])


def test_a_failure_of_no_operation_is_not_lost(project: Project) -> None:
    """What belongs to no operation of the contract fails the first item of its promise."""
    project.plan(broken=[["TRACE /x", "methods", "It is not refused."]])
    result = project.pytest("openapi.yaml")

    assert outcome(result) == {"failed": 1, "passed": 3}
    result.stdout.fnmatch_lines(["FAILED openapi.yaml::createX::methods - It is not refused."])


def test_a_failure_that_was_deselected_is_not_shown(project: Project) -> None:
    """What a run happens to find in an operation that nobody asked for makes no item fail."""
    project.plan(broken=[["createX", "payloads"]])

    assert outcome(project.pytest("openapi.yaml::getX")) == {"passed": 2}


def test_could_not_run_is_an_error_and_no_failure(project: Project) -> None:
    """What could not run is told from what is broken, with reason, place and cure; the exit status is 1."""
    project.plan(broken=[["createX", "payloads"]], unavailable=[["getX", None, "its function is missing"]])
    result = project.pytest("openapi.yaml")

    assert (outcome(result), result.ret) == ({"failed": 1, "passed": 1, "error": 2}, 1)
    result.stdout.fnmatch_lines(
        [
            "*___ ERROR at setup of getX::payloads ___*",
            "could not run: template.yaml:7: its function is missing",
            "  Mend it.",
            "ERROR openapi.yaml::getX::methods - could not run: template.yaml:7: its *",
        ]
    )


def test_what_no_run_can_use_is_one_message_an_item(project: Project) -> None:
    """When nothing could run, every item says why, once found out, and nothing has a traceback."""
    project.plan(end="error")
    result = project.pytest("openapi.yaml")
    said = result.stdout.str()

    assert outcome(result) == {"error": 4}
    assert said.count("\ncould not run: template.yaml:2: no API\n  Add one.\n") == 4
    assert ".py:" not in said
    assert len(project.runs()) == 1


def test_a_defect_of_ours_keeps_its_traceback(project: Project) -> None:
    """An exception that is no ContractsError is a defect: it is shown whole once, and the run is not tried again."""
    project.plan(end="defect")
    result = project.pytest("openapi.yaml")

    assert outcome(result) == {"error": 4}
    assert result.stdout.str().count("raise ZeroDivisionError") == 1
    assert result.stdout.str().count("\ncould not run: ZeroDivisionError in the run, as shown above\n") == 3
    assert len(project.runs()) == 1


def test_x_stops_at_the_first_failure(project: Project) -> None:
    """With -x the items after the first broken one are not reported."""
    project.plan(broken=[["createX", "methods"], ["getX", "methods"]])

    assert outcome(project.pytest("openapi.yaml", "-x")) == {"failed": 1, "passed": 1}


def test_lf_runs_what_failed(project: Project) -> None:
    """--lf narrows the run to the promises that failed or could not run."""
    project.plan(broken=[["getX", "methods"]], unavailable=[["getX", "payloads", "no table"]])
    project.pytest("openapi.yaml")
    result = project.pytest("openapi.yaml", "--lf")

    assert outcome(result) == {"failed": 1, "error": 1, "deselected": 2}
    assert asked(project)[1] == (["getX"], ["payloads", "methods"])


def test_ff_shows_first_what_failed(project: Project) -> None:
    """--ff changes the order of the items and nothing else."""
    project.plan(broken=[["getX", "methods"]])
    project.pytest("openapi.yaml")
    result = project.pytest("openapi.yaml", "--ff", "-v")

    assert outcome(result) == {"failed": 1, "passed": 3}
    result.stdout.fnmatch_lines(["openapi.yaml::getX::methods FAILED*", "openapi.yaml::createX::payloads PASSED*"])


def test_junitxml_has_failures_and_errors(project: Project) -> None:
    """pytest's own JUnit report has the sentence as message, and errors for what could not run."""
    project.plan(broken=[["createX", "payloads"]], unavailable=[["getX", "methods", "no table"]])
    project.pytest("openapi.yaml", "--junitxml", "report.xml")
    cases = {
        f"{case.attrib['classname']} {case.attrib['name']}": [(each.tag, each.attrib["message"]) for each in case]
        for case in ET.parse(project.path / "report.xml").iter("testcase")
    }

    assert cases == {
        "openapi.yaml.createX payloads": [("failure", "It answers 500.")],
        "openapi.yaml.createX methods": [],
        "openapi.yaml.getX payloads": [],
        "openapi.yaml.getX methods": [
            ("error", 'failed on setup with "could not run: template.yaml:7: no table"'),
        ],
    }


def test_a_line_for_each_failure_names_the_contract(project: Project) -> None:
    """--tb=line shows the operation's place in the contract."""
    project.plan(broken=[["getX", "payloads"]])
    result = project.pytest("openapi.yaml", "--tb=line")

    result.stdout.fnmatch_lines(["*openapi.yaml:4: It answers 500."])


def test_operations_of_any_name_can_be_selected(project: Project) -> None:
    """Where a name has what pytest uses to divide node ids, it is written without, and selects the operation."""
    project.write("openapi.yaml", "openapi: 3.0.1\n# operationId: Notes::create\n# operationId: GET /a[b]/{c}\n")
    ids = project.ids("openapi.yaml")
    for node in ids:
        project.pytest(node)

    assert [run["operations"] for run in project.runs()] == [["Notes::create"]] * 2 + [["GET /a[b]/{c}"]] * 2


def test_a_test_that_changes_the_folder_is_no_matter(project: Project) -> None:
    """A contract that is run after a test which left the working directory is found all the same."""
    project.write("a/test_a.py", "import os\n\ndef test_a(tmp_path): os.chdir(tmp_path)\n")

    assert outcome(project.pytest("a", "openapi.yaml")) == {"passed": 5}


@pytest.mark.parametrize("plan", [{"interrupted": True}, {"end": "interrupt"}], ids=["with a verdict", "at once"])
def test_an_interruption_ends_pytest(project: Project, plan: dict[str, Any]) -> None:
    """Ctrl-C in a run ends the whole session, whether or not the run had something to say."""
    project.plan(**plan)
    project.write("z/test_z.py", "def test_z(): pass\n")
    result = project.pytest("openapi.yaml", "z")

    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert outcome(result) == {}


def test_what_was_known_before_an_interruption_is_said(project: Project) -> None:
    """The failures that an interrupted run knew of are in the summary."""
    project.plan(interrupted=True, broken=[["getX", "payloads"]])
    result = project.pytest("openapi.yaml")

    result.stdout.fnmatch_lines(
        [
            "contracts: openapi.yaml: interrupted after 1,554 exchanges, seed 0; 1 failure known by then",
            "It answers 500.",
            "repeat *contracts run --operation getX --only payloads --seed 0",
        ]
    )


def test_nothing_runs_when_items_are_only_collected(project: Project) -> None:
    """--collect-only makes no run."""
    project.ids("openapi.yaml")

    assert project.runs() == []
