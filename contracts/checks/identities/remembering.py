"""
Rule of the promise `statuses`: what an authorizer allows for one operation does not keep its caller from the others.

API Gateway remembers the policy of a Lambda authorizer for a while, and takes it for every operation behind it: one
that allows what was asked for alone refuses what is asked for next.
https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization-with-console.html
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from contracts.checks.answers import authorizer_invocation, before_any_handler
from contracts.checks.replay import Replayer, accepted
from contracts.checks.scope import Scope
from contracts.contract import Operation
from contracts.exchange import Corpus, Exchange, Lab
from contracts.finding import Finding, Outcome
from contracts.http import Request


@dataclass(frozen=True, slots=True)
class RememberedPoliciesAreWideEnough:
    """Who is let in to an operation is let in to it after another one as well, with the same credentials."""

    scope: Scope
    promise: ClassVar[str] = "statuses"
    name: ClassVar[str] = "remembered-policies-are-wide-enough"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """Call each operation by itself, and after another one of the same guard; one bug of a guard is one."""
        replayer = Replayer.of(corpus, lab, phase=self.name)
        said: list[object] = []
        for operation in self.scope.operations:
            if not operation.security or operation.security in said:
                continue
            request, other = _request(corpus, operation), self._other(corpus, operation)
            finding = None
            if request is not None and other is not None:
                finding = self._compared(operation, request, other, replayer)
            if finding is not None:
                said.append(operation.security)
                yield finding
        lab.restore(replayer.fresh)

    def _other(self, corpus: Corpus, operation: Operation) -> tuple[Operation, Request] | None:
        """A request of another operation behind the same guard, of another path where there is one."""
        behind = [each for each in self.scope.contract.operations if each.security == operation.security]
        for each in sorted(behind, key=lambda other: other.path == operation.path):
            request = _request(corpus, each) if each is not operation else None
            if request is not None:
                return each, request
        return None

    def _compared(
        self, operation: Operation, request: Request, other: tuple[Operation, Request], replayer: Replayer
    ) -> Finding | None:
        replayer.lab.restore(replayer.fresh)
        alone = replayer.conduct(operation, request)
        if authorizer_invocation(alone) is None or _is_refused(alone):
            return None
        replayer.lab.restore(replayer.fresh)
        before, after = replayer.conduct(*other), replayer.conduct(operation, request)
        if authorizer_invocation(after) is not None or not _is_refused(after) or _is_refused(before):
            return None
        message = (
            f"{operation.name} answered {after.response.status} to a caller whom it lets in, once {other[0].name} was"
            " called: the policy of the authorizer is remembered, and allows that alone"
        )
        return Finding(self.promise, self.name, operation.name, message, (before, after), "remembered")


def _request(corpus: Corpus, operation: Operation) -> Request | None:
    """A request by a caller who may: one that was accepted, else one that the gateway refused by what it remembers."""
    exchanges = corpus.of(operation)
    refused = (each for each in exchanges if _is_refused(each) and authorizer_invocation(each) is None)
    found = next(iter(accepted(exchanges)), None) or next(refused, None)
    return found.case.request if found is not None else None


def _is_refused(exchange: Exchange) -> bool:
    """Whether the gateway let nobody in, or nobody can tell."""
    refused = exchange.response.status in (401, 403) and before_any_handler(exchange)
    return refused or exchange.unavailable is not None
