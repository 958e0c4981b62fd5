"""What comes back from a handler is JSON text, or an error as Lambda words it."""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.exchange import FunctionError
from contracts.functions import MAX_EVENT_BYTES, MAX_REPLY_BYTES, Functions, event_fits
from contracts.functions.outcomes import marshalled
from contracts.stack import Function

Made = Callable[..., Function]
Answered = Callable[..., Any]

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def error_of(functions: Functions, function: Function, event: Any = None) -> FunctionError:
    """The error of an invocation that must have one."""
    reply = functions.invoke(function, event or {})
    assert reply.error is not None, reply.payload
    assert reply.payload is None
    return reply.error


@given(value=JSON)
@settings(derandomize=True, database=None, deadline=None, max_examples=50)
def test_json_comes_back_as_it_was(value: Any) -> None:
    """Every JSON value survives, whichever runtime writes it."""
    for runtime in ("python3.11", "python3.13"):
        assert json.loads(marshalled(value, runtime)) == value


def test_a_handler_gets_a_copy_of_the_event(made: Made, functions: Functions) -> None:
    """What it does to the event is not seen outside."""
    event = {"inner": {"list": [1]}}
    functions.invoke(made("def handler(event, context): event['inner']['list'].append(2)"), event)

    assert event == {"inner": {"list": [1]}}


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("decimal.Decimal('1')", "Decimal"),
        ("datetime.datetime(2026, 1, 1)", "datetime"),
        ("b'x'", "bytes"),
        ("{1}", "set"),
        ("object()", "object"),
    ],
)
def test_what_is_no_json_is_an_error(made: Made, functions: Functions, expression: str, kind: str) -> None:
    """The message is Lambda's."""
    function = made(f"import datetime, decimal\ndef handler(event, context): return {{'a': [{expression}]}}")

    assert error_of(functions, function) == FunctionError(
        "Runtime.MarshalError", f"Unable to marshal response: Object of type {kind} is not JSON serializable"
    )


def test_a_coroutine_is_no_json(made: Made, functions: Functions) -> None:
    """Lambda calls an async handler and gets a coroutine."""
    error = error_of(functions, made("async def handler(event, context): return {}"))

    assert (error.kind, "coroutine" in error.message) == ("Runtime.MarshalError", True)


def test_a_value_that_contains_itself_is_no_json(made: Made, functions: Functions) -> None:
    """It is an error, not an endless recursion."""
    error = error_of(functions, made("def handler(event, context):\n    a = []\n    a.append(a)\n    return a"))

    assert error.message == "Unable to marshal response: Circular reference detected"


def test_enumerations_are_written_as_their_values(made: Made, answered: Answered) -> None:
    """HTTPStatus is an int, and an enumeration of texts a text."""
    function = made(
        "from enum import Enum\nfrom http import HTTPStatus\nclass Kind(str, Enum):\n    A = 'a'\n"
        "def handler(event, context): return {'statusCode': HTTPStatus.CREATED, 'body': Kind.A}"
    )

    assert answered(function) == {"statusCode": HTTPStatus.CREATED.value, "body": "a"}


def test_named_tuples_are_objects(made: Made, answered: Answered) -> None:
    """So the runtime client writes them, at any depth; other tuples are lists."""
    function = made(
        "from typing import NamedTuple\nclass Reply(NamedTuple):\n    statusCode: int\n    body: tuple\n"
        "def handler(event, context): return [Reply(200, (1, 2))]"
    )

    assert answered(function) == [{"statusCode": 200, "body": [1, 2]}]


def test_nan_is_written_as_python_writes_it(made: Made, functions: Functions) -> None:
    """The runtime lets it pass, though it is no JSON."""
    assert functions.invoke(made("def handler(event, context): return float('nan')"), {}).payload == "NaN"


@pytest.mark.parametrize(("runtime", "payload"), [("python3.11", '"\\u00e9"'), ("python3.12", '"é"')])
def test_text_is_escaped_by_older_runtimes(made: Made, functions: Functions, runtime: str, payload: str) -> None:
    """Which counts for the size of a reply."""
    assert functions.invoke(made("def handler(event, context): return 'é'", runtime=runtime), {}).payload == payload


