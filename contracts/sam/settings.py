"""Settings: what a template says of an API beside its document, each with the line on which it was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.sam.template import Template
from contracts.stack import Resource, Setting

STAGES = ("AWS::ApiGateway::Stage", "AWS::ApiGatewayV2::Stage")
DEPLOYMENT = "AWS::ApiGateway::Deployment"
DOMAIN_NAMES = ("AWS::ApiGateway::DomainName", "AWS::ApiGatewayV2::DomainName")
WEB_ACL_ASSOCIATIONS = ("AWS::WAFv2::WebACLAssociation", "AWS::WAFRegional::WebACLAssociation")


def settings(
    api: Resource,
    *,
    api_id: str,
    stage: str,
    domains: Iterator[str],
    template: Template,
    resources: Mapping[str, Resource],
) -> Iterator[Setting]:
    """
    The settings of an API and of what belongs to it.

    Args:
        stage: The one that is served.
        domains: The names of the custom domains that lead to it, in lower case.
        resources: All deployed resources, resolved.
    """
    names = frozenset(domains)
    for resource in resources.values():
        if not _belongs(resource, api, api_id=api_id, stage=stage, domains=names):
            continue
        for name, value in resource.properties.items():
            keys = ("Resources", resource.logical_id, "Properties", name)
            if resource.kind in DOMAIN_NAMES and resource.logical_id not in template.resources:
                keys = ("Resources", api.logical_id, "Properties", "Domain")  # SAM makes the domain of this member
            yield Setting(resource.kind, name, value, template.locate(keys))


def _belongs(resource: Resource, api: Resource, *, api_id: str, stage: str, domains: frozenset[str]) -> bool:
    properties = resource.properties
    if resource.kind in DOMAIN_NAMES:
        return str(properties.get("DomainName")).lower() in domains
    if resource.kind in WEB_ACL_ASSOCIATIONS:
        arn = properties.get("ResourceArn")
        return isinstance(arn, str) and arn.endswith(f"apis/{api_id}/stages/{stage}")
    if resource.kind in STAGES:
        return properties.get("StageName") == stage and api_id in (properties.get("RestApiId"), properties.get("ApiId"))
    return resource is api or (resource.kind == DEPLOYMENT and properties.get("RestApiId") == api_id)
