"""Code that a template itself has, unpacked as Lambda unpacks it: into `index.py`, in a folder of its own.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from contracts.stack import Function

FILE = "index.py"


class Unpacked:
    """The folders of such functions, until they are removed."""

    def __init__(self) -> None:
        self._folders: dict[str, TemporaryDirectory[str]] = {}

    def with_code(self, function: Function) -> Function:
        """The function with a folder of code; as it is, unless the template itself has its code."""
        if function.source is None:
            return function
        if function.source not in self._folders:
            self._folders[function.source] = folder = TemporaryDirectory(prefix="lambda-contracts-")
            Path(folder.name, FILE).write_text(function.source, encoding="utf-8")
        # As an absolute path without links: frames of its code are told by it.
        return replace(function, code=Path(self._folders[function.source].name).resolve())

    def remove(self) -> None:
        """Remove them; the next function gets a new one."""
        for folder in self._folders.values():
            folder.cleanup()
        self._folders.clear()
