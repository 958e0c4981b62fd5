"""Options that the tests share, and the one run of our own contract that they look at."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

import contracts

ROOT = Path(__file__).parent.parent

# Apps that tests run; their contracts are nothing for pytest to collect.
collect_ignore = ["apps"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options of our own tests."""
    parser.addoption("--update-golden", action="store_true", help="write tests/golden/ anew from what the code says")
    parser.addoption("--gateway-cases", help="a file of API Gateway cases to judge by (default: the one in tests/aws/)")


def pytest_configure() -> None:
    """
    Have SIGINT mean what it means at a terminal.

    A shell lets what it starts in the background ignore it, and all processes below inherit that; ours are sent it.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def our_verdict() -> contracts.Verdict:
    """The verdict over openapi.yaml and template.yaml, made once, with less generated than by default."""
    settings = contracts.Settings(Path("openapi.yaml"), Path("template.yaml"), examples=5, scenarios=20)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        return contracts.verify(settings)
