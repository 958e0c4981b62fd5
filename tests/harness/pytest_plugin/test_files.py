"""Which files are contracts: the one that is meant, and nobody else's."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from contracts.configuration import CONTRACTS
from contracts.pytest_plugin import files

if TYPE_CHECKING:
    from tests.harness.pytest_plugin.conftest import Project

pytest_plugins = ["pytester"]

PROMISES = ("payloads", "methods")
ALL = [
    f"openapi.yaml::{operation}::{promise}" for operation in ("createX", "getX") for promise in ("payloads", "methods")
]


def test_a_contract_that_is_an_argument_is_collected(project: Project) -> None:
    """`pytest openapi.yaml` has an item for each promise of each operation, in the contract's order."""
    assert project.ids("openapi.yaml") == ALL
    assert project.runs() == []


def test_a_contract_in_testpaths_is_collected(project: Project) -> None:
    """Plain `pytest` collects a contract that `testpaths` names, beside the tests."""
    project.write("tests/test_a.py", "def test_a(): pass\n")
    project.write("pytest.ini", "[pytest]\ntestpaths = tests openapi.yaml\n")

    assert project.ids() == ["tests/test_a.py::test_a", *ALL]


def test_a_contract_beside_its_template_is_found(project: Project) -> None:
    """A contract in a folder that is collected is collected, where its template lies beside it."""
    assert project.ids() == ALL


def test_a_configured_contract_may_have_any_name(project: Project) -> None:
    """The contract that [tool.contracts] names is collected whatever it is called, as an argument and when found."""
    project.write("api/service.yml", project.openapi)
    project.write("pyproject.toml", '[tool.contracts]\ncontract = "api/service.yml"\n')
    expected = [each.replace("openapi.yaml", "api/service.yml") for each in ALL]

    assert project.ids("api/service.yml") == expected
    assert project.ids() == expected


def test_json_is_a_contract_too(project: Project) -> None:
    """`openapi.json` is a contract like any other."""
    text = json.dumps({"info": {"title": "T"}, "openapi": "3.0.1", "paths": ["operationId: getX"]}, indent=1)
    project.write("openapi.json", text.replace('"operationId: getX"', "\n operationId: getX\n"))

    assert project.ids("openapi.json") == ["openapi.json::getX::payloads", "openapi.json::getX::methods"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("openapi.yaml", "a: 1\nb: openapi\n"),
        ("openapi.yaml", ""),
        ("openapi.yaml", "# openapi is not what this is\nx-openapi: 1\n"),
        ("service.yaml", "openapi: 3.0.1\n"),
        ("openapi.txt", "openapi: 3.0.1\n"),
        ("openapi.test.yaml", "openapi: 3.0.1\n"),
    ],
    ids=["not OpenAPI", "empty", "only speaks of it", "another name", "another ending", "longer name"],
)
def test_what_is_not_a_contract_is_left_to_others(project: Project, name: str, text: str) -> None:
    """A file is taken only if it is called as a contract and written as one, though it is an argument."""
    project.write(f"other/{name}", text)
    project.write("other/template.yaml", "")

    assert project.ids(f"other/{name}") == []


def test_a_contract_without_a_template_is_taken_only_if_asked_for(project: Project) -> None:
    """A document that merely lies around may be for something else; as an argument it says what it lacks."""
    project.write("docs/openapi.yaml", project.openapi)
    asked_for = project.pytest("docs/openapi.yaml")

    assert project.ids("docs") == []
    asked_for.stdout.fnmatch_lines(["there is no template: no template.yaml, *"])


def test_another_contract_than_the_configured_one_is_taken_only_if_asked_for(project: Project) -> None:
    """Where a contract is configured, others (examples, test data) are not collected by the way."""
    project.write("pyproject.toml", '[tool.contracts]\ncontract = "openapi.yaml"\nseed = 7\n')
    for name in ("openapi.yaml", "template.yaml"):
        project.write(f"example/{name}", project.openapi)
    project.pytest("example/openapi.yaml")
    [run] = project.runs()

    assert project.ids() == ALL
    assert (run["contract"], run["template"], run["seed"]) == ("example/openapi.yaml", "example/template.yaml", 0)


def test_each_contract_has_the_configuration_nearest_to_it(project: Project) -> None:
    """Two services in one repository are run each with its own template and seed."""
    for name, seed in (("a", 1), ("b", 2)):
        project.write(f"{name}/openapi.yaml", project.openapi)
        project.write(f"{name}/stack.yaml", "")
        project.write(f"{name}/contracts.toml", f'template = "stack.yaml"\nseed = {seed}\n')
    project.pytest("a", "b").assert_outcomes(passed=8)

    assert [(run["contract"], run["template"], run["seed"]) for run in project.runs()] == [
        ("a/openapi.yaml", "a/stack.yaml", 1),
        ("b/openapi.yaml", "b/stack.yaml", 2),
    ]


