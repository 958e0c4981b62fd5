"""CloudFormation's intrinsic functions: a table from name to function, each from its argument to a value.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
`Ref` and `Fn::GetAtt` are the resolver's own, since they need to know the resources.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Protocol

from contracts.sam.expressions import (
    PARAMETER_CURE,
    SUB_VARIABLE,
    UnknownValueError,
    as_text,
    nearest,
)
from contracts.stack import Unresolved

Keys = tuple[str | int, ...]


class Scope(Protocol):
    """What a function asks of the template around it; each method raises `UnknownValueError` for what it cannot say."""

    @property
    def region(self) -> str:
        """The region of the deployment."""

    @property
    def mappings(self) -> Mapping[str, Any]:
        """The section Mappings."""

    @property
    def conditions(self) -> Mapping[str, Any]:
        """The section Conditions."""

    def value(self, written: Any, keys: Keys) -> Any:
        """The value with what can be resolved resolved, and `Unresolved` for the rest."""

    def known(self, written: Any, keys: Keys) -> Any:
        """The value, fully resolved."""

    def text(self, written: Any, keys: Keys) -> str:
        """The value, fully resolved, as text."""

    def reference(self, name: str) -> Any:
        """What `Ref` returns."""

    def attribute(self, argument: Any, keys: Keys) -> str:
        """What `Fn::GetAtt` returns."""

    def holds(self, name: Any) -> bool:
        """Whether a condition of the template holds."""


def _arguments(name: str, argument: Any, *, at_least: int) -> list[Any]:
    if not isinstance(argument, list) or len(argument) < at_least:
        raise UnknownValueError(f"{name} takes a list of at least {at_least}")
    return argument


def _ref(scope: Scope, argument: Any, _: Keys) -> Any:
    return scope.reference(argument)


def _get_att(scope: Scope, argument: Any, keys: Keys) -> str:
    return scope.attribute(argument, keys)


def _sub(scope: Scope, argument: Any, keys: Keys) -> str:
    template, variables = argument if isinstance(argument, list) and len(argument) == 2 else (argument, {})
    if not isinstance(template, str) or not isinstance(variables, Mapping):
        raise UnknownValueError("Fn::Sub takes a text, or a list of a text and its variables")

    def variable(name: str) -> str:
        if name.startswith("!"):
            return f"${{{name[1:]}}}"
        if name in variables:
            return scope.text(variables[name], keys)
        return as_text(scope.attribute(name, keys) if "." in name else scope.reference(name))

    return SUB_VARIABLE.sub(lambda found: variable(found.group(1).strip()), template)


def _join(scope: Scope, argument: Any, keys: Keys) -> str:
    delimiter, values = _arguments("Fn::Join", argument, at_least=2)[:2]
    items = scope.known(values, keys)
    if not isinstance(items, list):
        raise UnknownValueError("Fn::Join takes a delimiter and a list")
    return scope.text(delimiter, keys).join(as_text(item) for item in items)


def _if(scope: Scope, argument: Any, keys: Keys) -> Any:
    name, then, otherwise = _arguments("Fn::If", argument, at_least=3)[:3]
    holds = scope.holds(name)
    return scope.value(then if holds else otherwise, (*keys, 1 if holds else 2))


def _select(scope: Scope, argument: Any, keys: Keys) -> Any:
    index, values = _arguments("Fn::Select", argument, at_least=2)[:2]
    number, items = scope.text(index, keys), scope.value(values, keys)
    if isinstance(items, Unresolved):
        raise UnknownValueError(items.reason, items.cure)
    if not isinstance(items, list) or not number.isdecimal() or int(number) >= len(items):
        raise UnknownValueError(f"Fn::Select has no item {number} to take")
    return items[int(number)]


def _split(scope: Scope, argument: Any, keys: Keys) -> list[str]:
    delimiter, written = _arguments("Fn::Split", argument, at_least=2)[:2]
    separator = scope.text(delimiter, keys)
    if not separator:
        raise UnknownValueError("Fn::Split takes a delimiter that is not empty")
    return scope.text(written, keys).split(separator)


def _find_in_map(scope: Scope, argument: Any, keys: Keys) -> Any:
    steps = _arguments("Fn::FindInMap", argument, at_least=3)
    found: Any = scope.mappings
    for step in steps[:3]:
        name = scope.text(step, keys)
        if not isinstance(found, Mapping) or name not in found:
            # AWS::LanguageExtensions adds {"DefaultValue": ...} as a fourth argument.
            if len(steps) == 4 and isinstance(steps[3], Mapping) and "DefaultValue" in steps[3]:
                return scope.value(steps[3]["DefaultValue"], keys)
            names = map(str, found) if isinstance(found, Mapping) else ()
            raise UnknownValueError(
                f'Mappings has no "{name}" there{nearest(name, names)}', "Correct the name, or add it to Mappings."
            )
        found = found[name]
    return found


def _base64(scope: Scope, argument: Any, keys: Keys) -> str:
    return base64.b64encode(scope.text(argument, keys).encode()).decode()


def _import_value(scope: Scope, argument: Any, keys: Keys) -> Any:
    raise UnknownValueError(
        f"another stack exports it: {scope.text(argument, keys)}",
        "Make it a parameter of the template and give that in [tool.contracts.parameters].",
    )


def _get_azs(scope: Scope, argument: Any, keys: Keys) -> list[str]:
    region = scope.text(argument, keys) or scope.region
    return [f"{region}{zone}" for zone in "abc"]


def _length(scope: Scope, argument: Any, keys: Keys) -> int:
    items = scope.known(argument, keys)
    if not isinstance(items, list):
        raise UnknownValueError("Fn::Length takes a list")
    return len(items)


def _to_json_string(scope: Scope, argument: Any, keys: Keys) -> str:
    return json.dumps(scope.known(argument, keys), separators=(",", ":"))


def _transform(_: Scope, argument: Any, __: Keys) -> Any:
    name = argument.get("Name") if isinstance(argument, Mapping) else None
    raise UnknownValueError(
        f"the macro {name} runs in AWS alone",
        "For AWS::Include: give a Location on this machine, relative to the template.",
    )


def unknown_function(_: Scope, __: Any, keys: Keys) -> Any:
    """Stands in for every function that is not in the table."""
    raise UnknownValueError(f"{keys[-1]} is not known here")


FUNCTIONS: Mapping[str, Callable[[Scope, Any, Keys], Any]] = MappingProxyType(
    {
        "Ref": _ref,
        "Fn::Base64": _base64,
        "Fn::FindInMap": _find_in_map,
        "Fn::GetAZs": _get_azs,
        "Fn::GetAtt": _get_att,
        "Fn::If": _if,
        "Fn::ImportValue": _import_value,
        "Fn::Join": _join,
        "Fn::Length": _length,
        "Fn::Select": _select,
        "Fn::Split": _split,
        "Fn::Sub": _sub,
        "Fn::ToJsonString": _to_json_string,
        "Fn::Transform": _transform,
    }
)


def condition_holds(scope: Scope, expression: Any, keys: Keys) -> bool:
    """
    The value of a condition function.

    Raises:
        UnknownValueError: It depends on a value that nobody knows before a deployment.
    """
    name, argument = next(iter(expression.items())) if isinstance(expression, Mapping) and expression else ("", None)
    if name == "Condition":
        return scope.holds(argument)
    if name == "Fn::Equals":
        left, right = _arguments(name, argument, at_least=2)[:2]
        return _same(scope.known(left, keys), scope.known(right, keys))
    if name == "Fn::Not":
        return not condition_holds(scope, _arguments(name, argument, at_least=1)[0], keys)
    if name in ("Fn::And", "Fn::Or"):
        return _decided(scope, _arguments(name, argument, at_least=1), keys, decisive=name == "Fn::Or")
    raise UnknownValueError(f"{name or 'an empty value'} is no condition function", PARAMETER_CURE)


def _decided(scope: Scope, operands: list[Any], keys: Keys, *, decisive: bool) -> bool:
    """Fn::Or and Fn::And: one decisive operand decides, whatever cannot be known beside it."""
    unknown = None
    for operand in operands:
        try:
            if condition_holds(scope, operand, keys) is decisive:
                return decisive
        except UnknownValueError as error:
            unknown = error
    if unknown is not None:
        raise unknown
    return not decisive


def _same(left: Any, right: Any) -> bool:
    """Fn::Equals compares text with text: a parameter's value is text whatever its type."""
    if isinstance(left, (list, Mapping)) or isinstance(right, (list, Mapping)):
        return bool(left == right)
    return as_text(left) == as_text(right)
