"""A DynamoDB table from the properties of AWS::DynamoDB::Table, by boto3 calls.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.errors import EmulationError

# Properties that CreateTable takes as they are.
_SAME = (
    "AttributeDefinitions",
    "BillingMode",
    "DeletionProtectionEnabled",
    "GlobalSecondaryIndexes",
    "KeySchema",
    "LocalSecondaryIndexes",
    "ProvisionedThroughput",
)
_PAY_PER_REQUEST = "PAY_PER_REQUEST"
_THROUGHPUT = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}


def create_table(client: Any, name: str, properties: Mapping[str, Any]) -> None:
    """
    Create the table, and switch on what CloudFormation switches on after it.

    Args:
        client: boto3's client of DynamoDB.
        name: The table's physical name.
        properties: Resolved; numbers and booleans may be text, as YAML templates have them.

    Raises:
        EmulationError: A property that every table needs is missing.
    """
    for member in ("KeySchema", "AttributeDefinitions"):
        if not properties.get(member):
            raise EmulationError(f"it has no {member}", cure="Add it to the table's Properties.")
    parameters: dict[str, Any] = {each: _typed(properties[each]) for each in _SAME if each in properties}
    if parameters.get("BillingMode") != _PAY_PER_REQUEST:
        # CloudFormation demands a throughput for a provisioned table; one that lacks it is still worth testing.
        parameters.setdefault("ProvisionedThroughput", _THROUGHPUT)
    _without_throughput_settings(parameters)
    stream = properties.get("StreamSpecification")
    if stream:
        parameters["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": stream["StreamViewType"]}
    encryption = properties.get("SSESpecification")
    if encryption and _typed(encryption.get("SSEEnabled")):
        parameters["SSESpecification"] = {
            "Enabled": True,
            **{key: encryption[key] for key in ("SSEType", "KMSMasterKeyId") if key in encryption},
        }
    client.create_table(TableName=name, **parameters)
    time_to_live = properties.get("TimeToLiveSpecification")
    if time_to_live and _typed(time_to_live.get("Enabled")):
        client.update_time_to_live(
            TableName=name,
            TimeToLiveSpecification={"Enabled": True, "AttributeName": time_to_live["AttributeName"]},
        )
    recovery = properties.get("PointInTimeRecoverySpecification")
    if recovery and _typed(recovery.get("PointInTimeRecoveryEnabled")):
        client.update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )


def _without_throughput_settings(parameters: dict[str, Any]) -> None:
    """Index properties that CreateTable has not, and throughputs where the billing mode has none."""
    provisioned = parameters.get("BillingMode") != _PAY_PER_REQUEST
    if not provisioned:
        parameters.pop("ProvisionedThroughput", None)
    indexes = []
    for index in parameters.get("GlobalSecondaryIndexes") or ():
        kept = {key: value for key, value in index.items() if key in {"IndexName", "KeySchema", "Projection"}}
        if provisioned:
            kept["ProvisionedThroughput"] = index.get("ProvisionedThroughput", _THROUGHPUT)
        indexes.append(kept)
    for name in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        if not parameters.get(name):
            parameters.pop(name, None)
    if indexes:
        parameters["GlobalSecondaryIndexes"] = indexes


def _typed(value: Any) -> Any:
    """CloudFormation takes numbers and booleans as text as well."""
    if isinstance(value, Mapping):
        return {
            key: _number(member) if key.endswith("CapacityUnits") else _typed(member) for key, member in value.items()
        }
    if isinstance(value, list):
        return [_typed(member) for member in value]
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    return value


def _number(value: Any) -> int:
    return int(value)
