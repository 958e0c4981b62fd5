"""The SAM transform, offline: AWS::Serverless resources into the CloudFormation resources that they stand for.

samtranslator does the work; it is kept from AWS, from the network and from the user's profile and region.
"""

from __future__ import annotations

import copy
import difflib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from boto3 import Session
from samtranslator.model import ResourceTypeResolver, sam_resources
from samtranslator.model.exceptions import ExceptionWithMessage, InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from contracts.errors import Location, TemplateError
from contracts.sam import artifacts
from contracts.sam.resolver import Resolver
from contracts.sam.template import GIVE_PROCESSED, SERVERLESS, Template, located, plain
from contracts.stack import Unresolved

PREFIX = "AWS::Serverless::"
APPLICATION = "AWS::Serverless::Application"
# The members that name a file or folder which deployment uploads to S3.
UPLOADED: Mapping[str, str] = {
    "AWS::Serverless::LayerVersion": "ContentUri",
    "AWS::Serverless::StateMachine": "DefinitionUri",
    "AWS::Serverless::WebFunction": "CodeUri",
}


@dataclass(frozen=True, slots=True)
class _Region:
    """All that the transform reads of a boto3 session; a real one would read the user's configuration."""

    region_name: str


def transformed(
    template: Template, *, resolver: Resolver, parameters: Mapping[str, str | Unresolved]
) -> Mapping[str, Any]:
    """
    The template as CloudFormation deploys it: without AWS::Serverless resources, except nested applications.

    Raises:
        TemplateError: The SAM transform refuses the template.
    """
    _refuse_loops(template)
    if SERVERLESS not in template.transforms:
        _refuse_serverless_types(template)
        return template.body
    _refuse_unknown_types(template)
    body = _prepared(template, resolver)
    # A nested application would be looked up in AWS' Serverless Application Repository.
    nested = {name: resource for name, resource in body["Resources"].items() if resource["Type"] == APPLICATION}
    body["Resources"] = {name: resource for name, resource in body["Resources"].items() if name not in nested}
    if body["Resources"]:
        known = {name: value for name, value in parameters.items() if not isinstance(value, Unresolved)}
        body = _translated(template, body, region=resolver.deployment.region, parameters=known)
    body["Resources"] = {**body["Resources"], **nested}
    return body


def _refuse_serverless_types(template: Template) -> None:
    for logical_id, resource in template.resources.items():
        if str(resource["Type"]).startswith(PREFIX):
            raise TemplateError(
                f"{logical_id} is of the type {resource['Type']}, but the template has no SAM transform",
                location=template.locate(("Resources", logical_id)),
                cure=f"Add `Transform: {SERVERLESS}` at the top of the template.",
            )


def _refuse_loops(template: Template) -> None:
    """`Fn::ForEach`, and whatever else stands in the place of a resource and is expanded in AWS alone."""
    for name in template.body["Resources"]:
        if name.startswith("Fn::"):
            raise TemplateError(
                f"{name} among the Resources is expanded in AWS alone",
                location=located(template.document, ("Resources", name)),
                cure=GIVE_PROCESSED,
            )


def _refuse_unknown_types(template: Template) -> None:
    """A type of SAM's that does not exist, which its transform leaves to CloudFormation to refuse."""
    known = sorted(ResourceTypeResolver(sam_resources).resource_types)
    for logical_id, resource in template.resources.items():
        kind = str(resource["Type"])
        nearest = difflib.get_close_matches(kind, known, 1, cutoff=0.9)
        if kind not in known and (nearest or kind.startswith(PREFIX)):
            raise TemplateError(
                f"{logical_id} is of the type {kind}, which does not exist",
                location=template.locate(("Resources", logical_id, "Type")),
                cure=f"Did you mean {nearest[0]}?" if nearest else f"There are: {', '.join(known)}.",
            )


def _prepared(template: Template, resolver: Resolver) -> dict[str, Any]:
    """A copy in which local code is where the transform accepts it."""
    body = copy.deepcopy(dict(template.body))
    written = body.get("Globals", {}).get("Function") if isinstance(body.get("Globals"), dict) else None
    shared: dict[str, Any] = written if isinstance(written, dict) else {}
    for resource in body["Resources"].values():
        properties = resource.setdefault("Properties", {})
        if not isinstance(properties, dict):
            continue
        if resource["Type"] == "AWS::Serverless::Function":
            _prepare_function(properties, {**shared, **properties}, resolver)
        member = UPLOADED.get(resource["Type"])
        if member in properties:
            properties[member] = artifacts.as_object(properties[member], resolver=resolver)
    shared.pop("CodeUri", None)
    return body


def _prepare_function(properties: dict[str, Any], effective: Mapping[str, Any], resolver: Resolver) -> None:
    """A function without CodeUri has its code beside the template, and an image is built by `sam build`."""
    if effective.get("PackageType") == "Image":
        properties.setdefault("ImageUri", "not-built")
    elif "InlineCode" not in effective:
        properties["CodeUri"] = artifacts.as_object(effective.get("CodeUri", artifacts.HERE), resolver=resolver)


def _translated(
    template: Template, body: dict[str, Any], *, region: str, parameters: Mapping[str, str]
) -> dict[str, Any]:
    # It warns of its own metrics and feature flags, some of it when the interpreter ends: nothing for a user.
    logging.getLogger("samtranslator").setLevel(logging.CRITICAL)
    translator = Translator(None, Parser(), boto_session=cast("Session", _Region(region)))
    # Its own errors are InvalidDocumentException; on what nobody has written before it fails in many other ways.
    try:
        translated: dict[str, Any] = translator.translate(
            body, parameter_values=dict(parameters), passthrough_metadata=True, get_managed_policy_map=dict
        )
    except InvalidDocumentException as error:
        raise _refused(template, list(error.causes)) from error
    except Exception as error:
        raise TemplateError(
            f"the SAM transform fails: {type(error).__name__}: {error}",
            location=template.locate(()),
            cure="Check the template with `sam validate --lint`.",
        ) from error
    found: dict[str, Any] = plain(translated)
    return found


def _refused(template: Template, causes: list[ExceptionWithMessage]) -> TemplateError:
    locations = [location for cause in causes if (location := _place(template, cause)) is not None]
    return TemplateError(
        "the SAM transform refuses the template: " + " ".join(cause.message for cause in causes),
        location=locations[0] if locations else template.locate(()),
        cure="Correct the resource; `sam validate --lint` says more.",
    )


def _place(template: Template, cause: ExceptionWithMessage) -> Location | None:
    # samtranslator keeps the logical id of an invalid resource in no public attribute.
    logical_id = getattr(cause, "_logical_id", None)
    if not isinstance(logical_id, str) or template.origin(logical_id) is None:
        return None
    return template.locate(("Resources", logical_id))
