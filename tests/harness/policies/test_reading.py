"""Policy documents as they are written, and what IAM refuses."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.policies import PolicyError, statements

ALLOW = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}


def test_one_statement_needs_no_list() -> None:
    """IAM takes an item or a list of items nearly everywhere."""
    (one,) = statements({"Version": "2012-10-17", "Statement": ALLOW})

    assert (one.effect, one.actions, one.resources, one.principals) == ("Allow", ("s3:*",), ("*",), None)


def test_principals_lose_their_kind() -> None:
    """An ARN, an account id or a service name says by itself what it is."""
    (one,) = statements(
        {"Statement": [{**ALLOW, "Principal": {"AWS": ["123456789012"], "Service": "a.amazonaws.com"}}]}
    )

    assert one.principals == ("123456789012", "a.amazonaws.com")


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("Allow", "a policy is an object"),
        ({}, "a policy has no Statement"),
        ({"Version": "2012-10-18", "Statement": ALLOW}, "a policy cannot have the Version '2012-10-18'"),
        ({"Statement": ["Allow"]}, "a Statement is an object"),
        ({"Statement": {**ALLOW, "Effect": "allow"}}, "Effect is Allow or Deny, not 'allow'"),
        ({"Statement": {**ALLOW, "NotAction": "s3:*"}}, "a Statement has either Action or NotAction"),
        ({"Statement": {"Effect": "Allow", "Action": "*"}}, "a Statement has either Resource or NotResource"),
        ({"Statement": {**ALLOW, "Action": [1]}}, "Action is text, not 1"),
        ({"Statement": {**ALLOW, "Resource": {}}}, "Resource is text, not {}"),
        ({"Statement": {**ALLOW, "Condition": {"Bool": "true"}}}, "a Condition is an object of objects"),
    ],
)
def test_what_is_no_policy_is_refused(document: Any, words: str) -> None:
    """The reason is said in words."""
    with pytest.raises(PolicyError) as caught:
        statements(document)

    assert str(caught.value) == words
