"""What a contract leaves open about its resources, said once: what had to be inferred from answers and from names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from contracts.checks.inferring import of_answers, of_pages
from contracts.checks.listings import listing
from contracts.checks.replay import accepted
from contracts.checks.resources import Resource, resources
from contracts.checks.scope import Scope
from contracts.contract import Operation
from contracts.exchange import Corpus
from contracts.finding import Gap


@dataclass(frozen=True, slots=True)
class ResourcesDescribed:
    """One gap for each resource whose answers have no schema, and for each list that is paged by names alone."""

    scope: Scope
    promise: ClassVar[str] = "sequences"
    name: ClassVar[str] = "resources-described"

    def after_run(self, corpus: Corpus) -> Iterable[Gap]:
        """What was inferred about resources of which something was made."""
        for resource in resources(self.scope.contract):
            if resource.create is not None and accepted(corpus.of(resource.create)):
                yield from self._of_answers(resource, resource.create)
                yield from self._of_pages(resource)

    def _of_answers(self, resource: Resource, create: Operation) -> Iterator[Gap]:
        for message in of_answers((create, resource.read, resource.lists)):
            yield Gap(self.promise, self.name, create.name, message, create.location)

    def _of_pages(self, resource: Resource) -> Iterator[Gap]:
        shown = listing(self.scope.requests, resource.lists) if resource.lists is not None else None
        if shown is not None:
            name, location = shown.operation.name, shown.operation.location
            yield from (Gap(self.promise, self.name, name, message, location) for message in of_pages(shown))
