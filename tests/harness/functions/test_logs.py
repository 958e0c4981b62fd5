"""What a handler writes is its invocation's log, and nobody else's."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

import pytest

from contracts.functions import Functions
from contracts.functions.inside import LONGEST_LOG
from contracts.stack import Function

Made = Callable[..., Function]


def log_of(functions: Functions, function: Function) -> str:
    """The log of one invocation."""
    return functions.invoke(function, {}).log


def test_both_streams_are_the_log(made: Made, functions: Functions, capfd: pytest.CaptureFixture[str]) -> None:
    """Standard output and error, in order; nothing gets to the console."""
    function = made(
        "import sys\ndef handler(event, context):\n    print('one')\n    print('two', file=sys.stderr)\n"
        "    sys.stdout.buffer.write(b'three')\n    sys.__stdout__.write('four')"
    )

    assert log_of(functions, function) == "one\ntwo\nthreefour"
    assert capfd.readouterr() == ("", "")


def test_a_stream_that_was_kept_at_import_leads_to_the_right_log(made: Made, functions: Functions) -> None:
    """Loggers keep sys.stdout from their import on, in every function and for every invocation."""
    code = "import sys\nkept = sys.stdout\ndef handler(event, context): kept.write(context.function_name)"
    first, second = made(code, name="One"), made(code, name="Two")

    assert [log_of(functions, each) for each in (first, second, first)] == ["one", "two", "one"]


def test_a_stream_that_a_shared_module_kept_leads_to_the_right_log(made: Made, functions: Functions) -> None:
    """A library that one function imported first serves the others, too."""
    code = "import logging\ndef handler(event, context): logging.kept_by_a_test.write(context.function_name)"
    first = made("import logging, sys\nlogging.kept_by_a_test = sys.stdout\n" + code, name="One")
    try:
        log_of(functions, first)

        assert log_of(functions, made(code, name="Two")) == "two"
    finally:
        del logging.kept_by_a_test  # type: ignore[attr-defined]


def test_what_is_written_at_import_belongs_to_the_first_invocation(made: Made, functions: Functions) -> None:
    """Lambda's init phase logs to the same stream."""
    function = made("print('init')\ndef handler(event, context): print('call')")

    assert [log_of(functions, function), log_of(functions, function)] == ["init\ncall\n", "call\n"]


def test_logging_has_lambdas_format(made: Made, functions: Functions) -> None:
    """Level, time in UTC, request id and message between tabs; warnings and worse."""
    function = made(
        "import logging\ndef handler(event, context):\n    logging.info('no')\n    logging.warning('yes')\n"
        "    return context.aws_request_id"
    )
    reply = functions.invoke(function, {})

    assert reply.log == f"[WARNING]\t2026-01-01T00:00:00.223Z\t{(reply.payload or '').strip(chr(34))}\tyes\n"


def test_levels_are_each_functions_own(made: Made, functions: Functions) -> None:
    """One function that logs everything does not make another do so, and it stays so for the warm function."""
    loud = made(
        "import logging\nlogging.getLogger().setLevel(logging.DEBUG)\n"
        "def handler(event, context): logging.debug('heard')",
        name="Loud",
    )
    quiet = made("import logging\ndef handler(event, context): logging.debug('unheard')", name="Quiet")
    logs = [log_of(functions, each) for each in (loud, quiet, loud, quiet)]

    assert ["heard" in log for log in logs] == [True, False, True, False]
    assert not any("unheard" in log for log in logs)


def test_loggers_of_one_name_are_each_functions_own(made: Made, functions: Functions) -> None:
    """`getLogger(__name__)` is `app` in nearly every function."""
    code = (
        "import logging, sys\nlogger = logging.getLogger('app')\nlogger.propagate = False\n"
        "logger.addHandler(logging.StreamHandler(sys.stdout))\n"
        "def handler(event, context): logger.warning(context.function_name)"
    )
    first, second = made(code, name="One"), made(code, name="Two")

    assert [log_of(functions, each) for each in (first, second, first)] == ["one\n", "two\n", "one\n"]
    assert "app" not in logging.Logger.manager.loggerDict


