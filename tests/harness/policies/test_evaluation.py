"""What IAM says of a question, by the rules of its user guide."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.errors import Location
from contracts.policies import Decision, Question, decide, problems, statements
from contracts.stack import Statement, Unresolved

ARN = "arn:aws:execute-api:eu-west-1:123456789012:abc123defg/v1/GET/jobs/7"


def statement(effect: str = "Allow", **members: Any) -> dict[str, Any]:
    """A statement about the one action and resource of these tests, unless it says otherwise."""
    whole = {"Effect": effect, "Action": "execute-api:Invoke", "Resource": "*", **members}
    return {key: value for key, value in whole.items() if value is not None}


def decided(*written: dict[str, Any], **question: Any) -> Decision:
    """What these statements say of a GET of one job."""
    asked = {"action": "execute-api:Invoke", "resource": ARN, **question}
    return decide(statements({"Version": "2012-10-17", "Statement": list(written)}), Question(**asked))


def test_without_an_allow_nothing_is_allowed() -> None:
    """A policy that speaks of something else neither allows nor denies."""
    assert decided(statement(Action="s3:GetObject")).answer == "not allowed"


def test_an_allow_allows() -> None:
    """A statement that fits the question decides it."""
    decision = decided(statement(Action="s3:GetObject"), statement())

    assert (decision.answer, decision.statement) == ("allowed", statements({"Statement": statement()})[0])


def test_a_deny_is_before_every_allow() -> None:
    """Wherever it stands."""
    assert decided(statement(), statement("Deny"), statement()).answer == "denied"


@pytest.mark.parametrize("pattern", ["execute-api:Invoke", "execute-api:*", "EXECUTE-API:inv?ke", "*"])
def test_actions_have_wildcards_and_no_case(pattern: str) -> None:
    """`*` and `?` stand for characters; upper and lower case are one."""
    assert decided(statement(Action=[pattern])).answer == "allowed"


@pytest.mark.parametrize(
    ("pattern", "answer"),
    [
        ("arn:aws:execute-api:*:*:*/v1/GET/*", "allowed"),
        ("arn:aws:execute-api:eu-west-1:123456789012:abc123defg/v1/GET/jobs/?", "allowed"),
        ("arn:aws:execute-api:*:*:*/v1/POST/*", "not allowed"),
        ("arn:aws:execute-api:*:*:*/v1/get/*", "not allowed"),
        ("arn:aws:execute-api:*:*:*/v1/GET/jobs", "not allowed"),
        ("arn:aws:execute-api:*:*:abc.23defg/*", "not allowed"),
    ],
)
def test_resources_have_wildcards_and_case(pattern: str, answer: str) -> None:
    """A wildcard spans slashes; every other character is itself."""
    assert decided(statement(Resource=pattern)).answer == answer


def test_not_action_is_everything_else() -> None:
    """NotAction fits every action but those that it names."""
    assert decided(statement(Action=None, NotAction="execute-api:Invoke")).answer == "not allowed"
    assert decided(statement(Action=None, NotAction="s3:*")).answer == "allowed"


def test_not_resource_is_everything_else() -> None:
    """NotResource fits every resource but those that it names."""
    assert decided(statement(), statement("Deny", Resource=None, NotResource="*/v1/GET/*")).answer == "allowed"
    assert decided(statement(), statement("Deny", Resource=None, NotResource="*/v1/POST/*")).answer == "denied"


@pytest.mark.parametrize(
    ("principal", "answer"),
    [
        ("*", "allowed"),
        ({"AWS": "*"}, "allowed"),
        ({"AWS": ["123456789012", "arn:aws:iam::123456789012:user/alice"]}, "allowed"),
        ({"AWS": "arn:aws:iam::123456789012:user/bob"}, "not allowed"),
        ({"Service": "lambda.amazonaws.com"}, "not allowed"),
    ],
    ids=["everybody", "every AWS caller", "by name", "another", "a service"],
)
def test_a_principal_is_whom_a_statement_is_about(principal: Any, answer: str) -> None:
    """A caller is known by several names, and one of them is enough."""
    alice = ("arn:aws:iam::123456789012:user/alice", "123456789012")

    assert decided(statement(Principal=principal), principals=alice).answer == answer


def test_a_caller_without_a_name_is_only_everybody() -> None:
    """An anonymous call is none of the principals that have a name, and all of those that a statement leaves out."""
    assert decided(statement(Principal={"AWS": "123456789012"})).answer == "not allowed"
    assert decided(statement(Principal=None, NotPrincipal={"AWS": "123456789012"})).answer == "allowed"


def test_a_variable_is_the_value_of_a_condition_key() -> None:
    """What it puts in is no wildcard, and without a value nothing fits."""
    own = statement(Resource="arn:aws:execute-api:*:*:*/v1/GET/jobs/${aws:username}")

    assert decided(own, context={"aws:UserName": ["7"]}).answer == "allowed"
    assert decided(own, context={"aws:username": ["*"]}).answer == "not allowed"
    assert decided(own).answer == "not allowed"


def test_a_variable_may_have_a_text_for_want_of_a_value() -> None:
    """`${key, 'text'}` is the text where the request has no such key."""
    own = statement(Resource="*/jobs/${aws:username, '7'}")

    assert decided(own).answer == "allowed"
    assert decided(own, context={"aws:username": ["8"]}).answer == "not allowed"


def test_what_cannot_be_judged_is_not_guessed() -> None:
    """The answer is unknown when it depends on an operator that IAM does not have, and only then."""
    strange: dict[str, Any] = {"Condition": {"StringSounds": {"aws:username": "alice"}}}

    assert decided(statement(**strange)).answer == "unknown"
    assert decided(statement(), statement("Deny", **strange)).answer == "unknown"
    assert decided(statement(), statement(**strange)).answer == "allowed"
    assert decided(statement(**strange), statement("Deny")).answer == "denied"


def test_a_resource_that_nobody_knows_yet_is_not_guessed() -> None:
    """An intrinsic function without a value makes an answer unknown that depends on it."""
    unresolved = Unresolved("!ImportValue Api", "nobody knows it before a deployment", Location("template.yaml", 3))
    open_one = Statement("Allow", ("execute-api:Invoke",), (unresolved,))
    question = Question("execute-api:Invoke", ARN)

    assert decide([open_one], question).answer == "unknown"
    assert decide([open_one, Statement("Allow", ("*",), ("*",))], question).answer == "allowed"
    assert list(problems([open_one])) == ["!ImportValue Api: nobody knows it before a deployment"]


def test_operators_that_do_not_exist_are_known_before_any_question() -> None:
    """A policy can be refused when it is read."""
    policy = statements({"Statement": statement(Condition={"ForMostValues:StringLike": {"aws:username": "*"}})})

    assert list(problems(policy)) == ["there is no condition operator `ForMostValues:StringLike`"]
