"""The whole sentence: wherever it is interrupted, and whatever of ours fails, what is known is told."""

from __future__ import annotations

import shutil
import signal
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import FrameType
from typing import Any, ClassVar

import pytest

from contracts import checks, openapi
from contracts.checks.scope import Scope
from contracts.contract import Contract
from contracts.exchange import Corpus, Exchange, Lab
from contracts.finding import Finding, Outcome, Verdict
from contracts.functions import Functions
from contracts.interruption import Interruption
from contracts.run import Settings, run
from contracts.run.shrinking import Shrinking

pytestmark = pytest.mark.service

NOTES = Path(__file__).parents[2] / "apps" / "notes"
ASKED = Settings(NOTES / "openapi.yaml", NOTES / "template.yaml", phases=("fuzzing",), examples=8)
STRIKE = "__import__('signal').raise_signal(2)"
BREAK = ('"priority": int(item["priority"])}', '"priority": "high"}')


class Noting(Interruption):
    """An interruption that other threads can wait for: signals are handled in the main one, when it gets its turn."""

    def __init__(self) -> None:
        super().__init__()
        self.noted = threading.Event()

    def _receive(self, number: int, frame: FrameType | None) -> None:
        super()._receive(number, frame)
        self.noted.set()


@dataclass
class Watching:
    """Interrupts the run when a phase begins, or after so many exchanges of it."""

    phase_of_strike: str
    after: int | None = None
    phases: list[str] = field(default_factory=list)
    exchanges: int = 0
    since: int = 0
    noted: threading.Event | None = None

    def begin(self, operations: object) -> None:
        """Nothing to do."""

    def phase(self, name: str) -> None:
        self.phases.append(name)
        if name == self.phase_of_strike:
            self.since = self.exchanges
            if self.after is None:
                signal.raise_signal(signal.SIGINT)

    def exchange(self, exchange: Exchange) -> None:
        self.exchanges += 1
        here = self.phases[-1] == self.phase_of_strike and self.exchanges - self.since == self.after
        if here:
            signal.raise_signal(signal.SIGINT)
            assert self.noted is None or self.noted.wait(60)


@pytest.fixture
def app(tmp_path: Path) -> Callable[..., Settings]:
    """The notes service with some of its text replaced."""

    def changed(*changes: tuple[str, str]) -> Settings:
        folder = tmp_path / "app"
        shutil.copytree(NOTES, folder)
        source = folder / "src" / "app.py"
        for old, new in changes:
            text = source.read_text(encoding="utf-8")
            assert text.count(old) == 1, old
            source.write_text(text.replace(old, new), encoding="utf-8")
        return replace(ASKED, contract=folder / "openapi.yaml", template=folder / "template.yaml")

    return changed


def standings(verdict: Verdict) -> set[str]:
    """Where the promises of all operations stand."""
    return {standing for row in verdict.operations for standing in row.standings.values()}


def test_interrupted_while_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """The verdict knows nothing of the service, and says so."""

    def read(*_: object, **__: object) -> Contract:
        signal.raise_signal(signal.SIGINT)
        raise AssertionError("reading ends where the signal strikes")

    monkeypatch.setattr(openapi, "load", read)
    verdict = run(ASKED)

    assert (verdict.interrupted, verdict.standing, verdict.operations) == (True, "could not run", ())


def test_interrupted_while_importing(app: Callable[..., Settings]) -> None:
    """A module that is being imported is cut off."""
    settings = app(('dynamodb = boto3.resource("dynamodb")', f"{STRIKE}\nwhile True: pass"))
    verdict = run(settings)

    assert (verdict.interrupted, verdict.exchanges) == (True, 0)


def test_interrupted_within_a_handler_that_loops(app: Callable[..., Settings]) -> None:
    """A handler that never ends is cut off; the exchanges before it are known, and it is blamed for nothing."""
    settings = app(
        ("def delete_note(event, context):", f"def delete_note(event, context):\n    {STRIKE}\n    while 1: 1")
    )
    verdict = run(settings)

    assert (verdict.interrupted, verdict.failures) == (True, ())
    assert verdict.exchanges > 0
    assert next(row for row in verdict.operations if row.operation == "deleteNote").exchanges == 0


def test_interrupted_within_a_phase(app: Callable[..., Settings]) -> None:
    """No request follows; what was broken by then is known, and nothing is said to be kept."""
    with Noting() as interruption:
        watching = Watching("fuzzing", after=20, noted=interruption.noted)
        verdict = run(app(BREAK), watch=watching, interruption=interruption)

    assert (verdict.interrupted, verdict.exchanges, verdict.standing) == (True, 20, "broken")
    assert watching.phases == ["fuzzing"]
    assert "kept" not in standings(verdict)
    assert verdict.gaps == ()


@pytest.mark.parametrize("after", [None, 1], ids=["at its beginning", "within"])
def test_interrupted_in_an_active_check(after: int | None) -> None:
    """What its promise lacks is not known, and the promises that were asked to the end are kept."""
    watching = Watching("location-finds-what-was-created", after=after)
    verdict = run(ASKED, watch=watching)

    assert (verdict.interrupted, verdict.standing, verdict.failures) == (True, "could not run", ())
    assert watching.phases[-1] == "location-finds-what-was-created"
    known = {"payloads": "kept", "statuses": "kept", "methods": "not asked", "sequences": "not asked"}
    assert all(row.standings == known for row in verdict.operations)


