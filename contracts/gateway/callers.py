"""Callers: who an authorizer found the caller to be, and what of it reaches the event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.stack import Statement


@dataclass(frozen=True, slots=True)
class Caller:
    """
    Somebody whom an authorizer knows.

    Attributes:
        context: `requestContext.authorizer` of events of format 1.0; None when there is none (AWS_IAM).
        context_v2: The same of events of format 2.0.
        identity: Members of `requestContext.identity` that are known by it (format 1.0).
        statements: The policy that the authorizer answered; None when it answers none.
        principals: What the caller is known as in policies.
        usage_key: The API key that a Lambda authorizer names (`usageIdentifierKey`).
        signed: Whether the Authorization header was a signature, which no function receives (D).
    """

    context: Mapping[str, Any] | None = None
    context_v2: Mapping[str, Any] | None = None
    identity: Mapping[str, Any] = field(default_factory=dict)
    statements: tuple[Statement, ...] | None = None
    principals: tuple[str, ...] = ()
    usage_key: str | None = None
    signed: bool = False
