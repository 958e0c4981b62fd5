"""What IAM calls a call: actions, ARNs and access levels."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest

from contracts.aws import actions
from contracts.aws.actions import actions_of, describe

ARN = "arn:aws:dynamodb:eu-west-3:1:table/t"
BUCKET = "arn:aws:s3:::b"


@pytest.mark.parametrize(
    ("call", "parameters", "described"),
    [
        ("dynamodb:PutItem", {"TableName": "t"}, ("dynamodb:PutItem", (ARN,), "Write")),
        ("dynamodb:GetItem", {"TableName": ARN}, ("dynamodb:GetItem", (ARN,), "Read")),
        ("dynamodb:Query", {"TableName": "t", "IndexName": "i"}, ("dynamodb:Query", (f"{ARN}/index/i",), "Read")),
        ("dynamodb:BatchGetItem", {"RequestItems": {"t": {}}}, ("dynamodb:BatchGetItem", (ARN,), "Read")),
        (
            "dynamodb:TransactWriteItems",
            {"TransactItems": [{"ConditionCheck": {"TableName": "t"}}, {"Put": {"TableName": "t"}}]},
            ("dynamodb:PutItem", (ARN,), "Write"),
        ),
        ("s3:HeadObject", {"Bucket": "b", "Key": "a/b"}, ("s3:GetObject", (f"{BUCKET}/a/b",), "Read")),
        ("s3:ListObjectsV2", {"Bucket": "b"}, ("s3:ListBucket", (BUCKET,), "List")),
        (
            "s3:DeleteObjects",
            {"Bucket": "b", "Delete": {"Objects": [{"Key": "a"}, {"Key": "c"}]}},
            ("s3:DeleteObject", (f"{BUCKET}/a", f"{BUCKET}/c"), "Write"),
        ),
        ("s3:ListBuckets", {}, ("s3:ListAllMyBuckets", (), "List")),
        (
            "lambda:Invoke",
            {"FunctionName": "f"},
            ("lambda:InvokeFunction", ("arn:aws:lambda:eu-west-3:1:function:f",), "Write"),
        ),
        (
            "sqs:SendMessageBatch",
            {"QueueUrl": "https://sqs.eu-west-3.amazonaws.com/2/q"},
            ("sqs:SendMessage", ("arn:aws:sqs:eu-west-3:2:q",), "Write"),
        ),
        (
            "sns:Publish",
            {"TopicArn": "arn:aws:sns:eu-west-3:1:t"},
            ("sns:Publish", ("arn:aws:sns:eu-west-3:1:t",), "Write"),
        ),
        (
            "events:PutEvents",
            {"Entries": [{}]},
            ("events:PutEvents", ("arn:aws:events:eu-west-3:1:event-bus/default",), "Write"),
        ),
        (
            "ssm:GetParameter",
            {"Name": "/a/b"},
            ("ssm:GetParameter", ("arn:aws:ssm:eu-west-3:1:parameter/a/b",), "Read"),
        ),
        ("translate:TranslateText", {"Text": "t"}, ("translate:TranslateText", (), "Read")),
        (
            "translate:TranslateText",
            {"Text": "t", "TerminologyNames": ["n"]},
            ("translate:TranslateText", ("arn:aws:translate:eu-west-3:1:terminology/n",), "Read"),
        ),
        ("monitoring:PutMetricData", {}, ("cloudwatch:PutMetricData", (), "Write")),
        ("nosuchservice:DoIt", {}, ("nosuchservice:DoIt", (), None)),
    ],
)
def test_a_call_is_described(call: str, parameters: dict[str, Any], described: tuple[Any, ...]) -> None:
    """The action, the ARNs and the access level are those of the service authorization reference."""
    service, operation = call.split(":")

    assert describe(service, operation, parameters, region="eu-west-3", account="1") == described


def test_a_transaction_needs_the_actions_of_its_parts() -> None:
    """Every part of a transaction is an action of its own."""
    items: list[Any] = [{"Put": {}}, {"Update": {}}, {"Put": {}}]

    assert actions_of("dynamodb", "TransactWriteItems", {"TransactItems": items}) == (
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
    )


@pytest.mark.parametrize("service", ["dynamodb", "s3"])
def test_every_exception_in_the_table_is_an_operation_and_an_action(service: str) -> None:
    """A name in the table of exceptions is known to botocore on the left and to IAM on the right."""
    model = botocore.session.Session().get_service_model(service)
    mine = {operation: action for (prefix, operation), action in actions._ACTIONS.items() if prefix == service}

    assert set(mine) <= set(model.operation_names)
    assert {action for action in mine.values() if actions.access_level(f"{service}:{action}") is None} == set()
