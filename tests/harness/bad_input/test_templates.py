"""Templates that cannot be used, or not with the contract, each with one message."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.harness.bad_input.apps import CONTRACT, TEMPLATE, Case, changed, in_template, with_resource

TRANSFORM, _, RESOURCES = TEMPLATE.partition("Resources:\n")
TABLE = "AttributeDefinitions: [{AttributeName: id, AttributeType: S}], KeySchema: [{AttributeName: id, KeyType: HASH}]"
NO_EVENT = changed(
    TEMPLATE, '      Events:\n        Get: {Type: Api, Properties: {Path: "/pings/{id}", Method: get}}\n', ""
)


def in_front(section: str) -> dict[str, str]:
    """The right template behind another section, which has a line."""
    return {"template.yaml": f"{section}\n{TEMPLATE}"}


NOT_A_TEMPLATE = [
    Case(
        "the contract",
        {"template.yaml": CONTRACT},
        "template.yaml:1: this is an OpenAPI document, not a template",
        "Give it as the contract",
    ),
    Case("an empty file", {"template.yaml": ""}, "template.yaml: the file is empty", "Give the file that you meant"),
    Case(
        "a list",
        {"template.yaml": "- a\n- b\n"},
        "template.yaml:1: this is not a SAM or CloudFormation template: it is no object",
        "Give the file that has `Resources`",
    ),
    Case(
        "Python",
        {"template.yaml": "import json\n\nx = {1: 2}\n"},
        "template.yaml:3: this is not YAML: ",
        "Correct the syntax",
    ),
    Case(
        "no Resources",
        {"template.yaml": "Description: later\n"},
        "template.yaml:1: this is not a SAM or CloudFormation template: it has no Resources",
        "Add at least one resource",
    ),
    Case(
        "Resources with a wrong name",
        in_template("Resources:", "resource:"),
        "template.yaml:1: this is not a SAM or CloudFormation template: it has no Resources",
        "Write `resource` as `Resources`",
    ),
    Case(
        "Resources that are a list",
        {"template.yaml": f"{TRANSFORM}Resources: [a]\n"},
        "template.yaml:2: Resources is not an object",
        "indentation",
    ),
    Case(
        "Resources without a resource",
        {"template.yaml": f"{TRANSFORM}Resources: {{}}\n"},
        "template.yaml:2: the template has no Resources",
        "Add at least one resource",
    ),
    Case(
        "Parameters that are a list", in_front("Parameters: [a]"), "template.yaml:1: Parameters is not", "indentation"
    ),
    Case("Globals that are a list", in_front("Globals: [a]"), "template.yaml:1: Globals is not", "indentation"),
]

WRONG_RESOURCES = [
    Case(
        "two functions with one logical id",
        {"template.yaml": TEMPLATE + RESOURCES},
        'template.yaml:11: the key "GetPing" stands twice in one mapping, first at line 3',
        "Remove or rename",
    ),
    Case(
        "two functions with one name",
        {
            "template.yaml": changed(TEMPLATE, "      CodeUri", "      FunctionName: ping\n      CodeUri")
            + "  Other: {Type: AWS::Serverless::Function, Properties: {FunctionName: ping, Runtime: python3.13, "
            "Handler: app.handler}}\n"
        },
        "template.yaml:12: GetPing and Other have the same FunctionName `ping`",
        "Give each its own, or leave FunctionName out",
    ),
    Case(
        "two tables with one name",
        with_resource(
            f"A: {{Type: AWS::DynamoDB::Table, Properties: {{TableName: t, {TABLE}}}}}\n"
            f"  B: {{Type: AWS::DynamoDB::Table, Properties: {{TableName: t, {TABLE}}}}}"
        ),
        "template.yaml:12: A and B have the same TableName `t`",
        "Give each its own",
    ),
    Case(
        "a table without a key",
        with_resource("Table: {Type: AWS::DynamoDB::Table}"),
        "template.yaml:11: Table cannot be made in the mocked cloud: it has no KeySchema",
        "what CloudFormation takes",
    ),
    Case(
        "a table with a wrong key",
        with_resource(f"Table: {{Type: AWS::DynamoDB::Table, Properties: {{{changed(TABLE, 'HASH', 'HSH')}}}}}"),
        "template.yaml:11: Table cannot be made in the mocked cloud: 1 validation error detected: Value 'HSH' at",
        "what CloudFormation takes",
    ),
    Case(
        "a resource without a type",
        in_template("    Type: AWS::Serverless::Function\n", ""),
        "template.yaml:3: the resource GetPing has no Type",
        "Add one",
    ),
    Case("an empty resource", with_resource("Table:"), "template.yaml:11: the resource Table is not an", "indentation"),
    Case(
        "a type of SAM's that does not exist",
        with_resource("Other: {Type: AWS::Serverless::Funktion}"),
        "template.yaml:11: Other is of the type AWS::Serverless::Funktion, which does not exist",
        "Did you mean AWS::Serverless::Function?",
    ),
    Case(
        "a type that nearly is SAM's",
        with_resource("Other: {Type: AWS::Serverles::Function}"),
        "template.yaml:11: Other is of the type AWS::Serverles::Function, which does not exist",
        "Did you mean AWS::Serverless::Function?",
    ),
    Case(
        "properties that are a list",
        with_resource("Table: {Type: AWS::DynamoDB::Table, Properties: [a]}"),
        "template.yaml:11: the Properties of Table are not an object",
        "indentation",
    ),
    Case(
        "a property that does not exist",
        in_template("      CodeUri: src\n", "      CodeUri: src\n      Handlr: x\n"),
        "template.yaml:3: the SAM transform refuses the template: Resource with id [GetPing] is invalid.",
        "Correct the resource",
    ),
    Case(
        "no handler",
        in_template("      Handler: app.handler\n", ""),
        "template.yaml:3: the SAM transform refuses the template: Resource with id [GetPing] is invalid. Runtime and",
        "Correct the resource",
    ),
]

EXPANSION = [
    Case(
        "SAM without its transform",
        in_template(TRANSFORM, ""),
        "template.yaml:2: GetPing is of the type AWS::Serverless::Function, but the template has no SAM transform",
        "Add `Transform: AWS::Serverless-2016-10-31`",
    ),
    Case(
        "a transform with a wrong date",
        in_template("2016-10-31", "2016-10-13"),
        "template.yaml:1: the transform AWS::Serverless-2016-10-13 does not exist",
        "Did you mean AWS::Serverless-2016-10-31?",
    ),
    Case(
        "a macro of the account's own",
        in_template("AWS::Serverless-2016-10-31", "[AWS::Serverless-2016-10-31, OurMacro]"),
        "template.yaml:1: the transform OurMacro runs in AWS alone",
        "Give the processed template",
    ),
    Case(
        "a loop",
        with_resource("Fn::ForEach::Queues: [Name, [a, b], {'Queue${Name}': {Type: AWS::SQS::Queue}}]"),
        "template.yaml:11: Fn::ForEach::Queues among the Resources is expanded in AWS alone",
        "Give the processed template",
    ),
    Case(
        "an unknown tag",
        in_template("app.handler", "!Subb app.handler"),
        "template.yaml:7: the tag !Subb is not known",
        "Did you mean !Sub?",
    ),
    Case(
        "a condition that does not exist",
        in_template("    Properties:\n", "    Condition: IsProd\n    Properties:\n"),
        'template.yaml:5: GetPing has the condition "IsProd", which the template does not have',
        "Correct the name, or add it to Conditions",
    ),
    Case(
        "conditions that depend on each other",
        {
            "template.yaml": "Conditions:\n  A: !Not [!Condition B]\n  B: !Not [!Condition A]\n"
            + changed(TEMPLATE, "    Properties:\n", "    Condition: A\n    Properties:\n")
        },
        "template.yaml:2: Conditions depend on each other in a circle: A -> B -> A",
        "Break the circle",
    ),
    Case(
        "names that depend on each other",
        with_resource(
            "A: {Type: AWS::SNS::Topic, Properties: {TopicName: !GetAtt B.TopicName}}\n"
            "  B: {Type: AWS::SNS::Topic, Properties: {TopicName: !GetAtt A.TopicName}}"
        ),
        "template.yaml:11: Resources depend on each other in a circle: A -> B -> A",
        "Break the circle",
    ),
    Case(
        "an include of a file that is missing",
        with_resource("Api: {Type: AWS::Serverless::Api, Properties: {StageName: v1, DefinitionUri: api.yaml}}"),
        "template.yaml:11: the template includes api.yaml, which does not exist",
        "Correct the path",
    ),
    Case(
        "a parameter that is not declared",
        {"contracts.toml": "[parameters]\nStag = 'dev'\n", **in_front("Parameters: {Stage: {Type: String}}")},
        'template.yaml:1: the template has no parameter "Stag"; the nearest is "Stage"',
        "Correct its name in [tool.contracts.parameters]",
    ),
    Case(
        "a parameter's value that is not allowed",
        {
            "contracts.toml": "[parameters]\nStage = 'test'\n",
            **in_front("Parameters: {Stage: {Type: String, AllowedValues: [dev, prod]}}"),
        },
        'template.yaml:1: the parameter Stage does not allow "test"; it allows dev, prod',
        "Correct its value in [tool.contracts.parameters]",
    ),
    Case(
        "a parameter's value that is no number",
        {"contracts.toml": "[parameters]\nSize = 'many'\n", **in_front("Parameters: {Size: {Type: Number}}")},
        'template.yaml:1: the parameter Size is a number, and "many" is none',
        "Correct its value in [tool.contracts.parameters]",
    ),
]

STRANGERS = [
    Case(
        "other routes than the contract's",
        in_template("/pings/{id}", "/pongs"),
        "openapi.yaml:1: the contract and the template do not belong together: ServerlessRestApi routes none of its",
        "The template's routes are: GET /pongs",
    ),
    Case(
        "a template with a bucket alone",
        {"template.yaml": "Resources:\n  Bucket: {Type: AWS::S3::Bucket}\n"},
        "template.yaml:1: the template has no API of API Gateway",
        "Add an AWS::Serverless::Api, or an event of type Api or HttpApi",
    ),
    Case(
        "a function without an event",
        {"template.yaml": NO_EVENT},
        "template.yaml:1: the template has no API of API Gateway",
        "Add an AWS::Serverless::Api",
    ),
    Case(
        "a WebSocket API alone",
        {
            "template.yaml": f"{NO_EVENT}  Chat:\n    Type: AWS::ApiGatewayV2::Api\n"
            "    Properties: {ProtocolType: WEBSOCKET}\n"
        },
        "template.yaml:1: the template has no API of API Gateway",
        "Add an AWS::Serverless::Api",
    ),
]


@pytest.mark.parametrize("case", [*NOT_A_TEMPLATE, *WRONG_RESOURCES, *EXPANSION, *STRANGERS], ids=str)
def test_a_template_that_cannot_be_used_is_one_message(case: Case, refused: Callable[..., None]) -> None:
    """The file, the line, what is wrong and what to do about it, with exit status 2 and nothing else."""
    refused(case.files, case.error, case.cure)
