"""From a template's path to a stack, in order: read, include, transform, resolve, sort by type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.documents import Documents
from contracts.sam import apis, functions, resources, roles
from contracts.sam.deployment import Deployment
from contracts.sam.includes import with_includes
from contracts.sam.parameters import parameter_values, referenced_values, secret_values
from contracts.sam.resolver import Resolver
from contracts.sam.template import Read, Template, read_template
from contracts.sam.transform import transformed
from contracts.stack import Resource, Stack, Unresolved


@dataclass(frozen=True, slots=True)
class Loaded:
    """
    A template that was read.

    Attributes:
        resolve: Takes a JSON value with intrinsic functions in it, from the contract for example, and returns it
            with their values; what cannot be resolved stays in its place as `contracts.stack.Unresolved`.
    """

    stack: Stack
    resolve: Callable[[Any], Any]


def load(
    path: str,
    *,
    parameters: Mapping[str, str] | None = None,
    region: str = "us-east-1",
    account_id: str = "123456789012",
    stack_name: str = "contracts",
    read: Read | None = None,
) -> Stack:
    """The stack alone; see `load_template`."""
    return load_template(
        path, parameters=parameters, region=region, account_id=account_id, stack_name=stack_name, read=read
    ).stack


def load_template(
    path: str,
    *,
    parameters: Mapping[str, str] | None = None,
    of_another: bool = False,
    region: str = "us-east-1",
    account_id: str = "123456789012",
    stack_name: str = "contracts",
    read: Read | None = None,
) -> Loaded:
    """
    Read a SAM or plain CloudFormation template.

    Args:
        path: The file, YAML or JSON; what it names is relative to its folder.
        parameters: Values for the template's parameters, before their defaults.
        of_another: Whether these are values for another template, so that this one need not have all of them.
        stack_name: The beginning of every generated physical name.
        read: Reads a document; `contracts.documents.Documents().read` unless given.

    Raises:
        DocumentError: A file cannot be read.
        TemplateError: The template cannot be used; the message says where and what to do.
    """
    read = read or Documents().read
    written = read_template(path, read)
    values = parameter_values(written, parameters or {}, of_another=of_another)
    deployment = Deployment(region=region, account_id=account_id, stack_name=stack_name)
    template = with_includes(written, read=read, resolver=_resolver(written, written.body, values, deployment))
    before = _resolver(template, template.body, values, deployment)
    body = transformed(template, resolver=before, parameters=values)
    resolver = _resolver(template, body, values, deployment)
    return Loaded(_stack(template, resolver, values), resolver.resolve)


def _resolver(
    template: Template, body: Mapping[str, Any], values: Mapping[str, str | Unresolved], deployment: Deployment
) -> Resolver:
    return Resolver(body, parameters=referenced_values(template, values), deployment=deployment, locate=template.locate)


def _stack(template: Template, resolver: Resolver, values: Mapping[str, str | Unresolved]) -> Stack:
    deployed = resources.deployed_resources(template, resolver)
    names = {logical_id: resolver.physical(logical_id).name for logical_id in deployed}
    arns = {logical_id: resolver.physical(logical_id).arn or "" for logical_id in deployed}

    def of(*kinds: str) -> dict[str, Resource]:
        return {logical_id: resource for logical_id, resource in deployed.items() if resource.kind in kinds}

    policies = roles.attachable(deployed, arns=arns)
    found_roles = {
        key: roles.role(resource, name=names[key], arn=arns[key], template=template, policies=policies)
        for key, resource in of(roles.ROLE).items()
    }
    layers = functions.layer_folders(deployed, arns=arns, template=template)
    unbuilt = functions.unbuilt_layers(deployed, template=template)
    found_functions = {
        key: functions.function(
            resource,
            name=names[key],
            arn=arns[key],
            template=template,
            roles=found_roles,
            layers=layers,
            unbuilt=unbuilt,
            secrets=secret_values(template, values),
        )
        for key, resource in of(resources.FUNCTION).items()
    }
    found_tables = {
        key: resources.table(resource, name=names[key], arn=arns[key])
        for key, resource in of(resources.TABLE, resources.GLOBAL_TABLE).items()
    }
    found_buckets = {
        key: resources.bucket(resource, name=names[key], arn=arns[key])
        for key, resource in of(resources.BUCKET).items()
    }
    refs = {logical_id: resolver.physical(logical_id).ref for logical_id in deployed}
    found_apis = {
        key: apis.api(resource, template=template, resources=deployed, refs=refs)
        for key, resource in deployed.items()
        if apis.is_api(resource)
    }
    taken = {*found_roles, *found_functions, *found_tables, *found_buckets, *found_apis}
    return Stack(
        path=template.path,
        region=resolver.deployment.region,
        account_id=resolver.deployment.account_id,
        functions=found_functions,
        tables=found_tables,
        buckets=found_buckets,
        roles=found_roles,
        apis=found_apis,
        others={key: resource for key, resource in deployed.items() if key not in taken},
        parameters=values,
        location=template.locate(()),
    )
