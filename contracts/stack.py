"""What a template deploys, as values with every intrinsic function resolved.

Reading happens in `contracts.sam`. A value that cannot be resolved stays in its place as
`Unresolved` and is an error only for whoever needs it (`resolved`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from contracts.errors import Location, TemplateError


@dataclass(frozen=True, slots=True)
class Unresolved:
    """An intrinsic function whose value nobody can know before a deployment, and why."""

    expression: str
    reason: str
    location: Location
    cure: str | None = None


def resolved(value: Any) -> Any:
    """
    The value, proved free of `Unresolved` at every depth.

    Raises:
        TemplateError: Some part of the value could not be resolved.
    """
    if isinstance(value, Unresolved):
        raise TemplateError(f"{value.expression}: {value.reason}", location=value.location, cure=value.cure)
    if isinstance(value, Mapping):
        return {key: resolved(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [resolved(member) for member in value]
    return value


@dataclass(frozen=True, slots=True)
class Statement:
    """
    One statement of an IAM policy, its members always tuples.

    Attributes:
        not_actions, not_resources: `NotAction` and `NotResource`; empty when the statement uses the positive form.
        conditions: The `Condition` block as written, {} when there is none.
        principals, not_principals: `Principal` and `NotPrincipal` (`*`, ARNs, account ids, service names); both
            None in a policy that hangs on an identity, whose principal is that identity.
    """

    effect: Literal["Allow", "Deny"]
    actions: tuple[str, ...]
    resources: tuple[str | Unresolved, ...]
    not_actions: tuple[str, ...] = ()
    not_resources: tuple[str | Unresolved, ...] = ()
    conditions: Mapping[str, Any] = field(default_factory=dict)
    location: Location | None = None
    principals: tuple[str, ...] | None = None
    not_principals: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """An IAM role: the statements of its inline policies, and the ARNs of managed ones."""

    logical_id: str
    arn: str
    statements: tuple[Statement, ...]
    managed_policies: tuple[str | Unresolved, ...]
    location: Location


@dataclass(frozen=True, slots=True)
class Function:
    """
    One Lambda function.

    Attributes:
        name: The physical name, as `AWS_LAMBDA_FUNCTION_NAME` has it.
        handler: The handler string as the template has it, for example `translations.create.handler`.
        code: The folder that Lambda would unpack to /var/task; None when it is not on this machine.
        source: The whole code where the template itself has it, which Lambda keeps in `index.py`; else None.
        layers: Folders of layers that are on this machine, in order; their `python/` goes on the path.
        unbuilt_layers: Those of `layers` that `sam build` puts into a `python/`: the folder itself goes on the path.
        environment: Values as text; an `Unresolved` one is an error when the function is loaded.
        role: The logical id of the role, or None when the role is made elsewhere.
        timeout_seconds: How long Lambda lets it run.
        memory_megabytes: `AWS_LAMBDA_FUNCTION_MEMORY_SIZE`.
        problem: Why the function cannot run here (no Python, no code, an image), or None.
        secrets: Values of `NoEcho` parameters that stand in its environment: nobody outside may read them.
    """

    logical_id: str
    name: str
    arn: str
    handler: str
    runtime: str
    code: Path | None
    environment: Mapping[str, str | Unresolved]
    role: str | None
    timeout_seconds: int
    memory_megabytes: int
    location: Location
    layers: tuple[Path, ...] = ()
    unbuilt_layers: frozenset[Path] = frozenset()
    source: str | None = None
    problem: str | None = None
    secrets: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Resource:
    """Any resource of the transformed template: its CloudFormation type and resolved properties."""

    logical_id: str
    kind: str
    properties: Mapping[str, Any]
    location: Location


@dataclass(frozen=True, slots=True)
class Table:
    """A DynamoDB table; `properties` are those of AWS::DynamoDB::Table, resolved."""

    logical_id: str
    name: str
    arn: str
    properties: Mapping[str, Any]
    location: Location


@dataclass(frozen=True, slots=True)
class Bucket:
    """An S3 bucket; `properties` are those of AWS::S3::Bucket, resolved."""

    logical_id: str
    name: str
    arn: str
    properties: Mapping[str, Any]
    location: Location


def _nowhere(_: tuple[str | int, ...]) -> Location | None:
    return None


@dataclass(frozen=True, slots=True)
class DomainMapping:
    """
    A custom domain of an API, and where on it the API begins.

    Attributes:
        name: `api.example.com`.
        base_path: What stands before the API's paths, without a slash at its ends: `orders/v1`; "" for nothing.
        names_stage: Whether the mapping names the stage; if not, it is the first segment behind the base path.
    """

    name: str
    base_path: str
    names_stage: bool
    location: Location


@dataclass(frozen=True, slots=True)
class Setting:
    """
    A property of an API that is not in its document: its own, or that of its stage, a domain, a web ACL.

    Attributes:
        kind: The CloudFormation type of the resource that has it.
        name: The property.
    """

    kind: str
    name: str
    value: Any
    location: Location


@dataclass(frozen=True, slots=True)
class Api:
    """
    An API of API Gateway.

    Attributes:
        kind: `REST` (AWS::ApiGateway::RestApi) or `HTTP` (AWS::ApiGatewayV2::Api).
        api_id: The physical id that the run gives it.
        stage: The stage's name; `$default` is possible for an HTTP API.
        definition: The OpenAPI or Swagger document that is deployed, includes inlined and intrinsics
            resolved, or None when the template has none.
        definition_path: The file that the definition was included from, or None.
        place: Where a member of the definition was written, by its keys; None where a transform made it.
        domains: The custom domains that the template maps to the stage.
        settings: What the template says of it beside the definition.
        other_stages: Name and place of the stages that are not served.
    """

    logical_id: str
    kind: Literal["REST", "HTTP"]
    api_id: str
    stage: str
    stage_variables: Mapping[str, str]
    definition: Mapping[str, Any] | None
    location: Location
    definition_path: str | None = None
    place: Callable[[tuple[str | int, ...]], Location | None] = field(default=_nowhere, repr=False, compare=False)
    domains: tuple[DomainMapping, ...] = ()
    settings: tuple[Setting, ...] = ()
    other_stages: tuple[tuple[str, Location], ...] = ()


@dataclass(frozen=True, slots=True)
class Stack:
    """
    Everything that the template deploys and the harness uses.

    Attributes:
        others: Resources of other types (queues, topics, streams ...), in template order.
        parameters: The parameters' values in force.
    """

    path: str
    region: str
    account_id: str
    functions: Mapping[str, Function]
    tables: Mapping[str, Table]
    buckets: Mapping[str, Bucket]
    roles: Mapping[str, Role]
    apis: Mapping[str, Api]
    others: Mapping[str, Resource]
    parameters: Mapping[str, str | Unresolved]
    location: Location

    def function_of_arn(self, arn: str) -> Function | None:
        """The function of an ARN (a version or alias behind it ignored), or None."""
        name = ":".join(arn.split(":")[:7])
        return next((function for function in self.functions.values() if function.arn == name), None)
