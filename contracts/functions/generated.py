"""Generated code: what libraries write as text and run, compiled once.

`dataclasses` writes the methods of each class as text. A cold start makes the classes of a function anew, and most of
what that costs is the compiler, which is given the same texts every time.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import CodeType
from typing import Any
from unittest.mock import patch


@contextmanager
def compiled_once() -> Iterator[None]:
    """While it is open, `dataclasses` runs a text that it has run before without compiling it again."""
    known: dict[str, CodeType] = {}

    def run(text: str, names: dict[str, Any] | None = None, members: Mapping[str, object] | None = None) -> None:
        code = known.get(text)
        if code is None:
            code = known[text] = compile(text, "<string>", "exec", dont_inherit=True)
        exec(code, names, members)  # noqa: S102 - what `dataclasses` would do

    # The name that the module finds before the built-in function.
    with patch.object(dataclasses, "exec", run, create=True):
        yield
