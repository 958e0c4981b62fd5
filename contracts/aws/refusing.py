"""How a service refuses a call, by botocore's own model of it: its operations, and the status of an error."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import botocore.session

from contracts.errors import ConfigurationError

# IAM's and the endpoints' names of services that boto3 calls otherwise.
_BOTO3_NAMES = {
    "email": "ses",
    "monitoring": "cloudwatch",
    "states": "stepfunctions",
    "streams.dynamodb": "dynamodbstreams",
    "tagging": "resourcegroupstaggingapi",
}


def calls_of(call: str) -> tuple[str, str | None]:
    """
    The service, as boto3 names it, and the operation of `dynamodb:PutItem`; None for every one of `dynamodb:*`.

    Raises:
        ConfigurationError: There is no such service or operation; the nearest one is the cure.
    """
    service, _, operation = call.partition(":")
    service = _BOTO3_NAMES.get(service, service)
    _known("AWS service", service, _session().get_available_services())
    if operation in ("", "*"):
        return service, None
    _known(f"operation of {service}", operation, _model(service).operation_names)
    return service, operation


def modelled_status(service: str, error: str) -> int | None:
    """The HTTP status that a service's model gives an error; None where it gives none, as DynamoDB's."""
    for shape in _model(service).error_shapes:
        if error in (shape.name, shape.error_code):
            status = shape.metadata.get("error", {}).get("httpStatusCode")
            return None if status is None else int(status)
    return None


def _known(noun: str, name: str, names: Iterable[str]) -> None:
    names = list(names)
    if name not in names:
        nearest = difflib.get_close_matches(name, names, 1)
        raise ConfigurationError(
            f"there is no {noun} `{name}`",
            cure=f"Did you mean `{nearest[0]}`?" if nearest else "Name a call as boto3 does, as `dynamodb:PutItem`.",
        )


@lru_cache(maxsize=1)
def _session() -> Any:
    """A session of our own, for its models alone."""
    return botocore.session.Session()


@lru_cache(maxsize=32)
def _model(service: str) -> Any:
    return _session().get_service_model(service)
