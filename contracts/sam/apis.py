"""AWS::ApiGateway::RestApi and AWS::ApiGatewayV2::Api with their stage and the document that they deploy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Literal

from contracts.errors import Location, TemplateError
from contracts.sam import http_routes, rest_methods
from contracts.sam.domains import domains
from contracts.sam.expressions import UnknownValueError, as_text, first_unresolved
from contracts.sam.settings import STAGES, settings
from contracts.sam.template import Keys, Template
from contracts.stack import Api, Resource, Unresolved

REST_API = "AWS::ApiGateway::RestApi"
HTTP_API = "AWS::ApiGatewayV2::Api"
KINDS: Mapping[str, Literal["REST", "HTTP"]] = {REST_API: "REST", HTTP_API: "HTTP"}
# What an API without a usable stage in its template gets.
DEFAULT_STAGES = {REST_API: "prod", HTTP_API: "$default"}
# AWS::Serverless::Api deploys to a stage of this name besides the one that the user named:
# https://github.com/aws/serverless-application-model/issues/191
EXTRA_STAGE = "Stage"


def is_api(resource: Resource) -> bool:
    """Whether it is an API that answers requests over HTTP; a WebSocket API does not."""
    return resource.kind in KINDS and resource.properties.get("ProtocolType") != "WEBSOCKET"


def api(resource: Resource, *, template: Template, resources: Mapping[str, Resource], refs: Mapping[str, str]) -> Api:
    """
    An API of the template.

    Args:
        resources: All deployed resources, resolved.
        refs: What `Ref` returns for each logical id.

    Raises:
        TemplateError: A stage variable cannot be resolved.
    """
    api_id = refs[resource.logical_id]
    name, variables = _stage(resource, api_id=api_id, resources=resources)
    definition, path = _definition(resource, template=template, resources=resources, refs=refs)
    mapped = tuple(domains(resources.values(), api_id=api_id, stage=name))
    return Api(
        logical_id=resource.logical_id,
        kind=KINDS[resource.kind],
        api_id=api_id,
        stage=name,
        stage_variables=variables,
        definition=definition,
        location=resource.location,
        definition_path=path,
        place=partial(_place, template, resource.logical_id),
        domains=mapped,
        settings=tuple(
            settings(
                resource,
                api_id=api_id,
                stage=name,
                domains=(each.name for each in mapped),
                template=template,
                resources=resources,
            )
        ),
        other_stages=tuple(_other_stages(api_id, name, resources)),
    )


def _place(template: Template, logical_id: str, keys: Keys) -> Location | None:
    return template.written(("Resources", logical_id, "Properties", "Body", *keys))


def _stage(resource: Resource, *, api_id: str, resources: Mapping[str, Resource]) -> tuple[str, dict[str, str]]:
    stages = list(_stages(api_id, resources))
    named = [stage for stage in stages if stage[0] != EXTRA_STAGE]
    return next(iter(named or stages), (DEFAULT_STAGES[resource.kind], {}))


def _other_stages(api_id: str, served: str, resources: Mapping[str, Resource]) -> Iterator[tuple[str, Location]]:
    for stage in resources.values():
        properties, name = stage.properties, stage.properties.get("StageName")
        if stage.kind in STAGES and api_id in (properties.get("RestApiId"), properties.get("ApiId")) and name != served:
            yield str(name), stage.location


def _stages(api_id: str, resources: Mapping[str, Resource]) -> Iterator[tuple[str, dict[str, str]]]:
    """Name and variables of the API's stages: stage resources first, then those that a deployment makes."""
    for stage in resources.values():
        properties = stage.properties
        if stage.kind == "AWS::ApiGateway::Stage" and properties.get("RestApiId") == api_id:
            yield properties["StageName"], _variables(stage, properties.get("Variables"))
        if stage.kind == "AWS::ApiGatewayV2::Stage" and properties.get("ApiId") == api_id:
            yield properties["StageName"], _variables(stage, properties.get("StageVariables"))
    for deployment in resources.values():
        properties = deployment.properties
        if deployment.kind == "AWS::ApiGateway::Deployment" and properties.get("RestApiId") == api_id:
            description = properties.get("StageDescription")
            variables = description.get("Variables") if isinstance(description, Mapping) else None
            if isinstance(properties.get("StageName"), str):
                yield properties["StageName"], _variables(deployment, variables)


def _variables(stage: Resource, value: Any) -> dict[str, str]:
    unresolved = first_unresolved(value)
    if unresolved is not None:
        raise TemplateError(
            f"a stage variable of {stage.logical_id} has no value: {unresolved.expression}: {unresolved.reason}",
            location=unresolved.location,
            cure=unresolved.cure,
        )
    return {str(name): _text(text) for name, text in value.items()} if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    try:
        return as_text(value)
    except UnknownValueError:
        return str(value)


def _definition(
    resource: Resource, *, template: Template, resources: Mapping[str, Resource], refs: Mapping[str, str]
) -> tuple[Mapping[str, Any] | None, str | None]:
    api_id = refs[resource.logical_id]
    body = resource.properties.get("Body")
    if isinstance(body, Mapping):
        own = [other for other in resources.values() if other.properties.get("RestApiId") == api_id]
        beside = rest_methods.beside(resource, own) if resource.kind == REST_API else http_routes.beside(resource)
        return {**beside, **body}, _included_from(template, resource.logical_id)
    if isinstance(body, Unresolved) or "BodyS3Location" in resource.properties:
        return None, None
    build = rest_methods.definition if resource.kind == REST_API else http_routes.definition
    return build(resource, api_id=api_id, resources=resources, refs=refs), None


def _included_from(template: Template, logical_id: str) -> str | None:
    members = ("DefinitionBody", "Body")
    keys = (("Resources", logical_id, "Properties", member) for member in members)
    return next((template.included[key].path for key in keys if key in template.included), None)
