"""The check of texts that take a pattern to its worst case: no text keeps a function from answering in time.

A regular expression that can match a text in many ways tries all of them before it gives up (CWE-1333). Whether that
is a hang is decided where every invocation's time is: here texts only become longer, as carefully as their answers
become slow, since nothing can stop such an expression once it has begun.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from time import process_time
from typing import ClassVar

from contracts.checks.answers import TIMED_OUT
from contracts.checks.bench import Aftermath, Bench
from contracts.checks.boundaries.bodies import Known, completed, placed
from contracts.checks.boundaries.probes import with_parameter
from contracts.checks.payloads import PROMISE
from contracts.checks.replay import Replay, Replayer
from contracts.checks.requests import DROPPED_HEADERS, Member, Requests, types_of
from contracts.checks.scope import Scope
from contracts.contract import Operation
from contracts.exchange import Corpus, Exchange, Lab
from contracts.finding import Finding, Outcome
from contracts.http import Request

# What is repeated: of these, what a pattern allows.
UNITS = ("a", "0", " ", "a ", "A", "-", ".", ",", "@", "a.", "a,", "ab")
MOST_UNITS = 3
# What comes last, and does not match: only then everything is tried.
LAST = ("!", "\n", "\0")

# How often it is repeated. What grows threefold with every repetition is slow at the second, and is then followed with
# care; what grows with the third power is slow at the last but two.
TIMES = (8, 14, 20, 26, 40, 200, 1_000, 5_000)
LONGEST_IN_TARGET = 3_000
LONGEST = 100_000
# Seconds of processor time that no answer to so short a request takes without a reason.
SLOW = 0.05
FASTER_GROWTH = 8.0
MOST_STEPS = 12

Text = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class TextsAreReadInTime:
    """A text that a pattern does not allow is refused in time, whatever stands in it."""

    scope: Scope
    aftermath: Aftermath
    promise: ClassVar[str] = PROMISE
    name: ClassVar[str] = "texts-are-read-in-time"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """Put longer and longer texts in the place of each text of an accepted request."""
        replayer = Replayer.of(corpus, lab, phase=self.name)
        for operation in self.scope.operations:
            bench = Bench.of(operation, replayer, partial(self._fits, operation))
            for change in self._changes(bench) if bench is not None else ():
                assert bench is not None
                yield from _climbed(bench, change, self.aftermath)
        lab.restore(replayer.fresh)

    def _fits(self, operation: Operation, exchange: Exchange) -> bool:
        return not self.scope.requests.read(operation, exchange.case.request).violations

    def _changes(self, bench: Bench) -> Iterator[Callable[[int], Callable[[Request], Request]]]:
        """For each text and each thing to repeat in it: what makes the request, by the number of repetitions."""
        rules, operation = self.scope.requests, bench.operation
        known = Known.of(rules, operation, (each for each in bench.others if self._fits(operation, each)))
        full = completed(rules, operation, bench.request, known)
        for member in rules.members(operation, full):
            if not isinstance(member.value, str) or "enum" in member.schema or types_of(member.schema) - {"string"}:
                continue
            for text in texts(rules, member):
                change = _change(operation, member, full, text)
                if change is not None:
                    yield change


def _change(
    operation: Operation, member: Member, full: Request, text: Text
) -> Callable[[int], Callable[[Request], Request]] | None:
    if member.place == "body":
        return lambda times: lambda request: _with_body_of(request, placed(full, member.name, text(times)))
    parameter = next(each for each in operation.parameters if (each.place, each.name) == (member.place, member.name))
    if parameter.place not in ("path", "query") or parameter.name.lower() in DROPPED_HEADERS:
        return None

    def shorter(times: int) -> Callable[[Request], Request]:
        most = LONGEST_IN_TARGET // len(text(1))
        return partial(with_parameter, operation=operation, parameter=parameter, text=text(min(times, most)))

    return shorter


def _with_body_of(request: Request, other: Request) -> Request:
    return replace(other, target=request.target)


def texts(rules: Requests, member: Member) -> Iterator[Text]:
    """Texts that its pattern nearly allows, by how often something is repeated in them."""
    pattern = member.schema.get("pattern")
    words = {"type": "string"} | ({"pattern": pattern} if isinstance(pattern, str) else {})
    start = "" if pattern is None or any(rules.accepts(words, unit * 8) for unit in UNITS) else member.value
    fitting = [unit for unit in UNITS if rules.accepts(words, start + unit * 8)] if pattern is not None else []
    for unit in (fitting or [*UNITS[:1], " "])[:MOST_UNITS]:
        last = next((each for each in LAST if rules.accepts(words, start + unit * 8 + each) is False), LAST[0])
        yield partial(_repeated, start=start, unit=unit, last=last)


def _repeated(times: int, *, start: str, unit: str, last: str) -> str:
    return f"{start}{unit * times}{last}"


def _climbed(
    bench: Bench, change: Callable[[int], Callable[[Request], Request]], aftermath: Aftermath
) -> Iterator[Finding]:
    """Send longer texts until one hangs, or all were answered at once."""
    before = (1, 0.001)
    times, steps = TIMES[0], 0
    while times <= LONGEST and steps < len(TIMES) + MOST_STEPS:
        steps += 1
        began = process_time()
        replay = bench.send(change(times))
        seconds = process_time() - began
        if replay is None:
            return
        found = aftermath.findings(bench.operation, replay)
        if _timed_out(replay):
            # What it does when its time is up already, Lambda would not have let it do.
            yield from (each for each in found if each.check == "server-error")
            return
        yield from found
        longer = following(times, seconds, before)
        if longer is None:
            return
        before, times = (times, max(seconds, 0.001)), longer


def following(times: int, seconds: float, before: tuple[int, float]) -> int | None:
    """How many repetitions to try next: by the table, or so many that the time grows no more than eightfold."""
    if seconds < SLOW:
        return next((each for each in TIMES if each > times), None)
    growth = (seconds / before[1]) ** (1 / max(1, times - before[0]))
    if growth <= 1.0:
        return min(2 * times, next((each for each in TIMES if each > times), 2 * times))
    return times + max(1, min(times, int(math.log(FASTER_GROWTH) / math.log(growth))))


def _timed_out(replay: Replay) -> bool:
    return any(
        each.reply.error is not None and each.reply.error.kind == TIMED_OUT
        for each in replay.exchange.invocations or ()
    )


def check(scope: Scope) -> TextsAreReadInTime:
    """The check of a run."""
    return TextsAreReadInTime(scope, Aftermath.of(scope))
