"""Rule of the promise `methods`: HEAD answers as GET does, without the content (RFC 9110, 9.3.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from contracts.checks.deletes import reader_of
from contracts.checks.replay import Replayer, accepted
from contracts.checks.requests import media_type
from contracts.checks.scope import Scope
from contracts.checks.statuses import undocumented
from contracts.contract import Operation
from contracts.exchange import Corpus, Exchange, Lab
from contracts.finding import Finding, Outcome
from contracts.http import Request, Response

CANDIDATES = 2
COMPARED = ("etag", "location", "last-modified", "cache-control")


@dataclass(frozen=True, slots=True)
class HeadAnswersAsGet:
    """The status of a HEAD, and the headers that it has, are those of a GET of the same target."""

    scope: Scope
    promise: ClassVar[str] = "methods"
    name: ClassVar[str] = "head-answers-as-get"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """Make accepted GETs again, and ask the same with HEAD; then the same without what they refer to."""
        replayer = Replayer.of(corpus, lab, phase=self.name)
        for operation in self.scope.operations:
            reader = reader_of(self.scope.contract, operation)
            if operation.method == "HEAD" and reader is not None:
                yield from self._explored(operation, reader, replayer)
        lab.restore(replayer.fresh)

    def _explored(self, operation: Operation, reader: Operation, replayer: Replayer) -> Iterator[Finding]:
        found = sorted(accepted(replayer.corpus.of(reader)), key=lambda each: not each.case.references)
        for exchange in found[:CANDIDATES]:
            prepared = replayer.prepared(exchange)
            if prepared is None:
                continue
            request = prepared.case.request
            wrong = self._compared(operation, reader, replayer, (request, prepared.history))
            if wrong is None and prepared.history:
                replayer.lab.restore(replayer.fresh)
                wrong = self._compared(operation, reader, replayer, (request, ()))
            if wrong is not None:
                yield wrong
                return

    def _compared(
        self, operation: Operation, reader: Operation, replayer: Replayer, asked: tuple[Request, tuple[Exchange, ...]]
    ) -> Finding | None:
        request, history = asked
        get, again = replayer.conduct(reader, request), replayer.conduct(reader, request)
        head = replayer.conduct(operation, replace(request, method="HEAD"))
        if get.unavailable is not None or head.unavailable is not None or head.response.status >= 500:
            return None
        if not history and get.response.status not in (404, 410):
            return None  # the GET may be wrong itself, which is said elsewhere
        if self.scope.asks("statuses") and undocumented(head, operation):
            return None
        steady = [each for each in COMPARED if get.response.headers.get(each) == again.response.headers.get(each)]
        different = _difference(get.response, head.response, steady)
        if different is None:
            return None
        what, root = different
        message = f"{operation.name} answers {what} of {reader.name}"
        return Finding(self.promise, self.name, operation.name, message, (*history, get, head), root)


def _difference(get: Response, head: Response, steady: Iterable[str]) -> tuple[str, str] | None:
    """
    What a HEAD answers otherwise than a GET, in words and in short.

    Args:
        steady: The headers that two GETs agree on.
    """
    if get.status != head.status:
        return f"{head.status}, not the {get.status}", "status"
    for name in steady:
        # A HEAD may leave headers out that only the content would tell; those that it has are the GET's.
        told = head.headers.get(name)
        if (told is not None or name == "etag") and told != get.headers.get(name):
            return f"{name} {told}, not the {get.headers.get(name)}", name
    kind, known = media_type(head.headers.get("content-type")), media_type(get.headers.get("content-type"))
    return (
        (f"the Content-Type {kind}, not the {known}", "content-type") if get.body and kind not in ("", known) else None
    )
