"""A function's modules are its own, and what is installed is everybody's."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.functions import Functions
from contracts.functions.modules import installed_entries
from contracts.stack import Function

Made = Callable[..., Function]
Answered = Callable[..., Any]


def test_functions_with_the_same_module_name_are_strangers(made: Made, answered: Answered) -> None:
    """Two functions whose file is app.py get their own module each."""
    first, second = (made(f"def handler(event, context): return {name!r}", name=name) for name in ("One", "Two"))

    assert [answered(each) for each in (first, second, first)] == ["One", "Two", "One"]


def test_functions_of_one_folder_share_no_state(made: Made, answered: Answered) -> None:
    """Lambda runs two functions with one CodeUri in two execution environments."""
    code = "count = 0\ndef handler(event, context):\n    global count\n    count += 1\n    return count\n"
    first, second = made(code, name="One", folder="src"), made(code, name="Two", folder="src")

    assert [answered(each) for each in (first, first, second)] == [1, 2, 1]


def test_a_folder_of_code_stays_as_it_was(made: Made, answered: Answered) -> None:
    """Nothing is written beside the user's files."""
    function = made("import other\ndef handler(event, context): return 1", files={"other.py": ""})
    answered(function)

    assert function.code is not None
    assert sorted(path.name for path in function.code.rglob("*")) == ["app.py", "other.py"]


def test_nothing_of_a_function_stays_in_the_process(made: Made, answered: Answered) -> None:
    """After an invocation, sys.path, sys.modules and the finders are the host's."""
    function = made("import mine.inner\ndef handler(event, context): return 1", files={"mine/inner.py": ""})
    before = (sys.path, list(sys.path), list(sys.meta_path))
    answered(function)

    assert (sys.path, list(sys.path), list(sys.meta_path)) == before
    assert {"app", "mine", "mine.inner"}.isdisjoint(sys.modules)


def test_a_module_named_like_one_of_the_standard_library_is_found(made: Made, answered: Answered) -> None:
    """In Lambda the code folder comes first: its `code` and `queue` are meant, and nobody else gets them."""
    import code
    import queue

    function = made(
        files={"code.py": "import queue\ndef handler(event, context): return queue.MINE", "queue.py": "MINE = 'mine'"},
        handler="code.handler",
    )

    assert answered(function) == "mine"
    assert (sys.modules["code"], sys.modules["queue"]) == (code, queue)


def test_a_library_never_gets_a_module_of_a_function(made: Made, answered: Answered) -> None:
    """What a shared module imports while a function imports it is what is installed."""
    function = made(
        """
        import wsgiref.simple_server as server
        import platform
        def handler(event, context): return [platform.MINE, server.python_implementation.__name__]
        """,
        files={"platform.py": "MINE = 'mine'"},
    )
    for name in [each for each in sys.modules if each.startswith("wsgiref")]:
        del sys.modules[name]

    assert answered(function) == ["mine", "python_implementation"]
    assert "wsgiref.simple_server" in sys.modules


def test_what_lambda_has_loaded_before_cannot_be_replaced(made: Made, answered: Answered) -> None:
    """The runtime has imported json before it looks for a json.py."""
    function = made("import json\ndef handler(event, context): return hasattr(json, 'dumps')", files={"json.py": ""})

    assert answered(function) is True


def test_modules_can_be_imported_when_the_handler_runs(made: Made, answered: Answered) -> None:
    """An import inside the handler finds the function's own modules and keeps them."""
    function = made(
        "def handler(event, context):\n    import lazy\n    lazy.count += 1\n    return lazy.count",
        files={"lazy.py": "count = 0"},
    )

    assert [answered(function), answered(function)] == [1, 2]
    assert "lazy" not in sys.modules


def test_boto3_is_never_loaded_from_a_functions_code(made: Made, answered: Answered) -> None:
    """A boto3 that was packed with the function is passed over: the mocked cloud is woven into the installed one."""
    function = made(
        "import boto3\ndef handler(event, context): return boto3.__file__",
        files={"boto3/__init__.py": "raise SystemExit"},
    )

    assert not answered(function).startswith(str(function.code))


