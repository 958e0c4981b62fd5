"""What surrounds a handler in its process: environment, working directory, time zone, warning filters.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
"""

from __future__ import annotations

import os
import sys
import time
import warnings
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from typing import Any, TextIO

from contracts.stack import Function, resolved

# What this machine needs to find programs, libraries and room for files; nothing else of it is visible.
_MACHINE = (
    *("PATH", "HOME", "TMPDIR", "TMP", "TEMP", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHASHSEED"),
    *("SYSTEMROOT", "SYSTEMDRIVE", "USERPROFILE", "APPDATA", "COMSPEC", "PATHEXT"),
)
# Python's own filters; those of the host (pytest's `error`, for example) are not Lambda's.
# https://docs.python.org/3/library/warnings.html#default-warning-filter
_IGNORED = (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)

# Names and values as the process has them: bytes, but for Windows.
_Raw = dict[Any, Any]
_VARIABLES: Any = os.environ


def variables(function: Function, *, region: str, log_stream: str, machine: Mapping[str, str]) -> dict[str, str]:
    """
    The environment of a function: the machine's bare necessities, its own variables, then what Lambda sets.

    Args:
        machine: The environment of this process.

    Raises:
        TemplateError: The value of one of its own could not be resolved.
    """
    code = str(function.code)
    return {
        **{name: machine[name] for name in _MACHINE if name in machine},
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        **resolved(function.environment),
        "_HANDLER": function.handler,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_megabytes),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
        "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_SESSION_TOKEN": "testing",
        # Lambda has no files with credentials; the home folder of this machine may.
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "LAMBDA_TASK_ROOT": code,
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
    }


class Surroundings:
    """
    The environment and the working directory of one function, kept as it leaves them.

    They change places twice for every invocation: variables are kept and compared as the process has them, since to
    decode and encode all of them costs more than everything else that is swapped.
    """

    def __init__(self, environment: Mapping[str, str], folder: str) -> None:
        self._environment: _Raw = {}
        self._folder = folder
        self._host: tuple[_Raw, str] = ({}, "")
        for name, value in environment.items():
            self.put(name, value)

    def put(self, name: str, value: str) -> None:
        """Set a variable, before `enter`."""
        self._environment[_VARIABLES.encodekey(name)] = _VARIABLES.encodevalue(value)

    def enter(self) -> None:
        """Put them in place."""
        self._host = (dict(_VARIABLES._data), _working_directory())
        os.chdir(self._folder)
        _change(self._host[0], self._environment)

    def leave(self) -> None:
        """Put back what the host had."""
        environment, folder = self._host
        self._environment = dict(_VARIABLES._data)
        self._folder = _working_directory() or self._folder
        _change(self._environment, environment)
        with suppress(OSError):
            os.chdir(folder)


def _working_directory() -> str:
    """The working directory; "" when it was deleted."""
    try:
        return os.getcwd()  # noqa: PTH109 - asked twice for every invocation, and a path costs six times as much
    except FileNotFoundError:
        return ""


def _change(old: _Raw, new: _Raw) -> None:
    """As `os.environ` does it, name by name, but for the encoding."""
    for name in old.keys() - new.keys():
        os.unsetenv(name)
        del _VARIABLES._data[name]
    for name, value in new.items():
        if old.get(name) != value:
            os.putenv(name, value)
            _VARIABLES._data[name] = value
    zone = _VARIABLES.encodekey("TZ")
    if old.get(zone) != new.get(zone) and hasattr(time, "tzset"):
        time.tzset()


class WarningFilters:
    """The warning filters of one function, kept as it leaves them."""

    def __init__(self) -> None:
        self._filters: list[Any] | None = None
        self._show: Any = _show
        self._open = ExitStack()

    def enter(self) -> None:
        """Put them in place; a warning is a line on standard error, whoever else collects warnings."""
        self._open.enter_context(warnings.catch_warnings())
        warnings.showwarning = self._show
        warnings.resetwarnings()
        if self._filters is not None:
            warnings.filters.extend(self._filters)  # type: ignore[attr-defined]  # a list, says the library
            return
        for category in _IGNORED:
            warnings.simplefilter("ignore", category)
        warnings.filterwarnings("default", category=DeprecationWarning, module="__main__")

    def leave(self) -> None:
        """Put back what the host had."""
        self._filters, self._show = list(warnings.filters), warnings.showwarning
        self._open.close()


def _show(  # noqa: PLR0917 - the signature of warnings.showwarning
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    (file or sys.stderr).write(warnings.formatwarning(message, category, filename, lineno, line))
