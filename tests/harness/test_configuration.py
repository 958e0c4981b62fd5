"""The configuration: found, read, and refused where it means nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.configuration import Configuration, Export, Ignored, find, pardoned, read
from contracts.errors import ConfigurationError, Location
from contracts.exchange import Case, Exchange
from contracts.finding import Failure, Finding, OperationRow, Standing, Unavailable, Verdict
from contracts.http import Request, Response

EVERYTHING = """
[project]
name = "mine"

[tool.contracts]
contract = "api/openapi.yaml"
template = "template.yml"
promises = ["payloads"]
operations = ["getX", "GET /y"]
seed = 3
fail-on-gaps = true

[tool.contracts.parameters]
Stage = "test"
Count = 2
On = true

[tool.contracts.budgets]
examples = 20

[[tool.contracts.ignore]]
check = "safe-method-writes-nothing"
operation = "getX"
reason = "counts reads"

[tool.contracts.export]
api-gateway = "deploy/openapi.json"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that nobody has configured."""
    return tmp_path


def configured(folder: Path, text: str, *, name: str = "pyproject.toml") -> Configuration:
    """The configuration of a folder with this text in this file."""
    (folder / name).write_text(text, encoding="utf-8")
    return find(folder)


def refused(folder: Path, text: str, *, name: str = "pyproject.toml") -> ConfigurationError:
    """The error that this text is."""
    with pytest.raises(ConfigurationError) as caught:
        configured(folder, text, name=name)
    return caught.value


def test_everything_is_read(folder: Path) -> None:
    """Every key of the table has its member, paths relative to the file, parameters as text."""
    assert configured(folder, EVERYTHING) == Configuration(
        contract=folder / "api/openapi.yaml",
        template=folder / "template.yml",
        parameters={"Stage": "test", "Count": "2", "On": "true"},
        promises=("payloads",),
        operations=("getX", "GET /y"),
        seed=3,
        budgets={"examples": 20},
        ignore=(Ignored("safe-method-writes-nothing", "counts reads", "getX"),),
        fail_on_gaps=True,
        export=Export(api_gateway=folder / "deploy/openapi.json"),
        file=folder / "pyproject.toml",
        folder=folder,
    )


def test_contracts_toml_has_the_same_keys_at_its_top(folder: Path) -> None:
    """A file of our own needs no `[tool.contracts]`, and comes before a pyproject.toml beside it."""
    (folder / "pyproject.toml").write_text("[tool.contracts]\nseed = 1\n")

    assert configured(folder, "seed = 2\n", name="contracts.toml").seed == 2


def test_the_nearest_file_above_counts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From a folder below, the file above is found, and its paths can be opened from there."""
    (folder / "openapi.yaml").write_text("")
    (folder / "pyproject.toml").write_text('[tool.contracts]\ncontract = "openapi.yaml"\n')
    below = folder / "a" / "b"
    below.mkdir(parents=True)
    (folder / "a" / "pyproject.toml").write_text("[project]\nname = 'no table of ours'\n")
    monkeypatch.chdir(below)

    assert find().contract_file() == Path("../../openapi.yaml")


def test_paths_stay_short_where_the_file_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the file's own folder a path is what the file says, so that reports are short."""
    (folder / "openapi.yaml").write_text("")
    monkeypatch.chdir(folder)

    assert str(configured(Path(), '[tool.contracts]\ncontract = "openapi.yaml"\n').contract_file()) == "openapi.yaml"


@pytest.mark.parametrize("name", ["openapi.yaml", "openapi.yml", "openapi.json"])
def test_usual_names_need_no_configuration(folder: Path, name: str) -> None:
    """Without any configuration the contract is found by its usual names."""
    (folder / name).write_text("")

    assert Configuration(folder=folder).contract_file() == folder / name


def test_nothing_to_run_says_what_was_looked_for(folder: Path) -> None:
    """Without a contract or template the error has the names, the folder and the cure."""
    with pytest.raises(ConfigurationError, match=r"no template: no template\.yaml, .* in .*\n.*--template"):
        Configuration(folder=folder).template_file()


