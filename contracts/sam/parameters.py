"""The parameters of a template: what was given, else the default, else unresolved."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from contracts.errors import TemplateError
from contracts.sam.expressions import PARAMETER_CURE, nearest
from contracts.sam.template import Template, located
from contracts.stack import Unresolved

NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?")


def parameter_values(
    template: Template, given: Mapping[str, str], *, of_another: bool = False
) -> dict[str, str | Unresolved]:
    """
    The value of every parameter as text.

    Args:
        of_another: Whether these are values for another template: what this one lacks is not given then.

    Raises:
        TemplateError: A parameter is given that the template lacks, or a value that it does not allow.
    """
    declared = template.body.get("Parameters")
    declarations: Mapping[str, Any] = declared if isinstance(declared, Mapping) else {}
    for name in given:
        if name not in declarations and not of_another:
            raise TemplateError(
                f'the template has no parameter "{name}"{nearest(name, declarations)}',
                location=located(template.document, ("Parameters",)),
                cure="Correct its name in [tool.contracts.parameters], or remove it there.",
            )
    return {name: _value(template, name, given=given) for name in declarations}


def _value(template: Template, name: str, *, given: Mapping[str, str]) -> str | Unresolved:
    declared = template.body["Parameters"][name]
    declaration: Mapping[str, Any] = declared if isinstance(declared, Mapping) else {}
    if name in given:
        _check_allowed(template, name, value=str(given[name]))
        return str(given[name])
    location = located(template.document, ("Parameters", name))
    # The default of an AWS::SSM::Parameter::Value type is the name of the SSM parameter, not its value.
    if str(declaration.get("Type")).startswith("AWS::SSM::Parameter::Value"):
        reason = f"the parameter {name} has its value in AWS Systems Manager alone"
        return Unresolved(f"!Ref {name}", reason=reason, location=location, cure=PARAMETER_CURE)
    if "Default" not in declaration:
        reason = f"the parameter {name} has no default, and no value was given"
        return Unresolved(f"!Ref {name}", reason=reason, location=location, cure=PARAMETER_CURE)
    return _text(declaration["Default"])


def _check_allowed(template: Template, name: str, *, value: str) -> None:
    declaration = template.body["Parameters"][name]
    kind, allowed = (
        (declaration.get(member) for member in ("Type", "AllowedValues"))
        if isinstance(declaration, Mapping)
        else (None, None)
    )
    if kind == "Number" and NUMBER.fullmatch(value) is None:
        raise TemplateError(
            f'the parameter {name} is a number, and "{value}" is none',
            location=located(template.document, ("Parameters", name)),
            cure="Correct its value in [tool.contracts.parameters].",
        )
    if isinstance(allowed, list) and value not in (texts := [_text(item) for item in allowed]):
        raise TemplateError(
            f'the parameter {name} does not allow "{value}"; it allows {", ".join(texts)}',
            location=located(template.document, ("Parameters", name, "AllowedValues")),
            cure="Correct its value in [tool.contracts.parameters].",
        )


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(_text, value)) if isinstance(value, list) else str(value)


def referenced_values(template: Template, values: Mapping[str, str | Unresolved]) -> dict[str, Any]:
    """What `Ref` returns for each parameter: text, or a list for the list types."""
    return {name: _referenced(template.body["Parameters"][name], value) for name, value in values.items()}


def _referenced(declared: Any, value: str | Unresolved) -> Any:
    kind = str(declared.get("Type")) if isinstance(declared, Mapping) else "String"
    if isinstance(value, Unresolved) or not ("CommaDelimitedList" in kind or kind.startswith("List<")):
        return value
    return [item.strip() for item in value.split(",")]


def secret_values(template: Template, values: Mapping[str, str | Unresolved]) -> list[str]:
    """
    The values of parameters that CloudFormation shows to nobody.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
    """
    declared = template.body.get("Parameters") or {}
    return [
        value
        for name, value in values.items()
        if isinstance(value, str)
        and isinstance(declared[name], Mapping)
        and str(declared[name].get("NoEcho")).lower() == "true"
    ]
