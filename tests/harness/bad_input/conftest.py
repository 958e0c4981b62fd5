"""The command line over an app, in this process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.cli import main
from tests.harness.bad_input.apps import Files, Printed, written


@pytest.fixture
def command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Printed]:
    """Run a command line in a folder that has the right app with some files changed."""

    def run(files: Files, *arguments: str) -> Printed:
        written(tmp_path, files)
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("COLUMNS", "160")
        with pytest.raises(SystemExit) as caught:
            main(arguments or ("run",))
        assert isinstance(caught.value.code, int)
        return Printed(caught.value.code, *capsys.readouterr())

    return run


@pytest.fixture
def refused(command: Callable[..., Printed]) -> Callable[..., None]:
    """Assert that an app is refused with one message: its place, what is wrong, and below it the cure."""

    def check(files: Files, error: str, cure: str, *arguments: str) -> None:
        printed = command(files, *arguments)

        assert printed.err.startswith(f"contracts: error: {error}")
        lines = printed.err.splitlines()
        assert len(lines) == 2
        assert lines[1].startswith("  ")
        assert cure in lines[1]
        assert (printed.status, printed.out) == (2, "")

    return check
