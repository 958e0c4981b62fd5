"""Idempotency keys: the header that an operation takes them in, and keys that its contract allows."""

from __future__ import annotations

from itertools import chain

from contracts.checks.requests import Requests
from contracts.checks.ways import neighbours
from contracts.contract import Operation

IDEMPOTENCY_KEY = "Idempotency-Key"
KEY_EXTENSION = "x-contract-idempotency-key"


def key_header(operation: Operation) -> str | None:
    """The header whose value makes a request one and the same, however often it is sent; None when there is none."""
    said = operation.extensions.get(KEY_EXTENSION)
    if isinstance(said, str):
        return said
    headers = (each.name for each in operation.parameters if each.place == "header")
    return next((each for each in headers if each.lower() == IDEMPOTENCY_KEY.lower()), None)


def key_of(
    rules: Requests, operation: Operation, header: str, number: int, *, known: str = "", near: bool = False
) -> str | None:
    """
    An idempotency key that the contract allows, another for each number; None when none is found.

    Args:
        known: A key that it is not.
        near: Whether it is to differ from that one in as little as can be.
    """
    schema = next((each.schema for each in operation.parameters if each.name.lower() == header.lower()), {})
    forms = (f"{number:08x}-0000-4000-8000-00000000000{number % 10}", f"key-{number:04}", f"{number:032}")
    for key in chain(() if near else forms, neighbours(known)):
        if key != known and rules.accepts(schema, key) is not False:
            return key
    return None
