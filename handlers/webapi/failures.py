"""
Failures of AWS, reduced to what an answer may depend on: which service, which error code, whether it passes.

Never the message: it is AWS's own, can change any day, and can name what is nobody's business.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's own name, used as botocore's
    HTTPClientError,
)

from webapi.contract import Operation


class AwsFailure(Exception):  # noqa: N818 - named after what happened
    """An AWS service did not do what it was asked."""

    def __init__(self, service: str, code: str, *, passing: bool) -> None:
        """
        A failure of one call, after all its attempts.

        Args:
            service: As botocore names its endpoint: `dynamodb`, `translate`.
            code: AWS's error code, or the type of botocore's exception where AWS did not answer.
            passing: Whether the same call is likely to succeed later, as far as can be told without the contract.
        """
        super().__init__(service, code)
        self.service = service
        self.code = code
        self.passing = passing


@contextmanager
def calling(service: str) -> Iterator[None]:
    """
    Around the calls of one AWS service.

    Raises:
        AwsFailure: In place of every exception of botocore's.
    """
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", "unknown"))
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        raise AwsFailure(service, code, passing=status >= 500) from None
    except (ConnectionError, HTTPClientError) as error:  # no connection, or no answer in time
        raise AwsFailure(service, type(error).__name__, passing=True) from None
    except BotoCoreError as error:  # what we asked for is wrong: botocore did not even send it
        raise AwsFailure(service, type(error).__name__, passing=False) from None


def status_of(operation: Operation, failure: AwsFailure) -> int:
    """The status that a failure leads to: the contract's fault map decides, else whether the failure passes."""
    mapped = operation.fault_map.get(f"{failure.service}:{failure.code}")
    return mapped or (503 if failure.passing else 500)