def test_a_named_file_must_be_there(folder: Path) -> None:
    """A contract that is named and missing, or a folder, is told by its path."""
    for path, problem in ((folder / "x.yaml", "does not exist"), (folder, "is a folder")):
        with pytest.raises(ConfigurationError, match=problem) as caught:
            Configuration(contract=path).contract_file()

        assert caught.value.location == Location(str(path))


def test_the_command_line_overrides() -> None:
    """Options that were given replace members; those that were not leave them."""
    base = Configuration(seed=1, promises=("payloads",), contract=Path("a"))

    assert base.overridden(seed=0, promises=(), contract=None) == Configuration(
        seed=0, promises=("payloads",), contract=Path("a")
    )


@pytest.mark.parametrize(
    ("text", "line", "message", "cure"),
    [
        ("[tool.contracts]\nseed = 1\ncontarct = 'a'\n", 3, "no key 'contarct'", "'contract'"),
        ("[tool.contracts.export]\napi_gateway = 'a'\n", 2, "no key 'export.api_gateway'", "'api-gateway'"),
        ("[tool.contracts]\nexport = {compield = 'a'}\n", 2, "no key 'export.compield'", "'compiled'"),
        ("[tool]\ncontracts.export.compield = 'a'\n", 2, "no key 'export.compield'", "'compiled'"),
        ("[tool.contracts]\nzzz = 1\n", 2, "no key 'zzz'", "known: contract, template"),
        ("[tool.contracts]\n\nseed = 'a'\n", 3, "seed must be a whole number from 0, not 'a'", "Write"),
        ("[tool.contracts]\nseed = true\n", 2, "seed must be a whole number from 0, not True", "Write"),
        ("[tool.contracts]\nfail-on-gaps = 1\n", 2, "fail-on-gaps must be true or false, not 1", "Write"),
        ("[tool.contracts]\npromises = 'payloads'\n", 2, "promises must be a list", "Write"),
        ("[tool.contracts]\npromises = []\n", 2, "promises must be a list of strings with at least one", "Write"),
        ("[tool.contracts]\ncontract = 1\n", 2, "contract must be a string", "Write"),
        ("[tool.contracts]\nparameters = 1\n", 2, "parameters must be a table", "Write"),
        ("[tool.contracts.parameters]\nA = 'x'\nB = []\n", 3, "parameters.B must be a string or a number", "Write"),
        ("[tool.contracts.budgets]\nsteps = 0\n", 2, "budgets.steps must be a whole number from 1", "Write"),
        ("[tool]\ncontracts = 3\n", 2, "the configuration must be a table, not 3", "Write"),
        ("[[tool.contracts.ignore]]\ncheck = 'x'\n", 1, "an entry of ignore has no 'reason'", "why"),
        ("[tool.contracts]\nignore = 'x'\n", 2, "ignore must be a list of tables", "Write"),
        ("[tool.contracts]\nidentities = 'x'\n", 2, "identities must be a list of tables", "Write"),
        ("[[tool.contracts.identities]]\nbearer = 'x'\n", 1, "an entry of identities has no 'name'", "Every identity"),
        ("[[tool.contracts.identities]]\nname = 'a'\naccess-key = 'x'\n", 1, "only one of access-key and", "both"),
        ("[[tool.contracts.identities]]\nname = 'a'\nheaders = 1\n", 3, "identities.headers must be a table", "Write"),
        ("[[tool.contracts.identities]]\nname = 'a'\npassword = 'x'\n", 3, "no key 'identities.password'", "known"),
        (
            "[[tool.contracts.identities]]\nname='a'\n[[tool.contracts.identities]]\nname='a'\n",
            1,
            "two identities",
            "one",
        ),
    ],
)
def test_what_means_nothing_is_refused(folder: Path, text: str, line: int, message: str, cure: str) -> None:
    """A key or value that means nothing is told with file, line, and what is right."""
    error = refused(folder, text)

    assert error.location == Location(str(folder / "pyproject.toml"), line)
    assert message in error.message
    assert error.cure is not None
    assert cure in error.cure


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b"seed = 1\n[tool.contracts\n", 2, "this is not TOML: Expected ']' at the end of a table declaration"),
        (b"seed = 1\nseed = 2\n", 2, "this is not TOML: Cannot overwrite a value"),
        (b'seed = """\n\n', 2, "this is not TOML: Unterminated string"),
        (b"seed = 1\n\xff\n", 2, "the file is not UTF-8: the byte 0xff cannot stand there"),
    ],
    ids=["syntax", "key twice", "never closed", "encoding"],
)
def test_a_file_that_is_no_toml(folder: Path, content: bytes, line: int, message: str) -> None:
    """A file that cannot be read as TOML is told by its path and line, without a traceback."""
    (folder / "contracts.toml").write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        find(folder)

    assert caught.value.location == Location(str(folder / "contracts.toml"), line)
    assert caught.value.message == message


