"""Files: which one is a contract, how it is configured, and what can be asked of it."""

from __future__ import annotations

import logging
import os
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from contracts.configuration import Configuration
    from contracts.contract import Operation

ENDINGS = frozenset({".yaml", ".yml", ".json"})
"""What the name of a contract ends with; files of other endings are never looked at."""

# What the default names of a contract have in common. Where nothing is configured, files of other names are not
# looked at, and `contracts.configuration`, which knows the names, is not imported.
_STEM = "openapi"
_OPENAPI = re.compile(rb"""(?:^(?:\xef\xbb\xbf)?["']?|[{,]\s*["']?)(?:openapi|swagger)["']?\s*:""", re.MULTILINE)
_FIRST_BYTES = 65_536
_FOLDERS = pytest.StashKey[dict[Path, Path | None]]()


@dataclass(frozen=True, slots=True)
class Asked:
    """
    What can be asked of a contract.

    Attributes:
        configuration: With the contract and the template as absolute paths: a test may change the working directory.
        operations, promises: Those that are configured, else all.
        known: The names of all operations of the contract.
    """

    configuration: Configuration
    operations: tuple[Operation, ...]
    promises: tuple[str, ...]
    known: frozenset[str]


def asked(path: Path, config: pytest.Config) -> Asked:
    """
    Read a contract.

    Raises:
        ContractsError: The contract, its configuration or a name in it is not usable, or there is no template.
    """
    from contracts.checks import PROMISES
    from contracts.openapi import load, spelled_out

    configuration = _configuration(path, config)
    template = configuration.template_file().absolute()
    with undisturbed():
        operations = spelled_out(load(str(configuration.contract_file()))).operations
    known = [operation.name for operation in operations]
    names = _named("operation", configuration.operations, known)
    return Asked(
        configuration=replace(configuration, contract=path.absolute(), template=template),
        operations=tuple(operation for operation in operations if operation.name in names),
        promises=_named("promise", configuration.promises, PROMISES),
        known=frozenset(known),
    )


@contextmanager
def undisturbed() -> Iterator[None]:
    """
    Warning filters and log handlers as if there were no pytest.

    The libraries of a run are not what the user tests: `-W error` is not for their warnings, and `log_level` not
    for their logs. What handlers log is recorded by the run itself.
    """
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers[:] = []
    root.setLevel(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


def is_contract(path: Path, config: pytest.Config, *, explicit: bool) -> bool:
    """
    Whether a file is the contract that is configured, or called as one and written as one.

    Args:
        explicit: Whether the user named the file. One that was merely found is taken only where there is no
            doubt: no other contract is configured, and a template lies beside it.
    """
    if path.stem != _STEM and _configuring_folder(path.parent, config) is None:
        return False
    from contracts.configuration import CONTRACTS, TEMPLATES
    from contracts.errors import ContractsError

    called_so = path.name in CONTRACTS
    try:
        configured = _configured_contract(_nearest(path.parent, config))
    except ContractsError:
        # Collecting the file says what is wrong with the configuration.
        return (called_so or explicit) and _begins_as_openapi(path)
    if configured is not None and _same(configured, path):
        return True
    if not called_so or not _begins_as_openapi(path):
        return False
    return explicit or (configured is None and any((path.parent / name).is_file() for name in TEMPLATES))


def relative(path: Path) -> Path:
    """The path from the working directory, as people want to read it."""
    return Path(os.path.relpath(path))


def _begins_as_openapi(path: Path) -> bool:
    with path.open("rb") as file:
        return _OPENAPI.search(file.read(_FIRST_BYTES)) is not None


def _named(noun: str, wanted: Sequence[str] | None, known: Sequence[str]) -> tuple[str, ...]:
    from contracts.errors import ConfigurationError

    unknown = next((name for name in wanted or () if name not in known), None)
    if unknown is not None:
        raise ConfigurationError(f"there is no {noun} `{unknown}`", cure=f"There are: {', '.join(known)}.")
    return tuple(name for name in known if wanted is None or name in wanted)


def _configuration(path: Path, config: pytest.Config) -> Configuration:
    """
    The configuration of a contract: the nearest one, unless that is another contract's.

    Raises:
        ContractsError: It is not usable.
    """
    from contracts.configuration import Configuration

    folder = relative(path.parent)
    nearest = _nearest(path.parent, config) or Configuration(folder=folder)
    configured = _configured_contract(nearest)
    if configured is None:
        nearest = replace(nearest, folder=folder)
    elif not _same(configured, path):
        nearest = Configuration(folder=folder)
    return replace(nearest, contract=relative(path))


def _configured_contract(nearest: Configuration | None) -> Path | None:
    """The contract that a configuration names, or has beside it under a default name."""
    from contracts.configuration import CONTRACTS

    if nearest is None:
        return None
    beside = (nearest.folder / name for name in CONTRACTS)
    return nearest.contract or next((path for path in beside if path.is_file()), None)


def _nearest(folder: Path, config: pytest.Config) -> Configuration | None:
    """
    The nearest configuration at or above a folder.

    Raises:
        ContractsError: It is not usable.
    """
    place = _configuring_folder(folder, config)
    if place is None:
        return None
    from contracts.configuration import find

    found = find(relative(place))
    return None if found.file is None else found


def _configuring_folder(folder: Path, config: pytest.Config) -> Path | None:
    """The nearest folder whose files may configure us, by a look that costs next to nothing."""
    known = config.stash.setdefault(_FOLDERS, {})
    if folder not in known:
        if (folder / "contracts.toml").is_file() or _mentions_us(folder / "pyproject.toml"):
            known[folder] = folder
        else:
            known[folder] = None if folder == folder.parent else _configuring_folder(folder.parent, config)
    return known[folder]


def _mentions_us(path: Path) -> bool:
    return path.is_file() and b"contracts" in path.read_bytes()


def _same(path: Path, other: Path) -> bool:
    return os.path.realpath(path) == os.path.realpath(other)
