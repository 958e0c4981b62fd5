"""Conditional writes of DynamoDB: whether a condition did not hold, or nobody can say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from boto3.dynamodb.types import TypeDeserializer
from botocore.exceptions import ClientError

from webapi.failures import AwsFailure

CONDITION_FAILED = "ConditionalCheckFailedException"


class Stale(Exception):  # noqa: N818 - an answer, not an error of ours
    """There is such a thing, and it is not in a state that was wanted."""

    def __init__(self, item: Mapping[str, Any]) -> None:
        """
        The state that a write met.

        Args:
            item: In Python's types.
        """
        super().__init__()
        self.item = item


@contextmanager
def conditional(mine: Mapping[str, Any] | None = None) -> Iterator[None]:
    """
    Around a conditional write that has the item returned where its condition does not hold.

    Args:
        mine: The item as the write leaves it. Where it is there already, it was written by an earlier attempt whose
            answer was lost.

    Raises:
        Stale: The item is there, so that it is its state that was not right.
        AwsFailure: Nobody can say what happened.
        ClientError: Everything else; `ConditionalCheckFailedException` where there is no item.
    """
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] != CONDITION_FAILED:
            raise
        wire: Any = error.response.get("Item", {})
        found = plain(wire)
        if mine is not None and found == mine:
            return
        if _tried_again(error):
            # An earlier attempt may have done it and its answer been lost: "not found" and "stale" could be lies.
            raise AwsFailure("dynamodb", "OutcomeUnknown", passing=True) from None
        if found:
            raise Stale(found) from None
        raise


def plain(wire: Mapping[str, Any]) -> dict[str, Any]:
    """An item as it comes over the wire; boto3's resource does not convert what is in an error."""
    deserialize = TypeDeserializer().deserialize
    return {name: deserialize(value) for name, value in wire.items()}


def aliases(*names: str) -> dict[str, str]:
    """
    Names of attributes as expressions refer to them: `#text` for `text`.

    Some names are reserved words, and others may become one.
    """
    return {f"#{name}": name for name in names}


def _tried_again(error: ClientError) -> bool:
    """Whether the SDK had tried before the attempt that failed."""
    return bool(error.response.get("ResponseMetadata", {}).get("RetryAttempts", 0))