def test_a_reply_that_is_too_large(made: Made, functions: Functions) -> None:
    """6 MB and 100 bytes are passed on, one byte more is not."""
    function = made("def handler(event, context): return 'x' * event['size']")
    fits = functions.invoke(function, {"size": MAX_REPLY_BYTES - 2})

    assert len(fits.payload or "") == MAX_REPLY_BYTES
    assert error_of(functions, function, {"size": MAX_REPLY_BYTES - 1}) == FunctionError(
        "Function.ResponseSizeTooLarge",
        "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    )


def test_a_lone_surrogate_ends_the_newer_runtimes(made: Made, functions: Functions) -> None:
    """They write text as UTF-8, which has none; the older ones escape it."""
    code = "def handler(event, context): return chr(0xd800)"

    assert error_of(functions, made(code)).kind == "Runtime.ExitError"
    assert functions.invoke(made(code, runtime="python3.11"), {}).payload == '"\\ud800"'


@pytest.mark.parametrize("character", ["x", "é", "😀"])
def test_an_event_fits_up_to_six_megabytes(character: str) -> None:
    """Counted in bytes of UTF-8."""
    room = MAX_EVENT_BYTES - len('{"b":""}')
    count = room // len(character.encode())

    assert event_fits({"b": character * count})
    assert not event_fits({"b": character * (count + 1)})


def test_an_exception_is_named_with_the_users_lines(made: Made, functions: Functions) -> None:
    """Class, message, and the frames of the user's files alone."""
    function = made(
        "import json\nimport helper\ndef handler(event, context):\n    helper.parse('{')",
        files={"helper.py": "import json\ndef parse(text):\n    json.loads(text)\n"},
    )
    error = error_of(functions, function)

    assert (error.kind, error.unavailable) == ("JSONDecodeError", None)
    assert error.message.startswith("Expecting property name")
    assert error.trace == (
        f'  File "{function.code}/app.py", line 4, in handler',
        "    helper.parse('{')",
        f'  File "{function.code}/helper.py", line 3, in parse',
        "    json.loads(text)",
    )


@pytest.mark.parametrize(
    ("statement", "how"),
    [
        ("sys.exit(3)", "with error: exit status 3"),
        ("sys.exit('why')", "with error: exit status 1"),
        ("sys.exit()", "without providing a reason"),
        ("os._exit(4)", "with error: exit status 4"),
        ("raise KeyboardInterrupt", "with error: signal: interrupt"),
        ("raise GeneratorExit", "with error: exit status 1"),
    ],
)
def test_a_handler_that_ends_its_process(made: Made, functions: Functions, statement: str, how: str) -> None:
    """It ends its invocation and not us; the next one is a cold start."""
    function = made(
        f"import os, sys\ncalls = 0\ndef handler(event, context):\n    global calls\n    calls += 1\n"
        f"    if event.get('ask'):\n        return calls\n    {statement}"
    )
    error = error_of(functions, function)

    assert (error.kind, error.message.endswith(f"Error: Runtime exited {how}")) == ("Runtime.ExitError", True)
    assert functions.invoke(function, {"ask": True}).payload == "1"


def test_an_exception_leaves_a_function_warm(made: Made, answered: Answered, functions: Functions) -> None:
    """As in Lambda."""
    function = made("n = 0\ndef handler(event, context):\n    global n\n    n += 1\n    return n // event['by']")
    error_of(functions, function, {"by": 0})

    assert answered(function, {"by": 1}) == 2


def test_an_exception_of_the_emulator_is_no_bug_of_the_handler(made: Made, functions: Functions) -> None:
    """What is raised inside moto says nothing about the handler, also when the handler wraps it."""
    function = made(
        """
        def fail():
            code = compile("raise KeyError('Attributes')", "responses.py", "exec")
            exec(code, {"__name__": "moto.dynamodb.responses"})
        def handler(event, context):
            if not event.get("wrapped"):
                fail()
            try:
                fail()
            except KeyError as error:
                raise RuntimeError("wrapped") from error
        """
    )
    errors = [error_of(functions, function, {"wrapped": wrapped}) for wrapped in (False, True)]

    assert [each.kind for each in errors] == ["KeyError", "RuntimeError"]
    assert all("moto.dynamodb.responses" in (each.unavailable or "") for each in errors)


def test_an_exception_of_botocore_is_the_handlers_own(made: Made, functions: Functions) -> None:
    """An AWS error is what a handler has to expect, whoever made it."""
    function = made(
        "from botocore.exceptions import ClientError\ndef handler(event, context):\n"
        "    raise ClientError({'Error': {'Code': 'X', 'Message': 'm'}}, 'PutItem')"
    )
    error = error_of(functions, function)

    assert (error.kind, error.unavailable) == ("ClientError", None)


def test_misuse_of_what_we_replaced_is_the_handlers_own(made: Made, functions: Functions) -> None:
    """That our sleep raises the TypeError does not make it our fault."""
    error = error_of(functions, made("import time\ndef handler(event, context): time.sleep('x')"))

    assert (error.kind, error.unavailable) == ("TypeError", None)


def test_an_exception_that_cannot_say_what_it_is(made: Made, functions: Functions) -> None:
    """It is reported all the same."""
    function = made(
        "class Bad(Exception):\n    def __str__(self): raise ValueError\ndef handler(event, context): raise Bad"
    )

    assert error_of(functions, function).kind == "Bad"


def test_a_handler_of_the_wrong_form(made: Made, functions: Functions) -> None:
    """A handler that takes one argument fails as it does in Lambda, without a frame of ours."""
    error = error_of(functions, made("def handler(event): return 1"))

    assert (error.kind, error.trace, error.unavailable) == ("TypeError", (), None)
