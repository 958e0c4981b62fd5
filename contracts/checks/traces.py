"""Rule of the promise `methods`: a request that was refused or failed leaves no trace."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from contracts.checks.answers import injected, malformed_reply, result_too_large
from contracts.checks.effects import differences, is_safe, said, target, verb, wrote
from contracts.exchange import Exchange
from contracts.finding import Finding

# An alarm that a failed request raises is not half of what it was to do.
ALARMS = ("sns:", "ses:", "events:", "sqs:")

# What `Exchange.change` sees better than a recorded call.
OBSERVED = ("dynamodb:", "s3:")


@dataclass(frozen=True, slots=True)
class RefusedRequestLeavesNoTrace:
    """A request that was refused (4xx) or failed (5xx) leaves the state as it was."""

    promise: ClassVar[str] = "methods"
    name: ClassVar[str] = "refused-request-leaves-no-trace"

    def after_exchange(self, exchange: Exchange) -> Iterable[Finding]:
        """What is left of a request that was not accepted."""
        operation, status = exchange.case.operation, exchange.response.status
        if operation is None or status < 400 or exchange.unavailable is not None or injected(exchange):
            return
        # Where the gateway cannot read the reply, the function had done its work: the reply is what is wrong.
        if malformed_reply(exchange) or result_too_large(exchange):
            return
        # A safe request may not write whatever it answers, and that is said elsewhere.
        if is_safe(operation, exchange.case.request.method):
            return
        # An update adds what is not there and changes what is: either way it is one line of code.
        updated = {call.parameters.get("TableName") for call in wrote(exchange) if call.operation == "UpdateItem"}
        left = [
            (f"{'updated' if each.store in updated else verb(each)} {each.store}", said(each))
            for each in differences(exchange)
        ]
        left += [
            (call.action, f"called {call.action} on {target(call)}")
            for call in wrote(exchange)
            if not call.action.startswith(OBSERVED) and not (status >= 500 and call.action.startswith(ALARMS))
        ]
        if left:
            message = f"{operation.name} answered {status} but {left[0][1]}"
            root = f"{status // 100}xx {', '.join(sorted({root for root, _ in left}))}"
            yield Finding(self.promise, self.name, operation.name, message, (exchange,), root)
