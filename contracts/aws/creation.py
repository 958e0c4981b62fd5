"""Making the stack's data resources in the mocked cloud, from their CloudFormation properties, by boto3 calls.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/introduction.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import moto.backends

from contracts.aws.buckets import create_bucket
from contracts.aws.tables import create_table
from contracts.stack import Bucket, Resource, Stack, Table, resolved

# Makes a boto3 client of a service, in the stack's region.
Clients = Callable[[str], Any]
# What `Ref` of a logical id gives: text, or anything else when nobody knows.
Reference = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Making:
    """
    What a resource is made with.

    Attributes:
        name: The physical name.
        reference: The physical id, where it is known and not the name (a queue's URL, a topic's ARN).
    """

    clients: Clients
    properties: Mapping[str, Any]
    name: str
    reference: str | None
    stack: Stack


def make(stack: Stack, resource: Table | Bucket | Resource, *, clients: Clients, reference: Reference) -> bool:
    """
    Make one resource.

    Returns:
        False for a type that cannot be made here.

    Raises:
        TemplateError: A property that is needed could not be resolved.
    """
    properties = resolved(resource.properties)
    if isinstance(resource, Table):
        create_table(clients("dynamodb"), resource.name, properties)
        return True
    if isinstance(resource, Bucket):
        create_bucket(clients("s3"), resource.name, properties, region=stack.region)
        return True
    maker = _MAKERS.get(resource.kind)
    if maker is None:
        return False
    told = reference(resource.logical_id)
    known = told if isinstance(told, str) else None
    name = properties.get(_NAMES.get(resource.kind, "Name")) or _name_in(known) or resource.logical_id
    maker(Making(clients, properties, name=str(name), reference=known, stack=stack))
    return True


def stores_data(kind: str) -> bool:
    """Whether a function could call upon a resource of this type; roles, permissions and policies are no stores."""
    return not kind.startswith(_NO_STORES) and not kind.endswith(("Policy", "Permission"))


def service_of(kind: str) -> str | None:
    """moto's name of the service behind a CloudFormation type that can be made here."""
    return _SERVICES.get(kind)


def _name_in(reference: str | None) -> str | None:
    """The name at the end of a queue's URL or an ARN."""
    if reference is None or not reference.startswith(("arn:", "https://")):
        return reference
    return reference.rpartition("/" if reference.startswith("https://") else ":")[2]


def _queue(making: Making) -> None:
    attributes = {
        name: json.dumps(value)
        if isinstance(value, dict)
        else str(value).lower()
        if isinstance(value, bool)
        else str(value)
        for name, value in making.properties.items()
        if name not in {"QueueName", "Tags", "RedriveAllowPolicy", "RedrivePolicy"}
    }
    making.clients("sqs").create_queue(QueueName=making.name, Attributes=attributes)


def _topic(making: Making) -> None:
    fifo = str(making.properties.get("FifoTopic", False)).lower() == "true"
    making.clients("sns").create_topic(Name=making.name, Attributes={"FifoTopic": "true"} if fifo else {})


def _event_bus(making: Making) -> None:
    making.clients("events").create_event_bus(Name=making.name)


def _secret(making: Making) -> None:
    generated = making.properties.get("GenerateSecretString")
    value = making.properties.get("SecretString")
    if value is None and generated is not None:
        # The value must only be there; it is the same in every run.
        template = json.loads(generated.get("SecretStringTemplate") or "null")
        password = "Ab1!" * 8
        value = json.dumps({**template, generated["GenerateStringKey"]: password}) if template else password
    client = making.clients("secretsmanager")
    name = making.name
    if making.reference and name == _name_in(making.reference):
        name = name[:-7] if name[-7:-6] == "-" else name
    client.create_secret(Name=name, **({"SecretString": value} if value is not None else {}))
    if making.reference:
        _renamed_secret(making, name)


def _renamed_secret(making: Making, name: str) -> None:
    """AWS's random end of the ARN is the one that the template's references have."""
    backend = moto.backends.get_backend("secretsmanager")[making.stack.account_id][making.stack.region]
    backend.secrets[name].arn = making.reference or ""


