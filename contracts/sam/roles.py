"""IAM roles and the policies attached to them, as statements; what they allow is judged elsewhere.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.errors import Location
from contracts.sam.expressions import first_unresolved
from contracts.sam.template import Keys, Template
from contracts.stack import Resource, Role, Statement, Unresolved

ROLE = "AWS::IAM::Role"
MANAGED_POLICY = "AWS::IAM::ManagedPolicy"
# Types that name the roles which they are attached to.
ATTACHED = ("AWS::IAM::Policy", "AWS::IAM::RolePolicy", MANAGED_POLICY)


@dataclass(frozen=True, slots=True)
class _Found:
    """What a role is given: statements, and whatever could not be resolved into one."""

    statements: list[Statement]
    managed: list[str | Unresolved]

    def add(self, other: _Found) -> None:
        self.statements.extend(other.statements)
        self.managed.extend(other.managed)


def role(resource: Resource, *, name: str, arn: str, template: Template, policies: Mapping[str, Resource]) -> Role:
    """
    A role with its inline policies and those of the template's own policies that are attached to it.

    A part of a policy that cannot be resolved into a statement is among `managed_policies`, as Unresolved.

    Args:
        policies: The template's policies: managed ones by ARN, others by logical id.
    """
    found = _inline(resource, template)
    attached = {key: policy for key, policy in policies.items() if name in _items(_roles_of(policy))}
    for item in _items(resource.properties.get("ManagedPolicyArns")):
        if isinstance(item, str) and item in policies:
            attached[item] = policies[item]
        else:
            found.managed.append(item if isinstance(item, (str, Unresolved)) else str(item))
    for policy in attached.values():
        keys: Keys = ("Resources", policy.logical_id, "Properties", "PolicyDocument")
        found.add(_statements(policy.properties.get("PolicyDocument"), keys, template))
    return Role(
        logical_id=resource.logical_id,
        arn=arn,
        statements=tuple(found.statements),
        managed_policies=tuple(found.managed),
        location=resource.location,
    )


def attachable(resources: Mapping[str, Resource], *, arns: Mapping[str, str]) -> dict[str, Resource]:
    """The template's policies that can be attached to a role: managed ones by ARN, others by logical id."""
    return {
        arns[resource.logical_id] if resource.kind == MANAGED_POLICY else resource.logical_id: resource
        for resource in resources.values()
        if resource.kind in ATTACHED
    }


def _roles_of(policy: Resource) -> Any:
    return policy.properties.get("Roles", policy.properties.get("RoleName"))


def _inline(resource: Resource, template: Template) -> _Found:
    found = _Found([], [])
    for index, policy in enumerate(_items(resource.properties.get("Policies"))):
        keys: Keys = ("Resources", resource.logical_id, "Properties", "Policies", index, "PolicyDocument")
        found.add(_statements(policy.get("PolicyDocument") if isinstance(policy, Mapping) else policy, keys, template))
    return found


def _statements(document: Any, keys: Keys, template: Template) -> _Found:
    found = _Found([], [])
    if isinstance(document, Unresolved):
        found.managed.append(document)
        return found
    written = document.get("Statement") if isinstance(document, Mapping) else None
    for index, statement in enumerate(_items(written)):
        one = _statement(statement, template.locate((*keys, "Statement", index)))
        if isinstance(one, Unresolved):
            found.managed.append(one)
        elif one is not None:
            found.statements.append(one)
    return found


def _statement(value: Any, location: Location) -> Statement | Unresolved | None:
    if isinstance(value, Unresolved):
        return value
    if not isinstance(value, Mapping):
        return None
    # What a statement says of actions must be known; resources may stay open.
    unresolved = first_unresolved([value.get(member) for member in ("Effect", "Action", "NotAction")])
    if unresolved is not None:
        return unresolved
    return Statement(
        effect="Deny" if value.get("Effect") == "Deny" else "Allow",
        actions=tuple(_texts(value.get("Action"))),
        resources=tuple(_patterns(value.get("Resource"))),
        not_actions=tuple(_texts(value.get("NotAction"))),
        not_resources=tuple(_patterns(value.get("NotResource"))),
        conditions=value["Condition"] if isinstance(value.get("Condition"), Mapping) else {},
        location=location,
    )


def _items(value: Any) -> list[Any]:
    """One item or a list of items, as a list; IAM takes both nearly everywhere."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _texts(value: Any) -> Iterator[str]:
    return (str(item) for item in _items(value))


def _patterns(value: Any) -> Iterator[str | Unresolved]:
    for item in _items(value):
        if isinstance(item, list):
            yield from _patterns(item)
        else:
            yield item if isinstance(item, (str, Unresolved)) else str(item)
