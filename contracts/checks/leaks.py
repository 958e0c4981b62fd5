"""Rules of the promise `payloads`: an error says nothing of what is inside (CWE-209).

Certain is only what a client cannot have sent and a contract does not name: the text of an error that was injected,
the words of botocore for a call that failed, a stack trace, the folder of the code, ARNs and physical names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import ClassVar

from contracts.checks.answers import called, handler_invocation, injected, server_error
from contracts.checks.paths import reaches
from contracts.checks.replay import Replay, Replayer, accepted
from contracts.checks.scope import Scope
from contracts.contract import Operation
from contracts.exchange import AwsCall, Corpus, Exchange, Fault, FaultPlan, Lab
from contracts.finding import Finding, Outcome

# What AWS says in an injected error; nobody else would.
MARKER = "for the operators of b7d1c0e4 alone"
# An error that a handler cannot foresee, and one that it may take for a fault of the request.
ERRORS = ("AccessDeniedException", "ValidationException")
CANDIDATES = 4

_TRACE = "Traceback (most recent call last)"
_TASK = "/var/task/"
# Parameters of AWS calls that hold the physical name of a store.
_STORES = ("TableName", "Bucket", "QueueUrl", "TopicArn")
# A name of one word may be a word of the API as well.
_PHYSICAL = re.compile(r"(?=.*[-_.0-9])[\w.\-]{6,}")


@dataclass(frozen=True, slots=True)
class ErrorSaysNothingOfTheInside:
    """The answer to a refused or failed request shows nothing of the code, the exceptions and the stores behind it."""

    scope: Scope
    promise: ClassVar[str] = "payloads"
    name: ClassVar[str] = "error-says-nothing-of-the-inside"
    _document: list[str] = field(default_factory=list)

    def after_exchange(self, exchange: Exchange) -> Iterable[Finding]:
        """The first thing that the answer shows; what answers a 5xx unasked is said elsewhere."""
        operation, invocation = exchange.case.operation, handler_invocation(exchange)
        status = exchange.response.status
        if operation is None or invocation is None or status < 400 or exchange.unavailable is not None:
            return
        if not reaches(operation, exchange.case.request.path):
            return
        if invocation.reply.error is not None or server_error(exchange, operation.name) is not None:
            return
        shown = next(self._shown(exchange), None)
        if shown is not None:
            when = f" when {_failed(exchange)} failed" if injected(exchange) else ""
            message = f"the {status} answer of {operation.name}{when} shows {shown}"
            yield Finding(self.promise, self.name, operation.name, message, (exchange,), shown.partition(" `")[0])

    def _shown(self, exchange: Exchange) -> Iterator[str]:
        body = exchange.response.body.decode("utf-8", "replace")
        request = exchange.case.request
        sent = f"{request.target}\n{request.headers.lines}\n{(request.body or b'').decode('utf-8', 'replace')}"

        def shows(text: str) -> bool:
            return (text in body or json.dumps(text)[1:-1] in body) and text not in sent

        if _TRACE in body and _TRACE not in sent:
            yield "a stack trace"
        if shows(MARKER) or any(shows(_worded(call)) for call in exchange.calls if call.error is not None):
            yield "the text of an exception"
        if any(shows(folder) for folder in _folders(exchange)):
            yield "where its code is"
        for call in exchange.calls:
            arn = next((each for each in call.resources if each.startswith("arn:") and shows(each)), None)
            if arn is not None:
                yield f"the ARN `{arn}`"
            store = next((each for each in _names(call) if shows(each) and self._physical(each, body)), None)
            if store is not None:
                yield f"the physical name `{store}`"

    def _physical(self, name: str, body: str) -> bool:
        """Whether the name in the body, whole, is the store's and nothing that the contract speaks of."""
        if _PHYSICAL.fullmatch(name) is None or re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", body) is None:
            return False
        if not self._document:
            self._document.append(json.dumps(self.scope.contract.document, default=str))
        return name not in self._document[0]


def _failed(exchange: Exchange) -> str:
    call = next(each for each in exchange.calls if each.error is not None and each.error.injected)
    return call.action


def _worded(call: AwsCall) -> str:
    """How botocore words the exception of a failed call (`botocore.exceptions.ClientError.MSG_TEMPLATE`)."""
    code = call.error.code if call.error is not None else ""
    return f"An error occurred ({code}) when calling the {call.operation} operation"


def _folders(exchange: Exchange) -> Iterator[str]:
    invocation = handler_invocation(exchange)
    if invocation is not None and invocation.function.code is not None:
        yield f"{invocation.function.code}/"
    yield _TASK


def _names(call: AwsCall) -> Iterator[str]:
    for member in _STORES:
        name = call.parameters.get(member)
        if isinstance(name, str):
            yield name


@dataclass(frozen=True, slots=True)
class FailureSaysNothingOfTheInside:
    """
    The same when AWS fails: each AWS call of an accepted request is refused, with a text to look for.

    Attributes:
        answers: What judges the answers; what it finds is its own, whoever made the request.
    """

    scope: Scope
    answers: ErrorSaysNothingOfTheInside
    promise: ClassVar[str] = "payloads"
    name: ClassVar[str] = "failure-says-nothing-of-the-inside"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """What the answers show under these faults."""
        replayer = Replayer.of(corpus, lab, phase=self.name)
        for operation in self.scope.operations:
            base = self._accepted(operation, replayer)
            if base is not None:
                yield from self._faulted(*base, replayer)
        lab.restore(replayer.fresh)

    def _accepted(self, operation: Operation, replayer: Replayer) -> tuple[Exchange, Replay] | None:
        for exchange in accepted(replayer.corpus.of(operation))[:CANDIDATES]:
            again = replayer.replay(exchange)
            if again is not None and 200 <= again.exchange.response.status < 300:
                return exchange, again
        return None

    def _faulted(self, exchange: Exchange, again: Replay, replayer: Replayer) -> Iterator[Finding]:
        found: dict[str, Finding] = {}
        for service, operation in called(again.exchange):
            for error in ERRORS:
                fault = Fault(service, operation, error, call=None, message=MARKER)
                replay = replayer.failing(exchange, FaultPlan((fault,)))
                if replay is None:
                    continue
                for finding in self.answers.after_exchange(replay.exchange):
                    found.setdefault(finding.root, replace(finding, exchanges=replay.exchanges))
        yield from found.values()
