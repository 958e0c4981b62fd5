"""Promise `statuses`: every answer is documented, every documented status is reached, and each means what HTTP says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from contracts.checks.absent import UnknownIsNotFound
from contracts.checks.answers import (
    before_any_handler,
    injected,
    route_missing,
    speaks_of_gateway,
)
from contracts.checks.conflicts import ConflictsAreWithSomething
from contracts.checks.identities import (
    CredentialsAreAskedFor,
    KnownCallersAreForbidden,
    RememberedPoliciesAreWideEnough,
)
from contracts.checks.meaning import StatusMeansWhatHttpSays
from contracts.checks.paths import reaches
from contracts.checks.reaching import DocumentedStatusReached
from contracts.checks.scope import Scope
from contracts.contract import Operation
from contracts.exchange import Corpus, Exchange
from contracts.finding import Check, Finding, Gap

PROMISE = "statuses"

# API Gateway's answers to targets and headers that are longer than any API takes.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
LIMITS_OF_EVERY_API = frozenset({414, 431})


@dataclass(frozen=True, slots=True)
class StatusDocumented:
    """Every answer has a status that the contract documents: exactly, as a range, or by `default`."""

    scope: Scope
    speaks_of_gateway: bool
    promise: ClassVar[str] = PROMISE
    name: ClassVar[str] = "status-documented"

    def after_exchange(self, exchange: Exchange) -> Iterable[Finding]:
        """An answer of the handler, or of a gateway that the contract speaks of, that the contract does not know."""
        operation = exchange.case.operation
        if operation is None or not undocumented(exchange, operation) or self._other_promise(exchange):
            return
        status = exchange.response.status
        if before_any_handler(exchange) and (not self.speaks_of_gateway or status in LIMITS_OF_EVERY_API):
            return
        documented = ", ".join(operation.responses)
        message = f"{operation.name} answered {status}, which its contract does not document ({documented})"
        yield Finding(PROMISE, self.name, operation.name, message, (exchange,), str(status))

    def _other_promise(self, exchange: Exchange) -> bool:
        # A 5xx that nothing explains is reported by `payloads`, once, at its root.
        return exchange.response.status >= 500 and self.scope.asks("payloads") and not injected(exchange)


def undocumented(exchange: Exchange, operation: Operation) -> bool:
    """Whether an answer of the operation is one that its contract should know and does not."""
    return (
        bool(operation.responses)
        and exchange.unavailable is None
        and operation.documented(exchange.response.status) is None
        and not operation.unserved(exchange.response.status)
        and reaches(operation, exchange.case.request.path)
        and not route_missing(exchange)
    )


@dataclass(frozen=True, slots=True)
class StatusesDescribed:
    """What the contract leaves open about statuses, said once: none documented, or none of the gateway's own."""

    scope: Scope
    speaks_of_gateway: bool
    promise: ClassVar[str] = PROMISE
    name: ClassVar[str] = "statuses-described"

    def after_run(self, corpus: Corpus) -> Iterable[Gap]:
        """One gap for each operation without responses, and one for each undocumented status of the gateway."""
        for operation in self.scope.operations:
            if not operation.responses:
                message = f"{operation.name} documents no statuses: none of its answers can be judged"
                yield Gap(PROMISE, self.name, operation.name, message, operation.location)
        if not self.speaks_of_gateway:
            yield from self._of_gateway(corpus)

    def _of_gateway(self, corpus: Corpus) -> Iterator[Gap]:
        said: set[tuple[str, int]] = set()
        for exchange in corpus:
            operation, status = exchange.case.operation, exchange.response.status
            if operation is None or (operation.name, status) in said or not before_any_handler(exchange):
                continue
            if undocumented(exchange, operation):
                said.add((operation.name, status))
                message = f"{operation.name}: API Gateway answered {status}, of which the contract does not speak"
                yield Gap(PROMISE, self.name, operation.name, message, operation.location)


def checks(scope: Scope) -> tuple[Check, ...]:
    """The checks of this promise."""
    speaks = speaks_of_gateway(scope.contract.operations)
    documented = StatusDocumented(scope, speaks)
    return (
        documented,
        StatusMeansWhatHttpSays(),
        StatusesDescribed(scope, speaks),
        UnknownIsNotFound(scope, {}, documented),
        ConflictsAreWithSomething(scope),
        DocumentedStatusReached(scope, documented),
        CredentialsAreAskedFor(scope),
        KnownCallersAreForbidden(scope),
        RememberedPoliciesAreWideEnough(scope),
    )
