"""Intrinsic functions as text: their short form for messages, the form of their arguments, the nearest right name."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from contracts.stack import Unresolved

LONGEST_EXPRESSION = 120
CANDIDATES_SHOWN = 5
# ${Name}, ${Name.Attribute} and the literal ${!Name}; CloudFormation allows no nesting.
SUB_VARIABLE = re.compile(r"\$\{([^{}]*)\}")
DYNAMIC_REFERENCE = re.compile(r"\{\{resolve:[^{}]+\}\}")
PARAMETER_CURE = "Give it in [tool.contracts.parameters]."


class UnknownValueError(Exception):
    """Inside the resolver alone: why an expression has no value before a deployment."""

    def __init__(self, reason: str, cure: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.cure = cure


def short_form(name: str, argument: Any) -> str:
    """An intrinsic function as YAML's short form writes it, shortened: `!GetAtt Table.Arn`."""
    if name == "Fn::GetAtt" and isinstance(argument, list):
        argument = ".".join(map(str, argument))
    text = argument if isinstance(argument, str) else json.dumps(argument, default=str)
    expression = f"!{name.removeprefix('Fn::')} {text}"
    return expression if len(expression) <= LONGEST_EXPRESSION else f"{expression[: LONGEST_EXPRESSION - 3]}..."


def as_function(value: Any) -> tuple[str, Any] | None:
    """The name and argument of an intrinsic function, or None for any other value."""
    if not isinstance(value, Mapping) or len(value) != 1:
        return None
    name, argument = next(iter(value.items()))
    if not isinstance(name, str):
        return None
    # A member of a JSON Schema may be called Ref; CloudFormation's has a name as its argument.
    if name == "Ref" and isinstance(argument, str):
        return name, argument
    return (name, argument) if name.startswith("Fn::") else None


def attribute_reference(argument: Any) -> tuple[str, str]:
    """The logical id and the attribute that a Fn::GetAtt names, as text or as a list."""
    parts = argument.split(".", 1) if isinstance(argument, str) else argument
    if not isinstance(parts, list) or len(parts) < 2 or not all(isinstance(part, str) for part in parts):
        raise UnknownValueError("Fn::GetAtt takes a logical id and an attribute")
    return parts[0], ".".join(parts[1:])


def first_unresolved(value: Any) -> Unresolved | None:
    """The first value at any depth that could not be resolved."""
    if isinstance(value, Unresolved):
        return value
    if isinstance(value, Mapping):
        value = value.values()
    elif not isinstance(value, list):
        return None
    return next((found for member in value if (found := first_unresolved(member)) is not None), None)


def as_text(value: Any) -> str:
    """
    A scalar as CloudFormation writes it into text: `true` and `false` lower case, numbers as JSON has them.

    Raises:
        UnknownValueError: The value is a list or an object, which CloudFormation refuses here.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, int, float)):
        return json.dumps(value)
    raise UnknownValueError(f"a text is needed here, not {'null' if value is None else type(value).__name__}")


def nearest(name: str, candidates: Iterable[str]) -> str:
    """A sentence part that names the nearest right name, or says what there is: `; the nearest is "Table"`."""
    names = list(candidates)
    folded = {candidate.lower(): candidate for candidate in names}
    close = difflib.get_close_matches(name.lower(), folded, n=1)
    if close:
        return f'; the nearest is "{folded[close[0]]}"'
    shown = ", ".join(names[:CANDIDATES_SHOWN])
    more = ", ..." if len(names) > CANDIDATES_SHOWN else ""
    return f"; there is {shown}{more}" if names else ""