def test_the_hosts_logging_is_untouched(made: Made, functions: Functions) -> None:
    """Root handlers, root level, loggers of libraries: whatever a handler configures."""
    shared = logging.getLogger("contracts.tests.shared")
    root = logging.getLogger()
    before = (root.level, list(root.handlers), shared.level, shared.disabled, logging.Logger.manager.disable)
    functions.invoke(
        made(
            """
            import logging, logging.config
            logging.getLogger("contracts.tests.shared").setLevel("ERROR")
            logging.config.dictConfig({"version": 1, "root": {"level": "DEBUG"}})
            logging.disable(logging.CRITICAL)
            def handler(event, context): logging.getLogger().handlers.clear()
            """
        ),
        {},
    )

    assert (root.level, list(root.handlers), shared.level, shared.disabled, logging.Logger.manager.disable) == before


def test_what_a_function_sets_on_a_librarys_logger_holds_for_it(made: Made, functions: Functions) -> None:
    """Silencing a chatty library at import is common."""
    shared = logging.getLogger("contracts.tests.chatty")
    code = "def handler(event, context): logging.getLogger('contracts.tests.chatty').warning('chat')"
    silent = made(f"import logging\nlogging.getLogger('contracts.tests.chatty').setLevel('ERROR')\n{code}", name="One")
    other = made(f"import logging\n{code}", name="Two")
    logs = [log_of(functions, each) for each in (silent, other, silent)]

    assert (["chat" in log for log in logs], shared.level) == ([False, True, False], logging.NOTSET)


def test_powertools_logs_are_caught(made: Made, functions: Functions) -> None:
    """Powertools' Logger makes its stream handler at import; same service, two functions."""
    pytest.importorskip("aws_lambda_powertools")
    code = (
        "from aws_lambda_powertools import Logger\nlogger = Logger(service='notes')\n"
        "@logger.inject_lambda_context\ndef handler(event, context): logger.info('hello ' + context.function_name)"
    )
    first, second = made(code, name="One"), made(code, name="Two")
    logs = [log_of(functions, each) for each in (first, second, first)]

    assert ["hello one" in logs[0], "hello two" in logs[1], "hello one" in logs[2]] == [True, True, True]
    assert [log.count("hello") for log in logs] == [1, 1, 1]


def test_an_error_is_logged_as_lambda_logs_it(made: Made, functions: Functions) -> None:
    """Type, message and traceback."""
    log = log_of(functions, made("def handler(event, context): raise ValueError('why')"))

    assert log.startswith("[ERROR] ValueError: why\nTraceback (most recent call last):\n  File ")


def test_a_log_has_an_end(made: Made, functions: Functions) -> None:
    """A handler that prints without end does not fill the memory."""
    log = log_of(functions, made("def handler(event, context):\n    for _ in range(30): print('x' * 100_000)"))

    assert LONGEST_LOG <= len(log) < LONGEST_LOG + 100


def test_a_stream_that_a_handler_closed_is_there_again(made: Made, functions: Functions) -> None:
    """The next function can write."""
    functions.invoke(made("import sys\ndef handler(event, context): sys.stdout.close()", name="One"), {})

    assert log_of(functions, made("def handler(event, context): print('here')", name="Two")) == "here\n"
    assert not sys.stdout.closed


def test_what_libraries_log_outside_is_not_printed(
    made: Made, functions: Functions, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A library that a function wrapped something of the host's with warns of the host's use of it: nobody reads it."""
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    log_of(functions, made("def handler(event, context): pass"))
    logging.getLogger("wrapper").warning("no segment is open")
    assert capfd.readouterr() == ("", "")

    functions.close()
    assert logging.getLogger().handlers == []