def test_interrupted_while_shrinking(app: Callable[..., Settings]) -> None:
    """What is broken was found already; it is told as small as it was by then."""
    watching = Watching("shrinking", after=2)
    verdict = run(app(BREAK), watch=watching)

    assert (verdict.interrupted, verdict.standing) == (True, "broken")
    assert watching.exchanges - watching.since == 2
    assert {each.finding.check for each in verdict.failures} == {"answer-matches-its-schema"}
    assert verdict.operations[2].standings["methods"] == "kept"


def test_an_interruption_of_somebody_else_counts() -> None:
    """Who has an interruption open already, as the command has, hands it over."""
    with Interruption((signal.SIGTERM,)) as interruption, interruption.deferred():
        signal.raise_signal(signal.SIGTERM)
        verdict = run(ASKED, interruption=interruption)

    assert (verdict.interrupted, verdict.exchanges) == (True, 0)


def test_what_is_stuck_in_no_python_is_left_behind(app: Callable[..., Settings]) -> None:
    """A handler that waits for ever, in code that no exception reaches, holds up nothing."""
    wait = f"    lock = __import__('threading').Lock()\n    lock.acquire()\n    {STRIKE}\n    lock.acquire()"
    settings = app(("def list_notes(event, context):", f"def list_notes(event, context):\n{wait}"))
    verdict = run(settings)

    assert verdict.interrupted
    assert threading.current_thread() is threading.main_thread()


@dataclass(frozen=True)
class Failing:
    """A check of ours that has a defect: it fails after its first finding."""

    promise: str = "methods"
    name: str = "failing-check"

    def found(self, corpus: Corpus) -> Iterable[Outcome]:
        operation = corpus.exchanges[0].case.operation
        assert operation is not None
        yield Finding("methods", "failing-check", operation.name, "Found.", corpus.exchanges[:1])
        raise ZeroDivisionError("ours")


class FailingHistory(Failing):
    def after_run(self, corpus: Corpus) -> Iterable[Outcome]:
        return self.found(corpus)


class FailingActive(Failing):
    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        return self.found(corpus)


@pytest.mark.parametrize("check", [FailingHistory(), FailingActive()], ids=["history", "active"])
def test_a_check_that_fails_loses_nothing(check: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it found, and what all others found, is told; its promise could not run, with the place to report it."""
    registered = checks.registered
    monkeypatch.setattr(checks, "registered", lambda *args, **options: (check, *registered(*args, **options)))
    verdict = run(ASKED)

    [problem] = verdict.unavailable
    assert problem.reason.startswith("contracts itself failed while failing-check was asked: ZeroDivisionError: ours")
    assert "https://github.com/lambda-contracts/lambda-contracts/issues" in str(problem.cure)
    assert [each.finding.message for each in verdict.failures] == ["Found."]
    known = {"payloads": "kept", "statuses": "kept", "methods": "could not run", "sequences": "kept"}
    assert verdict.operations[1].standings == known
    assert (verdict.interrupted, verdict.exit_status()) == (False, 1)


@dataclass(frozen=True)
class FailingAtOne:
    """Fails at one operation, and finds something in each other."""

    scope: Scope
    promise: ClassVar[str] = "methods"
    name: ClassVar[str] = "failing-check"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        for operation in self.scope.operations:
            if operation.name == "getNote":
                raise ZeroDivisionError("ours")
            yield Finding("methods", "failing-check", operation.name, "Found.", corpus.exchanges[:1])


def test_a_check_that_fails_at_one_operation_goes_on_with_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only that one could not run, and what is found of the others is told once."""
    registered = checks.registered

    def with_one_more(contract: Contract, **options: Any) -> tuple[Any, ...]:
        scope = Scope.of(contract, promises={"methods"}, operations=options["operations"])
        return (FailingAtOne(scope), *registered(contract, **options))

    monkeypatch.setattr(checks, "registered", with_one_more)
    verdict = run(ASKED)

    assert [(each.operation, each.promise) for each in verdict.unavailable] == [("getNote", "methods")]
    assert [(each.finding.operation, each.count) for each in verdict.failures] == [
        ("createNote", 1),
        ("listNotes", 1),
        ("deleteNote", 1),
    ]


def test_an_exchange_check_that_fails_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """So does one that judges single exchanges; without a failure the exit status is 2."""

    class FailingExchange(Failing):
        def after_exchange(self, exchange: Exchange) -> Iterable[Finding]:
            raise ZeroDivisionError("ours")

    registered = checks.registered
    monkeypatch.setattr(
        checks, "registered", lambda *args, **options: (FailingExchange(), *registered(*args, **options))
    )
    verdict = run(ASKED)

    assert "failing-check was asked" in verdict.unavailable[0].reason
    assert (verdict.failures, verdict.exit_status()) == ((), 2)


def test_shrinking_that_fails_loses_nothing(app: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch) -> None:
    """The failures are told as they were found."""

    def smallest(*_: object) -> Finding:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(Shrinking, "smallest", smallest)
    verdict = run(app(BREAK))

    assert verdict.failures
    assert "contracts itself failed while failures were made smaller" in verdict.unavailable[0].reason
    assert verdict.exit_status() == 1


def test_generation_that_fails_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A defect in the middle of generation ends it; everything could not run, and the exchanges count."""
    invoke = Functions.invoke
    counted: list[object] = []

    def failing(functions: Functions, *given: Any) -> Any:
        counted.append(given)
        if len(counted) == 10:
            raise ZeroDivisionError("ours")
        return invoke(functions, *given)

    monkeypatch.setattr(Functions, "invoke", failing)
    verdict = run(ASKED)

    assert "contracts itself failed while requests were generated: ZeroDivisionError: ours" in str(verdict.unavailable)
    assert verdict.exchanges > 0
    assert (standings(verdict), verdict.exit_status()) == ({"could not run"}, 2)
