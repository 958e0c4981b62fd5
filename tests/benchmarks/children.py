"""Children: what a command costs, from its start to its end."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
PYTHON = (sys.executable, "-P")


def command(*words: str) -> tuple[str, ...]:
    """A command that is installed beside this Python."""
    program = Path(sys.executable).with_name(words[0])
    assert program.exists(), f"{program} is installed: run `tox -e benchmark`"
    return (str(program), *words[1:])


def processor_seconds(
    words: Sequence[str], *, where: Path, more: Mapping[str, str] | None = None, fine: Sequence[int] = (0,)
) -> float:
    """
    Run a command and wait for it.

    Args:
        where: Its working directory.
        more: Variables of its environment beside this process's own.
        fine: The exit statuses that mean that it did what it was asked for.

    Raises:
        RuntimeError: It ended otherwise.
    """
    with subprocess.Popen(
        words, cwd=where, env={**os.environ, **(more or {})}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as child:
        assert child.stdout is not None
        said = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in fine:
        raise RuntimeError(f"{' '.join(words)} ended with {child.returncode}:\n{said.decode(errors='replace')}")
    return usage.ru_utime + usage.ru_stime


def start_of(words: Sequence[str], *, where: Path = ROOT, more: Mapping[str, str] | None = None) -> Callable[[], float]:
    """A way that runs a command to its end, once before it is measured so that compiled code lies ready."""
    processor_seconds(words, where=where, more=more)
    return lambda: processor_seconds(words, where=where, more=more)
