"""How a service refuses a call, by botocore's model of it."""

from __future__ import annotations

import pytest

from contracts.aws.refusing import calls_of, modelled_status
from contracts.errors import ConfigurationError


@pytest.mark.parametrize(
    ("call", "service", "operation"),
    [
        ("dynamodb:PutItem", "dynamodb", "PutItem"),
        ("dynamodb:*", "dynamodb", None),
        ("dynamodb", "dynamodb", None),
        ("states:StartExecution", "stepfunctions", "StartExecution"),
    ],
)
def test_calls_are_named_as_boto3_or_iam_does(call: str, service: str, operation: str | None) -> None:
    """One operation or every one of a service, under the service's name in boto3."""
    assert calls_of(call) == (service, operation)


@pytest.mark.parametrize(("call", "cure"), [("dynamodb:PutItm", "`PutItem`"), ("dynamodbb:PutItem", "`dynamodb`")])
def test_an_unknown_call_is_refused(call: str, cure: str) -> None:
    """A fault that could never strike is an error with the nearest right name."""
    with pytest.raises(ConfigurationError) as refused:
        calls_of(call)

    assert cure in (refused.value.cure or "")


@pytest.mark.parametrize(
    ("service", "error", "status"),
    [
        ("lambda", "TooManyRequestsException", 429),
        ("lambda", "ServiceException", 500),
        ("sns", "NotFound", 404),
        ("dynamodb", "InternalServerError", None),
        ("dynamodb", "AccessDeniedException", None),
    ],
)
def test_statuses_are_the_models(service: str, error: str, status: int | None) -> None:
    """A model that says nothing of an error's status leaves it open."""
    assert modelled_status(service, error) == status
