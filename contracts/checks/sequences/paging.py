"""Rules of the promise `sequences`: pages partition a list, and a list has the order that the contract says."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import pairwise
from typing import Any, ClassVar

from contracts.checks.inferring import of_entries, of_pages
from contracts.checks.listings import Listing, is_filter, sorting
from contracts.checks.scope import Scope
from contracts.checks.sequences.walking import Walk, is_whole, limits, of_fewest, walk
from contracts.checks.things import Bases, Thing, Workshop, confirmed, workshops
from contracts.exchange import Corpus, Exchange, Lab
from contracts.finding import Finding, Outcome

THINGS = 4
LIMITS = (1, 2, 3)
# More things than this are not made to see how many a page has by default.
LONGEST_DEFAULT = 25
# The root of a walk that lacks what another walk finds.
LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class PagesPartitionTheList:
    """Page after page: nothing twice, nothing lost, no page longer than asked for, and an end."""

    scope: Scope
    bases: Bases
    promise: ClassVar[str] = "sequences"
    name: ClassVar[str] = "pages-partition-the-list"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """Make a few things and walk through them with pages of every length."""
        for workshop in workshops(self.scope, corpus, lab, phase=self.name, bases=self.bases):
            yield from confirmed(workshop, self._about)

    def _about(self, workshop: Workshop) -> Iterator[Outcome]:
        yield from of_fewest(partial(self._judged, workshop), THINGS)

    def _judged(self, workshop: Workshop, number: int) -> Iterator[Finding]:
        listing = workshop.lists()
        things = several(workshop, number) if listing is not None and workshop.begin() else []
        if listing is None or len(things) < number:
            return
        trial = _Trial(self, workshop, listing, things)
        yield from trial.partitioned()
        yield from trial.ordered()
        yield from self._by_default(workshop, listing, things)

    def _by_default(self, workshop: Workshop, listing: Listing, things: list[Thing]) -> Iterator[Finding]:
        """A page that nobody gave a length has the one that the contract says, at most."""
        declared = [
            each for each in listing.operation.parameters if (each.place, each.name) == ("query", listing.limit)
        ]
        default = workshop.rules.resolved(declared[0].schema).get("default") if declared else None
        if not isinstance(default, int) or not len(things) <= default <= LONGEST_DEFAULT:
            return
        for index in range(len(things), default + 1):
            if workshop.make(varied=index) is None:
                return
        page = workshop.listed(listing)
        entries = listing.entries(page.response.body) if 200 <= page.response.status < 300 else None
        if entries is None or len(entries) <= default or page.unavailable is not None:
            return
        name = listing.operation.name
        message = f"{name} was asked for no length of a page and gave {len(entries)}; the default of `{listing.limit}`"
        evidence = workshop.evidence(page)
        yield Finding(self.promise, self.name, name, f"{message} is {default}", evidence, "too long by default")


def several(workshop: Workshop, number: int) -> list[Thing]:
    """Things that can be told apart; fewer when one cannot be made."""
    made: list[Thing] = []
    for index in range(number):
        thing = workshop.make(varied=index)
        if thing is None or thing.name in {each.name for each in made}:
            break
        made.append(thing)
    return made


@dataclass(slots=True)
class _Trial:
    """Some things, and the walks through the list of them."""

    check: PagesPartitionTheList
    workshop: Workshop
    listing: Listing
    things: Sequence[Thing]
    whole: Walk | None = None
    walks: tuple[Walk, ...] = ()

    def partitioned(self) -> Iterator[Finding]:
        """Walk through the list as it comes, and with pages of each length."""
        self.whole = walk(self.workshop, self.listing, self.things)
        lengths = limits(self.workshop, self.listing, LIMITS)
        found = [(each, self._walked(each)) for each in lengths]
        self.walks = tuple(each for _, each in found if each is not None)
        known = {key for each in (*self.walks, self.whole) if each is not None for key in each.all_keys}
        counted = self.listing.counted and any(len(each.pages) > 1 for each in self.walks)
        whole = counted or is_whole(self.listing, self.whole, *self.walks)
        expected = known & {each.name for each in self.things} if whole else set()
        said: set[str] = set()
        for length, each in [(None, self.whole), *found]:
            # Who counts pages and does not say how long they are has but one of them.
            wanted = set() if self.listing.counted and length is None else expected
            for finding in self._wrong(each, length, wanted) if each is not None else ():
                if finding.root not in said:
                    said.add(finding.root)
                    yield finding
                break  # what else is wrong with a walk follows from the first

    def _walked(self, length: int) -> Walk | None:
        return walk(self.workshop, self.listing, self.things, {self.listing.limit or "": str(length)})

    def _wrong(self, walked: Walk, length: int | None, expected: set[str]) -> Iterator[Finding]:
        name = self.listing.operation.name
        for index, keys in enumerate(walked.keys):
            if length is not None and len(keys) > length:
                message = f"{name} was asked for {length} and gave {len(keys)}"
                yield self._finding(message, "too long", walked.pages[index : index + 1])
        names = {each.name for each in self.things}
        twice = [key for key, count in Counter(walked.all_keys).items() if count > 1 and key in names]
        if walked.ending == "refused":
            if not (self.check.scope.asks("payloads") and walked.pages[-1].response.status >= 500):
                status = walked.pages[-1].response.status
                page = "the cursor that it gave" if self.listing.cursor is not None else "the next page"
                yield self._finding(f"{name} answered {status} to {page}", "refused", walked.pages)
            return
        if walked.ending == "endless":
            gives = "gives a cursor of a next page" if self.listing.cursor is not None else "gives pages"
            message = f"{name} {gives} without end: {len(walked.pages)} pages for"
            yield self._finding(f"{message} {len(self.things)} entries", "endless", walked.pages)
        elif twice:
            last = max(index for index, keys in enumerate(walked.keys) if twice[0] in keys)
            message = f"{name} lists the same entry twice in one walk through its pages"
            yield self._finding(message, "twice", walked.pages[: last + 1])
        if walked.ending == "last page" and expected - set(walked.all_keys):
            message = f"{name} leaves out {len(expected - set(walked.all_keys))} of {len(expected)} entries"
            yield self._finding(f"{message} in a walk through its pages", LEFT_OUT, walked.pages)

    def ordered(self) -> Iterator[Finding]:
        """The order is the one that the contract says, and in any case the same when nothing has changed."""
        if self.whole is None:
            return
        name = self.listing.operation.name
        again = walk(self.workshop, self.listing, self.things)
        one, other = self.whole.all_keys, again.all_keys if again is not None else []
        if again is not None and one != other and Counter(one) == Counter(other):
            message = f"{name} lists the same entries in another order when it is asked again"
            yield self._finding(message, "unstable", (*self.whole.pages, *again.pages))
            return
        for walked in (self.whole, *self.walks):
            if self._is_wrong(walked, self.listing.order):
                message = (
                    f"{name} does not list in the order of `{', '.join(self.listing.order)}`, as its contract says"
                )
                yield self._finding(message, "order", walked.pages)
                return
        yield from self._sorted(self.whole)

    def _sorted(self, whole: Walk) -> Iterator[Finding]:
        """The order is the one that a parameter asks for, and the one of its default where nobody asks."""
        name, rules = self.listing.operation.name, self.workshop.rules
        for parameter, members in sorting(rules, self.listing).items():
            schema = next(each.schema for each in self.listing.operation.parameters if each.name == parameter)
            default = members.get(str(rules.resolved(schema).get("default")))
            asked = [(f"{parameter}={value}", member, {parameter: value}) for value, member in members.items()]
            lengths = limits(self.workshop, self.listing, (2,))
            asked += [
                (what, member, query | {self.listing.limit or "": str(length)})
                for what, member, query in asked
                for length in lengths
            ]
            filters = self._filters(whole)
            asked += [
                (f"{parameter}={value} with `{each}`", member, {parameter: value, each: filters[each]})
                for value, member in members.items()
                for each in filters
            ]
            walks = [
                (what, member, walk(self.workshop, self.listing, self.things, query)) for what, member, query in asked
            ]
            if default is not None:
                walks.append((f"the default of {parameter}", default, whole))
            for what, member, walked in walks:
                if walked is not None and self._is_wrong(walked, (member,)):
                    message = f"{name} does not list in the order of `{member}`, which {what} asks for"
                    yield self._finding(message, f"order {parameter}", walked.pages)
                    return

    def _filters(self, whole: Walk) -> dict[str, str]:
        """The parameters that select by a member, each with the value that every entry has."""
        rules, entries = self.workshop.rules, [each for each in whole.all_entries if isinstance(each, dict)]
        found = {}
        for parameter in self.listing.operation.parameters if entries else ():
            values = {json.dumps(each.get(parameter.name)) for each in entries}
            value = entries[0].get(parameter.name)
            if len(values) == 1 and value is not None and is_filter(rules, self.listing, parameter):
                found[parameter.name] = str(value).lower() if isinstance(value, bool) else str(value)
        return found

    def _is_wrong(self, walked: Walk, order: Sequence[str]) -> bool:
        return out_of_order(walked.all_entries, order) is not None

    def _finding(self, message: str, root: str, pages: Sequence[Exchange]) -> Finding:
        evidence = self.workshop.evidence(*(each.made for each in self.things), *pages)
        name, inferred = self.listing.operation.name, (*of_entries(self.listing.operation), *of_pages(self.listing))
        return Finding(self.check.promise, self.check.name, name, message, evidence, root, inferred=inferred)


def out_of_order(entries: Sequence[Any], order: Sequence[str]) -> str | None:
    """The member by which entries are not ordered; None when they are, or when one of them does not have it."""
    for one, other in pairwise(entries):
        for member in order:
            name = member.removeprefix("-")
            if not isinstance(one, dict) or not isinstance(other, dict) or name not in one or name not in other:
                return None
            before, after = _value(one[name]), _value(other[name])
            if type(before) is not type(after):
                return None
            if before != after:
                if (before < after) is member.startswith("-"):
                    return member
                break
    return None


def _value(value: Any) -> Any:
    """A value that can be compared: times by what they mean, numbers as numbers, everything else as text."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    try:
        return datetime.fromisoformat(value).timestamp() if isinstance(value, str) and "T" in value else str(value)
    except ValueError:
        return str(value)
