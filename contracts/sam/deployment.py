"""The deployment that a run pretends: region, account, stack, and CloudFormation's pseudo parameters of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

# https://docs.aws.amazon.com/general/latest/gr/rande.html: what a region's name says of its partition.
PARTITIONS: Mapping[str, str] = MappingProxyType(
    {
        "cn-": "aws-cn",
        "us-gov-": "aws-us-gov",
        "us-isob-": "aws-iso-b",
        "us-iso-": "aws-iso",
        "eusc-": "aws-eusc",
    }
)
URL_SUFFIXES: Mapping[str, str] = MappingProxyType(
    {
        "aws-cn": "amazonaws.com.cn",
        "aws-iso": "c2s.ic.gov",
        "aws-iso-b": "sc2s.sgov.gov",
        "aws-eusc": "amazonaws.eu",
    }
)
ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"


def digest(text: str, length: int) -> str:
    """Lower-case letters and digits that depend on the text alone, as many as asked for (at most 40)."""
    number = int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
    characters = []
    for _ in range(length):
        number, rest = divmod(number, len(ALPHABET))
        characters.append(ALPHABET[rest])
    return "".join(characters)


@dataclass(frozen=True, slots=True)
class Deployment:
    """Where the stack is pretended to be deployed."""

    region: str
    account_id: str
    stack_name: str

    @property
    def partition(self) -> str:
        """The partition of the region: `aws`, `aws-cn` ..."""
        return next((name for prefix, name in PARTITIONS.items() if self.region.startswith(prefix)), "aws")

    @property
    def url_suffix(self) -> str:
        """The domain of the partition's services."""
        return URL_SUFFIXES.get(self.partition, "amazonaws.com")

    @property
    def stack_id(self) -> str:
        """The ARN of the stack; its UUID is a constant, so that two runs agree."""
        unique = "00000000-0000-4000-8000-000000000000"
        return f"arn:{self.partition}:cloudformation:{self.region}:{self.account_id}:stack/{self.stack_name}/{unique}"

    def pseudo_parameters(self) -> Mapping[str, str | list[str]]:
        """
        Pseudo parameters by name, `AWS::NoValue` (which is no value) left out.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/pseudo-parameter-reference.html
        """
        return {
            "AWS::AccountId": self.account_id,
            "AWS::NotificationARNs": [],
            "AWS::Partition": self.partition,
            "AWS::Region": self.region,
            "AWS::StackId": self.stack_id,
            "AWS::StackName": self.stack_name,
            "AWS::URLSuffix": self.url_suffix,
        }
