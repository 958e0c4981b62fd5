"""Rule of the promise `sequences`: what a server says of the time when it made something is the time of now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from contracts.checks.inferring import BY_NAME
from contracts.checks.requests import body_schema
from contracts.checks.resources import answered_schema, members_of_schema, server_members
from contracts.checks.scope import Scope
from contracts.checks.sequences.times import CREATED, UPDATED, asked_at, is_coarse, letters, moment_of
from contracts.checks.things import Bases, Workshop, confirmed, shown, workshops
from contracts.contract import Operation
from contracts.exchange import Corpus, Exchange, Lab
from contracts.finding import Finding, Outcome

# Times may be cut off to their second or, where they have none, to their minute; a function may take its time.
BEFORE, BEFORE_ITS_MINUTE, AFTER = timedelta(seconds=2), timedelta(minutes=1), timedelta(minutes=1)
# Long after the function has started, and not so long that tokens and signatures are good no more.
LATER = timedelta(minutes=4)


@dataclass(frozen=True, slots=True)
class TimesAreOfNow:
    """
    What a 201 says of when its thing was made, and changed last, is when the request was made.

    Times are read where the contract has a `date-time` that only the server sets, and whose name says what it is the
    time of.
    """

    scope: Scope
    bases: Bases
    promise: ClassVar[str] = "sequences"
    name: ClassVar[str] = "times-are-of-now"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """Make a thing, and another one later, by a function that has started before."""
        for workshop in workshops(self.scope, corpus, lab, phase=self.name, bases=self.bases):
            yield from confirmed(workshop, self._about)

    def _about(self, workshop: Workshop) -> Iterator[Outcome]:
        thing = workshop.make() if workshop.begin() else None
        asked = asked_at(thing.made) if thing is not None else None
        if thing is None or asked is None:
            return
        wrong = self.wrong(workshop.creating, thing.made)
        evidence = workshop.evidence(thing.made)
        if wrong is None:
            workshop.replayer.lab.set_clock(asked + LATER)
            later = workshop.make(varied=1)
            wrong = self.wrong(workshop.creating, later.made) if later is not None else None
            evidence = workshop.evidence(thing.made, *((later.made,) if later is not None else ()))
        if wrong is not None:
            message, root = wrong
            yield Finding(self.promise, self.name, workshop.creating.name, message, evidence, root, inferred=(BY_NAME,))

    def wrong(self, operation: Operation, exchange: Exchange) -> tuple[str, str] | None:
        """The first time of an answer that is not of now, in words and by its name; None when there is none."""
        asked = asked_at(exchange)
        if asked is None or exchange.response.status != 201 or exchange.unavailable is not None:
            return None
        times = list(self._times(operation, exchange))
        created = next((said for name, _, said in times if letters(name) in CREATED), None)
        for name, text, said in times:
            if created is not None and said < created:
                return f"{operation.name} answered `{name}` {text}, which is before the time of the creation", name
            earliest = asked - (BEFORE_ITS_MINUTE if is_coarse(said) else BEFORE)
            if not earliest <= said <= asked + AFTER:
                return f"{operation.name} was asked at {_written(asked)}, and answered `{name}` {text}", name
        return None

    def _times(self, operation: Operation, exchange: Exchange) -> Iterator[tuple[str, Any, datetime]]:
        rules, schema = self.scope.requests, answered_schema(operation, exchange)
        answer = shown(exchange)
        if schema is None or answer is None:
            return
        own = server_members(rules, operation, body_schema(operation, exchange.case.request), schema)
        for name, member in members_of_schema(rules, schema).items():
            if letters(name) not in CREATED | UPDATED or name not in own:
                continue
            said = moment_of(answer.get(name)) if rules.resolved(member).get("format") == "date-time" else None
            if said is not None and said.tzinfo is not None:
                yield name, answer[name], said


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
