"""Coverage: which operations, statuses and parameters the exchanges of a run reached; pure, over values alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote_plus

from contracts.contract import Contract, Operation, Parameter
from contracts.exchange import Exchange
from contracts.finding import Gap
from contracts.http import Request


@dataclass(frozen=True, slots=True)
class ParameterReached:
    """How often an optional parameter was sent and left out, and how often so in an accepted request."""

    parameter: Parameter
    present: int
    absent: int
    accepted_present: int
    accepted_absent: int


@dataclass(frozen=True, slots=True)
class OperationReached:
    """
    What the run reached of one operation.

    Attributes:
        statuses: How often each status was answered, in ascending order.
        unreached: Documented statuses that were not answered; a range or `default` counts by what falls under it.
        parameters: Optional query and header parameters, and optional cookies.
    """

    operation: Operation
    exchanges: int
    statuses: Mapping[int, int]
    unreached: tuple[str, ...]
    parameters: tuple[ParameterReached, ...]

    @property
    def accepted(self) -> bool:
        """Whether any request was answered 2xx."""
        return any(200 <= status < 300 for status in self.statuses)


def reached(
    corpus: Iterable[Exchange], contract: Contract, *, operations: Iterable[Operation] | None = None
) -> tuple[OperationReached, ...]:
    """
    What the exchanges reached, operation by operation in the contract's order.

    Exchanges that say nothing about the service do not count.

    Args:
        operations: Those that the run was asked for; all of the contract's when None.
    """
    by_operation: dict[int, list[Exchange]] = {}
    for exchange in corpus:
        if exchange.case.operation is not None and exchange.unavailable is None:
            by_operation.setdefault(id(exchange.case.operation), []).append(exchange)
    chosen = contract.operations if operations is None else operations
    return tuple(_reached(operation, by_operation.get(id(operation), [])) for operation in chosen)


@dataclass(slots=True)
class Sent:
    """
    The parameters that accepted requests sent, of all that a run makes: a check's own are no part of the corpus.

    Attributes:
        names: Operation, place and name of each.
    """

    names: set[tuple[str, str, str]] = field(default_factory=set)

    def note(self, exchange: Exchange) -> None:
        """Remember what a request sent, where it was accepted."""
        operation = exchange.case.operation
        if operation is None or not 200 <= exchange.response.status < 300 or exchange.unavailable is not None:
            return
        for parameter in _optional(operation):
            name = (operation.name, parameter.place, parameter.name)
            if name not in self.names and _sends(exchange.case.request, parameter):
                self.names.add(name)


def _reached(operation: Operation, exchanges: list[Exchange]) -> OperationReached:
    statuses = Counter(exchange.response.status for exchange in exchanges)
    unreached = tuple(name for name in operation.responses if not _answered(operation, name, statuses))
    parameters = tuple(_parameter(parameter, exchanges) for parameter in _optional(operation))
    return OperationReached(operation, len(exchanges), dict(sorted(statuses.items())), unreached, parameters)


def _optional(operation: Operation) -> list[Parameter]:
    return [each for each in operation.parameters if not each.required and each.place != "path"]


def _answered(operation: Operation, documented: str, statuses: Iterable[int]) -> bool:
    response = operation.responses[documented]
    return any(operation.documented(status) is response for status in statuses)


def _parameter(parameter: Parameter, exchanges: list[Exchange]) -> ParameterReached:
    present = absent = accepted_present = accepted_absent = 0
    for exchange in exchanges:
        accepted = 200 <= exchange.response.status < 300
        if _sends(exchange.case.request, parameter):
            present, accepted_present = present + 1, accepted_present + accepted
        else:
            absent, accepted_absent = absent + 1, accepted_absent + accepted
    return ParameterReached(parameter, present, absent, accepted_present, accepted_absent)


def _sends(request: Request, parameter: Parameter) -> bool:
    if parameter.place == "header":
        return parameter.name in request.headers
    if parameter.place == "cookie":
        pairs = [pair for line in request.headers.get_all("cookie") for pair in line.split(";")]
        return any(pair.partition("=")[0].strip() == parameter.name for pair in pairs)
    names = (pair.partition("=")[0] for pair in request.query.split("&"))
    return any(unquote_plus(name) == parameter.name for name in names)


def gaps(found: Iterable[OperationReached], *, promises: Iterable[str], sent: Sent | None = None) -> Iterator[Gap]:
    """
    What the run did not reach, in sentences.

    Args:
        promises: What the run was asked for, in order: `statuses` says itself which answers it did not see.
        sent: What was sent in requests that are not among those that were counted.
    """
    known = sent.names if sent is not None else set()
    asked = tuple(promises)
    promise = next(iter(asked), "payloads")
    for each in found:
        operation = each.operation
        if each.exchanges and not each.accepted and "statuses" not in asked:
            answered = ", ".join(f"{status} x {count}" for status, count in each.statuses.items())
            yield Gap(
                promise,
                "coverage",
                operation.name,
                f"{operation.name} never answered 2xx ({answered})",
                operation.location,
            )
        for parameter in (one.parameter for one in each.parameters if each.accepted and not one.accepted_present):
            if (operation.name, parameter.place, parameter.name) not in known:
                message = f"no accepted request of {operation.name} sent `{parameter.name}`"
                yield Gap(promise, "coverage", operation.name, message, parameter.location)
