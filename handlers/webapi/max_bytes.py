"""
The keyword `x-contract-max-bytes`: the most bytes that a string may have in UTF-8.

It stands in a module of its own, which knows no validator: Python's garbage collector does not see what a compiled
validator holds, so that a validator whose keywords lead back to it would never be freed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MAX_BYTES = "x-contract-max-bytes"


class MaxBytes:
    """The keyword, at one place of a schema."""

    def __init__(self, _parent: Mapping[str, Any], most: int, _path: list[str | int]) -> None:
        self.most = most

    def validate(self, instance: Any) -> None:
        """
        Checks one value; what is no string has no bytes.

        Raises:
            ValueError: It has more.
        """
        if isinstance(instance, str) and len(instance.encode()) > self.most:
            raise ValueError(f"must not have more than {self.most} bytes in UTF-8")