@settings(derandomize=True, database=None, deadline=None, max_examples=200)
@given(st.text(st.sampled_from("[]=\"'.\n #{}atrucons1")))
def test_every_toml_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Whatever the file holds: a configuration or a ConfigurationError, never anything else."""
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_text(text, encoding="utf-8")
    try:
        read(file)
        place = Location(str(file))
    except ConfigurationError as error:
        place = error.location or Location("nowhere")

    assert place.path == str(file)


def _failure(operation: str, check: str, promise: str = "methods") -> Failure:
    met = Exchange(Case("1", None, Request("GET", "/"), "fuzzing"), Response(200))
    return Failure(Finding(promise, check, operation, "It wrote.", (met,)), 2)


def _broken(*failures: Failure, standing: Standing = "broken", unavailable: tuple[Unavailable, ...] = ()) -> Verdict:
    rows = tuple(
        OperationRow(name, "GET", "/", 1, {200: 1}, {"payloads": "kept", "methods": standing})
        for name in sorted({failure.finding.operation for failure in failures})
    )
    return Verdict(
        "c", "t", "T", 0, 1, "", 0.0, ("payloads", "methods"), rows, failures=failures, unavailable=unavailable
    )


def test_an_ignored_failure_is_a_note() -> None:
    """A failure that is ignored leaves the verdict, its row is kept again, and a note says why."""
    verdict = pardoned(_broken(_failure("getX", "writes")), [Ignored("writes", "known", "getX")])

    assert verdict.standing == "kept"
    assert verdict.operations[0].standings == {"payloads": "kept", "methods": "kept"}
    assert verdict.notes == ("ignored, getX, writes: It wrote. (known)",)


def test_other_failures_stay() -> None:
    """What no entry covers stays broken: another operation, or another check of the same one."""
    failures = (_failure("getX", "writes"), _failure("getX", "other"), _failure("getY", "writes"))
    verdict = pardoned(_broken(*failures), [Ignored("writes", "known", "getX")])

    assert verdict.failures == failures[1:]
    assert [row.standings["methods"] for row in verdict.operations] == ["broken", "broken"]


def test_what_follows_from_an_ignored_failure_is_one() -> None:
    """Unless it is ignored as well: it stands where that one stood, and its row is broken."""
    consequence, other = _failure("getX", "other"), _failure("getY", "writes")
    verdict = pardoned(
        _broken(replace(_failure("getX", "writes"), consequences=(consequence,)), other),
        [Ignored("writes", "known", "getX")],
    )

    assert verdict.failures == (consequence, other)
    assert [row.standings["methods"] for row in verdict.operations] == ["broken", "broken"]


def test_what_could_not_run_is_not_kept() -> None:
    """Where the promise could not be judged for another reason, ignoring the failure does not make it kept."""
    unavailable = (Unavailable("no such function", "getX"),)
    verdict = pardoned(_broken(_failure("getX", "writes"), unavailable=unavailable), [Ignored("writes", "known")])

    assert verdict.operations[0].standings["methods"] == "could not run"
    assert verdict.operations[0].standings["payloads"] == "kept"


def test_an_entry_in_vain_is_said() -> None:
    """An entry that ignores nothing any more is a note, so that it can be removed."""
    assert pardoned(_broken(), [Ignored("writes", "known")]).notes == ("nothing to ignore: writes, any",)
