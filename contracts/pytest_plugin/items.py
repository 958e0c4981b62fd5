"""Items: a contract's operations and promises as pytest collects, runs and reports them."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from contracts.pytest_plugin.files import Asked, asked
from contracts.pytest_plugin.running import SUMMARIES, outcome_of, reasons, summary, text

if TYPE_CHECKING:
    from contracts.contract import Operation
    from contracts.finding import Failure, Verdict

SEPARATOR = "::"
"""What pytest puts between the parts of a node id."""

_OUTCOMES = pytest.StashKey[dict[Path, "Verdict | Exception"]]()


class ContractFile(pytest.File):
    """A contract: its children are the operations."""

    def collect(self) -> Iterable[OperationNode]:
        """
        The operations, those that are configured if any are.

        Raises:
            CollectError: The contract or the configuration is not usable; one message says why.
        """
        from contracts.errors import ContractsError

        try:
            found = asked(self.path, self.config)
        except ContractsError as error:
            raise self.CollectError(str(error)) from None
        for operation in found.operations:
            yield OperationNode.from_parent(self, name=_name(operation.name), operation=operation, asked=found)


class OperationNode(pytest.Collector):
    """An operation: its children are the promises that are asked of it."""

    def __init__(self, *, operation: Operation, asked: Asked, **others: Any) -> None:
        super().__init__(**others)
        self.operation = operation
        self.asked = asked

    def collect(self) -> Iterable[PromiseItem]:
        """One item a promise."""
        for promise in self.asked.promises:
            yield PromiseItem.from_parent(self, name=promise, operation=self.operation, asked=self.asked)


class PromiseItem(pytest.Item):
    """
    A promise of an operation: a view on the run of its contract.

    The run is made when the first item is set up. So what could not run is an error for pytest, and what is
    broken is a failure: two families, as everywhere.
    """

    def __init__(self, *, operation: Operation, asked: Asked, **others: Any) -> None:
        super().__init__(**others)
        self.operation = operation
        self.asked = asked

    @property
    def line(self) -> int | None:
        """The operation's line in the contract, counted from 1."""
        place = self.operation.location
        return place.line if os.path.realpath(place.path) == os.path.realpath(self.path) else None

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the operation stands (pytest counts lines from 0), and the heading of a failure."""
        line = None if self.line is None else self.line - 1
        return self.path, line, f"{self.operation.name}{SEPARATOR}{self.name}"

    def setup(self) -> None:
        """Make the run if no item of the contract did; an error if this promise could not run."""
        verdict = self._verdict()
        if verdict.interrupted:
            raise KeyboardInterrupt
        rows = (row.standings.get(self.name) for row in verdict.operations if row.operation == self.operation.name)
        if next(rows, None) not in ("kept", "broken"):
            why = reasons(verdict, self.operation.name, self.name)
            pytest.fail(f"could not run: {why}", pytrace=False)

    def runtest(self) -> None:
        """Fail if the promise is broken."""
        verdict = self._verdict()
        if failures := [each for each in verdict.failures if self._shows(each)]:
            repeat = self._repeat(verdict.seed)
            pytest.fail("\n\n".join(text(each, verdict.seed, repeat=repeat) for each in failures), pytrace=False)

    def _verdict(self) -> Verdict:
        from contracts.errors import ContractsError

        outcomes = self.session.stash.setdefault(_OUTCOMES, {})
        first = self.path not in outcomes
        if first:
            outcomes[self.path] = self._run()
        outcome = outcomes[self.path]
        if isinstance(outcome, ContractsError):
            pytest.fail(f"could not run: {outcome}", pytrace=False)
        if isinstance(outcome, Exception):
            if first:
                raise outcome
            pytest.fail(f"could not run: {type(outcome).__name__} in the run, as shown above", pytrace=False)
        return outcome

    def _run(self) -> Verdict | Exception:
        """Run the contract for all of its items that are selected; or what kept it from running."""
        selected, seed = self._selected(), self.config.getoption("contracts_seed")
        outcome, ignored = outcome_of(
            self.asked.configuration.overridden(
                operations=tuple(dict.fromkeys(each.operation.name for each in selected)),
                promises=tuple(dict.fromkeys(each.name for each in selected)),
                seed=seed,
            )
        )
        if not isinstance(outcome, Exception):
            summaries = self.config.stash.setdefault(SUMMARIES, {})
            summaries[self._file()] = summary(outcome, ignored, fail_on_gaps=self.asked.configuration.fail_on_gaps)
        return outcome

    def _selected(self) -> list[PromiseItem]:
        """The items of the same contract that were not deselected."""
        return [each for each in self.session.items if isinstance(each, PromiseItem) and each.path == self.path]

    def _shows(self, failure: Failure) -> bool:
        """Whether it is this promise's failure; one of no operation of the contract is shown by the first item."""
        finding = failure.finding
        if finding.promise != self.name:
            return False
        if finding.operation in self.asked.known:
            return finding.operation == self.operation.name
        return self is next(each for each in self._selected() if each.name == self.name)

    def _repeat(self, seed: int) -> str:
        path = os.path.relpath(self.config.rootpath / self._file(), self.config.invocation_params.dir)
        node = SEPARATOR.join((path, *self.nodeid.split(SEPARATOR)[1:]))
        return shlex.join(["pytest", node, "--contracts-seed", str(seed)])

    def _file(self) -> str:
        return self.nodeid.partition(SEPARATOR)[0]


def _name(operation: str) -> str:
    """The operation's name as a part of a node id that can be given back to pytest."""
    return operation.replace(SEPARATOR, ":").replace("[", "(").replace("]", ")")
