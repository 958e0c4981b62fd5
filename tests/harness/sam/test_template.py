"""What is no usable template is refused with one message: what, where, and what to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contracts.errors import DocumentError, TemplateError
from contracts.sam import Loaded, load

Load = Callable[..., Loaded]


def refusal(load_: Load, text: str, files: dict[str, str] | None = None, **options: object) -> TemplateError:
    """The error that a template is refused with; it has a place and a cure."""
    with pytest.raises(TemplateError) as caught:
        load_(text, files, **options)
    assert caught.value.location is not None
    assert caught.value.location.line is not None
    assert caught.value.cure
    return caught.value


def test_no_resources(loaded: Load) -> None:
    """A document without Resources is not a template."""
    assert "it has no Resources" in refusal(loaded, "Description: nothing\n").message


def test_empty_resources(loaded: Load) -> None:
    """Resources without a single one are none."""
    assert "no Resources" in refusal(loaded, "Description: x\nResources: {}\n").message


def test_contract_as_template(loaded: Load) -> None:
    """An OpenAPI document in the template's place is recognised."""
    assert "OpenAPI document" in refusal(loaded, "openapi: 3.0.1\npaths: {}\n").message


def test_missing_file() -> None:
    """A template that does not exist is a DocumentError with its path."""
    with pytest.raises(DocumentError) as caught:
        load("nowhere/template.yaml")

    assert "nowhere/template.yaml" in str(caught.value)


def test_resource_without_type(loaded: Load) -> None:
    """A resource without Type is named with its line."""
    error = refusal(loaded, "Resources:\n  A: {Type: AWS::SQS::Queue}\n  B: {Properties: {}}\n")

    assert "the resource B has no Type" in error.message
    assert error.location is not None
    assert error.location.line == 3


def test_resource_that_is_text(loaded: Load) -> None:
    """A resource that is not an object, as a wrong indentation makes it, is named."""
    assert "the resource A is not an object" in refusal(loaded, "Resources:\n  A: text\n").message


def test_unknown_transform(loaded: Load) -> None:
    """A macro that runs in AWS alone is refused by its name."""
    error = refusal(loaded, "Transform: [MyMacro]\nResources:\n  A: {Type: AWS::SQS::Queue}\n")

    assert "the transform MyMacro runs in AWS alone" in error.message


def test_serverless_type_without_transform(loaded: Load) -> None:
    """A SAM resource in a template without the SAM transform would not deploy."""
    error = refusal(loaded, "Resources:\n  Table:\n    Type: AWS::Serverless::SimpleTable\n")

    assert "no SAM transform" in error.message
    assert error.location is not None
    assert error.location.line == 2


def test_circle_of_names(loaded: Load) -> None:
    """Names of resources that are made of each other are a circle, which is shown."""
    error = refusal(
        loaded,
        """
        Resources:
          A: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub "${B.QueueName}-x"}}
          B: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub "${A.QueueName}-x"}}
        """,
    )

    assert "A -> B -> A" in error.message


def test_circle_of_conditions(loaded: Load) -> None:
    """Conditions that depend on each other are a circle, which is shown."""
    error = refusal(
        loaded,
        """
        Conditions:
          A: !Not [!Condition B]
          B: !Not [!Condition A]
        Resources:
          Queue: {Type: AWS::SQS::Queue, Condition: A}
        """,
    )

    assert "A -> B -> A" in error.message


def test_line_of_unresolved_value(loaded: Load) -> None:
    """What cannot be resolved has the line where it is written, in the transformed resource as well."""
    stack = loaded(
        """
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Create:
            Type: AWS::Serverless::Function
            Properties:
              Runtime: python3.12
              Handler: app.handler
              Environment:
                Variables:
                  TABLE: !Ref Missing
        """
    ).stack
    value = stack.functions["Create"].environment["TABLE"]

    assert not isinstance(value, str)
    assert value.location.line == 11


def test_line_of_generated_resource(sam: Load) -> None:
    """A resource that the SAM transform generates has the line of the one that it comes from."""
    stack = sam(
        """
        Resources:
          Get:
            Type: AWS::Serverless::Function
          GetAll:
            Type: AWS::Serverless::Function
        """
    ).stack

    assert stack.roles["GetAllRole"].location == stack.functions["GetAll"].location
    assert stack.roles["GetRole"].location == stack.functions["Get"].location
