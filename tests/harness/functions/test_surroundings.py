"""What surrounds a handler is what Lambda gives it, and afterwards the host has its own again."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.functions import Functions
from contracts.stack import Function

Made = Callable[..., Function]
Answered = Callable[..., Any]


def test_a_function_sees_its_own_variables_and_lambdas(made: Made, answered: Answered) -> None:
    """What the template sets and what Lambda sets."""
    seen = answered(
        made(
            "import os\ndef handler(event, context): return dict(os.environ)",
            environment={"TABLE": "notes"},
            memory_megabytes=256,
        )
    )

    expected = {
        "TABLE": "notes",
        "AWS_REGION": "eu-west-3",
        "AWS_DEFAULT_REGION": "eu-west-3",
        "AWS_LAMBDA_FUNCTION_NAME": "fn",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/fn",
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.12",
        "_HANDLER": "app.handler",
        "TZ": ":UTC",
        "PATH": os.environ["PATH"],
    }
    assert expected.items() <= seen.items()
    assert seen["_X_AMZN_TRACE_ID"].startswith("Root=1-")


def test_nothing_of_the_users_environment_is_visible(
    made: Made, answered: Answered, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Profiles, keys, regions and proxies of the user change nothing; neither does any other variable."""
    secret = "of-the-user"
    names = (
        "AWS_PROFILE",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_REGION",
        "AWS_ENDPOINT_URL",
        "HTTPS_PROXY",
        "https_proxy",
        "NO_PROXY",
        "MOTO_CALL_RESET_API",
        "TABLE",
    )
    for name in names:
        monkeypatch.setenv(name, secret)

    seen = answered(made("import os\ndef handler(event, context): return dict(os.environ)"))

    assert secret not in seen.values()


def test_the_host_has_its_environment_again(made: Made, functions: Functions) -> None:
    """Whatever a handler sets, deletes or leaves, and however it ends."""
    before = (dict(os.environ), Path.cwd(), time.tzname)
    functions.invoke(
        made(
            "import os, warnings\nwarnings.simplefilter('error')\n"
            "def handler(event, context):\n    os.environ['NEW'] = '1'\n    del os.environ['PATH']\n"
            "    os.chdir('/')\n    1 / 0"
        ),
        {},
    )

    assert (dict(os.environ), Path.cwd(), time.tzname) == before


def test_what_a_handler_sets_stays_its_own(made: Made, answered: Answered) -> None:
    """A warm function finds its variables as it left them; another function does not."""
    code = (
        "import os\ndef handler(event, context):\n    os.environ['N'] = n = os.environ.get('N', '') + 'x'\n    return n"
    )
    first, second = made(code, name="One"), made(code, name="Two")

    assert [answered(each) for each in (first, first, second)] == ["x", "xx", "x"]


def test_the_working_directory_is_the_code_folder(made: Made, answered: Answered) -> None:
    """Handlers read files that lie beside them, at import and later."""
    function = made(
        "TEXT = open('data.txt').read()\ndef handler(event, context): return TEXT + open('data.txt').read()",
        files={"data.txt": "x"},
    )

    assert answered(function) == "xx"


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="a time zone of a process is POSIX")
def test_the_time_zone_is_utc(made: Made, answered: Answered, monkeypatch: pytest.MonkeyPatch) -> None:
    """Local time in Lambda is UTC, wherever this machine is."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        hours = answered(
            made("import time\ndef handler(event, context): return time.localtime().tm_hour - time.gmtime().tm_hour")
        )
        name = time.tzname[0]
    finally:
        monkeypatch.undo()
        time.tzset()

    assert (hours, name) == (0, "JST")


def test_the_hosts_warning_filters_do_not_reach_a_handler(made: Made, functions: Functions) -> None:
    """Warnings that are errors here are a line in the log there."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        reply = functions.invoke(
            made("import warnings\ndef handler(event, context):\n    warnings.warn('careful')\n    return 1"), {}
        )

    assert (reply.payload, "careful" in reply.log) == ("1", True)


def test_a_handlers_warning_filters_do_not_reach_the_host(made: Made, functions: Functions) -> None:
    """They are its own, and it keeps them."""
    before = list(warnings.filters)
    function = made(
        "import warnings\nwarnings.simplefilter('error', UserWarning)\ndef handler(event, context): warnings.warn('no')"
    )
    kinds = [
        reply.error.kind for reply in (functions.invoke(function, {}), functions.invoke(function, {})) if reply.error
    ]

    assert kinds == ["UserWarning", "UserWarning"]
    assert warnings.filters == before
