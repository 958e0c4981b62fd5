"""Merging: one bug is one failure, however many of the requests that it lets through were made, and by which check.

A constraint that is not kept is one bug for each kind of it: a length, a range, a type. A handler that looks at
nothing of a body, or of a member, is one bug, whatever comes of it afterwards.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.checks.boundaries.bodies import generic
from contracts.checks.payloads import ACCEPTED, REFUSED, SHAPE
from contracts.checks.requests import Requests, Violation
from contracts.contract import Operation
from contracts.exchange import Exchange
from contracts.finding import Finding

# Keywords that are kept, or not, by one line of a handler.
KINDS: Mapping[str, str] = {
    "minLength": "length",
    "maxLength": "length",
    "minimum": "range",
    "maximum": "range",
    "exclusiveMinimum": "range",
    "exclusiveMaximum": "range",
    "minItems": "number of items",
    "maxItems": "number of items",
}

_EDGE = " at "
_UNREAD = "body json"


def edge(status: int, place: str, rule: str, name: str) -> str:
    """The root of requests that were refused at an edge at which they are allowed."""
    return f"{status}{_EDGE}{place} {rule} {generic(name)}"


def kind(rule: str) -> str:
    """What a keyword limits."""
    return KINDS.get(rule, rule)


def root_of(violation: Violation) -> str:
    """What makes two requests that were let through one bug of their operation."""
    return f"{violation.place} {kind(violation.rule)}"


def whole(place: str, name: str | None = None) -> str:
    """The root of a body, a member or a parameter at which nobody looks at all."""
    return f"{place} unchecked" if name is None else f"{place} {generic(name)} unchecked"


@dataclass(frozen=True, slots=True)
class Merging:
    """
    What a run found, by the names of operations.

    Attributes:
        through: Requests that were let through, by their roots.
        alone: Those with one thing wrong, by that.
        edges: Requests that were refused at an edge at which they are allowed.
        unread: The roots of failures over bodies that are no JSON.
    """

    rules: Requests
    through: dict[str, dict[str, Finding]]
    alone: dict[str, dict[Violation, Finding]]
    edges: dict[str, list[Finding]]
    unread: dict[str, set[str]]

    @classmethod
    def of(cls, findings: Iterable[Finding], rules: Requests) -> Merging:
        """
        What is known of findings.

        Args:
            findings: Of one run, of all checks.
        """
        known = cls(rules, {}, {}, {}, {})
        for each in findings:
            if each.check == REFUSED:
                wrong = _violations(each, rules)
                known.through.setdefault(each.operation, {}).setdefault(each.root, each)
                if len(wrong) == 1:
                    known.alone.setdefault(each.operation, {}).setdefault(wrong[0], each)
            elif each.check == "server-error" and [wrong.rule for wrong in _violations(each, rules)] == ["json"]:
                known.unread.setdefault(each.operation, set()).add(each.root)
            elif each.check == ACCEPTED and _EDGE in each.root:
                known.edges.setdefault(each.operation, []).append(each)
        return known

    def root(self, finding: Finding) -> str:
        """What a finding has in common with others of its check and operation that are the same bug."""
        if finding.check == REFUSED:
            return _widest(finding, _violations(finding, self.rules), self.through[finding.operation])
        if finding.check == "server-error":
            return self._failure(finding)
        if finding.check == ACCEPTED:
            return self._edge(finding)
        return finding.root

    def cause(self, finding: Finding) -> Finding | None:
        """The request that was let through, where a finding is what came of that; None where it is not."""
        if finding.check == "server-error":
            return self._let_through(finding)
        if finding.check == SHAPE:
            return self._echoed(finding) or self._stored(finding)
        return None

    def _failure(self, finding: Finding) -> str:
        """Over a body that is no JSON a function fails in one place, whatever exception its parser has for it."""
        return _UNREAD if finding.root in self.unread.get(finding.operation, ()) else finding.root

    def _let_through(self, finding: Finding) -> Finding | None:
        """Whether a request that failed was to be refused, and others with the same fault were accepted."""
        wrong = _violations(finding, self.rules)
        through = self.through.get(finding.operation, {})
        unchecked = (through.get(whole(each.place)) for each in wrong)
        alone = {_pair(each): found for each, found in self.alone.get(finding.operation, {}).items()}
        every = [alone.get(_pair(each)) for each in wrong]
        return next((each for each in unchecked if each is not None), every[0] if every and all(every) else None)

    def _echoed(self, finding: Finding) -> Finding | None:
        """Whether the answer that is wrong is one to a request that was to be refused."""
        through = self.through.get(finding.operation, {})
        wrong = _violations(finding, self.rules) if through else []
        same = [through[root_of(each)] for each in wrong if root_of(each) in through]
        return next(iter((*same, *through.values())), None) if wrong else None

    def _stored(self, finding: Finding) -> Finding | None:
        """Whether an answer breaks, for a member, the very rule that some operation lets requests break."""
        path = finding.root.split("/")
        lost = {(_last_name(each.name), each.rule): by for some in self.alone.values() for each, by in some.items()}
        return lost.get((path[-2], path[-1])) if len(path) > 2 else None

    def _edge(self, finding: Finding) -> str:
        if _EDGE in finding.root:
            return _kind_of_edge(finding.root)
        known = self.edges.get(finding.operation, ())
        same = (_kind_of_edge(each.root) for each in known if _at_same_edge(finding, each, self.rules))
        return next(same, finding.root)


def _last_name(pointer: str) -> str:
    """The name that a schema has for a member, or for the list that an item is in."""
    return next((each for each in reversed(pointer.split("/")) if not each.isdecimal()), "")


def _kind_of_edge(root: str) -> str:
    status, _, rest = root.partition(_EDGE)
    place, rule, *_ = rest.split(" ")
    return f"{status}{_EDGE}{place} {kind(rule)}"


def _widest(finding: Finding, violations: Sequence[Violation], roots: Collection[str]) -> str:
    """The first that is known of what each violation stands for, the widest first; else that of the first."""
    known = [
        *(whole(each.place) for each in violations),
        *(whole(each.place, each.name) for each in violations),
        *(root_of(each) for each in violations),
    ]
    first = root_of(violations[0]) if violations else finding.root
    return next((each for each in known if each in roots), first)


def _pair(violation: Violation) -> tuple[str, str, str]:
    return violation.place, generic(violation.name), kind(violation.rule)


def _violations(finding: Finding, rules: Requests) -> Sequence[Violation]:
    exchange = finding.exchanges[-1]
    operation = exchange.case.operation
    if operation is None or operation.name != finding.operation:
        return []
    return sorted(rules.read(operation, exchange.case.request).violations)


def _at_same_edge(finding: Finding, edge: Finding, rules: Requests) -> bool:
    """Whether a valid request has, at the same member, a value at the edge that another was refused for."""
    one, other = finding.exchanges[-1], edge.exchanges[-1]
    operation = one.case.operation
    if operation is None or one.response.status != other.response.status:
        return False
    place, _, rest = edge.root.partition(_EDGE)[2].partition(" ")
    rule, _, name = rest.partition(" ")
    ones, others = (_values(rules, operation, each, place, name) for each in (one, other))
    return any(_alike(rule, a, b) for a in ones for b in others)


def _values(rules: Requests, operation: Operation, exchange: Exchange, place: str, name: str) -> list[Any]:
    members = rules.members(operation, exchange.case.request)
    return [each.value for each in members if each.place == place and generic(each.name) == name]


def _alike(rule: str, one: Any, other: Any) -> bool:
    if isinstance(one, str) and isinstance(other, str) and kind(rule) == "length":
        # What counts bytes refuses characters of several of them at any length.
        return len(one) == len(other) or not (one.isascii() or other.isascii())
    if isinstance(one, (str, list)) and isinstance(other, (str, list)) and kind(rule) != "enum":
        return len(one) == len(other)
    return bool(one == other)


def distinct_kinds(violations: Iterable[Violation]) -> set[tuple[str, str]]:
    """The members and the kinds of constraints of theirs."""
    return {(generic(each.name), kind(each.rule)) for each in violations}
