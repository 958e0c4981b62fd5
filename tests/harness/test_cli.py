"""The command line: options in, one stage called, words and an exit status out."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from contracts import reports
from contracts.cli import main
from contracts.configuration import Configuration
from contracts.errors import ContractError, ContractsError, Location
from contracts.exchange import Case, Exchange
from contracts.finding import Failure, Finding, Gap, Unavailable, Verdict
from contracts.http import Request, Response
from contracts.interruption import Interruption

KEPT = Verdict("openapi.yaml", "template.yaml", "T", 0, 1, "", 0.1, ("payloads",), ())
BROKEN = replace(
    KEPT,
    failures=(
        Failure(
            Finding(
                "payloads",
                "c",
                "getX",
                "Broken.",
                (Exchange(Case("1", None, Request("GET", "/"), "p"), Response(500)),),
            ),
            1,
        ),
    ),
)
NOT_RUN = replace(KEPT, unavailable=(Unavailable("no such function", "getX"),))
GAPS = replace(KEPT, gaps=(Gap("payloads", "c", None, "no schema"),))


@dataclass(frozen=True)
class Settings:
    """What a run is asked for, as `contracts.run` has it."""

    contract: Path
    template: Path
    parameters: dict[str, str] = field(default_factory=dict)
    promises: tuple[str, ...] | None = None
    operations: tuple[str, ...] | None = None
    places: dict[str, Location] = field(default_factory=dict)
    seed: int = 0
    examples: int = 100
    identities: tuple[object, ...] = ()
    key_set: Path | None = None

    @classmethod
    def of(cls, asked: Configuration) -> Settings:
        """As much of what is configured as these tests look at."""
        return cls(
            asked.contract_file(),
            asked.template_file(),
            dict(asked.parameters),
            asked.promises,
            asked.operations,
            seed=asked.seed,
            **asked.budgets,
        )


@dataclass
class Runs:
    """A run that takes no time: answers what it was told to, and remembers what it was asked."""

    answer: Verdict | BaseException = KEPT
    signal: signal.Signals | None = None
    asked: list[Settings] = field(default_factory=list)

    def __call__(self, settings: Settings, *, watch: Any, interruption: Interruption) -> Verdict:
        self.asked.append(settings)
        if self.signal is not None:
            signal.raise_signal(self.signal)
        watch.begin(["getThing"])
        watch.phase("examples")
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Runs:
    """A folder with a contract and a template, and a run that only pretends."""
    (tmp_path / "openapi.yaml").write_text("")
    (tmp_path / "template.yaml").write_text("")
    monkeypatch.chdir(tmp_path)
    fake, pretended = ModuleType("contracts.run"), Runs()
    fake.__dict__.update(Settings=Settings, run=pretended)
    monkeypatch.setitem(sys.modules, "contracts.run", fake)
    return pretended


@pytest.fixture
def exports(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """A configured folder, and stages that derive documents from the contract's text."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "contracts.toml").write_text('[export]\napi-gateway = "deploy/openapi.json"\ncompiled = "c.json"\n')
    reader, writer = ModuleType("contracts.openapi"), ModuleType("contracts.export")
    reader.__dict__["load"] = Path.read_text
    writer.__dict__.update(
        for_api_gateway=lambda contract: {"gateway": contract},
        for_http_api=lambda contract: {"http": contract},
        compiled=lambda contract: {"compiled": contract},
        losses=lambda contract, kind: [f"getX: the body, as {kind}"] if "body" in contract else [],
        to_json=json.dumps,
    )
    for module in (reader, writer):
        monkeypatch.setitem(sys.modules, module.__name__, module)
        monkeypatch.setattr("contracts." + module.__name__.partition(".")[2], module, raising=False)

    def write(text: str) -> None:
        (tmp_path / "openapi.yaml").write_text(text)

    write("one")
    return write


