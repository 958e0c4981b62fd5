"""
What the functions of this service are made of on AWS.

Clients are made once per warm function. Their time limits are chosen so that all attempts of all calls of one
invocation end before the function's own limit (28 s), with time left to answer: translating, storing the translation
and what is known of it, and taking the translation back where that failed.
"""

from __future__ import annotations

import functools
import os
from typing import Any

import boto3
from botocore.config import Config

from documents.contents import Contents
from documents.store import Store
from documents.translator import Translator
from webapi.contract import contract

TRANSLATE = Config(connect_timeout=0.5, read_timeout=12, retries={"mode": "standard", "total_max_attempts": 1})
S3 = Config(
    connect_timeout=0.5, read_timeout=1, retries={"mode": "standard", "total_max_attempts": 2}
)  # at most 4 s, like DynamoDB
DYNAMODB = Config(connect_timeout=0.5, read_timeout=1, retries={"mode": "standard", "total_max_attempts": 2})


@functools.cache
def _table() -> Any:
    """The table that the template names."""
    return boto3.resource("dynamodb", config=DYNAMODB).Table(os.environ["DOCUMENTS_TABLE"])


@functools.cache
def _s3() -> Any:
    """Amazon S3."""
    return boto3.client("s3", config=S3)


def store(tenant: str) -> Store:
    """What is known of a tenant's documents."""
    return Store(_table(), tenant)


def contents(tenant: str) -> Contents:
    """The translations of a tenant's documents."""
    return Contents(_s3(), os.environ["DOCUMENTS_BUCKET"], tenant)


@functools.cache
def translator() -> Translator:
    """Amazon Translate; what a document may be in is what the contract lets it be in."""
    members = contract().properties({"$ref": "#/schemas/Document"})
    return Translator(boto3.client("translate", config=TRANSLATE), languages=members["source_language"]["enum"])
