"""Rule of the promise `sequences`: what a parameter said of a thing that was made is what the thing is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from contracts.checks.comparing import TEXTS, difference, fitting_text
from contracts.checks.declared import is_as_promised
from contracts.checks.requests import body_schema, sent, types_of
from contracts.checks.resources import answered_schema, members_of_schema, server_members
from contracts.checks.scope import Scope
from contracts.checks.things import Bases, Workshop, confirmed, shown, workshops
from contracts.checks.ways import with_parameter
from contracts.contract import Parameter
from contracts.exchange import Corpus, Exchange, Lab
from contracts.finding import Finding, Outcome

# Beside the texts that members are sent: parameters are written on one line.
TEXTS_OF_ONE_LINE = (*TEXTS.values(), "  both ends ", "Mixed CASE, 100% & more = less?", "Mixed-CASE_1")


@dataclass(frozen=True, slots=True)
class ParametersComeBack:
    """
    A text that the query, or the path of its name, gave a new thing stands in the answer that shows it.

    It does where the contract has one schema by one name for both, the parameter and the member of the answer.
    """

    scope: Scope
    bases: Bases
    promise: ClassVar[str] = "sequences"
    name: ClassVar[str] = "parameters-come-back"

    def explore(self, corpus: Corpus, lab: Lab) -> Iterable[Outcome]:
        """Make a thing with every kind of text, one parameter after the other."""
        for workshop in workshops(self.scope, corpus, lab, phase=self.name, bases=self.bases):
            yield from confirmed(workshop, self._about)

    def _about(self, workshop: Workshop) -> Iterator[Outcome]:
        thing = workshop.make() if workshop.begin() else None
        parameters = list(self._shown(workshop, thing.made)) if thing is not None else []
        if thing is not None:
            yield from self._wrong(workshop, thing.made, parameters)
        for parameter in parameters:
            texts = (fitting_text(workshop.rules, parameter.schema, text) for text in TEXTS_OF_ONE_LINE)
            for text in dict.fromkeys(each for each in texts if each is not None):
                change = partial(with_parameter, operation=workshop.creating, parameter=parameter, text=text)
                made = workshop.make(change)
                found = list(self._wrong(workshop, made.made, [parameter])) if made is not None else []
                yield from found
                if found:
                    break

    def _wrong(self, workshop: Workshop, made: Exchange, parameters: Iterable[Parameter]) -> Iterator[Finding]:
        rules, operation, answer = workshop.rules, workshop.creating, shown(made) or {}
        if self.scope.asks("payloads") and not is_as_promised(rules, operation, made):
            return
        for parameter in parameters:
            values = sent(operation, parameter, made.case.request) or ()
            if len(values) != 1 or "+" in made.case.request.target:
                continue
            how = difference(values[0], answer.get(parameter.name), rules.resolved(parameter.schema))
            if how is not None:
                seen = "not" if how == "lost" else how
                message = f"`{parameter.name}`, as {operation.name} was sent it, is {seen} in its own answer"
                yield Finding(
                    self.promise, self.name, operation.name, message, workshop.evidence(made), f"{parameter.name} {how}"
                )

    def _shown(self, workshop: Workshop, made: Exchange) -> Iterator[Parameter]:
        """The parameters that are members of the answer, too, and are a client's to set."""
        operation, resource = workshop.creating, workshop.resource
        rules, schema = self.scope.requests, answered_schema(operation, made)
        members = members_of_schema(rules, schema)
        own = server_members(rules, operation, body_schema(operation, made.case.request), schema)
        for parameter in operation.parameters:
            is_text = types_of(rules.resolved(parameter.schema)) == {"string"}
            same_schema = "$ref" in parameter.schema and members.get(parameter.name) == parameter.schema
            names = resource.chosen and parameter.name == resource.variable
            if (parameter.place == "query" or names) and parameter.name not in own and is_text and same_schema:
                yield parameter
