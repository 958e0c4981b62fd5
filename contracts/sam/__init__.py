"""A SAM or CloudFormation template into a Stack: includes, SAM transform, intrinsic functions, physical names."""

from __future__ import annotations

from contracts.sam.loading import Loaded, load, load_template

__all__ = ["Loaded", "load", "load_template"]
