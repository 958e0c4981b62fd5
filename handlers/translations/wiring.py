"""
What the functions of this service are made of on AWS.

Clients are made once per warm function. Their time limits are chosen so that all attempts of all calls of one
invocation end before the function's own limit (28 s), with time left to answer: a function that is cut off answers
nothing that the contract promises. Waiting between attempts is at most 1 s before the second and 2 s before the third.
"""

from __future__ import annotations

import functools
import os
from typing import Any

import boto3
from botocore.config import Config

from translations.store import Store
from translations.translator import Translator
from translations.usage import Usage
from webapi.contract import contract

TRANSLATE = Config(
    connect_timeout=1, read_timeout=6, retries={"mode": "standard", "total_max_attempts": 2}
)  # at most 15 s
DYNAMODB = Config(
    connect_timeout=1, read_timeout=1, retries={"mode": "standard", "total_max_attempts": 3}
)  # at most 9 s


@functools.cache
def _table(variable: str) -> Any:
    """The table that the template names in a variable of the environment."""
    return boto3.resource("dynamodb", config=DYNAMODB).Table(os.environ[variable])


def store(tenant: str) -> Store:
    """The translations of a tenant."""
    return Store(_table("TRANSLATIONS_TABLE"), tenant)


def usage(tenant: str) -> Usage:
    """What a tenant has had translated."""
    return Usage(_table("USAGE_TABLE"), tenant)


@functools.cache
def translator() -> Translator:
    """Amazon Translate; what it may answer is what the contract lets a translation be."""
    members = contract().properties({"$ref": "#/schemas/Translation"})
    return Translator(boto3.client("translate", config=TRANSLATE), longest=members["translated_text"]["maxLength"])