def test_a_configuration_that_names_no_contract_is_everybodys(project: Project) -> None:
    """Budgets and seeds at the top of a repository count for the contracts below; each has its own template."""
    for name in ("openapi.yaml", "template.yaml"):
        (project.path / name).unlink()
        project.write(f"a/{name}", project.openapi)
    project.write("pyproject.toml", "[tool.contracts]\nseed = 3\n[tool.contracts.budgets]\nexamples = 5\n")
    project.pytest().assert_outcomes(passed=4)
    [run] = project.runs()

    assert (run["template"], run["seed"], run["examples"]) == ("a/template.yaml", 3, 5)


def test_the_configuration_narrows_what_is_collected(project: Project) -> None:
    """Promises and operations that are configured are the only items."""
    project.write("contracts.toml", 'promises = ["methods"]\noperations = ["getX"]\n')

    assert project.ids() == ["openapi.yaml::getX::methods"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("openapi.yaml", "openapi: 3.0.1\nbroken: true\n", "openapi.yaml:3: `paths` is missing"),
        ("contracts.toml", "operation = ['getX']\n", "contracts.toml:1: there is no key 'operation'"),
        ("contracts.toml", "operations = ['getY']\n", "there is no operation `getY`"),
        ("contracts.toml", "promises = ['payload']\n", "there is no promise `payload`"),
        ("contracts.toml", "template = 'nowhere.yaml'\n", "nowhere.yaml: the template does not exist"),
    ],
    ids=["contract", "configuration", "operation", "promise", "template"],
)
def test_what_cannot_be_collected_is_one_message(project: Project, name: str, text: str, message: str) -> None:
    """Bad input stops the collection with one message that has place and cure, and no traceback."""
    project.write(name, text)
    result = project.pytest("openapi.yaml")
    said = result.stdout.str()

    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert message in said
    assert "Traceback" not in said
    assert ".py:" not in said
    assert project.runs() == []


def test_a_bad_configuration_of_somebody_else_disturbs_nobody(project: Project) -> None:
    """Where the configuration is not usable, tests and files that are no contracts are collected as ever."""
    project.write("contracts.toml", "nonsense = 1\n")
    project.write("data/things.yaml", "a: 1\n")
    project.write("data/test_a.py", "def test_a(): pass\n")

    assert project.ids("data") == ["data/test_a.py::test_a"]


@pytest.mark.parametrize(
    "text",
    [
        "openapi: 3.0.1\n",
        "\ufeffopenapi: 3.0.1\n",
        '"openapi" : 3.0.1\n',
        "# a license\n---\ninfo: {}\nopenapi: 3.1.0\n",
        "swagger: '2.0'\n",
        '{"info":{"title":"T"},"openapi":"3.0.1"}',
        '{\n  "openapi": "3.0.1"\n}',
        "{openapi: 3.0.1}",
    ],
)
def test_the_beginning_of_an_openapi_document_is_known(tmp_path: Path, text: str) -> None:
    """Every way in which a document says what it is counts, wherever in its first bytes it says so."""
    (tmp_path / "openapi.yaml").write_text(text, encoding="utf-8")

    assert files._begins_as_openapi(tmp_path / "openapi.yaml")


def test_every_default_name_is_looked_at() -> None:
    """The quick look at a name lets every default name of a contract pass."""
    assert {(Path(name).stem, Path(name).suffix) for name in CONTRACTS} <= {
        (files._STEM, ending) for ending in files.ENDINGS
    }


def test_a_project_without_a_contract_pays_nothing(tmp_path: Path) -> None:
    """pytest with our plugin imports nothing of ours but the plugin, and nothing that a run needs."""
    (tmp_path / "test_a.py").write_text("def test_a(): pass\n")
    for name in ("data.json", "data.yaml", "pyproject.toml"):
        (tmp_path / name).write_text("")
    code = (
        "import sys, pytest\n"
        "assert pytest.main(['-q', '-p', 'contracts.pytest_plugin', '-p', 'xdist.plugin']) == 0\n"
        "ours = {name for name in sys.modules if name.partition('.')[0] == 'contracts'}\n"
        "assert all(name == 'contracts' or name.startswith('contracts.pytest_plugin') for name in ours), ours\n"
        "heavy = {'yaml', 'schemathesis', 'hypothesis', 'moto', 'boto3', 'botocore', 'rich', 'click'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    environment = {"PYTHONPATH": str(Path(files.__file__).parents[2]), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_plugin_imports_the_standard_library_and_pytest_alone() -> None:
    """Importing the plugin brings nothing from outside the standard library but pytest and what pytest brought."""
    code = (
        "import sys, pytest; known = set(sys.modules)\n"
        "import contracts.pytest_plugin\n"
        "new = {name.partition('.')[0] for name in set(sys.modules) - known}\n"
        "assert new <= {'contracts', *sys.stdlib_module_names}, new\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


def test_any_method_has_an_item_for_each_method(pytestconfig: pytest.Config) -> None:
    """The operations are those of the run's verdict, by the names that they have there."""
    contract = Path(__file__).parents[2] / "apps" / "pets" / "openapi.yaml"

    assert [each.name for each in files.asked(contract, pytestconfig).operations] == [
        "createPet",
        *(f"{method} /pets/{{id}}" for method in ("GET", "POST", "PUT", "DELETE", "PATCH")),
        "getPhoto",
    ]
