"""A function's own modules: what it imports from its code and its layers is nobody else's.

Inside, the process has the function's `sys.path` and its modules; outside, neither shows. What is
installed (the standard library, boto3, botocore, all of site-packages) is shared, and loaded as if no
function were there: a module of its code that is called `queue` never gets into a library.
Lambda's search order: https://docs.aws.amazon.com/lambda/latest/dg/python-package.html#python-package-searchpath
"""

from __future__ import annotations

import importlib
import os
import site
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.machinery import (
    BYTECODE_SUFFIXES,
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    ModuleSpec,
    PathFinder,
    SourceFileLoader,
    SourcelessFileLoader,
)
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

# Never loaded from a function's code, whatever is there: the mocked cloud is woven into these.
_WOVEN = frozenset({"boto3", "botocore", "moto", "responses", "s3transfer"})
# What Lambda's runtime client has imported before it imports the function: its code cannot replace these.
# https://github.com/aws/aws-lambda-python-runtime-interface-client/tree/main/awslambdaric
_PRELOADED = """
abc array ast atexit base64 binascii bisect builtins calendar codecs collections contextlib copy copyreg dataclasses
datetime decimal dis email encodings enum errno functools genericpath http importlib inspect io ipaddress itertools
json keyword linecache locale logging marshal math multiprocessing numbers opcode operator os posix posixpath quopri
random re reprlib select selectors signal site socket ssl stat string struct sys textwrap threading time token tokenize
traceback types typing urllib warnings weakref zipimport
"""
PRELOADED = frozenset(_PRELOADED.split())
_INSTALLED = frozenset({"site-packages", "dist-packages"})
CodeCache = dict[tuple[str, int, int], CodeType]


class _Source(SourceFileLoader):
    """A loader that writes nothing beside the source: code is kept in memory, by path, time and size."""

    def __init__(self, cache: CodeCache, fullname: str, path: str) -> None:
        super().__init__(fullname, path)
        self._cache = cache

    def get_code(self, fullname: str) -> CodeType | None:
        path = self.get_filename(fullname)
        state = Path(path).stat()
        key = (path, state.st_mtime_ns, state.st_size)
        if key not in self._cache:
            self._cache[key] = self.source_to_code(self.get_data(path), path)
        return self._cache[key]


