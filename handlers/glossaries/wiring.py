"""
What the functions of this service are made of on AWS.

Clients are made once per warm function. Their time limits are chosen so that all attempts of all calls of one
invocation end before the function's own limit (28 s), with time left to answer: reading, importing, storing, and
reading and importing once more where storing failed.
"""

from __future__ import annotations

import functools
import os
from typing import Any

import boto3
from botocore.config import Config

from glossaries.store import Store
from glossaries.terminologies import Terminologies
from webapi.cursors import Cursors
from webapi.terminologies import deployment

TRANSLATE = Config(connect_timeout=0.5, read_timeout=6, retries={"mode": "standard", "total_max_attempts": 1})
DYNAMODB = Config(
    connect_timeout=0.5, read_timeout=1, retries={"mode": "standard", "total_max_attempts": 2}
)  # at most 4 s


@functools.cache
def _table() -> Any:
    """The table that the template names."""
    return boto3.resource("dynamodb", config=DYNAMODB).Table(os.environ["GLOSSARIES_TABLE"])


@functools.cache
def _client() -> Any:
    """Amazon Translate."""
    return boto3.client("translate", config=TRANSLATE)


def store(tenant: str) -> Store:
    """The glossaries of a tenant."""
    return Store(_table(), tenant)


def terminologies(tenant: str) -> Terminologies:
    """The terminologies of a tenant."""
    return Terminologies(_client(), deployment(), tenant)


@functools.cache
def cursors() -> Cursors:
    """Cursors that nobody else can make."""
    return Cursors(os.environ["CURSOR_KEY"].encode())
