"""
Whose a request is: the one place where a tenant is taken from what the authorizer says.

The claim has one name in every token and in the context of our own authorizer, so that a function reads the same
behind a REST API and behind an HTTP API.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from jsonschema_rs import Draft4Validator

from webapi.contract import contract
from webapi.problems import Refusal

CLAIM = "tenant_id"
SCOPE = "scope"
READING, WRITING = "read", "write"


def tenant(claims: Mapping[str, Any], method: str) -> str:
    """
    The id of the caller's tenant.

    An authorizer that knows tokens alone (JWT) lets in whoever has one: what the token is good for is asked here, too.

    Raises:
        Refusal: 403, the claim is missing or is no id, so that the caller is nobody's; or the scope is missing.
    """
    found = claims.get(CLAIM)
    wanted = READING if method in ("GET", "HEAD") else WRITING
    if not isinstance(found, str) or not _validator().is_valid(found):
        raise Refusal(403)
    if wanted not in str(claims.get(SCOPE, "")).split():
        raise Refusal(403)
    return found


@functools.cache
def _validator() -> Draft4Validator:
    """Of the contract's ids of tenants; compiled once per warm function."""
    return Draft4Validator(dict(contract().schemas["TenantId"]))
