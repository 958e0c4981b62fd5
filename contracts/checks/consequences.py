"""Consequences: what is found only because of something else that is found, and is told in the failure of that.

No failure may hide another. A rule here says that one finding follows from another only where the exchanges of both
show that they are one thing; where they do not, both are failures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.checks.absent import UnknownIsNotFound
from contracts.checks.answers import authorizer_invocation, before_any_handler, json_value, server_error
from contracts.checks.boundaries import Merging
from contracts.checks.deletes import DONE, STILL_THERE, DeleteRemovesItsTarget
from contracts.checks.effects import differences, verb, wrote
from contracts.checks.identities import (
    CredentialsAreAskedFor,
    RememberedPoliciesAreWideEnough,
    ThingsOfOthersAreOutOfReach,
)
from contracts.checks.identities.credentials import FAILED
from contracts.checks.interleavings import TwoAtOnceTakeTurns
from contracts.checks.methods import SafeMethodWritesNothing
from contracts.checks.overrides import MethodIsNotOverridden
from contracts.checks.payloads import SHAPE
from contracts.checks.rendered import RenderingsAnswerAlike
from contracts.checks.renderings import ENCODED_OTHERWISE
from contracts.checks.requests import Requests
from contracts.checks.sequences.agreeing import NOT_LISTED, ONE_THING, OWN_ANSWER, AnswersAgree
from contracts.checks.sequences.conditions import ConditionsHold
from contracts.checks.sequences.entity_tags import ANSWERED, EntityTagsTell
from contracts.checks.sequences.paging import LEFT_OUT, PagesPartitionTheList
from contracts.checks.sequences.settled import REVISION, WhatIsSettledStays
from contracts.checks.sequences.writing import OF_BEFORE, WhatWasWrittenComesBack
from contracts.checks.statuses import StatusDocumented
from contracts.checks.texts import AnswerReadsAsItWasMeant
from contracts.checks.traces import RefusedRequestLeavesNoTrace
from contracts.checks.variants import members_of
from contracts.exchange import Exchange
from contracts.finding import Finding


@dataclass(frozen=True, slots=True)
class Rule:
    """
    One way in which a finding follows from another.

    Attributes:
        check: Of what follows; `roots` are the roots that may, any where it is empty.
        cause: The check of what it follows from, and `cause_roots` likewise.
        one: Whether the exchanges show, of what follows and of its cause, that both are one thing.
    """

    check: str
    cause: str
    one: Callable[[Finding, Finding], bool]
    roots: frozenset[str] = frozenset()
    cause_roots: frozenset[str] = frozenset()

    def follows(self, finding: Finding, cause: Finding) -> bool:
        """Whether a finding of the check follows from one of the other check."""
        fits = (not self.roots or finding.root in self.roots) and (
            not self.cause_roots or cause.root in self.cause_roots
        )
        return fits and self.one(finding, cause)


def fails_alike(finding: Finding, cause: Finding) -> bool:
    """The same function failed in the same place, whatever it was called for."""
    one, other = (_failure(each.exchanges[-1]) for each in (finding, cause))
    return one is not None and one == other


def removes_nothing(finding: Finding, cause: Finding) -> bool:
    """An operation that removes nothing says that it did, whatever it is told: here too it removed nothing."""
    asked = [each for one in (finding, cause) for each in one.exchanges if _name(each) == cause.operation]
    nothing = all(each.response.status in DONE and each.change is not None and not each.change for each in asked)
    return finding.operation == cause.operation == _name(finding.exchanges[-1]) and nothing


def makes_one_thing(finding: Finding, cause: Finding) -> bool:
    """Two at once make one thing where all that is made is one thing."""
    return all(_name(each) == cause.operation for each in finding.exchanges[-2:])


def left_by_failure(finding: Finding, cause: Finding) -> bool:
    """A request that fails midway leaves what it had done: it failed as another one of the operation did."""
    last = finding.exchanges[-1]
    if finding.operation != cause.operation or last.response.status < 500:
        return False
    broken = server_error(last, finding.operation)
    return broken is not None and broken.root == cause.root


def answers_of_before(finding: Finding, cause: Finding) -> bool:
    """An operation answers what the thing was before, entity tag and all, and did so here: no member of it is right."""
    return finding.operation == cause.operation and _is_of_before(finding)


def left_out_alike(finding: Finding, cause: Finding) -> bool:
    """A list leaves out what was made, and it is made by requests with the same members: it is not chosen by them."""
    return finding.operation == cause.operation and _made_by(finding) == _made_by(cause)


def refused_by_memory(finding: Finding, cause: Finding) -> bool:
    """API Gateway refuses by the policy that it remembers of the same guard, as it did there."""
    one, other = finding.exchanges[-1], cause.exchanges[-1]
    alike = _refusal(one) == _refusal(other) and authorizer_invocation(one) is None and before_any_handler(one)
    guards = [each.case.operation.security for each in (one, other) if each.case.operation is not None]
    return alike and len(guards) == 2 and guards[0] == guards[1]


def shown_by_it(finding: Finding, cause: Finding) -> bool:
    """What the other check found wrong left the same: the same answer of the same operation, and the same change."""
    last = finding.exchanges[-1]
    left = _kinds(last)
    return bool(left) and any(
        _name(each) == finding.operation == cause.operation
        and each.response.status == last.response.status
        and left <= _kinds(each)
        for each in cause.exchanges
    )


def held_by_revision(finding: Finding, cause: Finding) -> bool:
    """A replacement is written on a condition, and the revision that it may ask for is the same as before."""
    last = [each for each in finding.exchanges if _name(each) == finding.operation][-2:]
    writes = [[call for call in each.calls if call.writes] for each in last]
    conditional = all(any("ConditionExpression" in call.parameters for call in calls) for calls in writes)
    return finding.operation == cause.operation and len(last) == 2 and conditional


def read_in_another_charset(finding: Finding, cause: Finding) -> bool:
    """An answer names a charset in which its text reads otherwise: no schema is that text's."""
    charsets = {each.exchanges[-1].response.headers.get("content-type") for each in (finding, cause)}
    same_charset = len(charsets) == 1 and "charset=" in str(next(iter(charsets))).lower()
    return finding.operation == cause.operation and same_charset


