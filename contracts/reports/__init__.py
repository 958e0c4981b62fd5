"""Reports: writers of one value, the verdict, for people and for machines."""

from __future__ import annotations

import difflib
import logging
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TextIO

from contracts.errors import ConfigurationError, ContractsError, DefectError, Location
from contracts.finding import Verdict
from contracts.reports import console, json, junit
from contracts.reports.files import whole

_LOG = logging.getLogger(__name__)

FORMATS: Mapping[str, Callable[[Verdict], str]] = {".json": json.text, ".xml": junit.text}
"""The writer for each file ending; what a new format adds is one line here."""


def ready(paths: Iterable[Path], inputs: Iterable[Path] = ()) -> None:
    """
    Make sure, before a long run, that its reports can be written.

    Args:
        inputs: Files that no report may take the place of.

    Raises:
        ConfigurationError: No writer for the file ending, or no file can be written there.
    """
    inputs = tuple(inputs)
    for path in paths:
        _writer(path)
        try:
            problem = _obstacle(path)
        except OSError as error:  # a name that is too long, a folder that may not be looked into
            raise _unwritable(path, error.strerror or type(error).__name__) from error
        if any(path.resolve() == each.resolve() for each in inputs):
            problem = "the run reads it"
        if problem is not None:
            raise _unwritable(path, problem)


def _obstacle(path: Path) -> str | None:
    """Why no file can be written there."""
    place = next(each for each in (path, *path.absolute().parents) if each.exists())
    if place == path and path.is_dir():
        return "it is a folder"
    if place != path and not place.is_dir():
        return f"{place} is not a folder"
    return None if os.access(place, os.W_OK) else f"{place} cannot be written to"


def write(verdict: Verdict, path: Path) -> None:
    """
    Write the report that the file's ending asks for; missing folders are made, and a file there is always whole.

    Raises:
        ConfigurationError: No writer for the file ending, or the file could not be written.
        DefectError: The writer failed.
    """
    writer = _writer(path)
    try:
        text = writer(verdict)
    except Exception as error:
        _LOG.debug("while %s was written", path, exc_info=error)
        raise DefectError.of(error, f"{path} was written") from error
    try:
        whole(path, text)
    except OSError as error:
        raise _unwritable(path, error.strerror or type(error).__name__) from error


def write_all(verdict: Verdict, paths: Iterable[Path]) -> tuple[ContractsError, ...]:
    """Write every report that can be written; the errors of those that could not."""
    errors: list[ContractsError] = []
    for path in paths:
        try:
            write(verdict, path)
        except ContractsError as error:
            errors.append(error)  # the others are still wanted
    return tuple(errors)


def show(verdict: Verdict, stream: TextIO, *, environment: Mapping[str, str], command: str = "contracts run") -> None:
    """
    Write the console report to a stream, in the way that the stream can show.

    Args:
        environment: The process's environment: `NO_COLOR`, `FORCE_COLOR`, `CLICOLOR_FORCE` and `TERM` count.
        command: The command line that repeats the run.

    Raises:
        BrokenPipeError: Whoever read the stream went away.
        ConfigurationError: The stream cannot be written to.
        DefectError: The report could not be made.
    """
    # What even UTF-8 cannot write (a lone surrogate) is not printable, and so an escape by now.
    encoding = (stream.encoding or "ascii").lower().replace("-", "").replace("_", "")
    look = console.Look(
        width=columns(),
        color=colored(stream, environment),
        ascii_only=not encoding.startswith("utf"),
        command=command,
    )
    try:
        text = console.text(verdict, look)
    except Exception as error:
        _LOG.debug("while the console report was written", exc_info=error)
        raise DefectError.of(error, "the console report was written") from error
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise ConfigurationError(
            f"the report cannot be shown: {error.strerror or type(error).__name__}",
            cure="Let standard output lead to where it can be written to.",
        ) from error


def terminal(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether control sequences may be written to the stream."""
    return stream.isatty() and environment.get("TERM") != "dumb"


def colored(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """
    Whether a report may have colors: by the user's word (https://no-color.org, https://force-color.org,
    https://bixense.com/clicolors/), else on a terminal that obeys control sequences.
    """
    if environment.get("NO_COLOR"):
        return False
    forced = environment.get("FORCE_COLOR") or environment.get("CLICOLOR_FORCE", "0") not in ("", "0")
    return bool(forced) or terminal(stream, environment)


def columns() -> int:
    """The width of the terminal, or of what `COLUMNS` says, or 100."""
    return shutil.get_terminal_size((100, 24)).columns


def _writer(path: Path) -> Callable[[Verdict], str]:
    writer = FORMATS.get(path.suffix.lower())
    if writer is None:
        ending = f"the ending {path.suffix}" if path.suffix else "no ending"
        nearest = difflib.get_close_matches(path.suffix.lower(), FORMATS, 1)
        cure = f"Did you mean {nearest[0]}? " if nearest else ""
        raise ConfigurationError(
            f"no report is written to a file with {ending}",
            location=Location(str(path)),
            cure=f"{cure}Give the file one of these endings: {', '.join(sorted(FORMATS))}.",
        )
    return writer


def _unwritable(path: Path, problem: str) -> ConfigurationError:
    return ConfigurationError(
        f"the report cannot be written: {problem}",
        location=Location(str(path)),
        cure="Name a file in a folder that you may write to.",
    )
