"""The context has all that Lambda's has."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from contracts.functions import Functions
from contracts.stack import Function

Made = Callable[..., Function]
Answered = Callable[..., Any]


def test_every_attribute_is_there(made: Made, answered: Answered) -> None:
    """With the types that Lambda gives them: the memory is a text."""
    function = made(
        """
        NAMES = ("function_name", "function_version", "invoked_function_arn", "memory_limit_in_mb", "aws_request_id",
                 "log_group_name", "log_stream_name", "client_context", "tenant_id")
        def handler(event, context):
            return {name: getattr(context, name) for name in NAMES} | {
                "identity": [context.identity.cognito_identity_id, context.identity.cognito_identity_pool_id]}
        """,
        memory_megabytes=512,
    )
    seen = answered(function)

    assert UUID(seen.pop("aws_request_id")).version == 4
    assert re.fullmatch(r"2026/01/01/\[\$LATEST\][0-9a-f]{32}", seen.pop("log_stream_name"))
    assert seen == {
        "function_name": "fn",
        "function_version": "$LATEST",
        "invoked_function_arn": "arn:aws:lambda:eu-west-3:123456789012:function:fn",
        "memory_limit_in_mb": "512",
        "log_group_name": "/aws/lambda/fn",
        "client_context": None,
        "tenant_id": None,
        "identity": [None, None],
    }


def test_the_remaining_time_begins_at_the_limit(made: Made, answered: Answered) -> None:
    """In milliseconds, a whole number."""
    function = made("def handler(event, context): return context.get_remaining_time_in_millis()", timeout_seconds=29)

    assert answered(function) == 29_000


def test_it_can_be_shown_and_write_to_the_log(made: Made, functions: Functions) -> None:
    """As Lambda's can."""
    reply = functions.invoke(made("def handler(event, context):\n    context.log('x')\n    return repr(context)"), {})

    assert (reply.log, "function_name=fn" in (reply.payload or "")) == ("x", True)
