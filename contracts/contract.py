"""The promise as a value: what one OpenAPI document says of an API on API Gateway.

Reading happens in `contracts.openapi`; nothing here knows of files or YAML.
Schemas are JSON values as the document has them; a `$ref` in one of them has the form
`#/components/schemas/<Name>` and is found in `Contract.schemas`, whatever file it came from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from contracts.errors import Location

Schema = Mapping[str, Any]
Owner = Literal["gateway", "handler", "both"]
ParameterPlace = Literal["path", "query", "header", "cookie"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """
    An OpenAPI parameter.

    Attributes:
        place: Its `in`.
        extensions: The `x-*` members of the parameter and of its schema, those of the parameter first.
        style: How a value is written, or None for the default of its place.
        explode: Whether members of an array or object stand apart, or None for the default of its style.
        media_type: The media type that a value is written as (OpenAPI's `content`), or None where a style says it.
    """

    name: str
    place: ParameterPlace
    required: bool
    schema: Schema
    location: Location
    extensions: Mapping[str, Any] = field(default_factory=dict)
    style: str | None = None
    explode: bool | None = None
    media_type: str | None = None


@dataclass(frozen=True, slots=True)
class RequestBody:
    """What an operation accepts as a body: a schema for each media type, None where the type has none."""

    required: bool
    content: Mapping[str, Schema | None]


@dataclass(frozen=True, slots=True)
class DocumentedHeader:
    """A response header that the contract documents."""

    name: str
    required: bool
    schema: Schema


@dataclass(frozen=True, slots=True)
class DocumentedResponse:
    """
    One answer that an operation promises.

    Attributes:
        status: As documented: `201`, `4XX` or `default`.
        content: A schema for each media type, None where the type has none; empty when no body is documented.
        owner: Who answers it (`x-contract-owner`), or None where the contract does not say.
        unreachable: Why nobody can make it happen (`x-contract-unreachable`).
        links: OpenAPI links by name, as the document has them.
    """

    status: str
    headers: tuple[DocumentedHeader, ...]
    content: Mapping[str, Schema | None]
    location: Location
    owner: Owner | None = None
    unreachable: str | None = None
    links: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Integration:
    """
    An `x-amazon-apigateway-integration` with its intrinsic functions resolved.

    Attributes:
        kind: Lower case: `aws_proxy`, `mock`, `aws`, `http`, `http_proxy`.
        uri: The resolved URI; None when there is none or when it could not be resolved (`problem` says why).
        timeout_milliseconds: 50 to 29000.
        settings: The whole object as the document has it, for what has no attribute here.
    """

    kind: str
    uri: str | None
    http_method: str | None
    timeout_milliseconds: int
    settings: Mapping[str, Any]
    location: Location
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """
    One method on one path.

    Attributes:
        method: Upper case; `ANY` for `x-amazon-apigateway-any-method`.
        path: The path template as documented, without stage or base path.
        responses: By documented status, in the document's order.
        security: The operation's own requirements, else the document's; () when none are required.
        validator: The name of the request validator in force, or None.
        extensions: The operation's `x-*` members.
        any_method: Whether the contract has it as one of any method (`x-amazon-apigateway-any-method`), which does not
            say that the service serves each of them: 405 is an answer.
    """

    operation_id: str | None
    method: str
    path: str
    parameters: tuple[Parameter, ...]
    request_body: RequestBody | None
    responses: Mapping[str, DocumentedResponse]
    integration: Integration | None
    location: Location
    security: tuple[Mapping[str, tuple[str, ...]], ...] = ()
    validator: str | None = None
    extensions: Mapping[str, Any] = field(default_factory=dict)
    any_method: bool = False

    @property
    def name(self) -> str:
        """The title of the operation in every report: its operationId, else method and path."""
        return self.operation_id or f"{self.method} {self.path}"

    def unserved(self, status: int) -> bool:
        """Whether an answer says that the service does not serve this one of any method (RFC 9110, section 15.5.6)."""
        return self.any_method and status == 405

    def documented(self, status: int) -> DocumentedResponse | None:
        """What the contract says of a status: exact, else its range, else `default` (OpenAPI 3.0, Responses Object)."""
        return (
            self.responses.get(str(status)) or self.responses.get(f"{status // 100}XX") or self.responses.get("default")
        )


@dataclass(frozen=True, slots=True)
class RequestValidator:
    """An entry of `x-amazon-apigateway-request-validators`."""

    name: str
    parameters: bool
    body: bool


@dataclass(frozen=True, slots=True)
class Contract:
    """
    Everything that one OpenAPI document promises.

    Attributes:
        path: The file that it was read from, as the user named it.
        document: The whole document as plain JSON values, every reference out of the file brought in
            (below `components`), intrinsic functions left as they are.
        schemas: `components.schemas`.
        validators: Request validators by name.
        gateway_responses: `x-amazon-apigateway-gateway-responses` as the document has it.
        extensions: The document's own `x-*` members.
    """

    title: str
    path: str
    document: Mapping[str, Any]
    operations: tuple[Operation, ...]
    location: Location
    schemas: Mapping[str, Schema] = field(default_factory=dict)
    security_schemes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    validators: Mapping[str, RequestValidator] = field(default_factory=dict)
    gateway_responses: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    binary_media_types: tuple[str, ...] = ()
    extensions: Mapping[str, Any] = field(default_factory=dict)
