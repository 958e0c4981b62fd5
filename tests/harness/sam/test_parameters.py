"""Parameters: given before default, and an error for what the template lacks or forbids."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contracts.errors import TemplateError
from contracts.sam import Loaded
from contracts.stack import Unresolved

Load = Callable[..., Loaded]
TEMPLATE = """
Parameters:
  Stage: {Type: String, Default: dev, AllowedValues: [dev, prod]}
  Days: {Type: Number, Default: 7}
  Open: {Type: String}
  Stored: {Type: "AWS::SSM::Parameter::Value<String>", Default: /a/b}
Resources:
  Queue: {Type: AWS::SQS::Queue}
"""


def test_defaults_are_text(loaded: Load) -> None:
    """A default has its value as text, whatever YAML made of it."""
    assert loaded(TEMPLATE).stack.parameters["Days"] == "7"


def test_given_before_default(loaded: Load) -> None:
    """A given value takes the place of the default."""
    assert loaded(TEMPLATE, parameters={"Stage": "prod"}).stack.parameters["Stage"] == "prod"


@pytest.mark.parametrize("name", ["Open", "Stored"])
def test_no_value(loaded: Load, name: str) -> None:
    """A parameter whose value nobody knows here is unresolved, and its cure says where to give it."""
    value = loaded(TEMPLATE).stack.parameters[name]

    assert isinstance(value, Unresolved)
    assert value.cure is not None
    assert "[tool.contracts.parameters]" in value.cure


def test_unknown_parameter(loaded: Load) -> None:
    """A given parameter that the template lacks is refused with the nearest name."""
    with pytest.raises(TemplateError, match='no parameter "Stagge"; the nearest is "Stage"'):
        loaded(TEMPLATE, parameters={"Stagge": "dev"})


def test_parameters_of_another_template(loaded: Load) -> None:
    """Where values are given for another template, those that this one has count, and the others are not asked for."""
    parameters = {"Stage": "prod", "Elsewhere": "x"}

    assert loaded(TEMPLATE, parameters=parameters, of_another=True).stack.parameters["Stage"] == "prod"


def test_forbidden_value(loaded: Load) -> None:
    """A given value that AllowedValues lacks is refused with what is allowed."""
    with pytest.raises(TemplateError, match='Stage does not allow "test"; it allows dev, prod'):
        loaded(TEMPLATE, parameters={"Stage": "test"})