def test_what_was_installed_into_the_folder_is_taken_from_this_machine(made: Made, answered: Answered) -> None:
    """A library that pip put beside the code, and that is installed here as well, is shared."""
    function = made(
        "import click\ndef handler(event, context): return click.__file__",
        files={"click/__init__.py": "", "click-8.0.dist-info/RECORD": "click/__init__.py,,\n"},
    )

    assert not answered(function).startswith(str(function.code))


def test_a_module_of_the_function_wins_over_one_that_is_installed(made: Made, answered: Answered) -> None:
    """A click.py that the user wrote is the user's, whatever else has that name."""
    function = made("import click\ndef handler(event, context): return click.MINE", files={"click.py": "MINE = 1"})

    assert answered(function) == 1
    assert not hasattr(sys.modules.get("click"), "MINE")


def test_folders_without_init_are_packages(made: Made, answered: Answered) -> None:
    """Namespace packages (PEP 420) work at every depth."""
    function = made(
        files={
            "deep/er/thing.py": "from deep import side\ndef handler(event, context): return side.X",
            "deep/side.py": "X = 5",
        },
        handler="deep.er.thing.handler",
    )

    assert answered(function) == 5


def test_a_folder_without_init_stands_behind_an_installed_package(made: Made, answered: Answered) -> None:
    """A folder `wsgiref` of templates does not hide the library."""
    function = made(
        "from wsgiref.util import guess_scheme\ndef handler(event, context): return guess_scheme({})",
        files={"wsgiref/page.txt": ""},
    )

    assert answered(function) == "http"


def test_layers_come_after_the_code(made: Made, answered: Answered, tmp_path: Path) -> None:
    """A layer's `python` folder, and the site-packages in it, are on the path; the code folder is before them."""
    layer = tmp_path / "layer"
    for path, text in {
        "python/common.py": "WHERE = 'layer'",
        "python/app_settings.py": "WHERE = 'layer'",
        "python/lib/python3.12/site-packages/deeper.py": "WHERE = 'site'",
    }.items():
        (layer / path).parent.mkdir(parents=True, exist_ok=True)
        (layer / path).write_text(text)
    function = made(
        "import common, app_settings, deeper\n"
        "def handler(event, context): return [common.WHERE, app_settings.WHERE, deeper.WHERE]",
        files={"app_settings.py": "WHERE = 'code'"},
        layers=(layer,),
    )

    assert answered(function) == ["layer", "code", "site"]


def test_a_folder_that_the_code_puts_on_the_path_is_private_too(made: Made, answered: Answered) -> None:
    """Code that amends sys.path finds its modules there, and the host does not."""
    function = made(
        """
        import os, sys
        sys.path.append(os.path.join(os.path.dirname(__file__), "lib"))
        import helper
        def handler(event, context):
            import later
            return [helper.X, later.Y]
        """,
        files={"lib/helper.py": "X = 1", "lib/later.py": "Y = 2"},
    )

    assert [answered(function), answered(function)] == [[1, 2], [1, 2]]
    assert "helper" not in sys.modules


def test_a_project_beside_the_code_is_not_on_the_path(
    made: Made, functions: Functions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What only the host's path has, Lambda would not find either."""
    (tmp_path / "beside.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    reply = functions.invoke(made("import beside\ndef handler(event, context): pass"), {})

    assert reply.error is not None
    assert "beside" in reply.error.message


def test_only_what_an_installation_put_there_is_kept_of_a_path() -> None:
    """What stands before the standard library was added for this process, unless it holds installed packages."""
    import sysconfig

    standard = sysconfig.get_path("stdlib")

    assert installed_entries(["", "/project", "/x/site-packages", standard, "/y/site-packages", "/editable"]) == [
        "/x/site-packages",
        standard,
        "/y/site-packages",
        "/editable",
    ]


def test_a_function_may_leave_the_host_a_broken_import(made: Made, functions: Functions) -> None:
    """A module that raises while it is imported by the handler is gone again, as everywhere in Python."""
    function = made(
        "def handler(event, context):\n    import bad",
        files={"bad.py": "import other\nraise ValueError('no')", "other.py": ""},
    )
    kinds = [
        reply.error.kind for reply in (functions.invoke(function, {}), functions.invoke(function, {})) if reply.error
    ]

    assert kinds == ["ValueError", "ValueError"]
    assert {"bad", "other"}.isdisjoint(sys.modules)
