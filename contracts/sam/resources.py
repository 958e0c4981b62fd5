"""Tables, buckets and everything else that a template deploys: resolved properties under physical names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.errors import TemplateError
from contracts.sam.expressions import nearest
from contracts.sam.physical import NAME_PROPERTIES
from contracts.sam.resolver import Resolver
from contracts.sam.template import Template
from contracts.stack import Bucket, Resource, Table, Unresolved

FUNCTION = "AWS::Lambda::Function"
TABLE = "AWS::DynamoDB::Table"
GLOBAL_TABLE = "AWS::DynamoDB::GlobalTable"
BUCKET = "AWS::S3::Bucket"
# What a global table has and a table has not: its copies in other regions, and how they scale.
REPLICATION = ("Replicas", "WriteProvisionedThroughputSettings", "WriteOnDemandThroughputSettings")


def deployed_resources(template: Template, resolver: Resolver) -> dict[str, Resource]:
    """
    Every resource whose condition is not false, in template order, by logical id.

    Raises:
        TemplateError: One has a condition that the template lacks, or no two can be deployed beside each other.
    """
    for logical_id, resource in resolver.resources.items():
        _check_condition(template, resolver, logical_id=logical_id, condition=resource.get("Condition"))
    deployed = {
        logical_id: _resource(template, resolver, logical_id=logical_id)
        for logical_id in resolver.resources
        if resolver.is_deployed(logical_id)
    }
    _check_names(deployed)
    return deployed


def _check_condition(template: Template, resolver: Resolver, *, logical_id: str, condition: Any) -> None:
    if condition is None or (isinstance(condition, str) and condition in resolver.conditions):
        return
    raise TemplateError(
        f'{logical_id} has the condition "{condition}", which the template does not have'
        f"{nearest(str(condition), resolver.conditions)}",
        location=template.locate(("Resources", logical_id, "Condition")),
        cure="Correct the name, or add it to Conditions.",
    )


def _check_names(deployed: Mapping[str, Resource]) -> None:
    """Two functions, tables or buckets of one name cannot be deployed: the second one exists already."""
    first: dict[tuple[str, str], Resource] = {}
    for resource in deployed.values():
        if resource.kind not in (FUNCTION, TABLE, GLOBAL_TABLE, BUCKET):
            continue
        name = resource.properties[NAME_PROPERTIES[resource.kind]]
        other = first.setdefault((resource.kind, name), resource)
        if other is not resource:
            member = NAME_PROPERTIES[resource.kind]
            raise TemplateError(
                f"{other.logical_id} and {resource.logical_id} have the same {member} `{name}`",
                location=resource.location,
                cure=f"Give each its own, or leave {member} out, so that CloudFormation makes one up.",
            )


def _resource(template: Template, resolver: Resolver, *, logical_id: str) -> Resource:
    kind = resolver.physical(logical_id).kind
    location = template.locate(("Resources", logical_id))
    written = resolver.resources[logical_id].get("Properties")
    properties = resolver.resolve(written, ("Resources", logical_id, "Properties"))
    if isinstance(properties, Unresolved):
        properties = {}
    if properties is not None and not isinstance(properties, Mapping):
        raise TemplateError(
            f"the Properties of {logical_id} are not an object", location=location, cure="Check their indentation."
        )
    return Resource(logical_id, kind=kind, properties=_named(properties or {}, resolver, logical_id), location=location)


def _named(properties: Mapping[str, Any], resolver: Resolver, logical_id: str) -> Mapping[str, Any]:
    """The properties with the physical name among them, where the type has a property for it."""
    physical = resolver.physical(logical_id)
    member = NAME_PROPERTIES.get(physical.kind)
    return properties if member is None else {**properties, member: physical.name}


def table(resource: Resource, *, name: str, arn: str) -> Table:
    """A DynamoDB table; a global one as the table that it is in this region."""
    properties = resource.properties
    if resource.kind == GLOBAL_TABLE:
        properties = {key: value for key, value in properties.items() if key not in REPLICATION}
        indexes = properties.get("GlobalSecondaryIndexes")
        if isinstance(indexes, list):
            properties["GlobalSecondaryIndexes"] = [_without_replication(index) for index in indexes]
    return Table(resource.logical_id, name=name, arn=arn, properties=properties, location=resource.location)


def _without_replication(index: Any) -> Any:
    if not isinstance(index, Mapping):
        return index
    return {key: value for key, value in index.items() if key not in REPLICATION}


def bucket(resource: Resource, *, name: str, arn: str) -> Bucket:
    """An S3 bucket."""
    return Bucket(resource.logical_id, name=name, arn=arn, properties=resource.properties, location=resource.location)