def finds_what_never_was(finding: Finding, cause: Finding) -> bool:
    """An operation that finds whatever it is asked for finds another thing by another spelling, and answers alike."""
    answers = {each.exchanges[-1].response.status for each in (finding, cause)}
    return finding.operation == cause.operation and len(answers) == 1


RULES: tuple[Rule, ...] = (
    *(
        Rule(check, cause, shown_by_it)
        for check in (RefusedRequestLeavesNoTrace.name, SafeMethodWritesNothing.name)
        for cause in (ThingsOfOthersAreOutOfReach.name, ConditionsHold.name, MethodIsNotOverridden.name)
    ),
    Rule(StatusDocumented.name, RememberedPoliciesAreWideEnough.name, refused_by_memory),
    Rule("server-error", CredentialsAreAskedFor.name, fails_alike, cause_roots=frozenset({FAILED})),
    Rule(RefusedRequestLeavesNoTrace.name, "server-error", left_by_failure),
    Rule(ConditionsHold.name, DeleteRemovesItsTarget.name, removes_nothing, cause_roots=frozenset({STILL_THERE})),
    Rule(SHAPE, AnswerReadsAsItWasMeant.name, read_in_another_charset),
    Rule(
        RenderingsAnswerAlike.name,
        UnknownIsNotFound.name,
        finds_what_never_was,
        roots=frozenset({ENCODED_OTHERWISE}),
    ),
    Rule(TwoAtOnceTakeTurns.name, WhatIsSettledStays.name, held_by_revision, cause_roots=frozenset({REVISION})),
    Rule(TwoAtOnceTakeTurns.name, AnswersAgree.name, makes_one_thing, cause_roots=frozenset({ONE_THING})),
    Rule(
        AnswersAgree.name,
        WhatWasWrittenComesBack.name,
        answers_of_before,
        roots=frozenset({OWN_ANSWER}),
        cause_roots=frozenset({OF_BEFORE}),
    ),
    Rule(
        EntityTagsTell.name,
        WhatWasWrittenComesBack.name,
        answers_of_before,
        roots=frozenset({ANSWERED}),
        cause_roots=frozenset({OF_BEFORE}),
    ),
    Rule(
        PagesPartitionTheList.name,
        AnswersAgree.name,
        left_out_alike,
        roots=frozenset({LEFT_OUT}),
        cause_roots=frozenset({NOT_LISTED}),
    ),
)