class _Shared:
    """The loader of a module that has been loaded outside already."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self._spec = module.__spec__

    def create_module(self, _spec: ModuleSpec) -> ModuleType:
        return self._module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._spec


class ModuleTable:
    """
    The modules of one function, its `sys.path`, and the finder that tells them from shared ones.

    Args:
        roots: The code folder and the folders of layers, absolute, in the order of Lambda's search.
        cache: Compiled code, which functions with the same folder share.

    Attributes:
        names: Every private module that was found, loaded or not.
    """

    def __init__(self, roots: Sequence[str], *, cache: CodeCache) -> None:
        self.names: set[str] = set()
        self._cache = cache
        self._installed = installed_entries(sys.path)
        self._path = [*roots, *self._installed]
        self._finders: dict[str, FileFinder] = {}
        self._private: dict[str, ModuleType] = {}
        vendored = frozenset(name for root in roots for name in _vendored(root) if self._is_installed(name))
        self._never = _WOVEN | vendored
        self._shadows = frozenset(name for root in roots for name in _modules_in(root) if self._may_be_private(name))
        self._hidden: dict[str, ModuleType] = {}
        self._hidden_names: tuple[int, list[str]] = (0, [])
        self._host: tuple[list[str], list[str]] = ([], [])

    def enter(self) -> None:
        """Put the function's modules and path in place of what the host has."""
        self._host = (sys.path, list(sys.path))
        sys.path[:] = self._path
        sys.meta_path.insert(0, self)
        self._hide()
        sys.modules.update(self._private)

    def leave(self) -> None:
        """Put back what the host had; what the function changed of its path and its modules is kept."""
        self._path = list(sys.path)
        self._take_private()
        sys.modules.update(self._hidden)
        self._hidden = {}
        sys.meta_path[:] = [finder for finder in sys.meta_path if finder is not self]
        path, entries = self._host
        sys.path = path
        sys.path[:] = entries

    def find_spec(self, fullname: str, path: Sequence[str] | None = None, _target: Any = None) -> ModuleSpec | None:
        """`importlib.abc.MetaPathFinder.find_spec`: a private module if there is one, else a shared one."""
        top = fullname.partition(".")[0]
        if top not in self.names and not self._may_be_private(top):
            return self._shared(fullname)
        if fullname != top:
            return self._own(fullname, path or ()) if top in self.names else self._shared(fullname)
        own = self._own(fullname, [entry for entry in sys.path if entry not in self._installed])
        if own is not None and own.loader is not None:
            return own
        # A folder without __init__.py stands behind whatever is installed by that name (PEP 420).
        return self._shared(fullname) or own

    def _may_be_private(self, top: str) -> bool:
        return not (
            top in self._never
            or top in PRELOADED
            or top in sys.builtin_module_names
            or (top.startswith("_") and top in sys.stdlib_module_names)
        )

    def _own(self, fullname: str, entries: Sequence[str]) -> ModuleSpec | None:
        portions: list[str] = []
        for entry in entries:
            spec = self._finder(entry).find_spec(fullname)
            if spec is not None and spec.loader is not None:
                self.names.add(fullname)
                return spec
            portions.extend((spec and spec.submodule_search_locations) or ())
        if not portions or ("." not in fullname and self._is_installed(fullname)):
            return None
        self.names.add(fullname)
        spec = ModuleSpec(fullname, None, is_package=True)
        spec.submodule_search_locations = portions
        return spec

    def _finder(self, entry: str) -> FileFinder:
        folder = str(Path(entry).absolute())
        if folder not in self._finders:
            details: list[tuple[Any, list[str]]] = [
                (ExtensionFileLoader, EXTENSION_SUFFIXES),
                (partial(_Source, self._cache), SOURCE_SUFFIXES),
                (SourcelessFileLoader, BYTECODE_SUFFIXES),
            ]
            self._finders[folder] = FileFinder(folder, *details)
        return self._finders[folder]

    def _shared(self, fullname: str) -> ModuleSpec | None:
        # In place already, it is being reloaded, which is Python's own affair.
        if fullname in sys.modules or ("." not in fullname and not self._is_installed(fullname)):
            return None
        with self._outside():
            try:
                module = importlib.import_module(fullname)
            except ModuleNotFoundError as missing:
                if missing.name != fullname:
                    raise
                return None
        # Of a module that is there when its finder returns, importlib takes the own spec and loads it again, inside.
        sys.modules.pop(fullname, None)
        return ModuleSpec(fullname, _Shared(module))  # type: ignore[arg-type]  # all that is asked of a loader

    def _is_installed(self, top: str) -> bool:
        if top in sys.builtin_module_names or PathFinder.find_spec(top, self._installed) is not None:
            return True
        # Packages that are installed in place bring finders of their own.
        others = [each for each in sys.meta_path if each is not self and not isinstance(each, type)]
        return any(each.find_spec(top, None) is not None for each in others if not isinstance(each, ModuleTable))

    @contextmanager
    def _outside(self) -> Iterator[None]:
        """While it is open, modules are found and loaded as if the function were not there."""
        path, entries = sys.path, list(sys.path)
        self._take_private()
        sys.modules.update(self._hidden)
        sys.meta_path.remove(self)
        sys.path[:] = self._installed
        try:
            yield
        finally:
            sys.path = path
            sys.path[:] = entries
            sys.meta_path.insert(0, self)
            self._hide()
            sys.modules.update(self._private)

    def _take_private(self) -> None:
        for name in self.names:
            module = sys.modules.pop(name, None)
            if module is None:
                self._private.pop(name, None)
            else:
                self._private[name] = module

    def _hide(self) -> None:
        """Take away the host's modules that the function's own have the names of."""
        tops = {name for name in self._shadows if name in sys.modules}
        self._hidden = {name: sys.modules.pop(name) for name in self._below(tops)} if tops else {}

    def _below(self, tops: set[str]) -> list[str]:
        size, names = self._hidden_names
        if size != len(sys.modules):
            names = [name for name in sys.modules if name.partition(".")[0] in tops]
            self._hidden_names = (len(sys.modules), names)
        return names


def installed_entries(path: Sequence[str]) -> list[str]:
    """
    The entries of a `sys.path` that an installation made.

    What stands before the standard library was put there for this process (the script's folder, PYTHONPATH,
    pytest): Lambda would not have it.
    """
    standard = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}
    first = next((index for index, entry in enumerate(path) if entry in standard or entry.endswith(".zip")), 0)
    before = [entry for entry in path[:first] if _INSTALLED.intersection(Path(entry).parts)]
    user = {site.getusersitepackages()} if site.ENABLE_USER_SITE else set()
    return [*before, *(entry for entry in path[first:] if entry and (entry in user or Path(entry).is_absolute()))]


def _modules_in(root: str) -> Iterator[str]:
    """Top-level names of the modules and packages of a folder."""
    suffixes = tuple(SOURCE_SUFFIXES + EXTENSION_SUFFIXES + BYTECODE_SUFFIXES)
    with os.scandir(root) as entries:
        for entry in entries:
            if entry.is_dir():
                if any(Path(entry.path, f"__init__{suffix}").exists() for suffix in suffixes):
                    yield entry.name
            elif entry.name.endswith(suffixes):
                yield entry.name.partition(".")[0]


def _vendored(root: str) -> Iterator[str]:
    """Top-level names of what pip installed into a folder."""
    for record in Path(root).glob("*.dist-info/RECORD"):
        for line in record.read_text(encoding="utf-8", errors="replace").splitlines():
            top = line.partition(",")[0].partition("/")[0]
            if top and not top.endswith((".dist-info", ".data")) and top != "..":
                yield top.partition(".")[0]
