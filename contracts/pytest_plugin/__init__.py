"""The pytest door: `pytest openapi.yaml` makes the promises of a contract pytest's items, all views on one run.

Every pytest imports this package that starts in an environment which has it. So it imports the standard library
and pytest alone; the stages are imported when there is a contract to collect.
"""

from __future__ import annotations

import argparse
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from contracts.pytest_plugin.files import ENDINGS, is_contract
from contracts.pytest_plugin.items import ContractFile, PromiseItem
from contracts.pytest_plugin.running import SUMMARIES
from contracts.pytest_plugin.standing import made_ready, standing_service

if TYPE_CHECKING:
    from contracts.run import ServiceUnderTest

# With these, xdist may give items of one file to several workers.
_SCATTERING = ("load", "worksteal", "loadscope", "loadgroup")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the one option: everything else is configured, or known from the contract and the template."""
    parser.getgroup("contracts", "contract tests").addoption(
        "--contracts-seed",
        type=_seed,
        default=None,
        metavar="N",
        help="The same seed makes the same requests. [default: the configured one, or 0]",
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take a file if it is a contract; nothing of ours is imported for one that cannot be."""
    if file_path.suffix not in ENDINGS:
        return None
    if not is_contract(file_path, parent.config, explicit=parent.session.isinitpath(file_path)):
        return None
    collector: ContractFile = ContractFile.from_parent(parent, path=file_path)
    return collector


@pytest.fixture(scope="session")
def contract_service(request: pytest.FixtureRequest) -> Iterator[ServiceUnderTest]:
    """
    The configured service, standing, and as at its beginning before each test that names it.

    It is one for the whole session, so that Hypothesis may make many examples in one test; between tests that
    name it and tests that do not, it steps aside.
    """
    with standing_service(request.config) as service:
        yield service


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Bring `contract_service` to its beginning for a test that names it; for any other, out of the way."""
    made_ready(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Give the short summary the sentence, and the contract as its place: the code that said it is of no interest."""
    report = yield
    if isinstance(item, PromiseItem) and call.excinfo and isinstance(call.excinfo.value, pytest.fail.Exception):
        crash = getattr(report.longrepr, "reprcrash", None)
        if crash is not None:
            crash.message = str(call.excinfo.value).partition("\n")[0]
            crash.path, crash.lineno = str(item.path), item.line or 1
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand what the runs left to say to xdist's controller; gaps change the exit status where that is configured."""
    summaries = session.config.stash.get(SUMMARIES, {})
    output = getattr(session.config, "workeroutput", None)  # that of a worker of xdist
    if output is not None:
        output["contracts"] = summaries
    elif session.exitstatus == pytest.ExitCode.OK and any(each["fails"] for each in summaries.values()):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say how many gaps there are; after an interruption, what was known by then."""
    for file, summary in sorted(config.stash.get(SUMMARIES, {}).items()):
        if summary["said"]:
            terminalreporter.write_line(f"contracts: {file}: {summary['said']}")
        for text in summary["known"]:
            terminalreporter.write_line(f"\n{text}")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Keep what a worker of xdist has to say for the controller's summary."""
    summaries = getattr(node, "workeroutput", {}).get("contracts", {})
    node.config.stash.setdefault(SUMMARIES, {}).update(summaries)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep the items of a contract on one worker, so that there is one run of it, whatever `--dist` scatters."""
    if config.getoption("dist") not in _SCATTERING:
        return None
    from contracts.pytest_plugin.scheduling import Scheduler

    return Scheduler(config, log)


def _seed(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0")
    return int(text)
