"""export: what is derived from a contract: documents that API Gateway can import, the form that handlers read.

Pure functions of the contract. What a derived document promises less than the contract is what `losses` tells.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from contracts.export.compiled import compiled
from contracts.export.http_api import for_http_api
from contracts.export.losses import Loss, losses
from contracts.export.rest import for_api_gateway

__all__ = ["Loss", "compiled", "for_api_gateway", "for_http_api", "losses", "to_json"]


def to_json(value: Mapping[str, Any]) -> str:
    """The text of a derived file: two spaces, the members in their order, a line break at the end."""
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
