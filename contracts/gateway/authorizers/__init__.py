"""authorizers: who may call an operation, by API Gateway's rules. Lambda authorizers are run, tokens are verified.

A call that an authorizer lets in has a `Caller`; another is refused. Keys of sources are those of `contracts.gateway`.
"""

from __future__ import annotations

from contracts.gateway.authorizers.admission import Authorizer, Desk
from contracts.gateway.authorizers.caching import Cache

__all__ = ["Authorizer", "Cache", "Desk"]
