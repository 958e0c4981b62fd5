"""What a service that is served says of itself: where it is, what can be asked, and what was just answered."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

from contracts.contract import Operation
from contracts.errors import ContractsError
from contracts.exchange import Exchange
from contracts.finding import Gap, Unavailable
from contracts.identities import Identity
from contracts.reports.printable import clipped, one_line, printable

LONGEST_TARGET = 80
_MILLISECONDS = 1000


def greeting(
    title: str,
    *,
    url: str,
    docs: str,
    region: str,
    operations: Sequence[Operation],
    identities: Sequence[Identity],
    unavailable: Iterable[Unavailable],
    omitted: Iterable[Gap] = (),
) -> str:
    """
    The lines with which a server begins.

    Args:
        url: Where the paths of the operations begin.
        docs: Where the documentation is.
        region: What signatures are made for.
        identities: Whose credentials work.
        omitted: What is not done as API Gateway does it.
    """
    lines = [f"{one_line(title)}  {url}", "", *_operations(operations), ""]
    if identities:
        lines += ["Credentials that work, as options of curl:", "", *_credentials(identities, region), ""]
    lines += [_unavailable(each) for each in unavailable]
    lines += [str(ContractsError(f"not as deployed: {each.message}", location=each.location)) for each in omitted]
    lines += [f"Documentation, to try it out: {docs}", "State is kept in memory until Ctrl-C stops the server."]
    return "\n".join(lines)


def _operations(operations: Sequence[Operation]) -> Iterator[str]:
    verbs = max((len(each.method) for each in operations), default=0)
    paths = max((len(each.path) for each in operations), default=0)
    for operation in operations:
        named = f"  {operation.operation_id}" if operation.operation_id else ""
        yield f"  {operation.method:<{verbs}}  {operation.path:<{paths}}{named}".rstrip()


def _credentials(identities: Sequence[Identity], region: str) -> Iterator[str]:
    """A line for each way in which an identity is let in: a token and a signature go in the same header."""
    names = max(len(each.name) for each in identities)
    for each in identities:
        options = [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in each.shown().items()]
        if each.query:
            pairs = [f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in each.query.items()]
            options.append(f"-G {' '.join(f'-d {shlex.quote(pair)}' for pair in pairs)}")
        if options:
            yield f"  {each.name:<{names}}  {printable(' '.join(options))}"
        if each.access_key is not None:
            user = shlex.quote(f"{each.access_key}:{each.secret_key}")
            yield f"  {each.name:<{names}}  --aws-sigv4 aws:amz:{region}:execute-api --user {printable(user)}"


def _unavailable(each: Unavailable) -> str:
    of = f"{each.operation}: " if each.operation else ""
    return str(ContractsError(f"could not run: {of}{each.reason}", location=each.location, cure=each.cure))


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
