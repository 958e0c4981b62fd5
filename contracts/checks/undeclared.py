"""
Rule of the promise `methods`: a method that a path does not declare changes nothing.

API Gateway refuses what it has no route for: a REST API with 403 "Missing Authentication Token", an HTTP API with 404
"Not Found" (https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html,
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html). A route that takes every
method hands such a request to the function, which is then to refuse it (RFC 9110, 15.5.6).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from contracts.checks.answers import before_any_handler, handler_invocation
from contracts.checks.effects import differences, said
from contracts.checks.paths import reaches
from contracts.checks.replay import Prepared, Replayer, accepted
from contracts.checks.scope import Scope
from contracts.contract import Operation
from contracts.exchange import Corpus, Exchange, Lab
from contracts.finding import Finding, Gap, Outcome

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
CANDIDATES = 4


@dataclass(frozen=True, slots=True)
class UndeclaredMethodChangesNothing:
    """What a path does not declare is refused; where a function takes it all the same, it leaves no trace."""

    scope: Scope
    promise: ClassVar[str] = "methods"
    name: ClassVar[str] = "undeclared-method-changes-nothing"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """Make an accepted request of each path again, with each method that the path does not declare."""
        replayer = Replayer.of(corpus, lab, phase=self.name)
        seen: set[str] = set()
        for operation in self.scope.operations:
            if operation.path in seen:
                continue
            prepared = self._prepared(operation, corpus, replayer)
            if prepared is not None:
                seen.add(operation.path)
                yield from self._asked(operation, prepared, replayer)
        lab.restore(replayer.fresh)

    def _prepared(self, operation: Operation, corpus: Corpus, replayer: Replayer) -> Prepared | None:
        """The world just before an accepted request of the path, which a function or the gateway's services serve."""
        found = [each for each in accepted(corpus.of(operation)) if reaches(operation, each.case.request.path)]
        found = [each for each in found if handler_invocation(each) is not None]
        found.sort(key=lambda each: not each.case.references)
        made = (replayer.prepared(each) for each in found[:CANDIDATES])
        return next((each for each in made if each is not None), None)

    def _asked(self, operation: Operation, prepared: Prepared, replayer: Replayer) -> Iterator[Outcome]:
        path = prepared.case.request.path
        # Another template may fit the path, too, and declare what this one does not.
        declared = {each.method for each in self.scope.contract.operations if reaches(each, path)}
        world = replayer.lab.snapshot()
        taken: list[str] = []
        for method in METHODS:
            if declared & {method, "ANY"}:
                continue
            made = replayer.conduct(None, replace(prepared.case.request, method=method))
            if made.unavailable is not None or before_any_handler(made):
                continue
            if differences(made):
                yield self._finding(operation, prepared, made)
                return
            if 200 <= made.response.status < 300:
                taken.append(method)
        replayer.lab.restore(world, warm=True)
        if taken:
            message = f"{operation.path} also answers {', '.join(taken)}, of which the contract does not speak"
            yield Gap(self.promise, self.name, operation.name, message, operation.location)

    def _finding(self, operation: Operation, prepared: Prepared, made: Exchange) -> Finding:
        method, change = made.case.request.method, said(differences(made)[0])
        message = f"{method} {operation.path}, which the contract does not declare, {change}"
        return Finding(self.promise, self.name, operation.name, message, (*prepared.history, made), "undeclared")
