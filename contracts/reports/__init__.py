"""Reports: writers of one value, the verdict, for people and for machines."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TextIO

from contracts.errors import ConfigurationError, Location
from contracts.finding import Verdict
from contracts.reports import console, json, junit

FORMATS: Mapping[str, Callable[[Verdict], str]] = {".json": json.text, ".xml": junit.text}
"""The writer for each file ending; what a new format adds is one line here."""


def ready(paths: Iterable[Path]) -> None:
    """
    Make sure, before a long run, that its reports can be written.

    Raises:
        ConfigurationError: No writer for the file ending, or no file can be written there.
    """
    for path in paths:
        _writer(path)
        place = next(each for each in (path, *path.absolute().parents) if each.exists())
        if place == path and path.is_dir():
            problem = "it is a folder"
        elif place != path and not place.is_dir():
            problem = f"{place} is not a folder"
        elif not os.access(place, os.W_OK):
            problem = f"{place} cannot be written to"
        else:
            continue
        raise _unwritable(path, problem)


def write(verdict: Verdict, path: Path) -> None:
    """
    Write the report that the file's ending asks for; missing folders are made.

    Raises:
        ConfigurationError: No writer for the file ending, or the file could not be written.
    """
    text = _writer(path)(verdict)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise _unwritable(path, error.strerror or type(error).__name__) from error


def write_all(verdict: Verdict, paths: Iterable[Path]) -> tuple[ConfigurationError, ...]:
    """Write every report that can be written; the errors of those that could not."""
    errors = []
    for path in paths:
        try:
            write(verdict, path)
        except ConfigurationError as error:
            errors.append(error)  # the others are still wanted
    return tuple(errors)


def show(verdict: Verdict, stream: TextIO, *, environment: Mapping[str, str], command: str = "contracts run") -> None:
    """
    Write the console report to a stream, in the way that the stream can show.

    Args:
        environment: The process's environment: `NO_COLOR` (https://no-color.org) and `TERM` count.
        command: The command line that repeats the run.
    """
    encoding = stream.encoding or "ascii"
    look = console.Look(
        width=columns(),
        color=terminal(stream, environment) and not environment.get("NO_COLOR"),
        ascii_only=not encoding.lower().replace("-", "").startswith("utf"),
        command=command,
    )
    # What even UTF-8 cannot write (a lone surrogate) is not printable, and so an escape by now.
    stream.write(console.text(verdict, look))


def terminal(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether control sequences may be written to the stream."""
    return stream.isatty() and environment.get("TERM") != "dumb"


def columns() -> int:
    """The width of the terminal, or of what `COLUMNS` says, or 100."""
    return shutil.get_terminal_size((100, 24)).columns


def _writer(path: Path) -> Callable[[Verdict], str]:
    writer = FORMATS.get(path.suffix.lower())
    if writer is None:
        ending = f"the ending {path.suffix}" if path.suffix else "no ending"
        raise ConfigurationError(
            f"no report is written to a file with {ending}",
            location=Location(str(path)),
            cure=f"Give the file one of these endings: {', '.join(sorted(FORMATS))}.",
        )
    return writer


def _unwritable(path: Path, problem: str) -> ConfigurationError:
    return ConfigurationError(
        f"the report cannot be written: {problem}",
        location=Location(str(path)),
        cure="Name a file in a folder that you may write to.",
    )
