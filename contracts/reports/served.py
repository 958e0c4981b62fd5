"""What a service that is served says of itself: where it is, what can be asked, and what was just answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from contracts.contract import Operation
from contracts.errors import ContractsError
from contracts.exchange import Exchange
from contracts.finding import Unavailable
from contracts.reports.printable import clipped, one_line

LONGEST_TARGET = 80
_MILLISECONDS = 1000


def greeting(
    title: str, url: str, docs: str, operations: Sequence[Operation], unavailable: Iterable[Unavailable]
) -> str:
    """
    The lines with which a server begins.

    Args:
        url: Where the paths of the operations begin.
        docs: Where the documentation is.
    """
    return "\n".join(_lines(title, url, docs, operations, unavailable))


def _lines(
    title: str, url: str, docs: str, operations: Sequence[Operation], unavailable: Iterable[Unavailable]
) -> Iterator[str]:
    yield f"{one_line(title)}  {url}"
    yield ""
    verbs = max((len(each.method) for each in operations), default=0)
    paths = max((len(each.path) for each in operations), default=0)
    for operation in operations:
        named = f"  {operation.operation_id}" if operation.operation_id else ""
        yield f"  {operation.method:<{verbs}}  {operation.path:<{paths}}{named}".rstrip()
    yield ""
    for each in unavailable:
        of = f"{each.operation}: " if each.operation else ""
        yield str(ContractsError(f"could not run: {of}{each.reason}", location=each.location, cure=each.cure))
    yield f"Documentation, to try it out: {docs}"
    yield "State is kept in memory until Ctrl-C stops the server."


def answered(exchange: Exchange, seconds: float) -> str:
    """One line of an access log: method, target, status, who answered, how long it took."""
    request = exchange.case.request
    target = clipped(one_line(request.target, ascii_only=True), LONGEST_TARGET)
    functions = [each.function.logical_id for each in exchange.invocations or ()]
    who = f" {', '.join(functions)}" if functions else ""
    error = next((each.reply.error for each in exchange.invocations or () if each.reply.error is not None), None)
    raised = f" ({one_line(f'{error.kind}: {error.message}')})" if error is not None else ""
    method = one_line(request.method, ascii_only=True)
    return f"{method} {target} {exchange.response.status}{who} {seconds * _MILLISECONDS:,.0f} ms{raised}"
