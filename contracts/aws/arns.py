"""The ARNs that an AWS call touches, from its parameters.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html, "Resource types" of each service.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class _Place:
    service: str
    region: str
    account: str

    def arn(self, resource: str, name: object) -> str:
        """The ARN of a resource by its name; a name that is an ARN stays what it is."""
        text = str(name)
        if text.startswith("arn:"):
            return text
        return f"arn:{partition(self.region)}:{self.service}:{self.region}:{self.account}:{resource}{text}"


def partition(region: str) -> str:
    """The partition of a region: `aws`, `aws-cn` or `aws-us-gov`."""
    return "aws-cn" if region.startswith("cn-") else "aws-us-gov" if region.startswith("us-gov-") else "aws"


def resources_of(
    service: str, operation: str, parameters: Mapping[str, Any], *, region: str, account: str
) -> tuple[str, ...]:
    """The ARNs that a call touches, each once; () when its service or its parameters say nothing."""
    find = _SERVICES.get(service, _any_arn)
    return tuple(dict.fromkeys(find(_Place(service, region, account), operation, parameters)))


def _dynamodb(place: _Place, operation: str, parameters: Mapping[str, Any]) -> Iterable[str]:
    index = parameters.get("IndexName")
    for table in _tables(parameters):
        arn = place.arn("table/", table)
        # A query of an index is authorised against the index alone.
        # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
        yield f"{arn}/index/{index}" if index and operation in {"Query", "Scan"} else arn


def _tables(parameters: Mapping[str, Any]) -> Iterable[str]:
    if "TableName" in parameters:
        yield str(parameters["TableName"])
    if isinstance(parameters.get("RequestItems"), Mapping):
        yield from (str(name) for name in parameters["RequestItems"])
    for item in parameters.get("TransactItems") or ():
        for part in item.values() if isinstance(item, Mapping) else ():
            if isinstance(part, Mapping) and "TableName" in part:
                yield str(part["TableName"])


def _s3(place: _Place, operation: str, parameters: Mapping[str, Any]) -> Iterable[str]:
    bucket = parameters.get("Bucket")
    if bucket is None:
        return
    arn = str(bucket) if str(bucket).startswith("arn:") else f"arn:{partition(place.region)}:s3:::{bucket}"
    keys = [parameters["Key"]] if "Key" in parameters else []
    deleted = parameters.get("Delete")
    if operation == "DeleteObjects" and isinstance(deleted, Mapping):
        keys += [each.get("Key") for each in deleted.get("Objects", ())]
    yield from (f"{arn}/{key}" for key in keys)
    if not keys:
        yield arn


def _sqs(place: _Place, _operation: str, parameters: Mapping[str, Any]) -> Iterable[str]:
    if "QueueUrl" in parameters:
        *_, account, name = ("", *str(parameters["QueueUrl"]).rsplit("/", 2))
        yield _Place("sqs", place.region, account if account.isdigit() else place.account).arn("", name)
    elif "QueueName" in parameters:
        yield place.arn("", parameters["QueueName"])


def _events(place: _Place, operation: str, parameters: Mapping[str, Any]) -> Iterable[str]:
    if operation == "PutEvents":
        for entry in parameters.get("Entries") or ():
            yield place.arn("event-bus/", entry.get("EventBusName") or "default")
    else:
        yield from _any_arn(place, operation, parameters)


def _secretsmanager(place: _Place, _operation: str, parameters: Mapping[str, Any]) -> Iterable[str]:
    secret = parameters.get("SecretId")
    if secret:
        # AWS appends a hyphen and six characters of its own to the name.
        # https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
        yield str(secret) if str(secret).startswith("arn:") else place.arn("secret:", f"{secret}-??????")


def _ssm(place: _Place, _operation: str, parameters: Mapping[str, Any]) -> Iterable[str]:
    names = [parameters[name] for name in ("Name", "Path") if name in parameters] + list(parameters.get("Names") or ())
    for name in names:
        yield str(name) if str(name).startswith("arn:") else place.arn("parameter/", str(name).lstrip("/"))


def _translate(place: _Place, _operation: str, parameters: Mapping[str, Any]) -> Iterable[str]:
    """A terminology by its name; a translation that names none touches no resource."""
    names = [parameters["Name"]] if "Name" in parameters else list(parameters.get("TerminologyNames") or ())
    yield from (place.arn("terminology/", name) for name in names)


def _named(resource: str, *names: str) -> Callable[[_Place, str, Mapping[str, Any]], Iterable[str]]:
    """A service whose calls name one resource by one of these parameters."""

    def find(place: _Place, operation: str, parameters: Mapping[str, Any]) -> Iterable[str]:
        for name in names:
            if parameters.get(name):
                yield place.arn(resource, parameters[name])
                return
        yield from _any_arn(place, operation, parameters)

    return find


def _any_arn(place: _Place, _operation: str, parameters: Mapping[str, Any]) -> Iterable[str]:
    """The parameters that are ARNs of the service themselves."""
    mine = f":{place.service}:"
    return (
        value for value in parameters.values() if isinstance(value, str) and value.startswith("arn:") and mine in value
    )


_SERVICES: Mapping[str, Callable[[_Place, str, Mapping[str, Any]], Iterable[str]]] = {
    "dynamodb": _dynamodb,
    "s3": _s3,
    "sqs": _sqs,
    "events": _events,
    "secretsmanager": _secretsmanager,
    "ssm": _ssm,
    "sns": _named("", "TopicArn", "TargetArn", "Name"),
    "lambda": _named("function:", "FunctionName"),
    "kms": _named("key/", "KeyId"),
    "kinesis": _named("stream/", "StreamARN", "StreamName"),
    "firehose": _named("deliverystream/", "DeliveryStreamName"),
    "logs": _named("log-group:", "logGroupName"),
    "states": _named("stateMachine:", "stateMachineArn"),
    "cognito-idp": _named("userpool/", "UserPoolId"),
    "translate": _translate,
}
