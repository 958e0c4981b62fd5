"""AWS::Lambda::Function as a value: what Lambda would unpack, set and run."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from contracts.errors import Location
from contracts.sam import artifacts
from contracts.sam.expressions import UnknownValueError, as_text, first_unresolved
from contracts.sam.template import Template
from contracts.stack import Function, Resource, Role, Unresolved

LAYER = "AWS::Lambda::LayerVersion"
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
DEFAULT_TIMEOUT_SECONDS = 3
DEFAULT_MEMORY_MEGABYTES = 128


def function(
    resource: Resource,
    *,
    name: str,
    arn: str,
    template: Template,
    roles: Mapping[str, Role],
    layers: Mapping[str, Path],
    unbuilt: frozenset[Path],
    secrets: Iterable[str] = (),
) -> Function:
    """
    A function of the transformed template.

    Args:
        roles: By logical id.
        layers: The folders of the template's own layers by ARN.
        unbuilt: Those of them that `sam build` has yet to build.
        secrets: The values of all `NoEcho` parameters.
    """
    properties = resource.properties
    environment = _environment(properties, resource.location)
    code = properties.get("Code")
    folder = artifacts.local_path(template, code, metadata=_metadata(template, resource.logical_id))
    return Function(
        logical_id=resource.logical_id,
        name=name,
        arn=arn,
        handler=_text(properties.get("Handler")),
        runtime=_text(properties.get("Runtime")),
        code=folder if folder is not None and artifacts.is_folder(folder) else None,
        environment=environment,
        role=next((role.logical_id for role in roles.values() if role.arn == properties.get("Role")), None),
        timeout_seconds=_number(properties.get("Timeout"), DEFAULT_TIMEOUT_SECONDS),
        memory_megabytes=_number(properties.get("MemorySize"), DEFAULT_MEMORY_MEGABYTES),
        location=resource.location,
        layers=(own := tuple(layers[layer] for layer in _list(properties.get("Layers")) if layer in layers)),
        unbuilt_layers=unbuilt.intersection(own),
        source=artifacts.source(code),
        problem=_problem(properties, folder),
        secrets=tuple(each for each in secrets if _stands_in(each, environment)),
    )


def layer_folders(resources: Mapping[str, Resource], *, arns: Mapping[str, str], template: Template) -> dict[str, Path]:
    """The folders of the template's layers that are on this machine, by ARN."""
    folders = {}
    for logical_id, resource in resources.items():
        if resource.kind == LAYER:
            metadata = _metadata(template, logical_id)
            folder = artifacts.local_path(template, resource.properties.get("Content"), metadata=metadata)
            if folder is not None and artifacts.is_folder(folder):
                folders[arns[logical_id]] = folder
    return folders


def unbuilt_layers(resources: Mapping[str, Resource], *, template: Template) -> frozenset[Path]:
    """
    The folders of layers whose Metadata has `sam build` put their content into `python/`.

    https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/building-layers.html
    """
    found = set()
    for logical_id, resource in resources.items():
        metadata = _metadata(template, logical_id)
        method = metadata.get("BuildMethod") if isinstance(metadata, Mapping) else None
        if resource.kind == LAYER and _text(method).startswith("python"):
            folder = artifacts.local_path(template, resource.properties.get("Content"))
            found |= set() if folder is None else {folder}
    return frozenset(found)


def _problem(properties: Mapping[str, Any], folder: Path | None) -> str | None:
    """Why Lambda's Python cannot run it here."""
    if properties.get("PackageType") == "Image":
        return "it is a container image"
    members = ("Runtime", "Handler", "Timeout", "MemorySize")
    unresolved = next((found for name in members if (found := _unresolved(name, properties.get(name)))), None)
    if unresolved is not None:
        return unresolved
    runtime = properties.get("Runtime")
    if not _text(runtime).startswith("python"):
        return f"its runtime is {runtime}, not Python" if runtime else "it has no Runtime"
    if not _text(properties.get("Handler")):
        return "it has no Handler"
    for name in ("Timeout", "MemorySize"):
        # A parameter's value is text, and CloudFormation takes a number as text.
        if name in properties and not str(properties[name]).isdecimal():
            return f"its {name} is {properties[name]!r}, not a whole number"
    return _problem_of_code(properties.get("Code"), folder)


def _problem_of_code(code: Any, folder: Path | None) -> str | None:
    if folder is None:
        return None if artifacts.source(code) is not None else artifacts.elsewhere(code)
    if artifacts.is_folder(folder):
        return None
    if os.path.isfile(folder):  # noqa: PTH113 - Path.is_file raises where this says no
        return f"its code {folder} is a file, not a folder: run `sam build` and give its template"
    return f"its code folder {folder} does not exist: correct CodeUri, or run `sam build` and give its template"


def _unresolved(member: str, value: Any) -> str | None:
    if not isinstance(value, Unresolved):
        return None
    return f"its {member} cannot be resolved: {value.expression}: {value.reason}"


def _environment(properties: Mapping[str, Any], location: Location) -> dict[str, str | Unresolved]:
    block = properties.get("Environment")
    if isinstance(block, Unresolved):
        return {"Environment": block}
    variables = block.get("Variables") if isinstance(block, Mapping) else None
    if isinstance(variables, Unresolved):
        return {"Variables": variables}
    if not isinstance(variables, Mapping):
        return {}
    return {str(name): _variable(str(name), value, location) for name, value in variables.items()}


def _variable(name: str, value: Any, location: Location) -> str | Unresolved:
    """A value as text: CloudFormation writes numbers and booleans as JSON does."""
    unresolved = first_unresolved(value)
    if unresolved is not None:
        return unresolved
    try:
        return as_text(value)
    except UnknownValueError as unknown:
        return Unresolved(name, unknown.reason, location, "Write it as text.")


def _stands_in(secret: str, environment: Mapping[str, str | Unresolved]) -> bool:
    return bool(secret) and any(isinstance(value, str) and secret in value for value in environment.values())


def _metadata(template: Template, logical_id: str) -> Any:
    origin = template.origin(logical_id)
    return None if origin is None else template.resources[origin].get("Metadata")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _list(value: Any) -> list[Any]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _number(value: Any, default: int) -> int:
    text = str(value)
    return int(text) if text.isdecimal() else default
