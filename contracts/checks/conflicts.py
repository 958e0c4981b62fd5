"""Rule of the promise `statuses`: a 409 speaks of a conflict with something that exists (RFC 9110, 15.5.10)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from contracts.checks.answers import handler_invocation
from contracts.checks.paths import reaches
from contracts.checks.replay import Replayer, accepted, size
from contracts.checks.scope import Scope
from contracts.checks.variants import is_valid
from contracts.contract import Operation
from contracts.exchange import Corpus, Exchange, Lab
from contracts.finding import Finding, Outcome

# How many refused requests of an operation are made again.
CANDIDATES = 2


@dataclass(frozen=True, slots=True)
class ConflictsAreWithSomething:
    """
    A valid request is not answered 409 by a function that has looked at nothing.

    Asked where accepted requests of the operation look at what is stored, and where the contract has 400 or 422 for
    what is wrong with a request itself.
    """

    scope: Scope
    promise: ClassVar[str] = "statuses"
    name: ClassVar[str] = "conflicts-are-with-something"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """Make again what was answered 409, in a function that has just started and remembers nothing."""
        replayer = Replayer.of(corpus, lab, phase=self.name)
        for operation in self.scope.operations:
            if operation.documented(409) is not None and {"400", "422"} & set(operation.responses):
                yield from self._explored(operation, corpus.of(operation), replayer)
        lab.restore(replayer.fresh)

    def _explored(self, operation: Operation, exchanges: tuple[Exchange, ...], replayer: Replayer) -> Iterator[Finding]:
        if not any(_looked(each) for each in accepted(exchanges)):
            return
        refused = sorted((each for each in exchanges if self._is_groundless(operation, each)), key=size)
        for exchange in refused[:CANDIDATES]:
            again = replayer.replay(exchange)
            if again is not None and self._is_groundless(operation, again.exchange):
                message = (
                    f"{operation.name} answered 409 without a look at anything that is stored: nothing can have been in"
                    " conflict with the request"
                )
                yield Finding(self.promise, self.name, operation.name, message, again.exchanges, "409")
                return

    def _is_groundless(self, operation: Operation, exchange: Exchange) -> bool:
        return (
            exchange.response.status == 409
            and exchange.unavailable is None
            and handler_invocation(exchange) is not None
            and not _looked(exchange)
            and reaches(operation, exchange.case.request.path)
            and is_valid(self.scope.requests, operation, exchange.case.request)
        )


def _looked(exchange: Exchange) -> bool:
    """Whether the function made any AWS call."""
    invocation = handler_invocation(exchange)
    return invocation is not None and bool(invocation.calls)
