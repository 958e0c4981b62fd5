"""The configuration: `[tool.contracts]` of a `pyproject.toml`, or a `contracts.toml` with the same keys at its top.

It is found by walking up from the working directory; paths in it are relative to the file.
A key that means nothing is an error, not a silence.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from contracts.errors import ConfigurationError, Location
from contracts.finding import Failure, Finding, OperationRow, Standing, Unavailable, Verdict
from contracts.identities import Identity

CONTRACTS = ("openapi.yaml", "openapi.yml", "openapi.json")
"""What the contract is called where nobody names it."""

TEMPLATES = ("template.yaml", "template.yml", "template.json")
"""What the template is called where nobody names it."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """
    A failure that is known and borne for a while.

    Attributes:
        check: The check's name.
        operation: `Operation.name`, or None for every operation.
        reason: Why; reports show it.
    """

    check: str
    reason: str
    operation: str | None = None


@dataclass(frozen=True, slots=True)
class Export:
    """Where `contracts export` writes: the documents for API Gateway, and the compiled contract for handlers."""

    api_gateway: Path | None = None
    http_api: Path | None = None
    compiled: Path | None = None


@dataclass(frozen=True, slots=True)
class Configuration:
    """
    What one run or export is asked for; every path can be opened from the working directory.

    Attributes:
        promises, operations: None means all.
        budgets: How much is generated: `examples` an operation, `scenarios`, and `steps` a scenario at most.
        parameters: Values for the template's parameters.
        identities: As whom operations are called that let nobody else in.
        key_set: A JSON Web Key Set: the keys that sign the tokens of identities.
        fail_on_gaps: Whether gaps make the exit status 1.
        file: The file that it was read from; None where there is none.
        places: Where in it each member was said, by name.
        folder: Where the default names are looked for.
    """

    contract: Path | None = None
    template: Path | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    promises: tuple[str, ...] | None = None
    operations: tuple[str, ...] | None = None
    seed: int = 0
    budgets: Mapping[str, Any] = field(default_factory=dict)
    ignore: tuple[Ignored, ...] = ()
    fail_on_gaps: bool = False
    identities: tuple[Identity, ...] = ()
    key_set: Path | None = None
    export: Export = field(default_factory=Export)
    file: Path | None = None
    places: Mapping[str, Location] = field(default_factory=dict, compare=False)
    folder: Path = field(default_factory=Path)

    def contract_file(self) -> Path:
        """
        The contract: as named, else the first of the default names that is there.

        Raises:
            ConfigurationError: No such file.
        """
        return self._file("contract", self.contract, CONTRACTS)

    def template_file(self) -> Path:
        """
        The template: as named, else the first of the default names that is there.

        Raises:
            ConfigurationError: No such file.
        """
        return self._file("template", self.template, TEMPLATES)

    def overridden(self, **options: Any) -> Configuration:
        """The same with these members; an option that is None or empty was not given and changes nothing."""
        given = {name: value for name, value in options.items() if value not in (None, ())}
        places = {name: place for name, place in self.places.items() if name not in given}
        return replace(self, **given, places=places)

    @property
    def parameters_of_another(self) -> bool:
        """Whether the parameters are configured, and another template was named than the one that is."""
        return "parameters" in self.places and self.template is not None and "template" not in self.places

    def _file(self, noun: str, named: Path | None, names: tuple[str, ...]) -> Path:
        if named is None:
            found = next((self.folder / name for name in names if (self.folder / name).is_file()), None)
            if found is None:
                raise ConfigurationError(
                    f"there is no {noun}: no {_either(names)} in {self.folder.resolve()}",
                    cure=f"Name it with --{noun}, or as `{noun}` under [tool.contracts] in pyproject.toml.",
                )
            return found
        if not named.is_file():
            problem = "is a folder" if named.is_dir() else "is no file" if named.exists() else "does not exist"
            where = f"in {self.file} or " if self.file else ""
            raise ConfigurationError(
                f"the {noun} {problem}", location=Location(str(named)), cure=f"Name its file {where}with --{noun}."
            )
        return named


def find(start: Path | None = None) -> Configuration:
    """
    The nearest configuration at or above a folder (the working directory), or the defaults where there is none.

    Raises:
        ConfigurationError: The file is not readable TOML, or says what means nothing.
    """
    start = start or Path()
    bottom = start.resolve()
    for folder in (bottom, *bottom.parents):
        for name, table in (("contracts.toml", ()), ("pyproject.toml", ("tool", "contracts"))):
            if (folder / name).is_file():
                found = read(start / os.path.relpath(folder / name, bottom), table)
                if found is not None:
                    return found
    return Configuration(folder=start)


def read(path: Path, table: tuple[str, ...] = ()) -> Configuration | None:
    """
    The configuration of one file; None when the file has no such table.

    Args:
        table: Where the keys stand: `("tool", "contracts")`, or () for the top of the file.

    Raises:
        ConfigurationError: The file is not readable TOML, or says what means nothing.
    """
    text = _text(path)
    try:
        values: Any = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # "Invalid value (at line 3, column 8)", or "... (at end of document)"
        problem, _, place = str(error).rpartition(" (at ")
        line = int(found.group(1)) if (found := re.match(r"line (\d+)", place)) else len(text.splitlines())
        raise ConfigurationError(
            f"this is not TOML: {problem}",
            location=Location(str(path), line),
            cure="Correct the syntax at this place; text stands in quotes, and every key once.",
        ) from error
    for key in table:
        if not isinstance(values, dict) or key not in values:
            return None
        values = values[key]
    return _Reader(path, text, table).configuration(values)


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"the file cannot be read: {error.strerror or type(error).__name__}",
            location=Location(str(path)),
            cure="See to its permissions.",
        ) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"the file is not UTF-8: the byte 0x{data[error.start]:02x} cannot stand there",
            location=Location(str(path), data.count(b"\n", 0, error.start) + 1),
            cure="Save the file as UTF-8.",
        ) from error


def pardoned(verdict: Verdict, ignore: Collection[Ignored]) -> Verdict:
    """
    The verdict without the failures that are ignored; each of them, and each vain entry, becomes a note.

    What follows from an ignored failure, and is not ignored itself, is a failure then.
    """
    kept: list[Failure] = []
    notes: list[str] = []
    used: set[Ignored] = set()
    waiting = [*reversed(verdict.failures)]
    while waiting:
        failure = waiting.pop()
        finding = failure.finding
        reason = next((each for each in ignore if _covers(each, finding)), None)
        if reason is None:
            kept.append(failure)
        else:
            used.add(reason)
            notes.append(f"ignored, {finding.operation}, {finding.check}: {finding.message} ({reason.reason})")
            waiting += reversed(failure.consequences)
    notes += [f"nothing to ignore: {each.check}, {each.operation or 'any'}" for each in ignore if each not in used]
    broken = {(failure.finding.operation, failure.finding.promise) for failure in kept}
    rows = tuple(_without_pardoned(row, broken, verdict.unavailable) for row in verdict.operations)
    return replace(verdict, failures=tuple(kept), operations=rows, notes=(*verdict.notes, *notes))


def _covers(each: Ignored, finding: Finding) -> bool:
    return each.check == finding.check and each.operation in (None, finding.operation)


def _without_pardoned(
    row: OperationRow, broken: Collection[tuple[str, str]], unavailable: Collection[Unavailable]
) -> OperationRow:
    def standing(promise: str, was: Standing) -> Standing:
        if (row.operation, promise) in broken:
            return "broken"
        if was != "broken":
            return was
        blocked = any(
            each.operation in (None, row.operation) and each.promise in (None, promise) for each in unavailable
        )
        return "could not run" if blocked else "kept"

    return replace(row, standings={promise: standing(promise, was) for promise, was in row.standings.items()})


class _Reader:
    """Turns the table's plain values into a Configuration, and knows the line of each key."""

    def __init__(self, path: Path, text: str, table: tuple[str, ...]) -> None:
        self._path = path
        self._lines = text.splitlines()
        self._table = table

    def configuration(self, values: Any) -> Configuration:
        members = self._members(values, (), _TOP)
        places = {name: self.location((name.replace("_", "-"),)) for name in members}
        return Configuration(**members, file=self._path, places=places, folder=self._path.parent)

    def _members(self, values: Any, key: tuple[str, ...], readers: Mapping[str, _Kind]) -> dict[str, Any]:
        """The table's members by attribute name, each read by its reader."""
        if not isinstance(values, dict):
            raise self.wrong(key, "a table", values)
        for name in values:
            if name not in readers:
                raise ConfigurationError(
                    f"there is no key {'.'.join((*key, name))!r}",
                    location=self.location((*key, name)),
                    cure=_suggestion(name, readers),
                )
        return {name.replace("-", "_"): readers[name](self, (*key, name), value) for name, value in values.items()}

    def file(self, key: tuple[str, ...], value: Any) -> Path:
        return self._path.parent / self.text(key, value)

    def text(self, key: tuple[str, ...], value: Any) -> str:
        if not isinstance(value, str) or not value:
            raise self.wrong(key, "a string that is not empty", value)
        return value

    def whole_number(self, key: tuple[str, ...], value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.wrong(key, "a whole number from 0", value)
        return value

    def budget(self, key: tuple[str, ...], value: Any) -> int:
        if self.whole_number(key, value) == 0:
            raise self.wrong(key, "a whole number from 1", value)
        return int(value)

    def budgets(self, key: tuple[str, ...], value: Any) -> dict[str, int]:
        return self._members(value, key, _BUDGETS)

    def truth(self, key: tuple[str, ...], value: Any) -> bool:
        if not isinstance(value, bool):
            raise self.wrong(key, "true or false", value)
        return value

    def names(self, key: tuple[str, ...], value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or not value or not all(isinstance(name, str) and name for name in value):
            raise self.wrong(key, "a list of strings with at least one", value)
        return tuple(value)

    def parameters(self, key: tuple[str, ...], value: Any) -> dict[str, str]:
        if not isinstance(value, dict):
            raise self.wrong(key, "a table", value)
        return {name: self._parameter((*key, name), member) for name, member in value.items()}

    def export(self, key: tuple[str, ...], value: Any) -> Export:
        return Export(**self._members(value, key, _EXPORT))

    def ignored(self, key: tuple[str, ...], value: Any) -> tuple[Ignored, ...]:
        if not isinstance(value, list):
            raise self.wrong(key, "a list of tables", value)
        return tuple(self._ignored(key, member) for member in value)

    def identities(self, key: tuple[str, ...], value: Any) -> tuple[Identity, ...]:
        if not isinstance(value, list):
            raise self.wrong(key, "a list of tables", value)
        found = tuple(self._identity(key, member) for member in value)
        names = [each.name for each in found]
        for name in names:
            if names.count(name) > 1:
                raise ConfigurationError(
                    f"two identities have the name {name!r}", location=self.location(key), cure="Rename one of them."
                )
        return found

    def _identity(self, key: tuple[str, ...], value: Any) -> Identity:
        members = self._members(value, key, _IDENTITY)
        if "name" not in members:
            raise ConfigurationError(
                f"an entry of {'.'.join(key)} has no 'name'",
                location=self.location(key),
                cure="Every identity has a name, and what it shows to be let in.",
            )
        if ("access_key" in members) != ("secret_key" in members):
            raise ConfigurationError(
                f"the identity {members['name']!r} has only one of access-key and secret-key",
                location=self.location(key),
                cure="A signature needs both.",
            )
        return Identity(**members)

    def wrong(self, key: tuple[str, ...], expected: str, value: Any) -> ConfigurationError:
        return ConfigurationError(
            f"{'.'.join(key) or 'the configuration'} must be {expected}, not {value!r}",
            location=self.location(key),
            cure=f"Write {expected}.",
        )

    def location(self, key: tuple[str, ...]) -> Location:
        return Location(str(self._path), _line(self._lines, (*self._table, *key)))

    def _parameter(self, key: tuple[str, ...], value: Any) -> str:
        """A parameter's value is always text (AWS::CloudFormation, Parameters); numbers and truths are taken as it."""
        if isinstance(value, bool):
            return str(value).lower()
        if not isinstance(value, (str, int, float)):
            raise self.wrong(key, "a string or a number", value)
        return str(value)

    def _ignored(self, key: tuple[str, ...], value: Any) -> Ignored:
        members = self._members(value, key, _IGNORED)
        for name in ("check", "reason"):
            if name not in members:
                raise ConfigurationError(
                    f"an entry of {'.'.join(key)} has no {name!r}",
                    location=self.location(key),
                    cure="Every entry names a check and says why it is ignored.",
                )
        return Ignored(**members)


_Kind = Callable[[_Reader, tuple[str, ...], Any], Any]

_TOP: Mapping[str, _Kind] = {
    "contract": _Reader.file,
    "template": _Reader.file,
    "parameters": _Reader.parameters,
    "promises": _Reader.names,
    "operations": _Reader.names,
    "seed": _Reader.whole_number,
    "budgets": _Reader.budgets,
    "ignore": _Reader.ignored,
    "fail-on-gaps": _Reader.truth,
    "export": _Reader.export,
    "identities": _Reader.identities,
    "key-set": _Reader.file,
}
_BUDGETS: Mapping[str, _Kind] = dict.fromkeys(("examples", "scenarios", "steps"), _Reader.budget)
_EXPORT: Mapping[str, _Kind] = {"api-gateway": _Reader.file, "http-api": _Reader.file, "compiled": _Reader.file}
_IDENTITY: Mapping[str, _Kind] = {
    **dict.fromkeys(("name", "owner", "bearer", "api-key", "access-key", "secret-key"), _Reader.text),
    **dict.fromkeys(("headers", "query"), _Reader.parameters),
}
_IGNORED: Mapping[str, _Kind] = {"check": _Reader.text, "operation": _Reader.text, "reason": _Reader.text}


def _line(lines: list[str], key: tuple[str, ...]) -> int | None:
    """
    The line that a key stands on, counted from 1; that of its table when it stands in an inline table.

    `tomllib` keeps no positions. A line inside a multi-line string may be taken for a key: a place too early
    in a message is worth less than a TOML reader of our own would cost.
    """
    table: tuple[str, ...] = ()
    best: tuple[int, int | None] = (0, None)
    for number, line in enumerate(lines, 1):
        stripped = line.strip()
        if stripped.startswith("["):
            table = here = _dotted(stripped.strip("[] ").partition("]")[0])
        else:
            here = (*table, *_dotted(stripped.partition("=")[0])) if "=" in stripped else ()
        if here and here == key[: len(here)] and len(here) > best[0]:
            best = (len(here), number)
    return best[1]


def _dotted(key: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in key.split("."))


def _suggestion(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"Did you mean {near[0]!r}?" if near else f"These are known: {', '.join(known)}."


def _either(names: tuple[str, ...]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"
