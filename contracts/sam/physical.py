"""Physical names, ids, ARNs and attributes of resources, as CloudFormation would hand them out.

One table a question. Each type's page in the CloudFormation template reference has the sections
"Return values: Ref" and "Return values: Fn::GetAtt"; the ARN formats are those of the service
authorization reference. `{ref}` and `{name}` are the physical id and name, `{arn}` the ARN,
`{id}` ten characters that depend on the logical id alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from contracts.sam.deployment import Deployment, digest

# The property that names a resource, for the types that let the template choose the name.
NAME_PROPERTIES: Mapping[str, str] = MappingProxyType(
    {
        "AWS::ApiGateway::ApiKey": "Name",
        "AWS::ApiGateway::DomainName": "DomainName",
        "AWS::ApiGateway::Model": "Name",
        "AWS::ApiGateway::Stage": "StageName",
        "AWS::ApiGatewayV2::DomainName": "DomainName",
        "AWS::ApiGatewayV2::Stage": "StageName",
        "AWS::Cognito::UserPoolDomain": "Domain",
        "AWS::DynamoDB::GlobalTable": "TableName",
        "AWS::DynamoDB::Table": "TableName",
        "AWS::ECR::Repository": "RepositoryName",
        "AWS::Events::EventBus": "Name",
        "AWS::Events::Rule": "Name",
        "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
        "AWS::IAM::Role": "RoleName",
        "AWS::IAM::User": "UserName",
        "AWS::KMS::Alias": "AliasName",
        "AWS::Kinesis::Stream": "Name",
        "AWS::KinesisFirehose::DeliveryStream": "DeliveryStreamName",
        "AWS::Lambda::Alias": "Name",
        "AWS::Lambda::Function": "FunctionName",
        "AWS::Lambda::LayerVersion": "LayerName",
        "AWS::Logs::LogGroup": "LogGroupName",
        "AWS::S3::Bucket": "BucketName",
        "AWS::SNS::Topic": "TopicName",
        "AWS::SQS::Queue": "QueueName",
        "AWS::SSM::Parameter": "Name",
        "AWS::Scheduler::Schedule": "Name",
        "AWS::Scheduler::ScheduleGroup": "Name",
        "AWS::SecretsManager::Secret": "Name",
        "AWS::StepFunctions::Activity": "Name",
        "AWS::StepFunctions::StateMachine": "StateMachineName",
    }
)

# Longest name that the service takes, where it is shorter than what a logical id (255) could need.
NAME_LIMITS: Mapping[str, int] = MappingProxyType(
    {
        "AWS::Events::Rule": 64,
        "AWS::IAM::ManagedPolicy": 128,
        "AWS::IAM::Role": 64,
        "AWS::Lambda::Function": 64,
        "AWS::S3::Bucket": 63,
        "AWS::SQS::Queue": 75,  # 80 with ".fifo"
        "AWS::StepFunctions::StateMachine": 80,
    }
)
DEFAULT_NAME_LIMIT = 128

ARNS: Mapping[str, str] = MappingProxyType(
    {
        "AWS::ApiGateway::RestApi": "arn:{partition}:apigateway:{region}::/restapis/{ref}",
        "AWS::ApiGatewayV2::Api": "arn:{partition}:apigateway:{region}::/apis/{ref}",
        "AWS::Cognito::UserPool": "arn:{partition}:cognito-idp:{region}:{account}:userpool/{ref}",
        "AWS::DynamoDB::GlobalTable": "arn:{partition}:dynamodb:{region}:{account}:table/{name}",
        "AWS::DynamoDB::Table": "arn:{partition}:dynamodb:{region}:{account}:table/{name}",
        "AWS::ECR::Repository": "arn:{partition}:ecr:{region}:{account}:repository/{name}",
        "AWS::Events::EventBus": "arn:{partition}:events:{region}:{account}:event-bus/{name}",
        "AWS::Events::Rule": "arn:{partition}:events:{region}:{account}:rule/{name}",
        "AWS::IAM::ManagedPolicy": "arn:{partition}:iam::{account}:policy{path}{name}",
        "AWS::IAM::Role": "arn:{partition}:iam::{account}:role{path}{name}",
        "AWS::IAM::User": "arn:{partition}:iam::{account}:user{path}{name}",
        "AWS::KMS::Key": "arn:{partition}:kms:{region}:{account}:key/{ref}",
        "AWS::Kinesis::Stream": "arn:{partition}:kinesis:{region}:{account}:stream/{name}",
        "AWS::KinesisFirehose::DeliveryStream": "arn:{partition}:firehose:{region}:{account}:deliverystream/{name}",
        "AWS::Lambda::Alias": "{function_arn}:{name}",
        "AWS::Lambda::Function": "arn:{partition}:lambda:{region}:{account}:function:{name}",
        "AWS::Lambda::LayerVersion": "arn:{partition}:lambda:{region}:{account}:layer:{name}:1",
        "AWS::Lambda::Version": "{function_arn}:1",
        "AWS::Logs::LogGroup": "arn:{partition}:logs:{region}:{account}:log-group:{name}:*",
        "AWS::S3::Bucket": "arn:{partition}:s3:::{name}",
        "AWS::SNS::Topic": "arn:{partition}:sns:{region}:{account}:{name}",
        "AWS::SQS::Queue": "arn:{partition}:sqs:{region}:{account}:{name}",
        "AWS::SSM::Parameter": "arn:{partition}:ssm:{region}:{account}:parameter/{name}",
        "AWS::Scheduler::Schedule": "arn:{partition}:scheduler:{region}:{account}:schedule/default/{name}",
        "AWS::Scheduler::ScheduleGroup": "arn:{partition}:scheduler:{region}:{account}:schedule-group/{name}",
        "AWS::SecretsManager::Secret": "arn:{partition}:secretsmanager:{region}:{account}:secret:{name}-{id:.6}",
        "AWS::StepFunctions::Activity": "arn:{partition}:states:{region}:{account}:activity:{name}",
        "AWS::StepFunctions::StateMachine": "arn:{partition}:states:{region}:{account}:stateMachine:{name}",
    }
)

# What Ref returns, where it is not the name.
REFS: Mapping[str, str] = MappingProxyType(
    {
        "AWS::ApiGateway::ApiKey": "{id}",
        "AWS::ApiGateway::Authorizer": "{id:.6}",
        "AWS::ApiGateway::Deployment": "{id:.6}",
        "AWS::ApiGateway::RequestValidator": "{id:.6}",
        "AWS::ApiGateway::Resource": "{id:.6}",
        "AWS::ApiGateway::RestApi": "{id}",
        "AWS::ApiGateway::UsagePlan": "{id:.6}",
        "AWS::ApiGateway::VpcLink": "{id:.6}",
        "AWS::ApiGatewayV2::Api": "{id}",
        "AWS::ApiGatewayV2::Authorizer": "{id:.6}",
        "AWS::ApiGatewayV2::Deployment": "{id:.6}",
        "AWS::ApiGatewayV2::Integration": "{id:.7}",
        "AWS::ApiGatewayV2::Route": "{id:.7}",
        "AWS::Cognito::IdentityPool": "{region}:{uuid}",
        "AWS::Cognito::UserPool": "{region}_{id:.9}",
        "AWS::Cognito::UserPoolClient": "{id}{id}{id:.6}",
        "AWS::IAM::ManagedPolicy": "{arn}",
        "AWS::KMS::Key": "{uuid}",
        "AWS::Lambda::Alias": "{arn}",
        "AWS::Lambda::LayerVersion": "{arn}",
        "AWS::Lambda::Version": "{arn}",
        "AWS::SNS::Topic": "{arn}",
        "AWS::SQS::Queue": "https://sqs.{region}.{suffix}/{account}/{name}",
        "AWS::SecretsManager::Secret": "{arn}",
        "AWS::StepFunctions::Activity": "{arn}",
        "AWS::StepFunctions::StateMachine": "{arn}",
    }
)

# What Fn::GetAtt returns; `Arn` is that of ARNS where the type has none of its own here.
ATTRIBUTES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "AWS::ApiGateway::Authorizer": {"AuthorizerId": "{ref}"},
        "AWS::ApiGateway::Deployment": {"DeploymentId": "{ref}"},
        "AWS::ApiGateway::Resource": {"ResourceId": "{ref}"},
        "AWS::ApiGateway::RestApi": {"RootResourceId": "{root}", "RestApiId": "{ref}"},
        "AWS::ApiGatewayV2::Api": {
            "ApiEndpoint": "https://{ref}.execute-api.{region}.{suffix}",
            "ApiId": "{ref}",
        },
        "AWS::ApiGatewayV2::Authorizer": {"AuthorizerId": "{ref}"},
        "AWS::ApiGatewayV2::Integration": {"IntegrationId": "{ref}"},
        "AWS::Cognito::UserPool": {
            "ProviderName": "cognito-idp.{region}.{suffix}/{ref}",
            "ProviderURL": "https://cognito-idp.{region}.{suffix}/{ref}",
            "UserPoolId": "{ref}",
        },
        "AWS::Cognito::UserPoolClient": {"ClientId": "{ref}", "Name": "{logical_id}"},
        "AWS::DynamoDB::GlobalTable": {"StreamArn": "{arn}/stream/2020-01-01T00:00:00.000", "TableId": "{uuid}"},
        "AWS::DynamoDB::Table": {"StreamArn": "{arn}/stream/2020-01-01T00:00:00.000"},
        "AWS::ECR::Repository": {"RepositoryUri": "{account}.dkr.ecr.{region}.{suffix}/{name}"},
        "AWS::Events::EventBus": {"Name": "{name}"},
        "AWS::IAM::ManagedPolicy": {"PolicyArn": "{arn}"},
        "AWS::IAM::Role": {"RoleId": "AROA{upper}"},
        "AWS::KMS::Key": {"KeyId": "{ref}"},
        "AWS::Lambda::Alias": {"AliasArn": "{arn}"},
        "AWS::Lambda::LayerVersion": {"LayerVersionArn": "{arn}"},
        "AWS::Lambda::Url": {
            "FunctionArn": "{function_arn}",
            "FunctionUrl": "https://{id}{id}.lambda-url.{region}.on.aws/",
        },
        "AWS::Lambda::Version": {"FunctionArn": "{arn}", "Version": "1"},
        "AWS::S3::Bucket": {
            "DomainName": "{name}.s3.{suffix}",
            "DualStackDomainName": "{name}.s3.dualstack.{region}.{suffix}",
            "RegionalDomainName": "{name}.s3.{region}.{suffix}",
            "WebsiteURL": "http://{name}.s3-website-{region}.{suffix}",
        },
        "AWS::SNS::Topic": {"TopicArn": "{arn}", "TopicName": "{name}"},
        "AWS::SQS::Queue": {"QueueName": "{name}", "QueueUrl": "{ref}"},
        "AWS::SecretsManager::Secret": {"Id": "{arn}"},
        "AWS::StepFunctions::Activity": {"Name": "{name}"},
        "AWS::StepFunctions::StateMachine": {"Name": "{name}", "StateMachineRevisionId": "INITIAL"},
    }
)


def generated_name(kind: str, logical_id: str, *, stack_name: str, properties: Mapping[str, Any]) -> str:
    """The name of a resource that the template leaves unnamed: `<StackName>-<LogicalId>`, valid for its service."""
    name = f"{stack_name}-{logical_id}"
    if kind == "AWS::S3::Bucket":
        name = name.lower()
    limit = NAME_LIMITS.get(kind, DEFAULT_NAME_LIMIT)
    if len(name) > limit:
        name = f"{name[: limit - 9]}-{digest(name, 8)}"
    fifo = str(properties.get("FifoQueue") or properties.get("FifoTopic")).lower() == "true"
    return f"{name}.fifo" if fifo else name


@dataclass(frozen=True, slots=True)
class Physical:
    """
    A resource as it is deployed.

    Attributes:
        kind: Its CloudFormation type.
        name: Its physical name.
        path: The `Path` of an IAM resource.
        function_arn: The ARN of the function that a version, alias or URL belongs to, else "".
    """

    kind: str
    logical_id: str
    name: str
    deployment: Deployment
    path: str = "/"
    function_arn: str = ""

    @property
    def arn(self) -> str | None:
        """The ARN, or None for a type whose ARNs are not known here."""
        return self._formatted(ARNS[self.kind]) if self.kind in ARNS else None

    @property
    def ref(self) -> str:
        """What `Ref` returns."""
        return self._formatted(REFS[self.kind]) if self.kind in REFS else self.name

    def attribute(self, name: str) -> str | None:
        """What `Fn::GetAtt` returns, or None for an attribute that is not known here."""
        form = ATTRIBUTES.get(self.kind, {}).get(name)
        if form is not None:
            return self._formatted(form)
        return self.arn if name == "Arn" else None

    def _formatted(self, form: str) -> str:
        return form.format_map(_Facts(self))


class _Facts(dict[str, str]):
    """What a form may name; `arn` and `ref` are computed when asked for, since they are forms themselves."""

    def __init__(self, physical: Physical) -> None:
        deployment = physical.deployment
        seed = f"{deployment.stack_name}/{physical.logical_id}"
        super().__init__(
            partition=deployment.partition,
            region=deployment.region,
            account=deployment.account_id,
            suffix=deployment.url_suffix,
            logical_id=physical.logical_id,
            # AWS::SSM::Parameter: a hierarchical name begins with the slash that its ARN already has.
            name=physical.name.removeprefix("/") if physical.kind == "AWS::SSM::Parameter" else physical.name,
            path=physical.path,
            function_arn=physical.function_arn,
            id=digest(seed, 10),
            root=digest(f"{seed}/root", 10),
            upper=digest(seed, 17).upper(),
            uuid=_uuid(seed),
        )
        self._physical = physical

    def __missing__(self, key: str) -> str:
        if key == "arn":
            return self._physical.arn or ""
        if key == "ref":
            return self._physical.ref
        raise KeyError(key)


def _uuid(seed: str) -> str:
    characters = hashlib.sha256(seed.encode()).hexdigest()
    return "-".join(
        (characters[:8], characters[8:12], f"4{characters[13:16]}", f"8{characters[17:20]}", characters[20:32])
    )
