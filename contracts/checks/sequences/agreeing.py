"""Rule of the promise `sequences`: all answers that show a thing by one schema show the same thing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from contracts.checks.comparing import View, same
from contracts.checks.replay import with_body
from contracts.checks.requests import Requests, types_of
from contracts.checks.resources import members_of_schema
from contracts.checks.scope import Scope
from contracts.checks.sequences.views import is_shown_by, pages, views_of
from contracts.checks.sequences.walking import Walk, has_grown, walk
from contracts.checks.things import Bases, Thing, Workshop, confirmed, shown, workshops
from contracts.checks.variants import members_of
from contracts.contract import Schema
from contracts.exchange import Corpus, Exchange, Lab
from contracts.finding import Finding, Outcome

# Roots: a create that makes one thing again and again, what an operation answers to its own request, a list that lacks
# what a GET finds.
ONE_THING, OWN_ANSWER, NOT_LISTED = "one thing", "answer", "not listed"


@dataclass(frozen=True, slots=True)
class AnswersAgree:
    """
    What a create or a replacement answers, a GET, and the entry of the list agree, where one schema describes them.

    Members that were sent are another rule's. What two GETs do not agree on changes by itself, and is left alone.
    """

    scope: Scope
    bases: Bases
    promise: ClassVar[str] = "sequences"
    name: ClassVar[str] = "answers-agree"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """Make two things, replace one, and compare what is shown."""
        for workshop in workshops(self.scope, corpus, lab, phase=self.name, bases=self.bases):
            yield from confirmed(workshop, self._about)

    def _about(self, workshop: Workshop) -> Iterator[Outcome]:
        found = list(self._judged(workshop))
        yield from (self._plainer(workshop, each) if each.root == NOT_LISTED else each for each in found)

    def _plainer(self, workshop: Workshop, finding: Finding) -> Finding:
        """The same of a thing with no other members than it must have, where that is not listed either."""
        thing = workshop.make() if workshop.begin() else None
        return next(self._not_listed(workshop, thing), finding) if thing is not None else finding

    def _judged(self, workshop: Workshop) -> Iterator[Finding]:
        if not workshop.begin():
            return
        thing = workshop.make(partial(with_body, body=workshop.fullest.body or b""))
        if thing is None:
            return
        yield from self._compared(workshop, thing, thing.made)
        yield from self._not_listed(workshop, thing)
        yield from self._beside(workshop, thing)
        request = workshop.replacing(thing)
        if request is None or workshop.resource.replace is None:
            return
        full = workshop.filled(workshop.resource.replace, request)
        listing = workshop.lists()
        before = walk(workshop, listing, [thing]) if listing is not None else None
        replaced = workshop.put(thing, full)
        if replaced is None or shown(replaced) is None:
            replaced = workshop.put(thing, request)
        if replaced is not None and shown(replaced) is not None:
            yield from self._compared(workshop, thing, replaced)
            yield from self._grown(workshop, thing, replaced, before)

    def _compared(self, workshop: Workshop, thing: Thing, write: Exchange) -> Iterator[Finding]:
        views = views_of(workshop, thing, write)
        read, again = views.get("read"), shown(workshop.read(thing))
        if read is None or again is None:
            return
        sent = members_of(write.case.request)
        for place in (OWN_ANSWER, "list"):
            view = views.get(place)
            names = comparable_members(workshop.rules, view, read) if view is not None else frozenset()
            member = _other_member(view, read, again, sent, names) if view is not None else None
            if view is None or member is None:
                continue
            message = f"{view.operation.name} shows another `{member}` than {read.operation.name} does afterwards"
            before = (thing.made,) if thing.made is not write else ()
            after = (view.exchange,) if place == "list" else ()
            evidence = workshop.evidence(*before, write, *after, read.exchange)
            yield Finding(self.promise, self.name, view.operation.name, message, evidence, place)

    def _not_listed(self, workshop: Workshop, thing: Thing) -> Iterator[Finding]:
        """What was made stands in the list of such things."""
        listing, reader = workshop.lists(), workshop.resource.read
        read = workshop.read(thing)
        if listing is None or reader is None or read is None or shown(read) is None:
            return
        schema = next((each.content.get("application/json") for each in reader.responses.values()), None)
        if not is_shown_by(workshop, listing, schema):
            return
        walked = list(pages(workshop, listing))
        entries = [entry for page in walked for entry in listing.entries(page.response.body) or ()]
        if not walked or any(workshop.resource.naming_member(each, thing.name) is not None for each in entries):
            return
        message = f"{listing.operation.name} does not list what {workshop.creating.name} made and {reader.name} finds"
        evidence = workshop.evidence(thing.made, read, walked[-1])
        yield Finding(self.promise, self.name, listing.operation.name, message, evidence, NOT_LISTED)

    def _grown(self, workshop: Workshop, thing: Thing, replaced: Exchange, before: Walk | None) -> Iterator[Finding]:
        """What was replaced is one thing, as it was before; a list that did not show it then is said elsewhere."""
        listing = workshop.lists()
        if listing is None or before is None:
            return
        shown_before = [entry for page in before.pages for entry in listing.entries(page.response.body) or ()]
        if all(workshop.resource.naming_member(each, thing.name) is None for each in shown_before):
            return
        after = walk(workshop, listing, [thing])
        if after is None or not has_grown(before, after):
            return
        guilty = replaced.case.operation or workshop.creating
        message = f"{guilty.name} replaced one thing, and {listing.operation.name} lists one more than before"
        evidence = workshop.evidence(thing.made, *before.pages, replaced, *after.pages)
        yield Finding(self.promise, self.name, guilty.name, message, evidence, "one more")

    def _beside(self, workshop: Workshop, first: Thing) -> Iterator[Finding]:
        """What is made afterwards is another thing, and the first one stays what it was."""
        before = workshop.read(first)
        second = workshop.make(varied=2)
        if second is None or second.made.response.status != 201 or first.made.response.status != 201:
            return
        creating = workshop.creating
        member = workshop.resource.naming_member(shown(second.made), second.name)
        if member in members_of(second.made.case.request):
            return  # clients choose the names
        after = workshop.read(first)
        if second.name == first.name:
            message = f"{creating.name} answered 201 twice, and both times for `{first.name}`"
            evidence = workshop.evidence(first.made, second.made)
            yield Finding(self.promise, self.name, creating.name, message, evidence, ONE_THING)
        elif before is not None and after is not None and shown(before) is not None and shown(after) is None:
            if workshop.scope.asks("payloads") and after.response.status >= 500:
                return
            message = f"after another {creating.name} the first thing is answered {after.response.status}"
            evidence = workshop.evidence(first.made, second.made, after)
            yield Finding(self.promise, self.name, creating.name, message, evidence, "first is gone")
        elif before is not None and after is not None and _sent_changed(first, shown(before), shown(after)):
            message = f"another {creating.name} changed what the first one made"
            evidence = workshop.evidence(first.made, second.made, after)
            yield Finding(self.promise, self.name, creating.name, message, evidence, "first is changed")


def comparable_members(rules: Requests, view: View, read: View) -> frozenset[str]:
    """
    The members that two views show alike by their schemas: all, where it is one schema.

    Of a summary and of the whole thing it is the numbers, truths and times that both describe in the same words: a
    text may well be shorter in a summary.
    """
    if view.schema is None or read.schema is None:
        return frozenset()
    if view.schema == read.schema:
        return frozenset(view.shown) if "$ref" in view.schema else frozenset()
    ours, theirs = members_of_schema(rules, view.schema), members_of_schema(rules, read.schema)
    return frozenset(name for name, schema in ours.items() if theirs.get(name) == schema and _is_exact(rules, schema))


def _is_exact(rules: Requests, schema: Schema) -> bool:
    types = types_of(rules.resolved(schema))
    return bool(types) and (
        types <= {"integer", "number", "boolean"} or rules.resolved(schema).get("format") == "date-time"
    )


def _other_member(
    view: View, read: View, again: Mapping[str, Any], sent: Mapping[str, Any], names: Collection[str]
) -> str | None:
    """The first of these members that a view shows otherwise than two GETs do, of those that were not sent."""
    for name, value in view.shown.items():
        if name not in names:
            continue
        steady = name in read.shown and name in again and same(read.shown[name], again[name])
        if steady and name not in sent and not same(value, read.shown[name]):
            return name
    return None


def _sent_changed(thing: Thing, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> bool:
    sent = members_of(thing.made.case.request)
    return any(
        name in sent and name in (after or {}) and not same(value, (after or {})[name])
        for name, value in (before or {}).items()
    )