def _parameter(making: Making) -> None:
    making.clients("ssm").put_parameter(
        Name=making.name,
        Value=str(making.properties.get("Value", "-")),
        Type=making.properties.get("Type", "String"),
    )


def _stream(making: Making) -> None:
    mode = making.properties.get("StreamModeDetails", {}).get("StreamMode", "PROVISIONED")
    shards = {} if mode == "ON_DEMAND" else {"ShardCount": int(making.properties.get("ShardCount", 1))}
    making.clients("kinesis").create_stream(StreamName=making.name, StreamModeDetails={"StreamMode": mode}, **shards)


def _key(making: Making) -> None:
    client = making.clients("kms")
    made = client.create_key(
        KeyUsage=making.properties.get("KeyUsage", "ENCRYPT_DECRYPT"),
        KeySpec=making.properties.get("KeySpec", "SYMMETRIC_DEFAULT"),
    )["KeyMetadata"]
    if making.reference:
        backend = moto.backends.get_backend("kms")[making.stack.account_id][making.stack.region]
        key = backend.keys.pop(made["KeyId"])
        key.arn = key.arn.replace(key.id, making.reference)
        key.id = making.reference
        backend.keys[key.id] = key


def _log_group(making: Making) -> None:
    making.clients("logs").create_log_group(logGroupName=making.name)


def _user_pool(making: Making) -> None:
    policies = making.properties.get("Policies")
    made = making.clients("cognito-idp").create_user_pool(
        PoolName=str(making.properties.get("UserPoolName") or making.name),
        **({"Policies": policies} if policies else {}),
    )["UserPool"]
    if making.reference:
        backend = moto.backends.get_backend("cognito-idp")[making.stack.account_id][making.stack.region]
        pool = backend.user_pools.pop(made["Id"])
        pool.arn = pool.arn.replace(pool.id, making.reference)
        pool.id = making.reference
        backend.user_pools[pool.id] = pool


def _state_machine(making: Making) -> None:
    definition = making.properties.get("DefinitionString") or json.dumps(making.properties.get("Definition") or {})
    making.clients("stepfunctions").create_state_machine(
        name=making.name,
        definition=definition if isinstance(definition, str) else json.dumps(definition),
        roleArn=str(making.properties["RoleArn"]),
        type=making.properties.get("StateMachineType", "STANDARD"),
    )


_MAKERS: Mapping[str, Callable[[Making], None]] = {
    "AWS::Cognito::UserPool": _user_pool,
    "AWS::Events::EventBus": _event_bus,
    "AWS::KMS::Key": _key,
    "AWS::Kinesis::Stream": _stream,
    "AWS::Logs::LogGroup": _log_group,
    "AWS::SNS::Topic": _topic,
    "AWS::SQS::Queue": _queue,
    "AWS::SSM::Parameter": _parameter,
    "AWS::SecretsManager::Secret": _secret,
    "AWS::StepFunctions::StateMachine": _state_machine,
}

_SERVICES: Mapping[str, str] = {
    "AWS::Cognito::UserPool": "cognitoidp",
    "AWS::Events::EventBus": "events",
    "AWS::KMS::Key": "kms",
    "AWS::Kinesis::Stream": "kinesis",
    "AWS::Logs::LogGroup": "logs",
    "AWS::SNS::Topic": "sns",
    "AWS::SQS::Queue": "sqs",
    "AWS::SSM::Parameter": "ssm",
    "AWS::SecretsManager::Secret": "secretsmanager",
    "AWS::StepFunctions::StateMachine": "stepfunctions",
}

_NAMES: Mapping[str, str] = {
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
}

_NO_STORES = (
    "AWS::ApiGateway",
    "AWS::CertificateManager::",
    "AWS::CloudFormation::",
    "AWS::CloudFront::",
    "AWS::CloudWatch::",
    "AWS::Cognito::UserPool",
    "AWS::EC2::",
    "AWS::Events::Rule",
    "AWS::IAM::",
    "AWS::Lambda::",
    "AWS::Logs::",
    "AWS::Route53::",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Subscription",
    "AWS::Scheduler::",
    "AWS::WAFv2::",
    "Custom::",
)
