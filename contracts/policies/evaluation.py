"""Evaluation: what policies say of one question, and what cannot be said.

An explicit Deny is before every Allow, and without an Allow nothing is allowed (evaluation logic). Where a statement
cannot be judged (a condition operator that IAM does not have, a resource that nobody knows before a deployment) and
the answer depends on it, the answer is `unknown`: it is not guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from contracts.policies import conditions
from contracts.policies.patterns import Context, matches
from contracts.stack import Statement, Unresolved

Answer = Literal["allowed", "denied", "not allowed", "unknown"]
_ANSWERS: tuple[tuple[str, Answer], ...] = (("Deny", "denied"), ("Allow", "allowed"))


@dataclass(frozen=True, slots=True)
class Question:
    """
    What is asked of policies.

    Attributes:
        action: For example `execute-api:Invoke`.
        resource: An ARN, or `*`.
        context: Values of condition keys by name, for example `{"aws:SourceIp": ["127.0.0.1"]}`.
        principals: What the caller is known as: an ARN, an account id; () for anybody who did not say.
    """

    action: str
    resource: str
    context: Mapping[str, Sequence[str]] = field(default_factory=dict)
    principals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """
    An answer: `denied` by a Deny, `not allowed` for want of an Allow, `unknown` where it depends on what is not known.

    Attributes:
        statement: The statement that decided; None when none did.
    """

    answer: Answer
    statement: Statement | None = None


def decide(statements: Iterable[Statement], question: Question) -> Decision:
    """What statements say together; they are those of one policy or of several that hold together."""
    context = {name.lower(): tuple(values) for name, values in question.context.items()}
    judged = [(statement, _applies(statement, question, context)) for statement in statements]
    for effect, answer in _ANSWERS:
        of_effect = [(statement, applies) for statement, applies in judged if statement.effect == effect]
        for statement, applies in of_effect:
            if applies:
                return Decision(answer, statement)
        for statement, applies in of_effect:
            if applies is None:
                return Decision("unknown", statement)
    return Decision("not allowed")


def problems(statements: Iterable[Statement]) -> Iterator[str]:
    """Why some statements cannot be judged whatever the question, each in words."""
    for statement in statements:
        said = conditions.problem(statement.conditions)
        if said is not None:
            yield said
        for resource in (*statement.resources, *statement.not_resources):
            if isinstance(resource, Unresolved):
                yield f"{resource.expression}: {resource.reason}"


def _applies(statement: Statement, question: Question, context: Context) -> bool | None:
    parts = (
        _principal_applies(statement, question),
        _action_applies(statement, question.action, context),
        _resource_applies(statement, question.resource, context),
    )
    if False in parts:
        return False
    held = conditions.hold(statement.conditions, context)
    if held is False:
        return False
    return None if held is None or None in parts else True


def _principal_applies(statement: Statement, question: Question) -> bool:
    if statement.not_principals is not None:
        return not _named(statement.not_principals, question)
    return statement.principals is None or _named(statement.principals, question)


def _named(principals: Iterable[str], question: Question) -> bool:
    """`*` is everybody; an account stands for all of its users, as an id or as its root's ARN (Principal element)."""
    return any(each == "*" or each in question.principals for each in principals)


def _action_applies(statement: Statement, action: str, context: Context) -> bool:
    if statement.not_actions:
        return not any(matches(each, action, context, ignore_case=True) for each in statement.not_actions)
    return any(matches(each, action, context, ignore_case=True) for each in statement.actions)


def _resource_applies(statement: Statement, resource: str, context: Context) -> bool | None:
    negative = bool(statement.not_resources)
    patterns = statement.not_resources or statement.resources
    if any(isinstance(each, str) and matches(each, resource, context) for each in patterns):
        return not negative
    return None if any(isinstance(each, Unresolved) for each in patterns) else negative
