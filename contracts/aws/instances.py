"""moto's models, without the list of all their instances that moto keeps for its dashboard.

Each answer to a Query copies items, and each copy would stay in that list until the cloud stops: a run would grow with
every exchange, and the garbage collector would look at all of it again and again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from moto.core.common_models import BaseModel


@contextmanager
def untracked() -> Iterator[None]:
    """While it is open, moto remembers new instances only of what it has to dispose of: objects of S3 own files."""
    tracked = BaseModel.__new__

    def make(model: Any, *arguments: Any, **members: Any) -> Any:
        if hasattr(model, "dispose"):
            return tracked(model, *arguments, **members)
        return super(BaseModel, model).__new__(model)

    with patch.object(BaseModel, "__new__", make):
        yield
