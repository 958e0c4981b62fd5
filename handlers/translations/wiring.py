"""
What the functions of this service are made of on AWS.

Clients are made once per warm function. Their time limits are chosen so that all attempts of all calls of one
invocation end before the function's own limit (28 s), with time left to answer: a function that is cut off answers
nothing that the contract promises. Waiting before the second attempt is at most 1 s.
"""

from __future__ import annotations

import functools
import os
import time
from typing import Any

import boto3
from botocore.config import Config

from translations.idempotency import Records
from translations.store import Store
from translations.transactions import Waiting
from translations.translator import Translator
from translations.usage import Usage
from webapi.contract import contract
from webapi.cursors import Cursors
from webapi.identifiers import random

TRANSLATE = Config(
    connect_timeout=1, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 2}
)  # at most 13 s
DYNAMODB = Config(
    connect_timeout=0.5, read_timeout=1, retries={"mode": "standard", "total_max_attempts": 2}
)  # at most 4 s, and a creation makes three calls: claim, transaction (tried again within `PATIENCE`), release


@functools.cache
def _table(variable: str) -> Any:
    """The table that the template names in a variable of the environment."""
    return boto3.resource("dynamodb", config=DYNAMODB).Table(os.environ[variable])


def store(tenant: str) -> Store:
    """The translations of a tenant."""
    return Store(_table("TRANSLATIONS_TABLE"), tenant)


def records(tenant: str) -> Records:
    """The idempotency keys of a tenant."""
    return Records(_table("IDEMPOTENCY_TABLE"), tenant)


def usage(tenant: str) -> Usage:
    """What a tenant has had translated."""
    return Usage(_table("USAGE_TABLE"), tenant)


def waiting() -> Waiting:
    """How time passes between two attempts of a transaction."""
    return Waiting(time.monotonic, time.sleep, random)


@functools.cache
def translator() -> Translator:
    """Amazon Translate; what it may answer is what the contract lets a translation be."""
    members = contract().properties({"$ref": "#/schemas/Translation"})
    return Translator(
        boto3.client("translate", config=TRANSLATE),
        longest=members["translated_text"]["maxLength"],
        languages=members["source_language"]["enum"],
    )


@functools.cache
def cursors() -> Cursors:
    """Cursors that nobody else can make."""
    return Cursors(os.environ["CURSOR_KEY"].encode())
