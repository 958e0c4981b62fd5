"""Custom domains of an API: AWS::ApiGateway::BasePathMapping and AWS::ApiGatewayV2::ApiMapping.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-basepathmapping.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-apimapping.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contracts.stack import DomainMapping, Resource

BASE_PATH_MAPPING = "AWS::ApiGateway::BasePathMapping"
API_MAPPING = "AWS::ApiGatewayV2::ApiMapping"
# The property that names the API, and the one that has the base path.
MEMBERS = {BASE_PATH_MAPPING: ("RestApiId", "BasePath"), API_MAPPING: ("ApiId", "ApiMappingKey")}
# What the command line calls a mapping of the root, and CloudFormation takes as well.
NO_BASE_PATH = "(none)"


def domains(resources: Iterable[Resource], *, api_id: str, stage: str) -> Iterator[DomainMapping]:
    """
    The mappings of custom domains to this stage; one whose domain or path nobody knows before a deployment is none.

    Args:
        resources: All deployed resources, resolved.
    """
    for resource in resources:
        if resource.kind not in MEMBERS:
            continue
        api, path = (resource.properties.get(member) for member in MEMBERS[resource.kind])
        name, mapped = resource.properties.get("DomainName"), resource.properties.get("Stage")
        if api != api_id or mapped not in (None, "", stage) or not isinstance(name, str):
            continue
        base = "" if path in (None, NO_BASE_PATH) else path
        if isinstance(base, str):
            yield DomainMapping(name.lower(), base.strip("/"), bool(mapped), resource.location)
