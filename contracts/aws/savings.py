"""Savings: what moto and botocore do again and again, for every call or every client, though nothing of it changes.

* moto keeps a list of all instances of its models for its dashboard. Each answer to a Query copies items, and each copy
  would stay in that list until the cloud stops: a run would grow with every exchange.
* For each member that an answer may have, moto tries every name under which a backend may have kept it. An attribute
  value of DynamoDB has ten members that may be, and each of them some ten names: the names of a member are found once.
* botocore spells the names of some events anew, and each client looks at a hundred old spellings for each name that it
  meets. A cold start makes its clients anew: they share what they know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from botocore.hooks import EVENT_ALIASES, EventAliaser
from moto.core.common_models import BaseModel
from moto.core.serialize import DEFAULT_ALIAS_PROVIDERS, XFormedAttributePicker


@contextmanager
def savings() -> Iterator[None]:
    """While it is open, moto and botocore save this work, and do as they always do."""
    with ExitStack() as stack:
        stack.enter_context(patch.object(BaseModel, "__new__", _untracked(BaseModel.__new__)))
        stack.enter_context(patch.object(EventAliaser, "__init__", _sharing(EventAliaser.__init__)))
        names = _remembered(XFormedAttributePicker.get_possible_keys)
        stack.enter_context(patch.object(XFormedAttributePicker, "get_possible_keys", names))
        yield


def _untracked(tracked: Any) -> Any:
    """In place of `BaseModel.__new__`: remembers only what moto has to dispose of, since objects of S3 own files."""

    def make(model: Any, *arguments: Any, **members: Any) -> Any:
        if hasattr(model, "dispose"):
            return tracked(model, *arguments, **members)
        return super(BaseModel, model).__new__(model)

    return make


def _sharing(made: Any) -> Any:
    """In place of `EventAliaser.__init__`: those with the same spellings share what they have spelled."""
    known: dict[str, str] = {}

    def make(aliaser: Any, event_emitter: Any, event_aliases: Any = None) -> None:
        made(aliaser, event_emitter, event_aliases)
        if aliaser._event_aliases == EVENT_ALIASES:
            aliaser._alias_name_cache = known

    return make


def _remembered(possible_keys: Any) -> Any:
    """
    In place of `get_possible_keys`: the names of a member, each once.

    They depend on the member and on the class of the object that it is looked for in; only a `Meta` of an object may
    name others.
    """
    known: dict[tuple[Any, str, type], tuple[str, ...]] = {}

    def names(picker: Any, context: Any) -> Iterable[str]:
        given = context.obj
        if picker.alias_providers is not DEFAULT_ALIAS_PROVIDERS or hasattr(given, "Meta"):
            return possible_keys(picker, context)  # type: ignore[no-any-return]  # a generator of names
        place = (context.shape, context.key, given.__class__)
        found = known.get(place)
        if found is None:
            found = known[place] = tuple(dict.fromkeys(possible_keys(picker, context)))
        return found

    return names
