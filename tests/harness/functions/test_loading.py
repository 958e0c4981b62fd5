"""A function that cannot be loaded is one message with a place and a cure."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import HandlerError, Location
from contracts.functions import Functions
from contracts.stack import Function, Unresolved

Made = Callable[..., Function]
Answered = Callable[..., Any]

PLACE = Location("template.yaml", 7)


def refused(functions: Functions, function: Function) -> HandlerError:
    """The error of a function that cannot be loaded."""
    with pytest.raises(HandlerError) as caught:
        functions.prepare(function)
    return caught.value


@pytest.mark.parametrize(
    ("handler", "file"),
    [
        ("app.handler", "app.py"),
        ("a.b.handler", "a/b.py"),
        ("a/b.handler", "a/b.py"),
        ("with-dash.handler", "with-dash.py"),
        ("list.handler", "list.py"),
        ("code.handler", "code.py"),
        ("utils.handler", "utils.py"),
        ("handlers/list.handler", "handlers/list.py"),
        ("package.handler", "package/__init__.py"),
    ],
)
def test_every_form_of_a_handler_string_is_found(made: Made, answered: Answered, handler: str, file: str) -> None:
    """Dots and slashes lead to folders; names are those of files, whatever Python thinks of them."""
    function = made(files={file: "def handler(event, context): return __name__"}, handler=handler)

    assert answered(function) == handler.rpartition(".")[0].replace("/", ".")


@pytest.mark.parametrize("handler", ["handler", "app.", ".handler", "a..b.handler", "./app.handler", "sys.exit"])
def test_a_handler_string_that_means_nothing(made: Made, functions: Functions, handler: str) -> None:
    """It is refused where the template has it, before anything is run."""
    error = refused(functions, made("def handler(event, context): pass", handler=handler))

    assert (error.location, handler.partition(".")[0] in error.message) == (PLACE, True)
    assert "app.handler" in (error.cure or "")


def test_a_module_that_is_missing(made: Made, functions: Functions) -> None:
    """The nearest name is offered."""
    error = refused(functions, made("", handler="ap.handler"))

    assert error.message.startswith("Fn: there is no module `ap` in ")
    assert error.cure == "Did you mean `app`?"


def test_a_module_that_is_missing_and_has_no_likeness(made: Made, functions: Functions) -> None:
    """What is there is listed."""
    error = refused(functions, made("", files={"deep/zebra.py": ""}, handler="quux.handler"))

    assert error.cure == "There are: app, deep.zebra."


def test_a_module_below_a_folder_that_is_missing(made: Made, functions: Functions) -> None:
    """A missing parent is the module's absence, not an import error of the user's code."""
    error = refused(functions, made("", handler="nowhere.app.handler"))

    assert "there is no module `nowhere.app`" in error.message


def test_a_dependency_that_is_missing(made: Made, functions: Functions) -> None:
    """The line that imports it is shown."""
    error = refused(functions, made("import os\nimport not_installed\n"))

    assert str(error.location).endswith("Fn/app.py:2")
    assert error.cure == "Install `not_installed` where this runs, or put it into the code folder or a layer."


def test_an_attribute_that_is_missing(made: Made, functions: Functions) -> None:
    """The nearest function of the module is offered."""
    error = refused(functions, made("def handle(event, context): pass"))

    assert error.message == "Fn: `app` has no function `handler`"
    assert (str(error.location).endswith("Fn/app.py"), error.cure) == (True, "Did you mean `handle`?")


def test_an_attribute_that_cannot_be_called(made: Made, functions: Functions) -> None:
    """What it is instead is said."""
    assert "`handler` in `app` is int, not a function" in refused(functions, made("handler = 5")).message


def test_a_module_that_the_runtime_has_loaded_before(made: Made, functions: Functions) -> None:
    """A token.py is never reached in Lambda."""
    function = made(files={"token.py": "def handler(event, context): pass"}, handler="token.handler")

    assert "loaded before" in refused(functions, function).message


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("raise ValueError('no good')", "raised ValueError: no good"),
        ("1 / 0", "raised ZeroDivisionError: division by zero"),
        ("raise SystemExit(3)", "raised SystemExit: 3"),
        ("raise KeyboardInterrupt", "raised KeyboardInterrupt"),
    ],
)
def test_a_module_that_raises(made: Made, functions: Functions, line: str, told: str) -> None:
    """The exception and the line in the user's file are named; not even an exit gets out."""
    error = refused(functions, made(f"import helper\n{line}", files={"helper.py": ""}))

    assert (told in error.message, str(error.location).endswith("Fn/app.py:2")) == (True, True)


def test_the_innermost_line_of_the_users_is_named(made: Made, functions: Functions) -> None:
    """Where the standard library raised is of no use to anybody."""
    error = refused(functions, made("import helper", files={"helper.py": "import json\n\njson.loads('{')"}))

    assert str(error.location).endswith("Fn/helper.py:3")


def test_a_variable_that_is_missing_at_import(made: Made, functions: Functions) -> None:
    """The template is where it belongs."""
    error = refused(functions, made("import os\nTABLE = os.environ['TABLE']"))

    assert error.cure == "Set 'TABLE' in the function's Environment in the template."


