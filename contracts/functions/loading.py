"""From a handler string to the callable, as Lambda finds it; or why there is none, where, and what to do.

https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html#naming
"""

from __future__ import annotations

import difflib
import importlib
import os
import re
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from contracts.errors import ContractsError, HandlerError, Location, TemplateError
from contracts.functions.network import NetworkRefusedError
from contracts.functions.outcomes import below, blameless, innermost
from contracts.functions.worker import OverrunError
from contracts.stack import Function, resolved

Handler = Callable[[Any, Any], Any]
# The init phase. https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib
INIT_SECONDS = 10
_LISTED = 8
# https://docs.aws.amazon.com/lambda/latest/api/API_Environment.html
_VARIABLE = re.compile("[a-zA-Z][a-zA-Z0-9_]*")


@dataclass(frozen=True, slots=True)
class Code:
    """
    A function with its folders made absolute, since a handler may change the working directory.

    Attributes:
        roots: The code folder, then those of layers, in the order of Lambda's search.
    """

    function: Function
    roots: tuple[str, ...]

    @classmethod
    def of(cls, function: Function) -> Code:
        """
        What Lambda would find, after everything that can be checked without running it.

        Raises:
            HandlerError: The function cannot run here.
        """
        name, place = function.logical_id, function.location
        if function.problem is not None:
            cure = "Correct the function in the template, or leave its operations out."
            raise HandlerError(f"{name} cannot run here: {function.problem}", location=place, cure=cure)
        if function.code is None or not function.code.is_dir():
            where = (
                "its code is not on this machine" if function.code is None else f"there is no folder {function.code}"
            )
            cure = "Correct CodeUri, or run `sam build` and give the template that it writes."
            raise HandlerError(f"{name} cannot run here: {where}", location=place, cure=cure)
        _split(function)
        try:
            _check_variables(function, resolved(function.environment))
        except TemplateError as error:
            raise HandlerError(
                f"{name} has a variable that cannot be resolved: {error.message}",
                location=error.location,
                cure=error.cure or "Give the parameter a value, or the template a default.",
            ) from None
        version = function.runtime.removeprefix("python")
        folders = [function.code]
        for layer in function.layers:
            folders += [layer] if layer in function.unbuilt_layers else []
            folders += [layer / "python" / "lib" / f"python{version}" / "site-packages", layer / "python"]
        return cls(function, tuple(str(folder.resolve()) for folder in folders if folder.is_dir()))

    def location(self, filename: str, line: int | None = None) -> Location:
        """A place in the code, spelled as the template's folder is."""
        assert self.function.code is not None
        if self.function.source is not None and below(filename, self.roots[:1]):
            return self.function.location
        for root, given in zip(self.roots, (self.function.code,), strict=False):
            if below(filename, [root]):
                return Location(str(given / Path(filename).relative_to(root)), line)
        return Location(filename, line)


def _check_variables(function: Function, variables: Mapping[str, str]) -> None:
    """No variable has a name or a value that neither Lambda nor a process takes."""
    for name, value in variables.items():
        if _VARIABLE.fullmatch(name) is None or "\0" in value:
            wrong = "name" if _VARIABLE.fullmatch(name) is None else "value"
            raise HandlerError(
                f"{function.logical_id} has the variable {name!r}, whose {wrong} cannot be set",
                location=function.location,
                cure="Names begin with a letter and have letters, digits and underscores; values have no NUL.",
            )


def load(code: Code) -> Handler:
    """
    Import the module and find the handler in it; to be called inside.

    Raises:
        HandlerError: There is none, or its module cannot be imported.
    """
    name, attribute = _split(code.function)
    try:
        module = importlib.import_module(name)
    except OverrunError:
        raise
    except BaseException as error:  # noqa: BLE001 - whatever a module raises, SystemExit too, it cannot be loaded
        raise _not_imported(code, name, error) from None
    handler = getattr(module, attribute, None)
    if not callable(handler):
        raise _not_found(code, module, attribute, handler)
    return handler  # type: ignore[no-any-return]  # callable is all that can be known


def took_too_long(code: Code, seconds: float) -> HandlerError:
    """Importing the module did not end."""
    name, _ = _split(code.function)
    return HandlerError(
        f"{code.function.logical_id}: importing `{name}` did not end within {seconds:g} seconds",
        location=_file(code, name),
        cure="Move what takes so long into the handler; Lambda waits 10 seconds for an import.",
    )


def _split(function: Function) -> tuple[str, str]:
    """The module's dotted name and the attribute's."""
    path, dot, attribute = function.handler.rpartition(".")
    name = path.replace("/", ".")
    problem = None
    if not dot or not name or not attribute or "\0" in function.handler:
        problem = f"the handler `{function.handler}` is not of the form `module.function`"
    elif not all(name.split(".")):
        problem = f"the handler `{function.handler}` has an empty part in its path"
    elif name.partition(".")[0] in sys.builtin_module_names:
        problem = f"the handler's module `{name}` has the name of a module that is built into Python"
    if problem is None:
        return name, attribute
    raise HandlerError(
        f"{function.logical_id}: {problem}",
        location=function.location,
        cure="Write the path of the file below CodeUri without `.py`, a dot, and the function's name: `app.handler`.",
    )


