"""
From an answer to a Lambda reply: the only module that knows what API Gateway expects a function to return.

A reply has the form of payload 1.0, which payload 2.0 accepts as well.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from webapi.contract import Contract, Operation, Response

Reply = dict[str, Any]

LARGEST_REPLY = 5 * 2**20
"""Bytes; Lambda refuses replies above 6 MB, and the headers and the envelope need some room."""


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What is said to the client.

    Attributes:
        body: A JSON value, or None for no content.
        headers: Those that depend on the request; the fixed ones come from the contract.
        text: The body as it was written once, where it is to be the same to the byte; then `body` is None.
    """

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str | None = None


def reply(contract: Contract, operation: Operation, answer: Answer, request_id: str, media_type: str) -> Reply:
    """
    The Lambda reply for an answer.

    Args:
        contract: Where the operation is from.
        operation: What was asked.
        answer: What is said.
        request_id: The gateway's id of the request.
        media_type: Of the body; unused without one.

    Raises:
        KeyError: The contract does not document this status with this media type.
    """
    documented = operation.responses[answer.status]
    headers = _fixed_headers(contract, documented) | dict(answer.headers) | {"X-Request-Id": request_id}
    body = answer.text or ""
    if answer.body is not None:
        body = encoded(answer.body)
    if body:
        if media_type not in documented.content:
            raise KeyError(media_type)
        headers["Content-Type"] = media_type
    return {"statusCode": answer.status, "headers": headers, "body": body, "isBase64Encoded": False}


def location(path: str, identifier: str) -> str:
    """
    Where a thing is found: below the path of the request that created it.

    That path has the stage in it, or the base path of a custom domain, whatever the client used.
    It starts with one slash: with two it would name another host.
    """
    collection = path.strip("/")
    return f"/{collection}/{identifier}"


def encoded(value: Any) -> str:
    """A value as JSON text: compact, characters as themselves."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def size_in_reply(value: Any) -> int:
    """The bytes that a value needs at most within a reply: the body is JSON text that the runtime encodes once more."""
    return len(json.dumps(encoded(value)))


def _fixed_headers(contract: Contract, documented: Response) -> dict[str, str]:
    """The headers that the contract leaves no choice about."""
    schemas = {name: contract.resolved(schema) for name, schema in documented.headers.items()}
    return {name: str(schema["enum"][0]) for name, schema in schemas.items() if len(schema.get("enum", ())) == 1}
