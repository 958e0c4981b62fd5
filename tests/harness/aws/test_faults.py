"""Faults: AWS fails as planned, before anything takes effect, with the errors that a handler would meet."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from contracts.aws.cloud import Cloud
from contracts.exchange import Fault, FaultPlan

ITEM = {"owner": {"S": "ann"}, "id": {"S": "1"}}


def put() -> None:
    """The call that fails."""
    boto3.client("dynamodb").put_item(TableName="notes", Item=ITEM)


@pytest.mark.parametrize(
    ("service", "operation", "arguments", "code"),
    [
        ("dynamodb", "put_item", {"TableName": "notes", "Item": ITEM}, "ConditionalCheckFailedException"),
        ("s3", "get_object", {"Bucket": "files", "Key": "a"}, "NoSuchKey"),
        ("sns", "publish", {"TopicArn": "arn:aws:sns:eu-west-3:123456789012:t", "Message": "m"}, "NotFoundException"),
        ("sqs", "send_message", {"QueueUrl": "https://sqs/1/q", "MessageBody": "m"}, "QueueDoesNotExist"),
        ("lambda", "invoke", {"FunctionName": "f"}, "TooManyRequestsException"),
        (
            "translate",
            "translate_text",
            {"Text": "a", "SourceLanguageCode": "en", "TargetLanguageCode": "ko"},
            "UnsupportedLanguagePairException",
        ),
    ],
)
def test_an_error_is_the_typed_exception_of_its_service(
    cloud: Cloud, service: Any, operation: str, arguments: dict[str, Any], code: str
) -> None:
    """In JSON, XML and query protocols a planned error is the exception that the client names."""
    client: Any = boto3.client(service)
    plan = FaultPlan((Fault(service, None, code, status=418, message="<no> & such"),))
    expected = getattr(client.exceptions, code)
    with cloud.faults(plan), pytest.raises(expected) as caught:
        getattr(client, operation)(**arguments)

    assert caught.value.response["Error"]["Message"] == "<no> & such"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 418


def test_an_answer_to_head_has_no_body(cloud: Cloud) -> None:
    """HeadObject tells the status alone, as S3 does."""
    client = boto3.client("s3")
    with (
        cloud.faults(FaultPlan((Fault("s3", "HeadObject", "SlowDown", status=503),))),
        pytest.raises(ClientError) as caught,
    ):
        client.head_object(Bucket="files", Key="a")

    assert caught.value.response["Error"]["Code"] == "503"


def test_a_cancelled_transaction_has_a_reason_for_every_item(cloud: Cloud) -> None:
    """A planned cancellation names its reason for the first item and none for the others."""
    client: Any = boto3.client("dynamodb")
    item = {"Put": {"TableName": "notes", "Item": ITEM}}
    plan = FaultPlan((Fault("dynamodb", None, "TransactionCanceledException:ThrottlingError"),))
    with cloud.faults(plan), pytest.raises(client.exceptions.TransactionCanceledException) as caught:
        client.transact_write_items(TransactItems=[item, item])

    assert [each["Code"] for each in caught.value.response["CancellationReasons"]] == ["ThrottlingError", "None"]


@pytest.mark.parametrize(("error", "expected"), [("timeout", ReadTimeoutError), ("connect", EndpointConnectionError)])
def test_a_network_that_fails_is_botocores_exception(cloud: Cloud, error: str, expected: type[Exception]) -> None:
    """A timeout or a refused connection is what botocore raises, after all its attempts."""
    plan = FaultPlan((Fault("dynamodb", "PutItem", error),))
    with cloud.faults(plan), cloud.recording() as calls, pytest.raises(expected):
        put()

    (call,) = calls
    assert call.error is not None
    assert (call.error.code, call.error.injected) == (expected.__name__, True)
    assert call.attempts == 4


def test_what_fails_is_not_applied(cloud: Cloud) -> None:
    """A write that meets a fault never takes effect, though it was tried several times."""
    plan = FaultPlan((Fault("dynamodb", "PutItem", "InternalServerError", status=500),))
    with cloud.watching() as watch, cloud.faults(plan), pytest.raises(ClientError):
        put()

    assert not watch.change()


def test_the_nth_matching_call_of_an_invocation_fails(cloud: Cloud) -> None:
    """Only the call of that number fails; counting begins anew with each invocation."""
    plan = FaultPlan((Fault("dynamodb", "PutItem", "ThrottlingException", call=2),))
    outcomes = []
    with cloud.faults(plan):
        for _ in range(2):
            with cloud.recording() as calls:
                put()
                boto3.client("dynamodb").get_item(TableName="notes", Key=ITEM)
                with pytest.raises(ClientError):
                    put()
                put()
            outcomes.append([call.error is not None and call.error.injected for call in calls])

    assert outcomes == [[False, False, True, False]] * 2


def test_every_call_fails_without_a_number(cloud: Cloud) -> None:
    """A fault of call None strikes each matching call, and nothing after the plan is over."""
    with cloud.faults(FaultPlan((Fault("dynamodb", None, "ThrottlingException", call=None),))):
        for _ in range(2):
            with pytest.raises(ClientError):
                put()
    put()
