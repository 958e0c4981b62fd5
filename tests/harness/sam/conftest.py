"""A tiny helper: a template and the files beside it in, the stack that it deploys out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from contracts.sam import Loaded, load_template

SAM = "Transform: AWS::Serverless-2016-10-31\n"
# What every function needs and no test here is about.
GLOBALS = "Globals: {Function: {Runtime: python3.12, Handler: app.handler}}\n"


@pytest.fixture
def loaded(tmp_path: Path) -> Callable[..., Loaded]:
    """
    Load a template that is written to a folder of its own.

    Args of what it returns: the template's text, `files` beside it by path, and options of `load_template`.
    """

    def load(text: str, files: Mapping[str, str] | None = None, **options: Any) -> Loaded:
        for name, content in {"template.yaml": text, **(files or {})}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(content), encoding="utf-8")
        return load_template(str(tmp_path / "template.yaml"), **options)

    return load


@pytest.fixture
def sam(loaded: Callable[..., Loaded]) -> Callable[..., Loaded]:
    """As `loaded`, with the SAM transform and Globals that give every function a runtime and a handler."""

    def load(text: str, files: Mapping[str, str] | None = None, **options: Any) -> Loaded:
        return loaded(SAM + GLOBALS + dedent(text), files, **options)

    return load


@pytest.fixture
def value(loaded: Callable[..., Loaded]) -> Callable[..., Any]:
    """Resolve a value (Python, long form) in a template that has the given sections and a table, a bucket, a queue."""

    def resolve(written: Any, sections: str = "", **options: Any) -> Any:
        text = dedent(sections) + RESOURCES
        return loaded(text, **options).resolve(written)

    return resolve


RESOURCES = """
Resources:
  Table:
    Type: AWS::DynamoDB::Table
  Bucket:
    Type: AWS::S3::Bucket
  Queue:
    Type: AWS::SQS::Queue
"""
