"""Walking: a list from its first page to its last, and what its pages hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from contracts.checks.listings import Listing
from contracts.checks.things import Thing, Workshop
from contracts.exchange import Exchange
from contracts.finding import Finding

# More pages than entries are allowed (a page may be empty), but not without end.
SPARE = 6

Ending = Literal["last page", "endless", "refused"]


@dataclass(frozen=True, slots=True)
class Walk:
    """
    The pages of a list, in order.

    Attributes:
        keys: What tells entries apart, page by page: a thing's name where it is known, else the whole entry.
        entries: The entries, page by page.
        ending: How it ended: with the last page; not at all; or because a page was refused, which is the last one then.
    """

    pages: tuple[Exchange, ...]
    keys: tuple[tuple[str, ...], ...]
    entries: tuple[tuple[Any, ...], ...]
    ending: Ending

    @property
    def all_keys(self) -> list[str]:
        """Of all pages, in order."""
        return [key for page in self.keys for key in page]

    @property
    def all_entries(self) -> list[Any]:
        """Of all pages, in order."""
        return [entry for page in self.entries for entry in page]


def walk(
    workshop: Workshop, listing: Listing, things: Sequence[Thing], query: Mapping[str, str] | None = None
) -> Walk | None:
    """
    Walk through a list.

    Returns:
        None when its first page was refused, or shows no entries.
    """
    asked = dict(query or {})
    found: list[Exchange] = []
    keys: list[tuple[str, ...]] = []
    entries: list[tuple[Any, ...]] = []
    before: list[dict[str, str]] = []
    while True:
        page = workshop.listed(listing, asked)
        here = listing.entries(page.response.body)
        found.append(page)
        if not 200 <= page.response.status < 300 or page.unavailable is not None or here is None:
            return Walk(tuple(found), tuple(keys), tuple(entries), "refused") if len(found) > 1 else None
        keys.append(tuple(key_of(workshop, things, each) for each in here))
        entries.append(tuple(here))
        following = listing.after(asked, page.response)
        if following is None:
            return Walk(tuple(found), tuple(keys), tuple(entries), "last page")
        if following in before or len(found) > 2 * len(things) + SPARE:
            return Walk(tuple(found), tuple(keys), tuple(entries), "endless")
        before.append(following)
        asked = following


def has_grown(before: Walk, after: Walk) -> bool:
    """Whether a list has more entries than it had, in two walks to their last pages."""
    ended = before.ending == after.ending == "last page"
    return ended and len(after.all_entries) > len(before.all_entries)


def is_whole(listing: Listing, *walks: Walk | None) -> bool:
    """
    Whether a walk to the last page has seen the whole list.

    It has where the contract says where the next page's cursor stands, or an answer has shown it or linked to it. Where
    pages are counted, a walk that does not say how long they are ends with the first.
    """
    if listing.counted:
        return False
    several = any(each is not None and len(each.pages) > 1 for each in walks)
    return several or (listing.cursor is not None and listing.next is not None)


def key_of(workshop: Workshop, things: Sequence[Thing], entry: Any) -> str:
    """What tells an entry of a list from others."""
    if isinstance(entry, Mapping):
        for thing in things:
            if workshop.resource.naming_member(entry, thing.name) is not None:
                return thing.name
    return json.dumps(entry, sort_keys=True)


def limits(workshop: Workshop, listing: Listing, wanted: Sequence[int]) -> list[int]:
    """The lengths of pages that may be asked for."""
    declared = [each for each in listing.operation.parameters if each.name == listing.limit and each.place == "query"]
    return [each for each in wanted if declared and workshop.rules.accepts(declared[0].schema, each)]


def of_fewest(judged: Callable[[int], Iterable[Finding]], number: int) -> Iterator[Finding]:
    """
    What is found with so many things, each finding with the fewest things that show it as well.

    Args:
        judged: Makes so many things in a world of their own, and judges the list of them.
    """
    found = {each.root: each for each in judged(number)}
    for fewer in range(number - 1, 1, -1) if found else ():
        found |= {each.root: each for each in judged(fewer) if each.root in found}
    yield from found.values()
