"""
One invocation from event to reply.

Whatever happens in between, the reply is one that the contract documents.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from webapi.contract import Operation, contract
from webapi.failures import AwsFailure, status_of
from webapi.log import log, where
from webapi.problems import MEDIA_TYPE as PROBLEM
from webapi.problems import Refusal, problem
from webapi.replies import Answer, Reply, reply
from webapi.requests import Event, read, request_id
from webapi.validation import JSON, Call, checked

RETRY_AFTER = 5
"""Seconds; long enough for a throttled table or an overloaded service to recover a little."""

Act = Callable[[Call], Answer]


def respond(operation_id: str, event: Event, context: Any, act: Act) -> Reply:
    """
    The reply to an event.

    Args:
        operation_id: Which operation of the contract this function is.
        event: From API Gateway.
        context: From Lambda.
        act: Does what a valid request asks for.
    """
    identifier = request_id(event, context)
    operation = contract().operations[operation_id]
    try:
        answer = act(checked(operation, read(event, context)))
        return reply(contract(), operation, answer, identifier, JSON)
    except Refusal as refusal:
        return _refuse(operation, refusal, identifier)
    except AwsFailure as failure:
        status = status_of(operation, failure)
        if status >= 500:  # what AWS refuses because of the request is nobody's fault here
            log().warning(
                "AWS failed",
                operation=operation_id,
                request_id=identifier,
                failed=f"{failure.service}:{failure.code}",
                status=status,
            )
        return _refuse(operation, Refusal(status), identifier)
    except Exception as error:  # noqa: BLE001 - the last resort: the client gets a documented answer whatever it is
        return _internal(operation, error, identifier)


def _refuse(operation: Operation, refusal: Refusal, identifier: str) -> Reply:
    """A problem; an internal error where the operation does not document it."""
    try:
        body = problem(contract(), operation, refusal, identifier)
    except KeyError as undocumented:
        return _internal(operation, undocumented, identifier)
    headers = {"Retry-After": str(RETRY_AFTER)} if "Retry-After" in operation.responses[refusal.status].headers else {}
    return reply(contract(), operation, Answer(refusal.status, body, headers), identifier, PROBLEM)


def _internal(operation: Operation, error: Exception, identifier: str) -> Reply:
    """The answer to what nobody expected; the log says what it was."""
    log().error(
        "unexpected",
        operation=operation.operation_id,
        request_id=identifier,
        error=type(error).__name__,
        where=where(error),
    )
    body = problem(contract(), operation, Refusal(500), identifier)
    return reply(contract(), operation, Answer(500, body), identifier, PROBLEM)