@dataclass(frozen=True, slots=True)
class Bugs:
    """Which findings of a run are one bug, and which follow from others."""

    _merging: Merging
    _by_check: Mapping[str, tuple[Finding, ...]]

    @classmethod
    def of(cls, findings: Iterable[Finding], rules: Requests) -> Bugs:
        """
        What is known of findings.

        Args:
            findings: Of one run, of all checks.
        """
        every = tuple(findings)
        causes = {each.cause for each in RULES}
        by_check = {name: tuple(each for each in every if each.check == name) for name in causes}
        return cls(Merging.of(every, rules), by_check)

    def root(self, finding: Finding) -> str:
        """What a finding has in common with others of its check and operation that are the same bug."""
        return self._merging.root(finding)

    def cause(self, finding: Finding) -> Finding | None:
        """The finding that this one follows from; None where it stands for itself."""
        return next(self._causes(finding), None)

    def _causes(self, finding: Finding) -> Iterator[Finding]:
        through = self._merging.cause(finding)
        if through is not None:
            yield through
        for rule in RULES if finding.exchanges else ():
            if rule.check == finding.check:
                yield from (each for each in self._by_check[rule.cause] if rule.follows(finding, each))


def _kinds(exchange: Exchange) -> set[str]:
    """What an exchange called in order to write, and what it did to which stores."""
    changes = {f"{verb(each)} {each.store}" for each in differences(exchange)}
    return changes | {call.action for call in wrote(exchange)}


def _name(exchange: Exchange) -> str | None:
    return exchange.case.operation.name if exchange.case.operation is not None else None


def _refusal(exchange: Exchange) -> tuple[int, str | None]:
    return exchange.response.status, exchange.response.headers.get("x-amzn-errortype")


def _made_by(finding: Finding) -> set[tuple[str | None, frozenset[str]]]:
    """The operations that were sent something, and the members of it."""
    sent = [each for each in finding.exchanges if each.case.request.body is not None]
    return {(_name(each), frozenset(members_of(each.case.request))) for each in sent}


def _failure(exchange: Exchange) -> tuple[str, str, tuple[str, ...]] | None:
    """The function that failed, with what, and where in its code; None when none did, or nobody knows where."""
    for invocation in reversed(exchange.invocations or ()):
        error = invocation.reply.error
        places = tuple(line.strip() for line in error.trace if line.strip().startswith("File ")) if error else ()
        if error is not None and places:
            return invocation.function.logical_id, error.kind, places
    return None


def _is_of_before(finding: Finding) -> bool:
    """Whether the last answer of the finding's operation is one that its evidence has before, entity tag and all."""
    own = [index for index, each in enumerate(finding.exchanges) if _name(each) == finding.operation]
    if not own:
        return False
    *before, last = finding.exchanges[: own[-1] + 1]
    changed = last.change is None or bool(last.change)
    shown = isinstance(json_value(last.response.body), dict)
    return changed and shown and _answer(last) in [_answer(each) for each in before]


def _answer(exchange: Exchange) -> tuple[Any, str | None]:
    """What an answer says of a thing: its representation and its entity tag."""
    return json_value(exchange.response.body), exchange.response.headers.get("etag")
