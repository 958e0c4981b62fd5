"""What a failure shows a person: one sentence, requests to paste, the answer, and what happened inside."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from http.client import responses
from typing import Any

from contracts.exchange import AwsCall, Change, Difference, Exchange, Invocation, Meanwhile
from contracts.finding import Failure, Finding
from contracts.http import Response
from contracts.reports.curl import BODY_FILE, LONGEST_BODY, curl
from contracts.reports.json import inline
from contracts.reports.printable import as_text, clipped, one_line, printable

_LONGEST_LINE = 300
_MOST_LINES = 6
_MOST_CALLS = 8
_MOST_DIFFERENCES = 4
_MOST_ATTRIBUTES = 4
_MOST_CONSEQUENCES = 5
_LONGEST_VALUE = 60
_LONGEST_ANSWER = 600
_TYPED = ({"S"}, {"N"}, {"BOOL"})
_NOT_ALONE = "what other requests of the run left behind may have had a part in it"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a report and the small print beside it: a label before it, or a remark behind it."""

    words: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """
    A failure in words, safe to show.

    Attributes:
        commands: A command line for each request in order, the last one being where it shows.
        lines: Labelled facts: what was answered, and what happened inside.
        repeat: The command line that asks this promise of this operation again.
    """

    title: str
    check: str
    message: str
    commands: tuple[Line, ...]
    lines: tuple[Line, ...]
    repeat: str


def evidence(failure: Failure, *, seed: int, command: str, ascii_only: bool) -> Evidence:
    """
    The failure in words.

    Args:
        command: The command line that repeats the whole run, without its seed.
    """
    finding = failure.finding
    last = finding.exchanges[-1] if finding.exchanges else None
    # What other operations left behind is there again only if they are asked again.
    narrowed = [*_asked(finding), "--only", finding.promise] if finding.alone else []
    chosen = shlex.join([*narrowed, "--seed", str(seed)])
    lines = [
        *([Line(one_line(finding.rule, ascii_only=ascii_only), "rule")] if finding.rule else []),
        *_inferred(finding, ascii_only=ascii_only),
        *(_observed(last, ascii_only=ascii_only) if last is not None else ()),
        *([Line(f"{failure.count:,} times, this one being the smallest", "found")] if failure.count > 1 else []),
        *([] if finding.alone else [Line(_NOT_ALONE, "needs")]),
        *_consequences(failure, ascii_only=ascii_only),
    ]
    return Evidence(
        title=one_line(f"{finding.operation}: {finding.promise}", ascii_only=ascii_only),
        check=one_line(finding.check, ascii_only=ascii_only),
        message=one_line(finding.message, ascii_only=ascii_only),
        commands=tuple(_commands(finding, ascii_only=ascii_only)),
        lines=tuple(lines),
        repeat=printable(f"{command} {chosen}", ascii_only=ascii_only),
    )


def _inferred(finding: Finding, *, ascii_only: bool) -> Iterator[Line]:
    for number, each in enumerate(finding.inferred):
        yield Line(one_line(each, ascii_only=ascii_only), "inferred" if number == 0 else "")


def _consequences(failure: Failure, *, ascii_only: bool) -> Iterator[Line]:
    """What else was found, and why that is no failure of its own."""
    for number, each in enumerate(failure.consequences[:_MOST_CONSEQUENCES]):
        times = f" ({each.count:,} times)" if each.count > 1 else ""
        words = f"{each.finding.promise}, {each.finding.check}: {each.finding.message}{times}"
        yield Line(one_line(words, ascii_only=ascii_only), "hence" if number == 0 else "")
    more = len(failure.consequences) - _MOST_CONSEQUENCES
    if more > 0:
        yield Line(f"and {more:,} more, which the JSON report has")


def _asked(finding: Finding) -> Iterator[str]:
    """The options that ask the operation where it shows, and those whose requests came before."""
    before = [each.case.operation.name for each in finding.exchanges if each.case.operation is not None]
    for name in dict.fromkeys((finding.operation, *before)):
        yield from ("--operation", name)


def _commands(finding: Finding, *, ascii_only: bool) -> Iterator[Line]:
    exchanges = finding.exchanges
    for position, exchange in enumerate(exchanges):
        request = exchange.case.request
        note = f"  # {exchange.response.status}" if len(exchanges) > 1 else ""
        if exchange.meanwhile is not None:
            note += f", while the next one waited before {_waiting(exchange.meanwhile, exchanges[position + 1 :])}"
        if request.body is not None and len(request.body) > LONGEST_BODY:
            note += f"  # {BODY_FILE}: {len(request.body):,} bytes, as the JSON report has them"
        yield Line(curl(request, ascii_only=ascii_only), note)
        # Of the last one everything is said below.
        if position < len(exchanges) - 1 and (inside := _inside(exchange, finding)):
            yield Line("", one_line(f"# {inside}", ascii_only=ascii_only))


def _waiting(meanwhile: Meanwhile, later: tuple[Exchange, ...]) -> str:
    """The call before which a later exchange waited, in words."""
    outer = next((each for each in later if each.case.id == meanwhile.case), None)
    calls = outer.calls[meanwhile.call - 1 :] if outer is not None else ()
    return f"its call {meanwhile.call}{f', {calls[0].service} {calls[0].operation}' if calls else ''}"


