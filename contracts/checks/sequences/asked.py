"""Rule of the promise `sequences`: a read shows what it was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from contracts.checks.paths import reaches
from contracts.checks.requests import sent
from contracts.checks.resources import answered_schema, members_of_schema
from contracts.checks.scope import Scope
from contracts.checks.things import shown
from contracts.contract import Operation, Parameter
from contracts.exchange import Exchange
from contracts.finding import Finding


@dataclass(frozen=True, slots=True)
class ReadsShowWhatWasAskedFor:
    """
    What a GET was asked for by name, in its path or among the listed values of a parameter, is what it shows.

    It is asked where the contract has one schema by one name for both, the parameter and the member of the answer. What
    is looked for in whatever case may be shown in one.
    """

    scope: Scope
    promise: ClassVar[str] = "sequences"
    name: ClassVar[str] = "reads-show-what-was-asked-for"

    def after_exchange(self, exchange: Exchange) -> Iterable[Finding]:
        """The first member that shows another."""
        operation = exchange.case.operation
        if operation is None or exchange.case.request.method != "GET" or exchange.response.status != 200:
            return
        if exchange.unavailable is not None or not reaches(operation, exchange.case.request.path):
            return
        for parameter, asked, told in self._told(operation, exchange):
            if asked.casefold() != told.casefold():
                message = f"{operation.name} was asked for the `{parameter.name}` {asked}, and shows that of {told}"
                yield Finding(self.promise, self.name, operation.name, message, (exchange,), parameter.name)
                return

    def _told(self, operation: Operation, exchange: Exchange) -> Iterator[tuple[Parameter, str, str]]:
        """The parameters that say what is read, what they said, and what the answer says."""
        rules, answer = self.scope.requests, shown(exchange)
        members = members_of_schema(rules, answered_schema(operation, exchange))
        for parameter in operation.parameters:
            listed = parameter.place == "query" and "enum" in rules.resolved(parameter.schema)
            same_schema = "$ref" in parameter.schema and members.get(parameter.name) == parameter.schema
            if answer is None or not same_schema or not (listed or parameter.place == "path"):
                continue
            values, told = sent(operation, parameter, exchange.case.request) or (), answer.get(parameter.name)
            if len(values) == 1 and isinstance(told, str) and rules.accepts(parameter.schema, values[0]) is True:
                yield parameter, values[0], told
