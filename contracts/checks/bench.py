"""A bench: the world in which a request was accepted, and variants of that request sent into it, one after another.

What a variant changed is taken back before the next one, so that each differs from the accepted request by itself
alone. Most variants are refused and change nothing: they cost no more than their own exchange.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from contracts.checks.answers import server_error, speaks_of_gateway
from contracts.checks.effects import wrote
from contracts.checks.meaning import StatusMeansWhatHttpSays
from contracts.checks.payloads import DocumentedHeadersThere, ReplyIsAProxyReply
from contracts.checks.replay import Prepared, Replay, Replayer, accepted
from contracts.checks.scope import Scope
from contracts.checks.statuses import StatusDocumented
from contracts.checks.texts import AnswerReadsAsItWasMeant
from contracts.checks.traces import RefusedRequestLeavesNoTrace
from contracts.contract import Operation
from contracts.exchange import Exchange
from contracts.finding import ExchangeCheck, Finding
from contracts.http import Request

# How many accepted requests of an operation are tried until one is accepted again in a fresh world.
CANDIDATES = 4


@dataclass(slots=True)
class Bench:
    """
    One request that is accepted, with its world.

    Attributes:
        operation: The one that the request is for.
        answer: What the request was answered in this world.
    """

    operation: Operation
    answer: Exchange
    _exchange: Exchange
    _replayer: Replayer
    _prepared: Prepared
    _dirty: bool

    @classmethod
    def of(
        cls, operation: Operation, replayer: Replayer, fits: Callable[[Exchange], bool] = lambda _: True
    ) -> Bench | None:
        """
        The bench of the smallest request of the corpus that is accepted again in a fresh world; None without one.

        Args:
            fits: Which accepted requests will do.
        """
        candidates = [each for each in accepted(replayer.corpus.of(operation)) if fits(each)]
        for exchange in candidates[:CANDIDATES]:
            prepared = replayer.prepared(exchange, warm=True)
            if prepared is None:
                continue
            answer = replayer.conduct(operation, prepared.case.request)
            if answer.unavailable is None and 200 <= answer.response.status < 300:
                return cls(operation, answer, exchange, replayer, prepared, _changed(answer))
        return None

    @property
    def request(self) -> Request:
        """The accepted request."""
        return self._prepared.case.request

    @property
    def others(self) -> list[Exchange]:
        """All accepted exchanges of the operation in the corpus."""
        return accepted(self._replayer.corpus.of(self.operation))

    def send(self, change: Callable[[Request], Request]) -> Replay | None:
        """
        A variant of the request, made in its world.

        Returns:
            None when that world cannot be brought back, or when the exchange says nothing about the service.
        """
        if self._dirty:
            prepared = self._replayer.prepared(self._exchange, warm=True)
            if prepared is None:
                return None
            self._prepared, self._dirty = prepared, False
        exchange = self._replayer.conduct(self.operation, change(self.request))
        self._dirty = _changed(exchange)
        return None if exchange.unavailable is not None else Replay(self._prepared.history, exchange)

    def follow(self, operation: Operation | None, request: Request) -> Exchange:
        """A request after the variant, in the world that this left."""
        exchange = self._replayer.conduct(operation, request)
        self._dirty = self._dirty or _changed(exchange)
        return exchange


def _changed(exchange: Exchange) -> bool:
    return exchange.change is None or bool(exchange.change) or bool(wrote(exchange))


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What every answer must be, whatever was sent: no 5xx, documented, readable, and without a trace if a refusal."""

    scope: Scope
    checks: tuple[ExchangeCheck, ...]

    @classmethod
    def of(cls, scope: Scope) -> Aftermath:
        """The checks of one exchange that the run was asked for and that do not need the engine."""
        documented = StatusDocumented(scope, speaks_of_gateway(scope.contract.operations))
        every: Sequence[ExchangeCheck] = (
            documented,
            StatusMeansWhatHttpSays(),
            DocumentedHeadersThere(),
            ReplyIsAProxyReply(),
            AnswerReadsAsItWasMeant(),
            RefusedRequestLeavesNoTrace(),
        )
        return cls(scope, tuple(each for each in every if scope.asks(each.promise)))

    def findings(self, operation: Operation, replay: Replay) -> Iterator[Finding]:
        """What is wrong with the answer to a variant, with all that led to it as evidence."""
        broken = server_error(replay.exchange, operation.name) if self.scope.asks("payloads") else None
        found = [] if broken is None else [broken]
        for check in self.checks:
            found += check.after_exchange(replay.exchange)
        for each in found:
            yield Finding(
                each.promise, each.check, each.operation, each.message, replay.exchanges, each.root, alone=each.alone
            )
