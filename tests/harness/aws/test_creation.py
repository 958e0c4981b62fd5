"""The stack's resources exist as the template says; what cannot be made is remembered with a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import boto3
import pytest

from contracts.aws.cloud import Cloud
from contracts.errors import EmulationError, TemplateError
from contracts.stack import Resource, Stack, Unresolved

Start = Callable[..., Cloud]
Make = Callable[..., Resource]
ACCOUNT = "123456789012"


def test_a_table_has_everything_that_its_properties_say(stack: Callable[..., Stack]) -> None:
    """Keys, indexes, stream, TTL, recovery and billing are those of the properties, text for a boolean included."""
    made = stack()
    notes = made.tables["Notes"]
    properties = {
        **notes.properties,
        "BillingMode": "PROVISIONED",
        "ProvisionedThroughput": {"ReadCapacityUnits": "1", "WriteCapacityUnits": 1},
        "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
        "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": "true"},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "SSESpecification": {"SSEEnabled": True},
        "Tags": [{"Key": "a", "Value": "b"}],
    }
    with Cloud(replace(made, tables={"Notes": replace(notes, properties=properties)})):
        client = boto3.client("dynamodb")
        table = client.describe_table(TableName="notes")["Table"]
        lifetime = client.describe_time_to_live(TableName="notes")["TimeToLiveDescription"]

    assert [each["AttributeName"] for each in table["KeySchema"]] == ["owner", "id"]
    assert [each["IndexName"] for each in table["GlobalSecondaryIndexes"]] == ["by_target"]
    assert table["ProvisionedThroughput"]["ReadCapacityUnits"] == 1
    assert table["StreamSpecification"]["StreamViewType"] == "NEW_IMAGE"
    assert table["SSEDescription"]["Status"] == "ENABLED"
    assert (lifetime["TimeToLiveStatus"], lifetime["AttributeName"]) == ("ENABLED", "expires")


def test_a_bucket_has_versions_and_rules(stack: Callable[..., Stack]) -> None:
    """Versioning and CORS rules are those of the properties."""
    made = stack()
    properties = {
        "VersioningConfiguration": {"Status": "Enabled"},
        "CorsConfiguration": {"CorsRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"], "MaxAge": "60"}]},
    }
    with Cloud(replace(made, buckets={"Files": replace(made.buckets["Files"], properties=properties)})) as cloud:
        client = boto3.client("s3")
        assert client.get_bucket_versioning(Bucket="files")["Status"] == "Enabled"
        assert client.get_bucket_cors(Bucket="files")["CORSRules"][0]["MaxAgeSeconds"] == 60
        client.put_object(Bucket="files", Key="a")
        with cloud.watching() as watch:
            client.delete_object(Bucket="files", Key="a")

        assert [each.key for each in watch.change().lost] == [{"Key": "a"}]


def test_other_stores_exist_under_the_ids_that_functions_are_told(start: Start, resource: Make) -> None:
    """A queue, a topic, a secret, a parameter, a key, a bus and a stream answer to their physical ids."""
    ids = {
        "Queue": f"https://sqs.eu-west-3.amazonaws.com/{ACCOUNT}/jobs",
        "Topic": f"arn:aws:sns:eu-west-3:{ACCOUNT}:news",
        "Secret": f"arn:aws:secretsmanager:eu-west-3:{ACCOUNT}:secret:token-a1b2c3",
        "Key": "11111111-2222-4333-8444-555555555555",
    }
    cloud = start(
        resource("AWS::SQS::Queue", QueueName="jobs", VisibilityTimeout=30),
        resource("AWS::SNS::Topic", TopicName="news"),
        resource("AWS::SecretsManager::Secret", Name="token", SecretString="s"),
        resource("AWS::SSM::Parameter", Name="/a/b", Value="v", Type="String"),
        resource("AWS::KMS::Key"),
        resource("AWS::Events::EventBus", Name="bus"),
        resource("AWS::Kinesis::Stream", Name="stream", ShardCount="1"),
        reference=ids.get,
    )
    key = ids["Key"]

    assert cloud.missing == {}
    boto3.client("sqs").send_message(QueueUrl=ids["Queue"], MessageBody="m")
    boto3.client("sns").publish(TopicArn=ids["Topic"], Message="m")
    assert boto3.client("secretsmanager").get_secret_value(SecretId=ids["Secret"])["SecretString"] == "s"
    assert boto3.client("secretsmanager").get_secret_value(SecretId="token")["ARN"] == ids["Secret"]
    assert boto3.client("ssm").get_parameter(Name="/a/b")["Parameter"]["Value"] == "v"
    assert boto3.client("kms").encrypt(KeyId=key, Plaintext=b"x")["KeyId"].endswith(key)
    assert boto3.client("events").describe_event_bus(Name="bus")["Name"] == "bus"
    boto3.client("kinesis").put_record(StreamName="stream", Data=b"x", PartitionKey="p")


def test_other_stores_are_reset_as_well(start: Start, resource: Make) -> None:
    """After a reset the queue is empty, the parameter has its value, and what handlers made is gone."""
    cloud = start(
        resource("AWS::SQS::Queue", QueueName="jobs"),
        resource("AWS::SSM::Parameter", Name="p", Value="v", Type="String"),
    )
    sqs, ssm = boto3.client("sqs"), boto3.client("ssm")
    url = sqs.get_queue_url(QueueName="jobs")["QueueUrl"]
    for _ in range(2):
        sqs.send_message(QueueUrl=url, MessageBody="m")
        ssm.put_parameter(Name="p", Value="other", Overwrite=True)
        boto3.client("sns").create_topic(Name="theirs")
        cloud.reset()

        assert "Messages" not in sqs.receive_message(QueueUrl=url)
        assert ssm.get_parameter(Name="p")["Parameter"]["Value"] == "v"
        assert boto3.client("sns").list_topics()["Topics"] == []


def test_what_cannot_be_made_is_remembered(start: Start, resource: Make) -> None:
    """A store of an unknown type, or with impossible properties, has a reason; a role is no store."""
    cloud = start(
        resource("AWS::Timestream::Database"),
        resource("AWS::Kinesis::Stream", Name="s", ShardCount="many"),
        resource("AWS::IAM::Role"),
    )

    assert sorted(cloud.missing) == ["Database", "Stream"]
    assert "AWS::Timestream::Database" in cloud.missing["Database"]


def test_a_table_that_cannot_be_made_is_one_clear_error(stack: Callable[..., Stack]) -> None:
    """A table with an impossible schema says which, where, and what to do; the process is as before."""
    made = stack()
    broken = replace(made.tables["Notes"], properties={"KeySchema": []})
    with pytest.raises(EmulationError, match=r"template\.yaml:1: Notes cannot be made") as caught:
        Cloud(replace(made, tables={"Notes": broken})).start()

    assert caught.value.cure
    with Cloud(made):
        pass


def test_a_property_that_nobody_can_know_is_an_error_where_it_is_needed(stack: Callable[..., Stack]) -> None:
    """An unresolved property of a table says what could not be resolved."""
    made = stack()
    table = made.tables["Notes"]
    unknown: Any = Unresolved("Fn::ImportValue", "it is made elsewhere", table.location)
    broken = replace(table, properties={**table.properties, "BillingMode": unknown})

    with pytest.raises(TemplateError, match="Fn::ImportValue"):
        Cloud(replace(made, tables={"Notes": broken})).start()


def test_the_account_is_the_stacks(stack: Callable[..., Stack]) -> None:
    """State and ARNs belong to the stack's account, whichever it is."""
    with Cloud(stack(account="210987654321")) as cloud:
        table = boto3.client("dynamodb").describe_table(TableName="notes")["Table"]
        assert table["TableArn"] == "arn:aws:dynamodb:eu-west-3:210987654321:table/notes"
        cloud.reset()
        assert boto3.client("sts").get_caller_identity()["Account"] == "210987654321"


def test_ids_that_the_cloud_draws_are_the_same_after_a_reset(start: Start, resource: Make) -> None:
    """A message has the same id whenever the same is done from the beginning."""
    cloud = start(resource("AWS::SQS::Queue", QueueName="jobs"))
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName="jobs")["QueueUrl"]
    found = []
    for _ in range(2):
        cloud.reset()
        found.append(sqs.send_message(QueueUrl=url, MessageBody="m")["MessageId"])

    assert found[0] == found[1]
