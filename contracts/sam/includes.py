"""AWS::Include, as CloudFormation expands it, for files that lie on this machine.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-include.html
The content of the file takes the place of `Fn::Transform`, beside whatever else its object has.
An include from S3, or from a place that cannot be resolved, stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from contracts.documents import Document
from contracts.errors import TemplateError
from contracts.sam.artifacts import is_local
from contracts.sam.resolver import Resolver
from contracts.sam.template import INCLUDE, Keys, Read, Template, plain

TRANSFORM = "Fn::Transform"
# Where the definition of an API may be a path on this machine, as `sam` and `aws cloudformation package` upload it,
# and the member that has the document itself.
DEFINITIONS = {
    "AWS::ApiGateway::RestApi": ("BodyS3Location", "Body"),
    "AWS::ApiGatewayV2::Api": ("BodyS3Location", "Body"),
    "AWS::Serverless::Api": ("DefinitionUri", "DefinitionBody"),
    "AWS::Serverless::HttpApi": ("DefinitionUri", "DefinitionBody"),
}


def with_includes(template: Template, *, read: Read, resolver: Resolver) -> Template:
    """
    The template with every local include in its place.

    Raises:
        DocumentError: An included file cannot be read.
        TemplateError: Includes include each other in a circle.
    """
    inliner = _Inliner(template, read=read, resolver=resolver)
    body = _with_definitions_included(_with_top_level_include(template.body), resolver=resolver)
    body = inliner.inlined(body, (), ())
    return replace(template, body=body, included=inliner.included)


def _with_top_level_include(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """`Transform: {Name: AWS::Include, ...}` at the top means what `Fn::Transform` means below."""
    transforms = body.get("Transform")
    entries = transforms if isinstance(transforms, list) else [transforms]
    include = next((entry for entry in entries if is_include(entry)), None)
    return body if include is None else {TRANSFORM: include, **body}


def _with_definitions_included(body: Mapping[str, Any], *, resolver: Resolver) -> Mapping[str, Any]:
    """A definition that is a local file means the same as an include of that file."""
    resources = {name: _with_definition_included(resource, resolver) for name, resource in body["Resources"].items()}
    return {**body, "Resources": resources}


def _with_definition_included(resource: Any, resolver: Resolver) -> Any:
    kind = str(resource.get("Type")) if isinstance(resource, Mapping) else ""
    properties = resource.get("Properties") if kind in DEFINITIONS else None
    uri, member = DEFINITIONS.get(kind, ("", ""))
    if not isinstance(properties, Mapping) or not is_local(location := resolver.resolve(properties.get(uri))):
        return resource
    rest = {key: value for key, value in properties.items() if key != uri}
    include = {TRANSFORM: {"Name": INCLUDE, "Parameters": {"Location": location}}}
    return {**resource, "Properties": {**rest, member: include}}


def is_include(value: Any) -> bool:
    """Whether the argument of an `Fn::Transform` is an include."""
    return isinstance(value, Mapping) and value.get("Name") == INCLUDE


def local_file(template: Template, location: Any) -> str | None:
    """The file that a resolved location names, beside the template as the user named it; None when it is elsewhere."""
    return str(Path(template.path).parent / location) if is_local(location) else None


class _Inliner:
    def __init__(self, template: Template, *, read: Read, resolver: Resolver) -> None:
        self._template = template
        self._read = read
        self._resolver = resolver
        self.included: dict[Keys, Document] = {}

    def inlined(self, value: Any, keys: Keys, within: tuple[str, ...]) -> Any:
        """The value with its includes in place; `within` are the files that are open around it."""
        if isinstance(value, list):
            return [self.inlined(item, (*keys, index), within) for index, item in enumerate(value)]
        if not isinstance(value, Mapping):
            return value
        if is_include(value.get(TRANSFORM)):
            found = self._included(value, keys, within)
            if found is not None:
                return found
        return {key: self.inlined(member, (*keys, key), within) for key, member in value.items()}

    def _included(self, value: Mapping[str, Any], keys: Keys, within: tuple[str, ...]) -> Any:
        parameters = value[TRANSFORM].get("Parameters")
        written = parameters.get("Location") if isinstance(parameters, Mapping) else None
        file = local_file(self._template, self._resolver.resolve(written, (*keys, TRANSFORM, "Parameters", "Location")))
        if file is None:
            return None
        if file in within:
            raise TemplateError(
                f"{file} includes itself: {' -> '.join((*within, file))}",
                location=self._template.locate(keys),
                cure="Break the circle.",
            )
        document = self._document(file, keys)
        siblings = {
            key: self.inlined(member, (*keys, key), within) for key, member in value.items() if key != TRANSFORM
        }
        self.included[keys] = document
        content = self.inlined(plain(document.value), keys, (*within, file))
        return {**content, **siblings} if isinstance(content, dict) else content

    def _document(self, file: str, keys: Keys) -> Document:
        if not Path(file).is_file():
            raise TemplateError(
                f"the template includes {file}, which does not exist",
                location=self._template.locate((*keys, TRANSFORM)),
                cure="Correct the path; it is relative to the template.",
            )
        return self._read(file)
