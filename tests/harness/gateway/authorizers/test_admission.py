"""A resource policy and an authorizer, together (the developer guide's authorization flow)."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.contract import Contract
from tests.harness.gateway.apis import deployed
from tests.harness.gateway.authorizers.guards import (
    ARN,
    EXPLICITLY_DENIED,
    NOT_ALLOWED,
    Line,
    answer,
    behind,
    policy,
    scheme,
    told,
)

POLICY = "x-amazon-apigateway-policy"
SIGNED_IN = ("Authorization", "let me in")
MASKED = "arn:aws:execute-api:eu-west-1:********9012:abc123defg/v1/GET/jobs"
ANONYMOUS = f"User: anonymous is not authorized to perform: execute-api:Invoke on resource: {MASKED}"


def extensions(effect: str, resource: str = "execute-api:/*", **members: Any) -> dict[str, Any]:
    """A contract's resource policy about everybody."""
    return {POLICY: policy(effect, resource, Principal="*", **members)}


def test_a_resource_policy_must_allow_an_open_call() -> None:
    """Without an Allow nobody comes in."""
    allowed = Line(deployed("GET /jobs", extensions=extensions("Allow", "execute-api:/v1/GET/*")))
    other = Line(deployed("GET /jobs", extensions=extensions("Allow", "execute-api:/v1/POST/*")))

    assert allowed.send().status == 200
    assert told(other.send()) == (403, "AccessDeniedException", {"Message": ANONYMOUS})


def test_a_deny_of_a_resource_policy_says_so() -> None:
    """With the account masked."""
    line = Line(deployed("GET /jobs", extensions=extensions("Deny")))

    said = {"Message": f"{ANONYMOUS} with an explicit deny in a resource-based policy"}
    assert told(line.send()) == (403, "AccessDeniedException", said)


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, 200),
        ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, 403),
        ({"Bool": {"aws:SecureTransport": "true"}}, 200),
        ({"StringLike": {"aws:UserAgent": "suite/*"}}, 200),
        ({"StringEquals": {"aws:SourceVpc": "vpc-1"}}, 403),
        ({"DateGreaterThan": {"aws:CurrentTime": "2025-04-14T00:00:00Z"}}, 200),
        ({"NumericLessThan": {"aws:EpochTime": "1"}}, 403),
    ],
)
def test_conditions_are_judged_by_what_is_known_of_the_call(condition: Any, status: int) -> None:
    """Its source, its time and its headers."""
    line = Line(deployed("GET /jobs", extensions=extensions("Allow", Condition=condition)))

    assert line.send("GET /v1/jobs", ("User-Agent", "suite/1.0")).status == status


def test_a_deny_ends_a_call_before_its_authorizer_is_asked() -> None:
    """A Lambda authorizer is not called in vain."""
    line = Line(behind(scheme("token"), extensions=extensions("Deny")))

    assert told(line.send("GET /v1/jobs", SIGNED_IN))[2] == {
        "Message": f"{ANONYMOUS} with an explicit deny in a resource-based policy"
    }
    assert line.asked == []


@pytest.mark.parametrize(
    ("answers", "resource_policy", "outcome"),
    [
        (answer(), extensions("Allow"), None),
        (answer(), extensions("Allow", "execute-api:/v1/POST/*"), None),
        (answer(resource="arn:none"), extensions("Allow"), None),
        (answer(resource="arn:none"), extensions("Allow", "execute-api:/v1/POST/*"), NOT_ALLOWED),
        (answer("Deny"), extensions("Allow"), EXPLICITLY_DENIED),
    ],
    ids=["allow+allow", "allow+neither", "neither+allow", "neither+neither", "deny+allow"],
)
def test_an_answer_and_a_resource_policy_count_together(
    answers: Any, resource_policy: dict[str, Any], outcome: tuple[int, str, Any] | None
) -> None:
    """Table A: one Allow is enough, one Deny is too much."""
    line = Line(behind(scheme("token"), extensions=resource_policy), answers)

    response = line.send("GET /v1/jobs", SIGNED_IN)

    assert (None if response.status == 200 else told(response)) == outcome


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"Statement": [{"Effect": "Yes"}]}, "Invalid policy document"),
        (policy(Principal="*", Condition={"StringIsh": {"k": "v"}}), "there is no condition operator `StringIsh`"),
    ],
)
def test_a_policy_that_nobody_can_judge_is_said(document: Any, reason: str) -> None:
    """All operations could not run, and no call comes in."""
    api = deployed("GET /jobs", "GET /users", extensions={POLICY: document})

    assert len(api.unsupported) == 2
    assert all(reason in each.reason for each in api.unsupported)
    assert Line(api).send().status != 200


def test_the_contract_is_not_changed_by_its_policy() -> None:
    """Short resources are written out in the API alone."""
    api = deployed("GET /jobs", extensions=extensions("Allow"))

    assert isinstance(api.contract, Contract)
    assert api.contract.extensions[POLICY]["Statement"][0]["Resource"] == "execute-api:/*"
    assert api.policy is not None
    assert api.policy[0].resources == ("arn:aws:execute-api:eu-west-1:123456789012:abc123defg/*",)


@pytest.mark.parametrize(("length", "guarded", "status"), [(1600, True, 200), (1601, True, 414), (1601, False, 200)])
def test_the_arn_of_a_guarded_method_has_a_longest_length(length: int, guarded: bool, status: int) -> None:
    """The value of a path parameter is part of it; where nobody is asked, nobody needs the ARN."""
    members: dict[str, Any] = {"extensions": extensions("Allow")} if guarded else {}
    line = Line(deployed("GET /jobs/{id}", **members))
    value = "a" * (length - len(f"{ARN}/v1/GET/jobs/"))

    assert line.send(f"GET /v1/jobs/{value}").status == status