def status(*arguments: str) -> int:
    """The exit status of a command line."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert isinstance(caught.value.code, int)
    return caught.value.code


def test_help_loads_nothing_heavy() -> None:
    """`contracts --help`, of every command, answers without what a run needs."""
    code = (
        "import sys\n"
        "from contracts.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit as end: assert end.code == 0, end.code\n"
        "heavy = {'schemathesis', 'hypothesis', 'moto', 'boto3', 'botocore', 'rich', 'yaml', 'requests'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    for arguments in (["--help"], ["run", "--help"], ["export", "-h"]):
        done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)

        assert done.returncode == 0, done.stderr
        assert "contracts" in done.stdout


def test_version_is_the_distributions(capsys: pytest.CaptureFixture[str]) -> None:
    """`contracts --version` says which release is installed."""
    try:
        installed = version("lambda-contracts")
    except PackageNotFoundError:
        pytest.skip("lambda-contracts is not installed here")

    assert status("--version") == 0
    assert capsys.readouterr().out == f"contracts {installed}\n"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(KEPT, 0), (BROKEN, 1), (NOT_RUN, 2), (GAPS, 0), (replace(BROKEN, unavailable=NOT_RUN.unavailable), 1)],
    ids=["kept", "broken", "could not run", "gaps", "broken and could not run"],
)
def test_exit_status_is_the_verdicts(runs: Runs, answer: Verdict, expected: int) -> None:
    """1 if anything is broken; else 2 if something could not run; else 0, whatever the gaps."""
    runs.answer = answer

    assert status("run") == expected


def test_the_report_is_on_standard_output_alone(runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    """The report goes to standard output, and nothing else does."""
    status("run")
    written = capsys.readouterr()

    assert written.out.splitlines()[-1].startswith("kept: ")
    assert written.err == ""


def test_options_reach_the_run(runs: Runs, tmp_path: Path) -> None:
    """Each option of the command line is a setting of the run."""
    (tmp_path / "other.yaml").write_text("")
    status(
        *("run", "--contract", "other.yaml", "--template", "template.yaml", "--only", "payloads", "--only", "methods"),
        *("--operation", "getX", "--seed", "7"),
    )

    assert runs.asked == [
        Settings(Path("other.yaml"), Path("template.yaml"), {}, ("payloads", "methods"), ("getX",), seed=7)
    ]


def test_the_configuration_is_what_the_command_line_leaves_open(runs: Runs, tmp_path: Path) -> None:
    """Without options the configuration counts; with one, the option does."""
    (tmp_path / "contracts.toml").write_text("seed = 3\n[parameters]\nStage = 'x'\n[budgets]\nexamples = 5\n")
    status("run")
    status("run", "--seed", "0")

    assert [(each.seed, each.parameters, each.examples) for each in runs.asked] == [
        (3, {"Stage": "x"}, 5),
        (0, {"Stage": "x"}, 5),
    ]


def test_gaps_count_where_that_is_configured(runs: Runs, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With fail-on-gaps a gap makes the exit status 1, and the reason is said."""
    (tmp_path / "contracts.toml").write_text("fail-on-gaps = true\n")
    runs.answer = GAPS

    assert status("run") == 1
    assert "fail-on-gaps" in capsys.readouterr().err