def test_a_syntax_error(made: Made, functions: Functions) -> None:
    """The file and line that Python names."""
    error = refused(functions, made("import helper", files={"helper.py": "x = 1\ndef broken(:\n"}))

    assert str(error.location).endswith("Fn/helper.py:2")


def test_a_variable_that_cannot_be_resolved(made: Made, functions: Functions) -> None:
    """Its own place and cure, and only for the function that has it."""
    value = Unresolved("!ImportValue other", "another stack exports it", Location("template.yaml", 31), cure="Name it.")
    error = refused(functions, made("def handler(event, context): pass", environment={"T": value}))

    assert (error.location, error.cure, "!ImportValue other" in error.message) == (value.location, "Name it.", True)


def test_a_function_with_a_problem(made: Made, functions: Functions) -> None:
    """What the template says is passed on."""
    error = refused(functions, made("", problem="it is a container image"))

    assert (error.message, error.location) == ("Fn cannot run here: it is a container image", PLACE)


@pytest.mark.parametrize("code", [None, Path("/nowhere/at/all")])
def test_a_folder_that_is_missing(made: Made, functions: Functions, code: Path | None) -> None:
    """No folder, no function; what to do is said."""
    error = refused(functions, made("", code=code))

    assert "CodeUri" in (error.cure or "")


def test_the_network_at_import(made: Made, functions: Functions) -> None:
    """It is refused, at the line that reached for it."""
    error = refused(functions, made("import socket\nsocket.create_connection(('example.com', 80))"))

    assert (str(error.location).endswith("Fn/app.py:2"), "move the call" in (error.cure or "")) == (True, True)
    assert "example.com:80" in error.message


def test_an_import_that_sleeps_for_too_long(made: Made, functions: Functions) -> None:
    """An import has ten seconds in Lambda; none of them pass here."""
    error = refused(functions, made("import time\ntime.sleep(11)"))

    assert "TimedOutError" in error.message


def test_an_import_that_does_not_end(made: Made) -> None:
    """A loop at import ends, with the file in which it is."""
    with Functions(seed=1, limit_seconds=0.1, grace_seconds=0.5) as functions:
        error = refused(functions, made("while True: pass"))

    assert (str(error.location).endswith("Fn/app.py"), "did not end" in error.message) == (True, True)


def test_a_function_that_cannot_be_loaded_is_a_reply(made: Made, functions: Functions) -> None:
    """Invoked all the same, it could not run: that is no bug of a handler."""
    reply = functions.invoke(made("import not_installed"), {})

    assert reply.error is not None
    assert (reply.error.kind, reply.payload) == ("Runtime.ImportModuleError", None)
    assert "Install `not_installed`" in (reply.error.unavailable or "")


def test_a_place_is_spelled_as_the_template_spells_the_folder(
    made: Made, functions: Functions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative CodeUri gives relative places."""
    made("import helper\n1 / 0", files={"helper.py": ""})
    monkeypatch.chdir(tmp_path)

    assert str(refused(functions, made(code=Path("Fn"))).location) == str(Path("Fn/app.py:2"))


def test_a_layer_that_is_yet_to_be_built_is_on_the_path(made: Made, functions: Functions, tmp_path: Path) -> None:
    """`sam build` puts its content into `python/`: here the folder stands for that; any other layer has to have one."""
    (tmp_path / "layer").mkdir()
    (tmp_path / "layer" / "shared_by_all.py").write_text("answer = 42\n", encoding="utf-8")
    code = "from shared_by_all import answer\ndef handler(event, context): return answer"
    layers = (tmp_path / "layer",)

    unbuilt = made(code, name="Unbuilt", layers=layers, unbuilt_layers=frozenset(layers))
    assert functions.invoke(unbuilt, {}).payload == "42"
    with pytest.raises(HandlerError, match="shared_by_all"):
        functions.prepare(made(code, name="Built", layers=layers))


def test_code_in_the_template_is_a_file_called_index(made: Made, functions: Functions) -> None:
    """The function stays warm, is told from others with other code, and its folder goes when all functions go."""
    code = "count = 0\ndef handler(event, context):\n    global count\n    count += 1\n    return [{}, count]"
    first, second = (
        made(name=name, code=None, source=code.format(f"'{name}', __file__"), handler="index.handler")
        for name in ("First", "Second")
    )
    answers = [json.loads(functions.invoke(each, {}).payload or "") for each in (first, second, first)]

    assert [(name, Path(file).name, count) for name, file, count in answers] == [
        ("First", "index.py", 1),
        ("Second", "index.py", 1),
        ("First", "index.py", 2),
    ]
    functions.close()
    assert not Path(answers[0][1]).exists()


@pytest.mark.parametrize(
    ("source", "handler", "message"),
    [
        ("def handler(event, context): pass", "app.handler", "no module `app` in the template, whose code becomes"),
        ("import absent", "index.handler", "importing `index` raised ModuleNotFoundError"),
        ("def handler(:", "index.handler", "Fn: invalid syntax"),
    ],
    ids=["another module", "an import that fails", "no Python"],
)
def test_code_in_the_template_that_cannot_run(
    made: Made, functions: Functions, source: str, handler: str, message: str
) -> None:
    """The place is the template's: there is no file that anybody could open."""
    with pytest.raises(HandlerError, match=message) as caught:
        functions.prepare(made(code=None, source=source, handler=handler))

    assert caught.value.location is not None
    assert caught.value.location.path == "template.yaml"
