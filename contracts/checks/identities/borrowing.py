"""Borrowing: the list, the cursor and the idempotency key of one, in the hands of a stranger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from contracts.checks.answers import before_any_handler, json_value
from contracts.checks.effects import differences
from contracts.checks.identities.parties import Parties, accepted_status
from contracts.checks.identities.telling import leaves, texts
from contracts.checks.keys import key_header, key_of
from contracts.checks.listings import Listing
from contracts.checks.replay import reading, with_header
from contracts.checks.things import Thing
from contracts.contract import Operation
from contracts.exchange import Exchange
from contracts.finding import Finding
from contracts.http import Request
from contracts.identities import Identity


@dataclass(frozen=True, slots=True)
class Lists:
    """A list of what one has made, and what a stranger sees of it."""

    parties: Parties
    shown: Listing
    stranger: Identity

    def listed(self, query: dict[str, str] | None = None) -> Exchange:
        """The list, or a page of it, as the stranger sees it."""
        workshop = self.parties.workshop
        target = workshop.resource.collection_target(workshop.creating, workshop.request)
        asked = f"?{urlencode(query)}" if query else ""
        request = reading(f"{target or self.shown.operation.path}{asked}", workshop.request)
        return self.parties.ask(self.stranger, self.shown.operation, request)

    def finding(self, thing: Thing, before: Exchange) -> Finding | None:
        """
        What the stranger sees of a thing.

        Args:
            before: The list before the thing was made.
        """
        operation = self.shown.operation
        for query in ({}, *self._filters(thing)):
            after = self.listed(query)
            if thing.name in values(after) - values(before):
                asked = "".join(f" with `{name}` {value}" for name, value in query.items())
                message = (
                    f"{operation.name}{asked} lists to {self.stranger.name} what {self.parties.maker.name} has made"
                )
                return self.parties.found(operation, message, "listed", thing.made, after)
        return self._of_cursor(thing)

    def _filters(self, thing: Thing) -> Iterator[dict[str, str]]:
        """Queries for the things that have what this one has: another index may hold them for everybody."""
        made = json_value(thing.made.response.body)
        members = made if isinstance(made, dict) else {}
        for parameter in self.shown.operation.parameters:
            value = members.get(parameter.name) if parameter.place == "query" else None
            if isinstance(value, str) and self.parties.workshop.rules.accepts(parameter.schema, value) is not False:
                yield {parameter.name: value}

    def _of_cursor(self, thing: Thing) -> Finding | None:
        """A cursor of the maker's, in the hands of the stranger."""
        if self.shown.cursor is None or self.shown.limit is None:
            return None
        workshop, maker, operation = self.parties.workshop, self.parties.maker.name, self.shown.operation
        others = (workshop.make(varied=number) for number in (1, 2))
        made = [thing, *(each for each in others if each is not None)]
        page = workshop.listed(self.shown, {self.shown.limit: "1"})
        cursor = self.shown.following(page.response.body) if accepted_status(page.response.status) else None
        if cursor is None:
            return None
        answer = self.listed({self.shown.limit: "1", self.shown.cursor: cursor})
        if not accepted_status(answer.response.status) or answer.unavailable is not None:
            return None
        what = f"{operation.name} answered {answer.response.status} to {self.stranger.name} with a cursor of {maker}"
        evidence = (*(each.made for each in made), page, answer)
        if values(answer) & {each.name for each in made}:
            return self.parties.found(operation, f"{what}, and lists what {maker} has made", "cursor", *evidence)
        if _begins_at(answer, [each.made for each in made]):
            message = f"{what}, and looked from there, where no query of {self.stranger.name} can begin"
            return self.parties.found(operation, message, "cursor", *evidence)
        return None


def repeated(parties: Parties) -> Finding | None:
    """What a stranger gets who sends the idempotency key that one has sent; None when what anybody gets."""
    workshop = parties.workshop
    operation = workshop.creating
    stranger, header = parties.stranger(operation), key_header(operation)
    if stranger is None or header is None or workshop.resource.chosen or not workshop.begin():
        return None
    key = key_of(workshop.rules, operation, header, 1, known=workshop.request.headers.get(header) or "")
    if key is None:
        return None
    request = with_header(workshop.request, header, key)
    first = workshop.conduct(operation, request)
    thing = workshop.thing_of(first)
    again = None if thing is None else parties.ask(stranger, operation, request)
    if thing is None or again is None or again.unavailable is not None:
        return None
    if thing.name in values(again) or thing.name in (again.response.headers.get("location") or "").split("/"):
        message = (
            f"{operation.name} repeated to {stranger.name} what it had answered to {parties.maker.name}, who had sent "
            f"the same {header}"
        )
        return parties.found(operation, message, "repeated", first, again)
    return _refused(parties, stranger, (operation, request, header), (first, again))


def _refused(
    parties: Parties,
    stranger: Identity,
    asked: tuple[Operation, Request, str],
    answers: tuple[Exchange, Exchange],
) -> Finding | None:
    """A stranger was refused for a key that one has used."""
    operation, request, header = asked
    status = answers[1].response.status
    if accepted_status(status) or before_any_handler(answers[1]) or not parties.workshop.begin():
        return None
    alone = parties.ask(stranger, operation, request)
    if not accepted_status(alone.response.status):
        return None
    message = (
        f"{operation.name} answered {status} to {stranger.name}, because {parties.maker.name} had sent the same "
        f"{header}: else it answers {alone.response.status}"
    )
    return parties.found(operation, message, "refused", *answers)


def values(exchange: Exchange) -> frozenset[str]:
    """The values in the JSON body of an answer, as texts."""
    return frozenset(str(leaf) for _, leaf in leaves(json_value(exchange.response.body)))


def _begins_at(exchange: Exchange, made: Iterable[Exchange]) -> bool:
    """Whether a query began at a key that one of these made: DynamoDB refuses to begin in another partition."""
    gained = [each for exchange in made for each in differences(exchange) if each.before is None]
    keys = [texts(list(each.key.values())) for each in gained if each.kind == "item"]
    starts = [
        texts(call.parameters["ExclusiveStartKey"])
        for call in exchange.calls
        if call.operation == "Query" and call.parameters.get("ExclusiveStartKey")
    ]
    return any(key and key <= start for key in keys for start in starts)