def _not_imported(code: Code, name: str, error: BaseException) -> HandlerError:
    who = code.function.logical_id
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if below(frame.filename, code.roots)]
    if isinstance(error, ModuleNotFoundError) and not own and f"{name}.".startswith(f"{error.name}."):
        return _no_module(code, name)
    if isinstance(error, SyntaxError):
        return HandlerError(
            f"{who}: {error.msg}",
            # What cannot be read as text at all has no place of its own.
            location=code.location(error.filename, error.lineno) if error.filename else _file(code, name),
            cure=f"Correct the syntax; this is Python {sys.version_info.major}.{sys.version_info.minor}.",
        )
    location = code.location(own[-1].filename, own[-1].lineno) if own else _file(code, name)
    message = error.message if isinstance(error, ContractsError) else str(error)
    told = type(error).__name__ + (f": {message}" if message else "")
    return HandlerError(f"{who}: importing `{name}` raised {told}", location=location, cure=_cure(error))


def _cure(error: BaseException) -> str:
    if isinstance(error, ModuleNotFoundError):
        return f"Install `{error.name}` where this runs, or put it into the code folder or a layer."
    if isinstance(error, KeyError) and innermost(error.__traceback__)[0] == "os":
        return f"Set {error} in the function's Environment in the template."
    if _caused_by(error, NetworkRefusedError):
        return "Nothing may be reached during a run: move the call into the handler, or put a fake in its place."
    if isinstance(error, ContractsError) and error.cure is not None:
        return error.cure
    if blameless(error) is not None:
        return "The mocked cloud does not do what the module asks of it: move the call into the handler."
    return "Make the module importable with the variables that the template gives the function, and nothing else."


def _caused_by(error: BaseException | None, kind: type[BaseException]) -> bool:
    while error is not None:
        if isinstance(error, kind):
            return True
        error = error.__cause__ or error.__context__
    return False


def _no_module(code: Code, name: str) -> HandlerError:
    function = code.function
    where = function.code if function.source is None else "the template, whose code becomes `index.py`"
    there = sorted(_modules(Path(code.roots[0])))
    nearest = difflib.get_close_matches(name, there, 1)
    if nearest:
        cure = f"Did you mean `{nearest[0]}`?"
    elif there:
        more = f" and {len(there) - _LISTED} more" if len(there) > _LISTED else ""
        cure = f"There are: {', '.join(there[:_LISTED])}{more}."
    else:
        cure = "The folder has no Python file: correct CodeUri."
    return HandlerError(
        f"{function.logical_id}: there is no module `{name}` in {where}", location=function.location, cure=cure
    )


def _not_found(code: Code, module: ModuleType, attribute: str, found: object) -> HandlerError:
    who, filename = code.function.logical_id, getattr(module, "__file__", None)
    if filename is not None and not below(filename, code.roots):
        return HandlerError(
            f"{who}: `{module.__name__}` is a module that Lambda's runtime has loaded before the function's code",
            location=code.function.location,
            cure="Give the file, and with it the handler, another name.",
        )
    location = code.function.location if filename is None else code.location(filename)
    if found is not None:
        message = f"{who}: `{attribute}` in `{module.__name__}` is {type(found).__name__}, not a function"
        return HandlerError(message, location=location, cure="Correct Handler in the template.")
    functions = [name for name, value in vars(module).items() if callable(value) and not name.startswith("_")]
    nearest = difflib.get_close_matches(attribute, functions, 1)
    cure = f"Did you mean `{nearest[0]}`?" if nearest else "Correct Handler in the template."
    return HandlerError(f"{who}: `{module.__name__}` has no function `{attribute}`", location=location, cure=cure)


def _file(code: Code, name: str) -> Location:
    """The file of a module that could not be imported; the function's own place when there is none."""
    for root in code.roots:
        path = Path(root, *name.split("."))
        for candidate in (path.with_name(f"{path.name}.py"), path / "__init__.py"):
            if candidate.is_file():
                return code.location(str(candidate))
    return code.function.location


def _modules(folder: Path) -> list[str]:
    """Dotted names of the Python files below a folder; not those of what stands beside a project's own code."""
    found = []
    for parent, folders, files in os.walk(folder):
        folders[:] = [each for each in folders if not each.startswith((".", "__")) and each != "node_modules"]
        inner = Path(parent).relative_to(folder).parts
        found += [".".join((*inner, file[:-3])) for file in files if file.endswith(".py") and file != "__init__.py"]
    return found
