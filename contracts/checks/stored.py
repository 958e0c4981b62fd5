"""
Rule of the promise `payloads`: a read is answered also where there is something to read.

A path may name what no answer does: `GET /tenants/{tenant_id}/usage` is about the tenant whose token made things. Such
names are found where things are stored: an attribute that is called as the parameter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from contracts.checks.answers import server_error
from contracts.checks.effects import differences, is_safe
from contracts.checks.replay import Change, Replayer, accepted
from contracts.checks.scope import Scope
from contracts.checks.sequences.times import asked_at, letters
from contracts.checks.ways import with_parameter
from contracts.contract import Operation, Parameter
from contracts.exchange import Corpus, Exchange, Lab
from contracts.finding import Finding, Outcome

# How many accepted requests of an operation are tried until one can be made again and leaves something.
CANDIDATES = 4


@dataclass(frozen=True, slots=True)
class StoredThingsCanBeRead:
    """A read that is asked about what was just stored, by the names under which it lies, does not fail."""

    scope: Scope
    promise: ClassVar[str] = "payloads"
    name: ClassVar[str] = "stored-things-can-be-read"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """Make something by each operation that does, then read by its names what was read without anything there."""
        readers = [each for each in self.scope.operations if is_safe(each, each.method) and _names(each)]
        replayer = Replayer.of(corpus, lab, phase=self.name)
        for maker in self.scope.contract.operations if readers else ():
            found = [each for each in accepted(corpus.of(maker)) if each.change and each.change.gained]
            for exchange in found[:CANDIDATES]:
                made = replayer.replay(exchange, warm=True)
                if made is not None and differences(made.exchange):
                    for reader in readers:
                        yield from self._read(reader, made.exchanges, replayer)
                    break
        lab.restore(replayer.fresh)

    def _read(self, reader: Operation, made: tuple[Exchange, ...], replayer: Replayer) -> Iterator[Finding]:
        sample = next(iter(accepted(replayer.corpus.of(reader))), None)
        changes = list(self._changes(reader, made)) if sample is not None else []
        if sample is None or not changes or any(server_error(each, reader.name) for each in replayer.corpus.of(reader)):
            return
        request = sample.case.request
        for change in changes:
            request = change(request)
        read = replayer.conduct(reader, request)
        broken = server_error(read, reader.name)
        if broken is not None:
            yield Finding(self.promise, broken.check, reader.name, broken.message, (*made, read), broken.root)

    def _changes(self, reader: Operation, made: tuple[Exchange, ...]) -> Iterator[Change]:
        """What makes a request one about what was stored, today; nothing where it is stored under other names."""
        stored = _attributes(made[-1])
        named = {each.name: stored[letters(each.name)] for each in _names(reader) if letters(each.name) in stored}
        today, rules = asked_at(made[-1]), self.scope.requests
        for parameter in reader.parameters if named else ():
            text = named.get(parameter.name)
            is_day = parameter.place == "query" and rules.resolved(parameter.schema).get("format") == "date"
            if text is None and is_day and today is not None:
                text = today.date().isoformat()
            if text is not None and rules.accepts(parameter.schema, text) is not False:
                yield partial(with_parameter, operation=reader, parameter=parameter, text=text)


def _names(operation: Operation) -> list[Parameter]:
    """The parameters that say what is read."""
    places = ("path", "query")
    return [each for each in operation.parameters if each.place in places and (each.required or each.place == "path")]


def _attributes(made: Exchange) -> Mapping[str, str]:
    """The texts that were stored, by the letters of the names of their attributes."""
    found: dict[str, str] = {}
    for each in differences(made):
        for name, value in ((each.after or {}) if each.kind == "item" else {}).items():
            text = value.get("S") if isinstance(value, Mapping) else None
            if isinstance(text, str) and text:
                found.setdefault(letters(name), text)
    return found
