"""AWS::Include: a local file takes the place of the transform; what lies in AWS stays unresolved."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contracts.errors import TemplateError
from contracts.sam import Loaded
from contracts.stack import Unresolved

Load = Callable[..., Loaded]

CONTRACT = """\
openapi: 3.0.1
info: {title: t, version: "1"}
paths:
  /things:
    get:
      responses:
        200: {description: ok}
      x-amazon-apigateway-integration:
        type: aws_proxy
        httpMethod: POST
        uri: {"Fn::Sub": "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Lst.Arn}/invocations"}
"""
API = """
Parameters:
  Where: {Type: String, Default: api/openapi.yaml}
  Open: {Type: String}
Resources:
  List: {Type: AWS::Serverless::Function}
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: v1
      DefinitionBody:
        Fn::Transform:
          Name: AWS::Include
          Parameters:
            Location: LOCATION
"""


@pytest.mark.parametrize("location", ["api/openapi.yaml", "!Ref Where", '!Sub "${Where}"', "./api/openapi.yaml"])
def test_local_include(sam: Load, location: str) -> None:
    """A definition that is included from a file is the definition of the API, with that file's path."""
    api = sam(API.replace("LOCATION", location), {"api/openapi.yaml": CONTRACT}).stack.apis["Api"]

    assert api.definition is not None
    assert api.definition["paths"]["/things"]["get"]["responses"] == {"200": {"description": "ok"}}
    assert api.definition_path is not None
    assert api.definition_path.endswith("api/openapi.yaml")


def test_line_in_included_file(sam: Load) -> None:
    """A value of the included file that cannot be resolved has its place in that file, and the nearest right name."""
    api = sam(API.replace("LOCATION", "openapi.yaml"), {"openapi.yaml": CONTRACT}).stack.apis["Api"]
    assert api.definition is not None
    uri = api.definition["paths"]["/things"]["get"]["x-amazon-apigateway-integration"]["uri"]

    assert isinstance(uri, Unresolved)
    assert uri.reason == 'the template has no "Lst"; the nearest is "List"'
    assert uri.location.path.endswith("openapi.yaml")
    assert uri.location.line == 11


INLINE = """
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: v1
      DefinitionBody:
        openapi: 3.0.1
        paths:
          /things:
            get: {responses: {}}
"""
EVENTS = """
Resources:
  List:
    Type: AWS::Serverless::Function
    Properties:
      Events: {Things: {Type: Api, Properties: {Path: /things, Method: get}}}
"""


@pytest.mark.parametrize(
    ("template", "file", "line"),
    [(API.replace("LOCATION", "openapi.yaml"), "openapi.yaml", 5), (INLINE, "template.yaml", 13), (EVENTS, "", None)],
    ids=["included", "inline", "events"],
)
def test_a_member_of_a_definition_has_the_place_where_it_was_written(
    sam: Load, template: str, file: str, line: int | None
) -> None:
    """In the file that is included, or in the template; what the transform made has none."""
    (api,) = sam(template, {"openapi.yaml": CONTRACT}).stack.apis.values()

    found = api.place(("paths", "/things", "get"))

    assert (None if found is None else found.line) == line
    assert found is None or found.path.endswith(file)
    assert api.place(("paths", "/things", "get", "security", 0)) is None


@pytest.mark.parametrize("location", ["s3://bucket/openapi.yaml", "!Ref Open", '!Sub "s3://${Open}/openapi.yaml"'])
def test_include_from_elsewhere(sam: Load, location: str) -> None:
    """A definition that is not on this machine is none, and everything else is read."""
    stack = sam(API.replace("LOCATION", location)).stack

    assert stack.apis["Api"].definition is None
    assert "List" in stack.functions


def test_include_of_missing_file(sam: Load) -> None:
    """An include of a local file that does not exist is refused with the file and the line."""
    with pytest.raises(TemplateError, match=r"includes .*absent\.yaml, which does not exist") as caught:
        sam(API.replace("LOCATION", "absent.yaml"))

    assert caught.value.location is not None
    assert caught.value.location.line == 14


def test_include_beside_members(loaded: Load) -> None:
    """An include stands beside members of the same object, which win over those of the file."""
    queue = loaded(
        """
        Resources:
          Queue:
            Type: AWS::SQS::Queue
            Properties:
              Fn::Transform: {Name: AWS::Include, Parameters: {Location: queue.yaml}}
              DelaySeconds: 1
        """,
        {"queue.yaml": "DelaySeconds: 5\nQueueName: mine\n"},
    ).stack.others["Queue"]

    assert queue.properties == {"QueueName": "mine", "DelaySeconds": 1}


def test_top_level_include(loaded: Load) -> None:
    """An include among the template's transforms brings whole sections."""
    stack = loaded(
        """
        Transform: {Name: AWS::Include, Parameters: {Location: more.yaml}}
        Resources:
          Queue: {Type: AWS::SQS::Queue, Condition: Never}
          Topic: {Type: AWS::SNS::Topic}
        """,
        {"more.yaml": 'Conditions: {Never: {"Fn::Equals": [a, b]}}\n'},
    ).stack

    assert list(stack.others) == ["Topic"]


def test_include_of_itself(loaded: Load) -> None:
    """Files that include each other are a circle, which is shown."""
    with pytest.raises(TemplateError, match="includes itself"):
        loaded(
            """
            Resources:
              Queue:
                Type: AWS::SQS::Queue
                Properties: {"Fn::Transform": {Name: AWS::Include, Parameters: {Location: a.yaml}}}
            """,
            {"a.yaml": '{"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "a.yaml"}}}'},
        )


@pytest.mark.parametrize(
    ("kind", "member"),
    [
        ("AWS::Serverless::Api", "DefinitionUri"),
        ("AWS::Serverless::HttpApi", "DefinitionUri"),
        ("AWS::ApiGateway::RestApi", "BodyS3Location"),
    ],
)
def test_definition_file(sam: Load, kind: str, member: str) -> None:
    """A definition that is named as a local file is read."""
    stage = "" if kind.endswith("RestApi") else "StageName: v1, "
    api = sam(
        f"""
        Resources:
          List: {{Type: AWS::Serverless::Function}}
          Api:
            Type: {kind}
            Properties: {{{stage}{member}: openapi.yaml}}
        """,
        {"openapi.yaml": CONTRACT},
    ).stack.apis["Api"]

    assert api.definition is not None
    assert list(api.definition["paths"]) == ["/things"]
    assert api.definition_path is not None


def test_definition_in_s3(sam: Load) -> None:
    """A definition that lies in S3 is none."""
    text = "Resources:\n  Api: {Type: AWS::Serverless::Api, Properties: {StageName: v1, DefinitionUri: s3://b/k}}\n"

    assert sam(text).stack.apis["Api"].definition is None
