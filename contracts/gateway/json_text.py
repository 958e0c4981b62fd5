"""JSON text as RFC 8259 has it, which is stricter than Python."""

from __future__ import annotations

import json
from typing import Any, NoReturn


def read(text: str) -> Any:
    """
    The value of a JSON text.

    Raises:
        ValueError: It is no JSON, or nested deeper than anybody reads.
    """
    try:
        return _DECODER.decode(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _refuse(constant: str) -> NoReturn:
    """Python reads NaN and Infinity, which are no JSON (RFC 8259, section 6)."""
    raise ValueError(constant)


_DECODER = json.JSONDecoder(parse_constant=_refuse)