def test_an_ignored_failure_does_not_count(runs: Runs, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the configuration ignores is a note in the report and no failure."""
    (tmp_path / "contracts.toml").write_text("[[ignore]]\ncheck = 'c'\nreason = 'known since May'\n")
    runs.answer = BROKEN

    assert status("run") == 0
    assert "known since May" in capsys.readouterr().out


def test_reports_are_written(runs: Runs, tmp_path: Path) -> None:
    """Every --report is written, whatever the verdict."""
    runs.answer = BROKEN

    assert status("run", "--report", "a.json", "--report", "b/c.json") == 1
    assert json.loads((tmp_path / "a.json").read_text()) == json.loads((tmp_path / "b" / "c.json").read_text())


def test_a_report_that_cannot_be_written_stops_before_the_run(runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    """A report's unknown ending is said at once: nothing has run."""
    assert status("run", "--report", "a.pdf") == 2
    assert runs.asked == []
    assert "contracts: error: a.pdf: no report is written to a file with the ending .pdf" in capsys.readouterr().err


def test_the_repeating_line_has_the_files_that_were_named(runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    """Files named on the command line are named again in the line that repeats a failure."""
    runs.answer = BROKEN
    status("run", "--template", "template.yaml")

    assert "contracts run --template template.yaml --operation getX --only payloads --seed 0" in capsys.readouterr().out


def test_an_error_is_one_message_without_traceback(runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    """What could not run is said with file, line and cure, and the exit status is 2."""
    runs.answer = ContractError("`paths` is missing", location=Location("openapi.yaml", 3), cure="Add `paths`.")

    assert status("run") == 2
    assert capsys.readouterr().err == "contracts: error: openapi.yaml:3: `paths` is missing\n  Add `paths`.\n"


def test_an_error_cannot_control_the_terminal(runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    """What a terminal would obey in an error's words, which may be those of a contract or a handler, is shown."""
    runs.answer = ContractError("importing `app` raised \x1b[2J\x07", location=Location("a\x9bb.yaml"), cure="A\rB.")

    assert status("run") == 2
    said = capsys.readouterr().err
    assert said == "contracts: error: a\\x9bb.yaml: importing `app` raised \\x1b[2J\\x07\n  A\\rB.\n"


def test_no_contract_is_said(runs: Runs, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In a folder without a contract the error has its usual names and the option."""
    (tmp_path / "openapi.yaml").unlink()

    assert status("run") == 2
    assert "--contract" in capsys.readouterr().err


def test_a_defect_of_ours_is_named_and_can_be_reported(runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    """An exception that nobody foresaw is one message that says where to report it, and no traceback."""
    runs.answer = ZeroDivisionError("division by zero")

    assert status("run") == 2
    said = capsys.readouterr().err
    assert said.startswith(
        "contracts: error: contracts itself failed while the command line was obeyed: "
        "ZeroDivisionError: division by zero (contracts/cli.py, line "
    )
    assert "https://github.com/lambda-contracts/lambda-contracts/issues" in said
    assert "Traceback" not in said


def test_the_traceback_of_a_defect_is_shown_on_request(tmp_path: Path) -> None:
    """With CONTRACTS_TRACEBACK in the environment, the traceback stands above the message."""
    code = (
        "import sys, types\n"
        "from contracts.cli import main\n"
        "def run(*_, **__): raise ZeroDivisionError('ours')\n"
        "sys.modules['contracts.run'] = types.SimpleNamespace(run=run, Settings=dict)\n"
        "main(['run'])\n"
    )
    for name in ("openapi.yaml", "template.yaml"):
        (tmp_path / name).touch()
    (tmp_path / "contracts.toml").touch()
    environment = {**os.environ, "CONTRACTS_TRACEBACK": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert "Traceback (most recent call last)" in done.stderr
    assert done.stderr.index("in run") < done.stderr.index("contracts: error: contracts itself failed")


@pytest.mark.parametrize("arguments", [["--nonsense"], ["run", "--seed", "x"], ["run", "--seed", "-1"], ["rnu"]])
def test_usage_errors_are_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A command line that means nothing is exit status 2, with the usage."""
    assert status(*arguments) == 2
    assert "Usage: contracts" in capsys.readouterr().err


def test_an_interrupted_command_is_130(runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C before the run could say anything ends with the shell's status for it."""
    runs.answer = KeyboardInterrupt()

    assert status("run") == 130
    assert capsys.readouterr().err == "\ncontracts: interrupted\n"  # below the ^C of the terminal


@pytest.mark.parametrize(
    ("verdict", "number", "expected"),
    [
        (replace(KEPT, interrupted=True), signal.SIGINT, 130),
        (replace(KEPT, interrupted=True), signal.SIGTERM, 143),
        (NOT_RUN, signal.SIGTERM, 143),
        (replace(BROKEN, interrupted=True), signal.SIGINT, 1),
        (replace(BROKEN, interrupted=True), signal.SIGTERM, 1),
        (KEPT, signal.SIGINT, 130),
    ],
    ids=["SIGINT", "SIGTERM", "could not run", "broken, SIGINT", "broken, SIGTERM", "after its end"],
)
def test_a_signal_is_the_exit_status_unless_something_is_broken(
    runs: Runs, verdict: Verdict, number: signal.Signals, expected: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """A signal defers to the run, whose verdict is reported; the status is 1 if something is broken, and never 0."""
    runs.answer, runs.signal = verdict, number

    assert status("run", "--report", "a.json") == expected
    assert json.loads(Path("a.json").read_text(encoding="utf-8"))["verdict"] == verdict.standing
    assert capsys.readouterr().err.endswith("contracts: interrupted\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_a_report_is_written_leaves_it_whole(
    runs: Runs, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    """What is being written is written to its end, and so is what comes after it."""

    def interrupted(verdict: Verdict) -> str:
        signal.raise_signal(number)
        return json_text(verdict)

    json_text = reports.FORMATS[".json"]
    monkeypatch.setattr(reports, "FORMATS", {**reports.FORMATS, ".json": interrupted})

    assert status("run", "--report", "a.json", "--report", "b.xml") == 128 + number
    assert json.loads(Path("a.json").read_text(encoding="utf-8"))["verdict"] == "kept"
    assert Path("b.xml").read_text(encoding="utf-8").endswith("</testsuites>\n")


def test_signals_are_afterwards_as_before(runs: Runs) -> None:
    """The command line gives back the handlers of signals that it took."""
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    status("run")

    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_a_writer_that_fails_loses_nothing(
    runs: Runs, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A defect of one writer is named, and the status is 2 unless something is broken; all else is written."""

    def broken(_verdict: Verdict) -> str:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(reports, "FORMATS", {**reports.FORMATS, ".json": broken})

    assert status("run", "--report", "a.json", "--report", "b.xml") == 2
    said = capsys.readouterr()
    assert "contracts itself failed while a.json was written: ZeroDivisionError: ours" in said.err
    assert "kept: " in said.out
    assert Path("b.xml").is_file()

    runs.answer = BROKEN
    assert status("run", "--report", "a.json") == 1


def test_a_console_report_that_fails_loses_no_file(
    runs: Runs, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A defect of the console report is named, and the files have been written."""

    def broken(*_: object) -> str:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(reports.console, "text", broken)

    assert status("run", "--report", "a.json") == 2
    assert "while the console report was written: ZeroDivisionError: ours" in capsys.readouterr().err
    assert Path("a.json").is_file()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_loses_no_verdict(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard output that cannot be written to is an error, and reports in files are written nevertheless."""
    with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123 - a stream as `sys.stdout` is one
        monkeypatch.setattr(sys, "stdout", full)

        assert status("run", "--report", "a.json") == 2
    assert Path("a.json").is_file()


def test_a_reader_that_went_away_is_no_traceback(tmp_path: Path) -> None:
    """`contracts ... | head -0` ends quietly."""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-c", "from contracts.cli import main; main(['--help'])"],
        stdout=write,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(write)

    assert b"Traceback" not in done.stderr


def test_export_writes_what_is_configured(exports: Callable[[str], None], tmp_path: Path) -> None:
    """Each configured file is written, its folder made, and named."""
    assert status("export") == 0
    assert (tmp_path / "deploy" / "openapi.json").read_text() == '{"gateway": "one"}'
    assert (tmp_path / "c.json").read_text() == '{"compiled": "one"}'


def test_check_names_what_is_not_current(
    exports: Callable[[str], None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --check nothing is written; a missing or stale file is named, and the exit status is 1."""
    assert status("export", "--check") == 1
    assert not (tmp_path / "c.json").exists()

    status("export")
    assert status("export", "--check") == 0

    capsys.readouterr()
    (tmp_path / "c.json").write_text("{}")
    assert status("export", "--check") == 1
    assert capsys.readouterr().err == "c.json is not current: run `contracts export`\n"


def test_what_is_left_to_the_handlers_is_told(
    exports: Callable[[str], None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """For each kind of API that there is a document for, an operation a line."""
    exports("a contract with a body")
    (tmp_path / "contracts.toml").write_text('[export]\napi-gateway = "a.json"\nhttp-api = "b.json"\n')

    assert status("export") == 0
    assert capsys.readouterr().out.splitlines() == [
        "wrote a.json",
        "wrote b.json",
        "as a REST API, API Gateway leaves to the handlers:",
        "  getX: the body, as REST",
        "as an HTTP API, API Gateway leaves to the handlers:",
        "  getX: the body, as HTTP",
    ]


def test_nothing_to_export_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exports: object) -> None:
    """Without configured files there is nothing to do, and the error says where to name them."""
    (tmp_path / "contracts.toml").write_text("")

    assert status("export") == 2


def test_every_error_is_told(runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    """Every family of `contracts.errors` ends in a message and exit status 2."""
    families: list[type[ContractsError]] = [ContractsError, *ContractsError.__subclasses__()]
    for family in families:
        runs.answer = family("wrong")

        assert status("run") == 2
        assert capsys.readouterr().err.endswith("contracts: error: wrong\n")
