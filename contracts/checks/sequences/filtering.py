"""Rules of the promise `sequences`: a filter selects, and a cursor belongs to the list that gave it."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from contracts.checks.inferring import of_entries, of_pages
from contracts.checks.listings import Listing, is_filter
from contracts.checks.replay import Change
from contracts.checks.requests import body_schema, types_of
from contracts.checks.resources import members_of_schema
from contracts.checks.scope import Scope
from contracts.checks.sequences.walking import Walk, is_whole, limits, of_fewest, walk
from contracts.checks.things import Bases, Thing, Workshop, confirmed, workshops
from contracts.checks.variants import members_of, values_for, with_top
from contracts.contract import Operation, Parameter
from contracts.exchange import Corpus, Exchange, Lab
from contracts.finding import Finding, Outcome

# Which of two values the things have, in order: those that a filter passes over stand before, between and behind.
PATTERN = (0, 1, 0, 0, 1)


@dataclass(frozen=True, slots=True)
class FiltersSelect:
    """
    A query parameter that is called and described as a member of the entries selects by that member.

    What only resembles a filter (a free text may be searched for) is not judged.
    """

    scope: Scope
    bases: Bases
    promise: ClassVar[str] = "sequences"
    name: ClassVar[str] = "filters-select"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """Make things with two values of the member, and list those with either, whole and page by page."""
        for workshop in workshops(self.scope, corpus, lab, phase=self.name, bases=self.bases):
            yield from confirmed(workshop, self._about)

    def _about(self, workshop: Workshop) -> Iterator[Outcome]:
        listing = workshop.lists()
        for parameter in listing.operation.parameters if listing is not None else ():
            if listing is not None and is_filter(workshop.rules, listing, parameter):
                yield from of_fewest(partial(self._judged, workshop, listing, parameter), len(PATTERN))

    def _judged(self, workshop: Workshop, listing: Listing, parameter: Parameter, number: int) -> Iterator[Finding]:
        if workshop.begin():
            things, values = _things(workshop, parameter, PATTERN[:number])
            yield from _Trial(self, workshop, listing, parameter, things, values).findings()


def _things(workshop: Workshop, parameter: Parameter, pattern: Sequence[int]) -> tuple[list[Thing], list[Any]]:
    """Things, and the two values of the member that they have; one value where no request can set it."""
    name, creating = parameter.name, workshop.creating
    values = _values(workshop, creating, workshop.request, parameter)
    things: list[Thing] = []
    for index, which in enumerate(pattern):
        change: Change | None = partial(with_top, name=name, value=values[which]) if len(values) > which else None
        thing = workshop.make(change, varied=index)
        if thing is not None:
            things.append(thing)
    return things, values


def _values(workshop: Workshop, operation: Operation, request: Any, parameter: Parameter) -> list[Any]:
    """Two values that a create can give the member and that the filter takes."""
    name, rules = parameter.name, workshop.rules
    if name not in members_of_schema(rules, body_schema(operation, request)):
        return []
    sent = [
        members_of(each.case.request).get(name)
        for each in workshop.replayer.corpus.of(operation)
        if 200 <= each.response.status < 300
    ]
    known = [members_of(request).get(name), *sent, *(rules.resolved(parameter.schema).get("enum") or ())]
    found = values_for(rules, operation, request, name, known)
    return [each for each in found if rules.accepts(parameter.schema, each)][:2]


@dataclass(frozen=True, slots=True)
class _Trial:
    """Things with two values of a member, and the lists of those with one."""

    check: FiltersSelect
    workshop: Workshop
    listing: Listing
    parameter: Parameter
    things: Sequence[Thing]
    values: Sequence[Any]

    def findings(self) -> Iterator[Finding]:
        """What the filter lets through and should not, and the reverse."""
        whole = walk(self.workshop, self.listing, self.things)
        if whole is None or whole.ending != "last page":
            return
        lengths = limits(self.workshop, self.listing, (1,))
        limited = [walk(self.workshop, self.listing, self.things, {self.listing.limit or "": "1"}) for _ in lengths]
        if not is_whole(self.listing, whole, *limited):
            lengths = []
        elif not all(each is not None and sorted(each.all_keys) == sorted(whole.all_keys) for each in limited):
            return  # its pages do not make up the list, which is said elsewhere
        name = self.parameter.name
        there = [each.get(name) for each in whole.all_entries if isinstance(each, dict)]
        others = [each for each in self._possible() if each not in there][:1]
        cursors: dict[str, tuple[Exchange, str]] = {}
        for value in [*self.values, *([each for each in there if each is not None][:1] if not self.values else others)]:
            query = {name: _written(value)}
            for length in (None, *lengths):
                asked = query | ({self.listing.limit or "": str(length)} if length is not None else {})
                walked = walk(self.workshop, self.listing, self.things, asked)
                wrong = self._wrong(walked, whole, value) if walked is not None else None
                if wrong is not None:
                    yield wrong
                    return
                if walked is not None and length is not None and len(walked.pages) > 1:
                    following = self.listing.following(walked.pages[0].response.body)
                    if following is not None:
                        cursors[_written(value)] = walked.pages[0], following
        yield from self._carried(cursors)

    def _possible(self) -> list[Any]:
        resolved = self.workshop.rules.resolved(self.parameter.schema)
        return [True, False] if types_of(resolved) == {"boolean"} else list(resolved.get("enum") or ())

    def _wrong(self, walked: Walk, whole: Walk, value: Any) -> Finding | None:
        name, operation = self.parameter.name, self.listing.operation
        foreign = [each for each in walked.all_entries if isinstance(each, dict) and each.get(name, value) != value]
        if foreign:
            message = f"{operation.name} was asked for `{name}` {_written(value)} and lists `{foreign[0][name]}`"
            return self._finding(message, f"filter {name}", walked.pages)
        wanted = {
            key
            for key, entry in zip(whole.all_keys, whole.all_entries, strict=True)
            if isinstance(entry, dict) and entry.get(name) == value
        }
        left_out = wanted - set(walked.all_keys)
        if not left_out or walked.ending == "refused":
            return None
        message = (
            f"{operation.name} with `{name}` {_written(value)} leaves out {len(left_out)} of {len(wanted)} entries"
        )
        return self._finding(message, f"filter {name}", walked.pages)

    def _carried(self, cursors: dict[str, tuple[Exchange, str]]) -> Iterator[Finding]:
        """A cursor of one list in another is refused, or goes on with nothing that the other would not list."""
        name, operation = self.parameter.name, self.listing.operation
        for value in self.values:
            for own, (page, cursor) in cursors.items():
                if own == _written(value) or self.listing.cursor is None:
                    continue
                query = {name: _written(value), self.listing.cursor: cursor}
                other = self.workshop.listed(self.listing, query)
                entries = self.listing.entries(other.response.body) if other.response.status == 200 else None
                if any(isinstance(each, dict) and each.get(name, value) != value for each in entries or ()):
                    message = f"{operation.name} with `{name}` {_written(value)} and a cursor of {own} lists others"
                    yield self._finding(message, "foreign cursor", (page, other))
                    return

    def _finding(self, message: str, root: str, pages: Sequence[Exchange]) -> Finding:
        evidence = self.workshop.evidence(*(each.made for each in self.things), *pages)
        name, inferred = self.listing.operation.name, (*of_entries(self.listing.operation), *of_pages(self.listing))
        return Finding(self.check.promise, self.check.name, name, message, evidence, root, inferred=inferred)


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True, slots=True)
class CursorsAreRead:
    """A cursor that no list gave is refused like any other wrong request: it is no reason to fail."""

    scope: Scope
    bases: Bases
    promise: ClassVar[str] = "sequences"
    name: ClassVar[str] = "cursors-are-read"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """Take a cursor, and change it in every way in which code may trip over it."""
        for workshop in workshops(self.scope, corpus, lab, phase=self.name, bases=self.bases):
            yield from confirmed(workshop, self._about)

    def _about(self, workshop: Workshop) -> Iterator[Outcome]:
        listing = workshop.lists()
        if listing is None or listing.cursor is None or not workshop.begin():
            return
        lengths = limits(workshop, listing, (1,))
        things = [workshop.make(varied=index) for index in range(2)]
        if None in things or not lengths:
            return
        page = workshop.listed(listing, {listing.limit or "": "1"})
        cursor = listing.following(page.response.body)
        schema = next((each.schema for each in listing.operation.parameters if each.name == listing.cursor), {})
        for text in garbled(cursor or ""):
            if workshop.rules.accepts(schema, text) is not False:
                workshop.listed(listing, {listing.cursor: text})
        made = [each.made for each in things if each is not None]
        for name in listing.bound:
            yield from self._carried(workshop, listing, name, made)

    def _carried(self, workshop: Workshop, listing: Listing, name: str, made: Sequence[Exchange]) -> Iterator[Finding]:
        """A cursor is refused with another value of a parameter that it belongs to, where the contract says so."""
        declared = next((each.schema for each in listing.operation.parameters if each.name == name), {})
        values = [str(each) for each in workshop.rules.resolved(declared).get("enum") or ()]
        for value in (None, *values):
            asked = {listing.limit or "": "1"} | ({} if value is None else {name: value})
            page = workshop.listed(listing, asked)
            cursor = listing.following(page.response.body) if page.response.status == 200 else None
            if cursor is None:
                continue
            default = workshop.rules.resolved(declared).get("default")
            other = next((each for each in values if each not in (value, default)), None)
            if other is None:
                return
            carried = workshop.listed(listing, {**asked, name: other, str(listing.cursor): cursor})
            if 200 <= carried.response.status < 300 and carried.unavailable is None:
                operation = listing.operation
                message = (
                    f"{operation.name} with `{name}` {other} answered {carried.response.status} "
                    "to the cursor of another list, to which its contract binds it"
                )
                evidence = workshop.evidence(*made, page, carried)
                yield Finding(self.promise, self.name, operation.name, message, evidence, "bound")
            return


def garbled(cursor: str) -> Iterator[str]:
    """A cursor with other characters, cut off, and what it says, where it can be read, in other forms and types."""
    yield "garbage"
    yield base64.urlsafe_b64encode(b"garbage!").decode().rstrip("=")
    if cursor:
        yield cursor[:-1]
        yield cursor + cursor
        yield (
            cursor[: len(cursor) // 2]
            + ("A" if cursor[len(cursor) // 2] != "A" else "B")
            + cursor[len(cursor) // 2 + 1 :]
        )
    for value in (None, {}, [], "x", 1, *_rewritten(_decoded(cursor))):
        text = base64.urlsafe_b64encode(json.dumps(value).encode()).decode()
        yield text if len(cursor) % 4 == 0 else text.rstrip("=")


def _decoded(cursor: str) -> Any:
    """What a cursor says, where it is JSON in base64."""
    try:
        return json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_"))
    except (binascii.Error, ValueError, RecursionError):
        return None


def _rewritten(value: Any) -> Iterator[Any]:
    """The same with another type in one place, or one place less."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield {key: each for key, each in value.items() if key != name}
            yield from ({**value, name: each} for each in (*_rewritten(member), None, 1, "x", {}))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from ([*value[:index], each, *value[index + 1 :]] for each in (*_rewritten(member), None, 1, "", {}))
