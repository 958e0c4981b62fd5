"""The check of bodies below JSON: what is none is refused, and nothing that is sent makes a function fail or hang."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

from contracts.checks.answers import json_value
from contracts.checks.below_json.bodies import Raw, disputed, malformed, nested, values
from contracts.checks.bench import Aftermath, Bench
from contracts.checks.boundaries.bodies import Known, completed
from contracts.checks.form import FormOfRequests
from contracts.checks.paths import match, operations_at
from contracts.checks.payloads import ACCEPTED, PROMISE, accepted_though
from contracts.checks.replay import MISSING, Change, Replay, Replayer, pointed, reading, with_body, with_header
from contracts.checks.requests import Member, Violation, body_schema, types_of
from contracts.checks.scope import Scope
from contracts.contract import Operation
from contracts.exchange import Corpus, Exchange, Lab
from contracts.finding import Finding, Outcome
from contracts.http import Request

# One member of each type is enough: the parser is the same.
TYPES = ("string", "integer", "number", "boolean", "array", "object")


@dataclass(frozen=True, slots=True)
class BodyIsReadAsJson:
    """A body that is no JSON is refused, and what parsers disagree about makes no function fail."""

    scope: Scope
    form: FormOfRequests
    aftermath: Aftermath
    promise: ClassVar[str] = PROMISE
    name: ClassVar[str] = "body-is-read-as-json"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """Send such bodies in place of the smallest accepted one of each operation that takes JSON."""
        replayer = Replayer.of(corpus, lab, phase=self.name)
        for operation in self.scope.operations:
            if operation.request_body is not None:
                bench = Bench.of(operation, replayer, partial(self._fits, operation))
                if bench is not None:
                    yield from self._explored(bench)
        lab.restore(replayer.fresh)

    def _fits(self, operation: Operation, exchange: Exchange) -> bool:
        request = exchange.case.request
        read = self.scope.requests.read(operation, request)
        return bool(request.body) and body_schema(operation, request) is not None and not read.violations

    def _explored(self, bench: Bench) -> Iterator[Finding]:
        request, operation = bench.request, bench.operation
        body = request.body or b""
        for raw in (*malformed(body), *self._empty(operation), *disputed(body), *self._values(bench)):
            yield from self._sent(bench, raw)
        yield from self._media_types(bench)

    def _empty(self, operation: Operation) -> Iterator[Raw]:
        # Without one where none is required nothing is wrong, and a body of white space may be none.
        wrong = "there is none" if operation.request_body is not None and operation.request_body.required else ""
        yield Raw("with an empty body", b"", wrong)
        yield Raw("with a body of white space", b" \r\n\t ", wrong)

    def _values(self, bench: Bench) -> Iterator[Raw]:
        rules, operation = self.scope.requests, bench.operation
        known = Known.of(rules, operation, (each for each in bench.others if self._fits(operation, each)))
        full = completed(rules, operation, bench.request, known)
        yield from nested(full, "")
        for member in self._members(operation, full):
            there = pointed(json_value(bench.request.body or b""), member.name) is not MISSING
            base = bench.request if there else full
            yield from nested(base, member.name)
            yield from values(base, member)

    def _members(self, operation: Operation, request: Request) -> Iterator[Member]:
        """The first member of each type."""
        seen: set[str] = set()
        for member in self.scope.requests.members(operation, request):
            types = types_of(member.schema)
            if member.place == "body" and member.name and types & set(TYPES) - seen:
                seen |= types
                yield member

    def _sent(self, bench: Bench, raw: Raw) -> Iterator[Finding]:
        replay = bench.send(partial(with_body, body=raw.body))
        if replay is None:
            return
        found = list(self.aftermath.findings(bench.operation, replay))
        yield from found
        if not 200 <= replay.exchange.response.status < 300:
            return
        violation = self._against(bench, raw)
        if violation is not None:
            accepted = accepted_though(bench.operation, replay.exchange, violation)
            yield replace(accepted, exchanges=replay.exchanges)
        if raw.foreign and not found:
            yield from self._found_again(bench, replay)

    def _against(self, bench: Bench, raw: Raw) -> Violation | None:
        """What the contract has against a body; None where that is left open."""
        if raw.wrong:
            return Violation("body", "", "json", f"is not JSON: {raw.wrong}")
        if raw.like is None:
            return None
        read = self.scope.requests.read(bench.operation, with_body(bench.request, raw.like))
        return min(read.violations, default=None)

    def _found_again(self, bench: Bench, replay: Replay) -> Iterator[Finding]:
        """What a GET of what was made or changed shows: it must be JSON, whatever was accepted."""
        request, answer = replay.exchange.case.request, replay.exchange.response
        target = answer.headers.get("location") or request.target
        found = match(bench.operation.path, request.path)
        here = operations_at(self.scope.contract, target.partition("?")[0], found.prefix if found is not None else "")
        reader = next((each for each in here if each.method == "GET"), None)
        if reader is None:
            return
        read = bench.follow(reader, reading(target, request))
        if read.unavailable is None:
            yield from self.aftermath.findings(reader, Replay(replay.exchanges, read))

    def _media_types(self, bench: Bench) -> Iterator[Finding]:
        """Parameters and case of a Content-Type do not matter (RFC 9110, 8.3.1; RFC 8259, 11)."""
        own = (bench.request.headers.get("content-type") or "").partition(";")[0].strip()
        same = (f"{own}; charset=utf-8", f'{own};charset="UTF-8"', own.upper(), own.title())
        for value in same:
            replay = bench.send(partial(with_header, name="Content-Type", value=value))
            if replay is None:
                continue
            yield from self.aftermath.findings(bench.operation, replay)
            for each in self.form.after_exchange(replay.exchange):
                if each.check == ACCEPTED:
                    message = f"{each.message}: with the Content-Type `{value}`"
                    yield replace(each, message=message, exchanges=replay.exchanges, root=f"{each.root} media type")
        for charset in ("iso-8859-1", "no-charset"):
            header: Change = partial(with_header, name="Content-Type", value=f"{own}; charset={charset}")
            replay = bench.send(header)
            yield from self.aftermath.findings(bench.operation, replay) if replay is not None else ()


def check(scope: Scope, form: FormOfRequests) -> BodyIsReadAsJson:
    """The check of a run."""
    return BodyIsReadAsJson(scope, form, Aftermath.of(scope))
