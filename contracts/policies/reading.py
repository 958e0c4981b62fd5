"""Reading: a policy document as statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.stack import Statement, Unresolved

VERSIONS = ("2012-10-17", "2008-10-17")
# Each member and the one that says its opposite; a statement has one of the two.
OPPOSITES = (("Action", "NotAction"), ("Resource", "NotResource"))


class PolicyError(ValueError):
    """A document is no policy; whoever reads it knows where it stands."""


def statements(document: Any) -> tuple[Statement, ...]:
    """
    The statements of a policy document.

    Raises:
        PolicyError: IAM would refuse the document, in words.
    """
    if not isinstance(document, Mapping):
        raise PolicyError("a policy is an object")
    if document.get("Version", VERSIONS[0]) not in VERSIONS:
        raise PolicyError(f"a policy cannot have the Version {document['Version']!r}")
    written = _items(document.get("Statement"))
    if not written:
        raise PolicyError("a policy has no Statement")
    return tuple(_statement(each) for each in written)


def _statement(written: Any) -> Statement:
    if not isinstance(written, Mapping):
        raise PolicyError("a Statement is an object")
    effect = written.get("Effect")
    if effect not in ("Allow", "Deny"):
        raise PolicyError(f"Effect is Allow or Deny, not {effect!r}")
    for name, opposite in OPPOSITES:
        if (name in written) == (opposite in written):
            raise PolicyError(f"a Statement has either {name} or {opposite}")
    conditions = written.get("Condition") or {}
    if not isinstance(conditions, Mapping) or not all(isinstance(each, Mapping) for each in conditions.values()):
        raise PolicyError("a Condition is an object of objects")
    return Statement(
        effect=effect,
        actions=tuple(_texts(written, "Action")),
        resources=tuple(_items_of(written, "Resource")),
        not_actions=tuple(_texts(written, "NotAction")),
        not_resources=tuple(_items_of(written, "NotResource")),
        conditions=conditions,
        principals=_principals(written, "Principal"),
        not_principals=_principals(written, "NotPrincipal"),
    )


def _principals(written: Mapping[str, Any], member: str) -> tuple[str, ...] | None:
    """`*`, or identifiers by their kind (AWS, Service, Federated), of which an API can be called by AWS ones alone."""
    value = written.get(member)
    if value is None:
        return None
    groups = list(value.values()) if isinstance(value, Mapping) else [value]
    return tuple(each for group in groups for each in _items(group) if isinstance(each, str))


def _texts(written: Mapping[str, Any], member: str) -> Iterator[str]:
    for each in _items(written.get(member)):
        if not isinstance(each, str):
            raise PolicyError(f"{member} is text, not {each!r}")
        yield each


def _items_of(written: Mapping[str, Any], member: str) -> Iterator[str | Unresolved]:
    for each in _items(written.get(member)):
        if not isinstance(each, (str, Unresolved)):
            raise PolicyError(f"{member} is text, not {each!r}")
        yield each


def _items(value: Any) -> list[Any]:
    """One item or a list of items, as a list; IAM takes both nearly everywhere."""
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]
