"""The context that Lambda hands to a handler, with all of its attributes.

https://github.com/aws/aws-lambda-python-runtime-interface-client/blob/main/awslambdaric/lambda_context.py
"""

from __future__ import annotations

import sys
from typing import Final

from contracts.functions.inside import Clock
from contracts.stack import Function


class CognitoIdentity:
    """Who called through the mobile SDK: nobody, when API Gateway calls."""

    def __init__(self) -> None:
        self.cognito_identity_id: str | None = None
        self.cognito_identity_pool_id: str | None = None

    def __repr__(self) -> str:
        return (
            f"CognitoIdentity([cognito_identity_id={self.cognito_identity_id},"
            f"cognito_identity_pool_id={self.cognito_identity_pool_id}])"
        )


class LambdaContext:
    """
    One invocation as its handler sees it.

    Args:
        deadline: When its time is up, on the clock; nanoseconds.
    """

    function_version: Final = "$LATEST"
    client_context: Final = None
    tenant_id: Final = None

    def __init__(self, function: Function, request_id: str, *, log_stream: str, deadline: int, clock: Clock) -> None:
        self.function_name = function.name
        self.invoked_function_arn = function.arn
        self.memory_limit_in_mb = str(function.memory_megabytes)
        self.aws_request_id = request_id
        self.log_group_name = f"/aws/lambda/{function.name}"
        self.log_stream_name = log_stream
        self.identity = CognitoIdentity()
        self._deadline = deadline
        self._clock = clock

    def get_remaining_time_in_millis(self) -> int:
        """How long until Lambda ends the invocation, on the virtual clock."""
        return max(0, (self._deadline - self._clock.nanoseconds) // 1_000_000)

    def log(self, message: object) -> None:
        """Write to the log."""
        sys.stdout.write(str(message))

    def __repr__(self) -> str:
        return (
            f"LambdaContext([aws_request_id={self.aws_request_id},log_group_name={self.log_group_name},"
            f"log_stream_name={self.log_stream_name},function_name={self.function_name},"
            f"memory_limit_in_mb={self.memory_limit_in_mb},function_version={self.function_version},"
            f"invoked_function_arn={self.invoked_function_arn},client_context={self.client_context},"
            f"identity={self.identity},tenant_id={self.tenant_id}])"
        )
