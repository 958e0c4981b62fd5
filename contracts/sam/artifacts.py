"""Code that lies on this machine: how it is carried through the SAM transform, and found again behind it.

The SAM transform takes code from S3 alone, as `aws cloudformation package` would leave it.
A local path goes in as an object of a bucket that no one can own (bucket names have three characters at least).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from contracts.sam.resolver import Resolver
from contracts.sam.template import Template
from contracts.stack import Unresolved

HERE = "."
UNKNOWN = "?"
# What the AWS CDK writes into Metadata of a resource whose code it has staged beside the template.
CDK_PATH = "aws:asset:path"


def is_local(uri: Any) -> bool:
    """Whether a CodeUri, ContentUri or DefinitionUri is a path on this machine."""
    return isinstance(uri, str) and "://" not in uri


def as_object(uri: Any, *, resolver: Resolver) -> Any:
    """A code location as the SAM transform takes it; a local path becomes an object of the bucket `.`."""
    found = resolver.resolve(uri)
    if isinstance(found, Unresolved):
        return {"Bucket": UNKNOWN, "Key": f"{found.expression}: {found.reason}"}
    return {"Bucket": HERE, "Key": found} if is_local(found) else found


def local_path(template: Template, code: Any, *, metadata: Any = None) -> Path | None:
    """
    The absolute path of the code of a transformed function or layer, or None when it is not on this machine.

    Args:
        code: The resolved `Code` or `Content`.
        metadata: The resource's `Metadata`.
    """
    if is_local(code):
        return template.beside(code)
    if isinstance(metadata, Mapping) and isinstance(metadata.get(CDK_PATH), str):
        return template.beside(metadata[CDK_PATH])
    if isinstance(code, Mapping) and code.get("S3Bucket") == HERE:
        return template.beside(str(code.get("S3Key")))
    return None


def source(code: Any) -> str | None:
    """
    The code that stands in the template itself, or None when it does not.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
    """
    written = code.get("ZipFile") if isinstance(code, Mapping) else None
    return written if isinstance(written, str) else None


def is_folder(path: Path) -> bool:
    """Whether there is a folder; a path that cannot even be looked at (too long) is none."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises where this says no


def elsewhere(code: Any) -> str:
    """Where code is that is not on this machine, for a message."""
    if isinstance(code, Unresolved):
        return f"its code location cannot be resolved: {code.expression}: {code.reason}"
    written: Mapping[str, Any] = code if isinstance(code, Mapping) else {}
    bucket, key = written.get("S3Bucket"), written.get("S3Key")
    if isinstance(written.get("ZipFile"), Unresolved):
        return elsewhere(written["ZipFile"])
    if bucket == UNKNOWN:
        return f"its code location cannot be resolved: {key}"
    if bucket is None:
        return "the template does not say where its code is"
    place = f" ({bucket}/{key})" if isinstance(bucket, str) and isinstance(key, str) else ""
    return f"its code is in S3{place}: give a template whose CodeUri is a folder"
