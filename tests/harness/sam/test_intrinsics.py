"""Intrinsic functions: each gives what CloudFormation would give, or says why nobody can know."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.errors import Location
from contracts.sam.deployment import Deployment
from contracts.sam.resolver import Resolver
from contracts.stack import Unresolved

Value = Callable[..., Any]

SECTIONS = """
Parameters:
  Stage: {Type: String, Default: dev}
  Count: {Type: Number, Default: 3}
  Zones: {Type: CommaDelimitedList, Default: "a, b,c"}
  Open: {Type: String}
Mappings:
  Sizes:
    dev: {memory: 128, names: [x, y]}
Conditions:
  IsDev: !Equals [!Ref Stage, dev]
  IsProd: !Not [!Condition IsDev]
  Either: !Or [!Condition IsDev, !Condition Unknown]
  Both: !And [!Condition IsProd, !Condition Unknown]
  Unknown: !Equals [!Ref Open, x]
"""

KNOWN = [
    ({"Ref": "AWS::Region"}, "us-east-1"),
    ({"Ref": "AWS::AccountId"}, "123456789012"),
    ({"Ref": "AWS::Partition"}, "aws"),
    ({"Ref": "AWS::URLSuffix"}, "amazonaws.com"),
    ({"Ref": "AWS::StackName"}, "contracts"),
    ({"Ref": "Stage"}, "dev"),
    ({"Ref": "Count"}, "3"),
    ({"Ref": "Zones"}, ["a", "b", "c"]),
    ({"Ref": "Table"}, "contracts-Table"),
    ({"Ref": "Bucket"}, "contracts-bucket"),
    ({"Ref": "Queue"}, "https://sqs.us-east-1.amazonaws.com/123456789012/contracts-Queue"),
    ({"Fn::GetAtt": ["Table", "Arn"]}, "arn:aws:dynamodb:us-east-1:123456789012:table/contracts-Table"),
    ({"Fn::GetAtt": "Bucket.Arn"}, "arn:aws:s3:::contracts-bucket"),
    ({"Fn::GetAtt": "Queue.QueueName"}, "contracts-Queue"),
    ({"Fn::Sub": "${Stage}-${Table}-${Count}"}, "dev-contracts-Table-3"),
    ({"Fn::Sub": "${Table.Arn}/index/*"}, "arn:aws:dynamodb:us-east-1:123456789012:table/contracts-Table/index/*"),
    ({"Fn::Sub": "${!Literal} and $plain"}, "${Literal} and $plain"),
    ({"Fn::Sub": ["${a}${b}", {"a": {"Ref": "Stage"}, "b": 1}]}, "dev1"),
    ({"Fn::Join": ["-", ["x", {"Ref": "Stage"}, 7, True]]}, "x-dev-7-true"),
    ({"Fn::Join": ["", {"Ref": "Zones"}]}, "abc"),
    ({"Fn::Select": ["1", {"Ref": "Zones"}]}, "b"),
    ({"Fn::Select": [0, {"Fn::Split": ["/", "p/q"]}]}, "p"),
    ({"Fn::FindInMap": ["Sizes", {"Ref": "Stage"}, "memory"]}, 128),
    ({"Fn::FindInMap": ["Sizes", "prod", "memory", {"DefaultValue": 64}]}, 64),
    ({"Fn::If": ["IsDev", "yes", {"Ref": "Open"}]}, "yes"),
    ({"Fn::If": ["IsProd", {"Ref": "Open"}, "no"]}, "no"),
    ({"Fn::If": ["Either", 1, 2]}, 1),
    ({"Fn::If": ["Both", 1, 2]}, 2),
    ({"Fn::Base64": "text"}, base64.b64encode(b"text").decode()),
    ({"Fn::GetAZs": ""}, ["us-east-1a", "us-east-1b", "us-east-1c"]),
    ({"Fn::Length": {"Ref": "Zones"}}, 3),
    ({"Fn::ToJsonString": {"stage": {"Ref": "Stage"}}}, '{"stage":"dev"}'),
    ({"a": 1, "b": {"Ref": "AWS::NoValue"}, "c": [{"Ref": "AWS::NoValue"}, 2]}, {"a": 1, "c": [2]}),
    ("${AWS::Region}", "${AWS::Region}"),
    ({"Ref": {"type": "string"}}, {"Ref": {"type": "string"}}),
]


@pytest.mark.parametrize(("written", "expected"), KNOWN, ids=str)
def test_value(value: Value, written: Any, expected: Any) -> None:
    """A value that can be known before a deployment is what CloudFormation makes of it."""
    assert value(written, SECTIONS) == expected


UNKNOWN = [
    ({"Ref": "Tabel"}, 'no "Tabel"; the nearest is "Table"'),
    ({"Fn::GetAtt": ["Tabel", "Arn"]}, 'no "Tabel"; the nearest is "Table"'),
    ({"Fn::Sub": "arn:x/${Tabel.Arn}/invocations"}, 'no "Tabel"; the nearest is "Table"'),
    ({"Fn::GetAtt": ["Table", "Colour"]}, "the attribute Colour of AWS::DynamoDB::Table is not known"),
    ({"Ref": "Open"}, "the parameter Open has no default"),
    ({"Fn::Join": ["", ["a", {"Ref": "Open"}]]}, "the parameter Open has no default"),
    ({"Fn::If": ["Unknown", 1, 2]}, "the parameter Open has no default"),
    ({"Fn::If": ["Missing", 1, 2]}, 'Conditions has no "Missing"'),
    ({"Fn::ImportValue": "other-stack"}, "another stack exports it: other-stack"),
    ({"Fn::Transform": {"Name": "Mine"}}, "the macro Mine runs in AWS alone"),
    ({"Fn::FindInMap": ["Sizes", "deb", "memory"]}, 'no "deb" there; the nearest is "dev"'),
    ({"Fn::Select": [9, ["a"]]}, "no item 9"),
    ({"Fn::Split": ["", "a"]}, "not empty"),
    ({"Fn::Cidr": ["10.0.0.0/16", 1, 8]}, "Fn::Cidr is not known here"),
    ({"Fn::Join": "nonsense"}, "Fn::Join takes a list"),
    ({"Fn::Sub": 5}, "Fn::Sub takes a text"),
    ({"Fn::GetAtt": 5}, "Fn::GetAtt takes a logical id"),
    ("{{resolve:ssm:/a/b:1}}", "a dynamic reference has its value in AWS alone"),
]


@pytest.mark.parametrize(("written", "reason"), UNKNOWN, ids=str)
def test_unknown_value(value: Value, written: Any, reason: str) -> None:
    """A value that nobody can know stays in its place, beside what can be known, with its reason."""
    found = value({"left": written, "right": {"Ref": "Stage"}}, SECTIONS)

    assert isinstance(found["left"], Unresolved)
    assert reason in found["left"].reason
    assert found["right"] == "dev"


def test_given_parameter_is_known(value: Value) -> None:
    """A parameter without a default has the value that is given for it."""
    assert value({"Fn::Sub": "<${Open}>"}, SECTIONS, parameters={"Open": "x"}) == "<x>"


def test_condition_on_given_parameter(value: Value) -> None:
    """A condition follows the value that is given for its parameter."""
    assert value({"Fn::If": ["Unknown", 1, 2]}, SECTIONS, parameters={"Open": "x"}) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(), inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["Ref", "Fn::Sub", "Fn::GetAtt", "Fn::Join", "Fn::If", "Fn::Select", "Fn::Split", "Fn::X"]),
            inner,
            max_size=1,
        )
    ),
    max_leaves=12,
)


@settings(derandomize=True, database=None, deadline=None)
@given(written=JSON)
def test_any_value_resolves(written: Any) -> None:
    """Whatever is written where an intrinsic function belongs: the resolver answers, and an answer stays as it is."""
    resolver = Resolver(
        {"Resources": {}},
        parameters={},
        deployment=Deployment(region="eu-west-1", account_id="1", stack_name="s"),
        locate=lambda keys: Location("template.yaml"),
    )
    found = resolver.resolve(written)

    assert resolver.resolve(found) == found
