"""The fixture `contract_service`: a real service, in a session with tests that know nothing of it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

import contracts
from contracts import ServiceUnderTest, pytest_plugin
from contracts.checks import PROMISES

pytest_plugins = ["pytester"]

PLUGIN = ("-p", "contracts.pytest_plugin", "-W", "error")

NOTES = Path(__file__).parents[2] / "apps" / "notes"

TESTS = """
    import os, socket
    from datetime import timedelta

    import boto3
    import pytest
    from moto import mock_aws

    @pytest.fixture
    def note(contract_service):
        return contract_service.call("createNote", json={"text": "x"}).response.json()

    def test_one(contract_service, note, tmp_path, monkeypatch):
        assert contract_service.items("Notes") == [note]
        contract_service.pass_time(timedelta(hours=1))
        monkeypatch.chdir(tmp_path)

    def test_another(contract_service):
        assert contract_service.items("Notes") == []
        assert contract_service.now.hour == 0
        exchange = contract_service.call("createNote", json={"text": "y"})
        assert contract_service.findings(exchange) == ()

    def test_of_something_else():
        assert "AWS_ACCESS_KEY_ID" not in os.environ
        with mock_aws():
            assert boto3.client("s3", region_name="eu-west-1").list_buckets()["Buckets"] == []

    def test_yet_another(note, contract_service):
        assert contract_service.items("Notes") == [note]

    def test_seed(contract_service, note, record_property):
        with open(os.environ["NOTE_IDS"], "a") as file:
            file.write(note["note_id"] + "\\n")
"""


@pytest.fixture(scope="module")
def first_id() -> str:
    """The id of the first note under seed 5, made before pytester begins to forget what is imported."""
    with ServiceUnderTest(NOTES / "openapi.yaml", NOTES / "template.yaml", parameters={}, seed=5) as service:
        return str(service.call("createNote", json={"text": "x"}).response.json()["note_id"])


@pytest.fixture
def notes(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """The notes service in a folder of its own, where warnings are errors, and tests of it below."""
    shutil.copytree(NOTES, pytester.path, dirs_exist_ok=True)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(str(Path(each).parent) for each in contracts.__path__))
    monkeypatch.setenv("NOTE_IDS", str(pytester.path / "ids"))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    (pytester.path / "contracts.toml").write_text("[budgets]\nexamples = 2\nscenarios = 2\nsteps = 2\n")
    pytester.makepyfile(test_notes=TESTS)
    return pytester


@pytest.mark.service
def test_it_begins_anew_for_each_test_and_steps_aside_for_the_others(
    notes: pytest.Pytester, first_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Tests find the service as at its beginning, other tests the process as it was; the contract's run has its turn.

    Nothing is configured at or above the working directory, so pytest's rootdir decides; the seed is the given one.
    """
    notes.makeini("[pytest]")
    (elsewhere := notes.path.parent / "elsewhere").mkdir()
    monkeypatch.chdir(elsewhere)
    paths = [str(notes.path / name) for name in ("test_notes.py::test_one", "openapi.yaml", "test_notes.py")]
    result = notes.runpytest_subprocess(*PLUGIN, "--contracts-seed", "5", *paths)

    result.assert_outcomes(passed=4 * len(PROMISES) + 5)
    assert (notes.path / "ids").read_text().split() == [first_id]


@pytest.mark.service
def test_workers_have_one_each(notes: pytest.Pytester) -> None:
    """Under pytest-xdist each worker has a service of its own, with the same beginning."""
    notes.runpytest_subprocess(*PLUGIN, "-p", "xdist.plugin", "-n", "2", "test_notes.py").assert_outcomes(passed=5)


def test_what_cannot_stand_is_an_error_with_its_reason(notes: pytest.Pytester) -> None:
    """A contract that is missing is one message in each test that names the service; other tests run."""
    (notes.path / "openapi.yaml").unlink()
    notes.makepyfile(test_plain="def test_plain(): pass")
    arguments = ("-W", "error", "-k", "not something_else")
    result = notes.runpytest_inprocess(*arguments, plugins=[pytest_plugin])

    result.assert_outcomes(passed=1, errors=4, deselected=1)
    result.stdout.fnmatch_lines(["*could not run: there is no contract: no openapi.yaml*"])
    result.stdout.no_fnmatch_line("*Traceback*")
