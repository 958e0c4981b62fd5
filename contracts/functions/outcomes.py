"""What comes back from a handler: its result as JSON text, or its exception as Lambda words it.

https://github.com/aws/aws-lambda-python-runtime-interface-client/blob/main/awslambdaric/bootstrap.py
"""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from contracts import errors
from contracts.errors import ContractsError
from contracts.exchange import Event, FunctionError
from contracts.functions.inside import ProcessExitError
from contracts.functions.network import NetworkRefusedError, out_of_reach

# Invocation payload, synchronous: 6 MB each way; a reply may be 100 bytes longer.
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html#function-configuration-deployment-and-execution
MAX_EVENT_BYTES = 6_291_456
MAX_REPLY_BYTES = 6_291_556
# These write text as it is; those before escape what is not ASCII.
# https://github.com/aws/aws-lambda-python-runtime-interface-client/blob/main/awslambdaric/lambda_runtime_marshaller.py
_UNESCAPED = frozenset({"python3.12", "python3.13", "python3.14", "python3.15"})
_HARNESS = str(Path(errors.__file__).parent)
_OWN_WRAPPERS = str(Path(__file__).parent)


class MarshalError(Exception):
    """A result cannot be written as JSON."""


def event_fits(event: Event) -> bool:
    """Whether Lambda takes the event; a gateway refuses the request when it does not (RequestTooLargeException)."""
    text = json.dumps(event, separators=(",", ":"))
    if len(text) <= MAX_EVENT_BYTES:
        return True
    return len(json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode(errors="replace")) <= MAX_EVENT_BYTES


def marshalled(result: object, runtime: str) -> str:
    """
    The result as JSON text, NaN and infinities as `json.dumps` writes them, named tuples as objects.

    Lambda's runtime client would write a Decimal as a number and bytes as text; here both are errors, as they are
    wherever the standard library writes JSON: a contract that relies on that breaks with the first `json.dumps`.

    Raises:
        MarshalError: Something in it is no JSON.
    """
    try:
        return json.dumps(_plain(result) if _has_named(result) else result, ensure_ascii=runtime not in _UNESCAPED)
    except Exception as error:
        raise MarshalError(f"Unable to marshal response: {error}") from error


def reply_error(payload: str, request_id: str) -> FunctionError | None:
    """Why Lambda does not pass the text on, or None."""
    try:
        size = len(payload.encode())
    except UnicodeEncodeError:
        # A lone surrogate: the runtime client encodes the text outside of any `try`, and ends.
        return exit_error(1, request_id)
    if size <= MAX_REPLY_BYTES:
        return None
    return FunctionError(
        "Function.ResponseSizeTooLarge",
        f"Response payload size exceeded maximum allowed payload size ({MAX_REPLY_BYTES} bytes).",
    )


def failure(error: BaseException, *, roots: Sequence[str], request_id: str) -> FunctionError:
    """
    What Lambda answers when a handler raises.

    Args:
        roots: The folders whose frames are the user's own.
    """
    unavailable = blameless(error)
    if isinstance(error, MarshalError):
        return FunctionError("Runtime.MarshalError", str(error), unavailable=unavailable)
    if isinstance(error, Exception):
        return FunctionError(type(error).__name__, _message(error), trace(error, roots), unavailable)
    return exit_error(_exit_status(error), request_id, trace(error, roots))


def exit_error(status: int | None, request_id: str, lines: tuple[str, ...] = ()) -> FunctionError:
    """What Lambda answers when the runtime's process ends; a status of None is the signal of an interrupt."""
    if status is None:
        how = "with error: signal: interrupt"
    else:
        how = f"with error: exit status {status}" if status else "without providing a reason"
    return FunctionError("Runtime.ExitError", f"RequestId: {request_id} Error: Runtime exited {how}", lines)


def as_log(error: FunctionError) -> str:
    """How Lambda's runtime writes an error to the log."""
    head = f"[ERROR] {error.kind}: {error.message}\n"
    return head + "".join(f"{line}\n" for line in ("Traceback (most recent call last):", *error.trace) if error.trace)


def trace(error: BaseException, roots: Sequence[str]) -> tuple[str, ...]:
    """The stack trace, a line an entry; only the user's frames, without what is installed and without us."""
    found = traceback.extract_tb(error.__traceback__)
    own = [(each.filename, each.lineno or 0, each.name, each.line) for each in found if below(each.filename, roots)]
    return tuple(line for entry in traceback.format_list(own) for line in entry.rstrip("\n").split("\n"))


def below(filename: str, roots: Iterable[str]) -> bool:
    """Whether a file is in one of the folders."""
    return any(filename.startswith(root + os.sep) for root in roots)


def blameless(error: BaseException) -> str | None:
    """Why an exception, or one that led to it, says nothing about the handler; None when it is its own."""
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        reason = _reason(each)
        if reason is not None:
            return reason
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    return None


def _reason(error: BaseException) -> str | None:
    if isinstance(error, NetworkRefusedError):
        return out_of_reach(error.place)
    if isinstance(error, ContractsError):
        return error.message
    # What botocore raises is what a handler must expect from AWS, whoever made it raise.
    if type(error).__module__.partition(".")[0] in {"botocore", "boto3", "s3transfer"}:
        return None
    module, filename = innermost(error.__traceback__)
    told = f"{type(error).__name__}: {_message(error)}"
    if module.partition(".")[0] == "moto":
        return f"the AWS emulator failed ({module}): {told}"
    if below(filename, [_HARNESS]) and not below(filename, [_OWN_WRAPPERS]):
        return f"the harness failed ({module}): {told}"
    return None


def innermost(stack: TracebackType | None) -> tuple[str, str]:
    """The module and the file that raised; both empty when nobody did."""
    if stack is None:
        return "", ""
    while stack.tb_next is not None:
        stack = stack.tb_next
    return str(stack.tb_frame.f_globals.get("__name__")), stack.tb_frame.f_code.co_filename


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as second:  # noqa: BLE001 - a handler's own exception class may fail to say what it is
        return f"<unprintable: {type(second).__name__}>"


def _exit_status(error: BaseException) -> int | None:
    """https://docs.python.org/3/library/sys.html#sys.exit"""
    if isinstance(error, KeyboardInterrupt):
        return None
    if not isinstance(error, (SystemExit, ProcessExitError)):
        return 1
    status = error.args[0] if error.args else None
    return 0 if status is None else int(status) & 0xFF if isinstance(status, int) else 1


def _has_named(value: object) -> bool:
    """Whether a named tuple is in it somewhere, which the runtime client writes as an object."""
    try:
        return _holds_named(value)
    except RecursionError:
        return False


def _holds_named(value: object) -> bool:
    if isinstance(value, dict):
        return any(_holds_named(member) for member in value.values())
    if isinstance(value, (list, tuple)):
        return hasattr(value, "_asdict") or any(_holds_named(member) for member in value)
    return False


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return _plain(value._asdict()) if hasattr(value, "_asdict") else [_plain(member) for member in value]
    return value