def _inside(exchange: Exchange, finding: Finding) -> str:
    """What an exchange called, changed and was answered, on one line; empty where there is nothing to say."""
    calls = _calls(exchange.calls) if exchange.calls else ""
    changed = _change(exchange.change) if exchange.change else ""
    return "; ".join(part for part in (calls, changed, _shown(exchange, finding)) if part)


def _shown(exchange: Exchange, finding: Finding) -> str:
    """What a GET, or the operation that is to blame, was answered: later answers are to be compared with it."""
    operation = exchange.case.operation
    blamed = operation is not None and operation.name == finding.operation
    text = as_text(exchange.response.body) if blamed or exchange.case.request.method == "GET" else None
    return f"answered {clipped(text, _LONGEST_ANSWER)}" if text else ""


def _observed(exchange: Exchange, *, ascii_only: bool) -> Iterator[Line]:
    if exchange.case.broken:
        yield Line(one_line(f"not valid: {exchange.case.broken}", ascii_only=ascii_only), "request")
    yield Line(_answer(exchange.response, ascii_only=ascii_only), "answer")
    for number, line in enumerate(_body(exchange.response, ascii_only=ascii_only)):
        yield Line(line, "body" if number == 0 else "")
    for invocation in exchange.invocations or ():
        if invocation.reply.error is not None:
            yield Line(_raised(invocation, ascii_only=ascii_only), "raised")
    if exchange.invocations is not None:
        yield Line(one_line(_calls(exchange.calls), ascii_only=ascii_only), "AWS")
    if exchange.change is not None:
        yield Line(one_line(_change(exchange.change), ascii_only=ascii_only), "state")


def _answer(response: Response, *, ascii_only: bool) -> str:
    words = f"{response.status} {responses.get(response.status, '')}".rstrip()
    shown = [f"{name}: {value}" for name, value in response.headers if name.lower() in ("content-type", "location")]
    return one_line(", ".join([words, *shown]), ascii_only=ascii_only)


def _body(response: Response, *, ascii_only: bool) -> Iterator[str]:
    if not response.body:
        return
    text = as_text(response.body)
    if text is None:
        yield f"{len(response.body):,} bytes that are not text"
        return
    lines = text.splitlines()
    for line in lines[:_MOST_LINES]:
        yield clipped(printable(line, ascii_only=ascii_only), _LONGEST_LINE)
    if len(lines) > _MOST_LINES:
        yield f"... ({len(lines) - _MOST_LINES:,} more lines)"


def _raised(invocation: Invocation, *, ascii_only: bool) -> str:
    error = invocation.reply.error
    assert error is not None
    words = f"{error.kind}: {error.message}" if error.message else error.kind
    place = next((line.strip() for line in reversed(error.trace) if line.strip().startswith("File ")), "")
    where = f"{invocation.function.logical_id}, {place.splitlines()[0]}" if place else invocation.function.logical_id
    return clipped(one_line(f"{words} ({where})", ascii_only=ascii_only), _LONGEST_LINE)


def _calls(calls: tuple[AwsCall, ...]) -> str:
    if not calls:
        return "no calls"
    shown = [_call(call) for call in calls[:_MOST_CALLS]]
    return ", ".join([*shown, *([f"and {len(calls) - _MOST_CALLS} more"] if len(calls) > _MOST_CALLS else [])])


def _call(call: AwsCall) -> str:
    on = f" on {' '.join(arn.rpartition(':')[2] for arn in call.resources)}" if call.resources else ""
    retries = f" after {call.attempts} attempts" if call.attempts > 1 else ""
    failed = f" -> {call.error.code}{' (injected)' if call.error.injected else ''}" if call.error else ""
    return f"{call.service} {call.operation}{on}{failed}{retries}"


def _change(change: Change) -> str:
    if not change:
        return "unchanged"
    kinds = (("gained", change.gained), ("lost", change.lost), ("changed", change.changed))
    return "; ".join(_differences(verb, differences) for verb, differences in kinds if differences)


def _differences(verb: str, differences: Iterable[Difference]) -> str:
    every = tuple(differences)
    stores = Counter((difference.store, difference.kind) for difference in every)
    counted = ", ".join(
        f"{count} {kind}{'' if count == 1 else 's'} in {store}" for (store, kind), count in stores.items()
    )
    keys = ", ".join(_difference(difference) for difference in every[:_MOST_DIFFERENCES])
    more = ", ..." if len(every) > _MOST_DIFFERENCES else ""
    return f"{verb} {counted} ({keys}{more})"


def _difference(difference: Difference) -> str:
    """Which thing it is and, where it was there before and after, what of it differs."""
    key = clipped(inline(difference.key), _LONGEST_LINE)
    if difference.before is None or difference.after is None:
        return key
    before, after = difference.before, difference.after
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    told = [f"{name} {_value(before.get(name))} -> {_value(after.get(name))}" for name in names[:_MOST_ATTRIBUTES]]
    more = [f"{len(names) - _MOST_ATTRIBUTES} more"] if len(names) > _MOST_ATTRIBUTES else []
    return f"{key}: {', '.join([*told, *more])}"


def _value(value: Any) -> str:
    """An attribute, in DynamoDB's JSON without its type where that says nothing; short."""
    plain = next(iter(value.values())) if isinstance(value, Mapping) and set(value) in _TYPED else value
    return "nothing" if plain is None else clipped(inline(plain), _LONGEST_VALUE)
