"""Views: the answers that show a thing: that of the request that wrote it, a GET, and its entry in the list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.checks.comparing import View
from contracts.checks.declared import is_as_promised
from contracts.checks.listings import Listing, entry_schema
from contracts.checks.resources import answered_schema
from contracts.checks.sequences.walking import limits
from contracts.checks.things import Thing, Workshop, shown
from contracts.contract import Schema
from contracts.exchange import Exchange

# A walk through a list ends after so many pages, whatever they say: a list that never ends is another rule's.
PAGES = 40


@dataclass(slots=True)
class Echoes:
    """
    The members of a place without a schema that have come back.

    Attributes:
        twice: Those that came back with two different values: no coincidence.
    """

    once: dict[str, Any] = field(default_factory=dict)
    twice: set[str] = field(default_factory=set)

    def note(self, sent: Mapping[str, Any], seen: Mapping[str, Any]) -> None:
        """Note what came back."""
        for name, value in sent.items():
            if name in seen and seen[name] == value and self.once.setdefault(name, value) != value:
                self.twice.add(name)


Places = dict[str, Echoes]
"""By the place, `answer`, `read` or `list`, and the operation that answers."""


def views_of(workshop: Workshop, thing: Thing, write: Exchange) -> dict[str, View]:
    """The answers that show a thing after it was written, by their places."""
    found: dict[str, View] = {}
    operation = write.case.operation
    answer, reader = shown(write), workshop.resource.read
    if answer is not None and operation is not None:
        found["answer"] = View(operation, write, answer, answered_schema(operation, write))
    read = workshop.read(thing)
    representation = shown(read)
    if reader is not None and read is not None and representation is not None:
        found["read"] = View(reader, read, representation, answered_schema(reader, read))
    listing = workshop.lists()
    if listing is not None:
        entry = entry_of(workshop, listing, thing)
        if entry is not None:
            schema = entry_schema(workshop.rules, listing)
            found["list"] = View(listing.operation, entry[0], entry[1], schema)
    # What does not have its documented shape is said once, where shapes are asked about.
    by_itself = not workshop.scope.asks("payloads")
    return {
        place: view
        for place, view in found.items()
        if by_itself or is_as_promised(workshop.rules, view.operation, view.exchange)
    }


def noted(views: Mapping[str, View], sent: Mapping[str, Any], places: Places) -> dict[str, View]:
    """The views with what is known about members that no schema names, which this exchange may add to."""
    known: dict[str, View] = {}
    for place, view in views.items():
        echoes = places.setdefault(f"{place} {view.operation.name}", Echoes())
        known[place] = View(view.operation, view.exchange, view.shown, view.schema, frozenset(echoes.twice))
        echoes.note(sent, view.shown)
    return known


def entry_of(workshop: Workshop, listing: Listing, thing: Thing) -> tuple[Exchange, Mapping[str, Any]] | None:
    """The page of a list that has the thing, and its entry; None when no page has it."""
    longest = limits(workshop, listing, (100, 50, 20, 10))
    query = {listing.limit or "": str(longest[0])} if longest else {}
    for page in pages(workshop, listing, query):
        for entry in listing.entries(page.response.body) or ():
            if isinstance(entry, Mapping) and workshop.resource.naming_member(entry, thing.name) is not None:
                return page, entry
    return None


def pages(workshop: Workshop, listing: Listing, query: Mapping[str, str] | None = None) -> Iterator[Exchange]:
    """The pages of a list, from its beginning to its end, as long as they are what they should be."""
    asked = dict(query or {})
    for _ in range(PAGES):
        page = workshop.listed(listing, asked)
        if not 200 <= page.response.status < 300 or page.unavailable is not None:
            return
        yield page
        following = listing.after(asked, page.response)
        if following is None:
            return
        asked = following


def is_shown_by(workshop: Workshop, listing: Listing, schema: Schema | None) -> bool:
    """Whether the contract says that a list is one of the things that a schema describes."""
    entries = entry_schema(workshop.rules, listing)
    return schema is not None and entries is not None and entries == schema and "$ref" in schema
