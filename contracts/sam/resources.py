"""Tables, buckets and everything else that a template deploys: resolved properties under physical names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.errors import TemplateError
from contracts.sam.physical import NAME_PROPERTIES
from contracts.sam.resolver import Resolver
from contracts.sam.template import Template
from contracts.stack import Bucket, Resource, Table, Unresolved

TABLE = "AWS::DynamoDB::Table"
GLOBAL_TABLE = "AWS::DynamoDB::GlobalTable"
BUCKET = "AWS::S3::Bucket"
# What a global table has and a table has not: its copies in other regions, and how they scale.
REPLICATION = ("Replicas", "WriteProvisionedThroughputSettings", "WriteOnDemandThroughputSettings")


def deployed_resources(template: Template, resolver: Resolver) -> dict[str, Resource]:
    """Every resource whose condition is not false, in template order, by logical id."""
    return {
        logical_id: _resource(template, resolver, logical_id=logical_id)
        for logical_id in resolver.resources
        if resolver.is_deployed(logical_id)
    }


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
