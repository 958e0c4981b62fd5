"""Operations: the objects of a bundled document as the nouns of `contracts.contract`."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from contracts.contract import (
    DocumentedHeader,
    DocumentedResponse,
    Integration,
    Operation,
    Owner,
    Parameter,
    ParameterPlace,
    RequestBody,
    RequestValidator,
    Schema,
)
from contracts.errors import ContractError, Location
from contracts.openapi.bundling import Bundle
from contracts.openapi.importing import NO_VALIDATOR
from contracts.schemas import ANY_METHOD, METHODS, followed
from contracts.stack import Unresolved

Resolve = Callable[[Any], Any]
Security = tuple[Mapping[str, tuple[str, ...]], ...]

INTEGRATION = "x-amazon-apigateway-integration"
VALIDATOR = "x-amazon-apigateway-request-validator"
PLACES = ("path", "query", "header", "cookie")
PATH_MEMBERS = ("summary", "description", "servers", "parameters", ANY_METHOD, *METHODS)
STATUS = re.compile(r"[1-5]([0-9]{2}|XX)|default")
# API Gateway's quota for a REST API's integration timeout, and its default.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
LEAST_TIMEOUT, DEFAULT_TIMEOUT = 50, 29_000


@dataclass(frozen=True, slots=True)
class Reader:
    """
    Reads operations of one document.

    Attributes:
        resolve: The template's answer to intrinsic functions, or None when there is no template.
        validators: The document's request validators.
        security: The document's own requirements.
        validator: The name of the document's own request validator.
    """

    bundle: Bundle
    resolve: Resolve | None
    validators: Mapping[str, RequestValidator]
    security: Security
    validator: str | None

    def operations(self) -> Iterator[Operation]:
        """
        The operations in the document's order.

        Raises:
            ContractError: Something that is read has no meaning.
        """
        paths = self.bundle.document["paths"]
        for path, item in paths.items():
            if path.startswith("x-"):
                continue
            if not path.startswith("/"):
                raise ContractError(
                    f"the path `{path}` does not begin with /",
                    location=self.bundle.place(paths, path),
                    cure=f"Write it as `/{path}`.",
                )
            if "?" in path or "#" in path:
                raise ContractError(
                    f"the path `{path}` holds more than a path",
                    location=self.bundle.place(paths, path),
                    cure=f"Write it as `{re.split('[?#]', path)[0]}`, and what follows as query parameters.",
                )
            for name in item:
                self._check_path_member(item, name)
                if name in METHODS or name == ANY_METHOD:
                    yield self._operation(path, name, item)

    def _check_path_member(self, item: Mapping[str, Any], name: str) -> None:
        if name in PATH_MEMBERS or name.startswith("x-"):
            return
        nearest = difflib.get_close_matches(name.lower(), PATH_MEMBERS, 1)
        raise ContractError(
            f"a path has no member `{name}`",
            location=self.bundle.place(item, name),
            cure=f"Did you mean `{nearest[0]}`?" if nearest else f"Methods are: {', '.join(METHODS)}, {ANY_METHOD}.",
        )

    def _operation(self, path: str, name: str, item: Mapping[str, Any]) -> Operation:
        raw = item[name]
        return Operation(
            operation_id=raw.get("operationId"),
            method="ANY" if name == ANY_METHOD else name.upper(),
            path=path,
            parameters=self._parameters(item, raw),
            request_body=self._request_body(raw.get("requestBody")),
            responses=self._responses(raw.get("responses", {})),
            integration=self._integration(raw),
            location=self.bundle.place(item, name),
            security=requirements(self.bundle, raw) if "security" in raw else self.security,
            validator=validator_name(self.bundle, raw, self.validators) or self.validator,
            extensions=extensions_of(raw),
        )

    def _parameters(self, item: Mapping[str, Any], operation: Mapping[str, Any]) -> tuple[Parameter, ...]:
        """The operation's parameters over those of its path (OpenAPI 3.0.3, section 4.7.9.1)."""
        merged: dict[tuple[str, str], Parameter] = {}
        for owner in (item, operation):
            own = [self._parameter(raw) for raw in owner.get("parameters", [])]
            for index, parameter in enumerate(own):
                if any(_identity(other) == _identity(parameter) for other in own[:index]):
                    raise ContractError(
                        f"the {parameter.place} parameter `{parameter.name}` stands twice",
                        location=self.bundle.place(owner, "parameters", index),
                        cure="Remove or rename one of the two.",
                    )
            merged |= {_identity(parameter): parameter for parameter in own}
        return tuple(merged.values())

    def _parameter(self, raw: Mapping[str, Any]) -> Parameter:
        raw = self.bundle.resolved(raw)
        place = raw["in"]
        if place not in PLACES:
            cure = "Use requestBody: since OpenAPI 3.0 a body is no parameter." if place in ("body", "formData") else ""
            raise ContractError(
                f"a parameter cannot be in `{place}`",
                location=self.bundle.place(raw, "in"),
                cure=cure or f"It can be in {', '.join(PLACES)}.",
            )
        schema = described(raw)
        own = extensions_of(raw)
        return Parameter(
            name=raw["name"],
            place=cast("ParameterPlace", place),
            required=raw.get("required", False),
            schema=schema,
            location=self.bundle.place(raw),
            extensions={**own, **extensions_of(followed(schema, self._schemas)), **own},
            style=raw.get("style"),
            explode=raw.get("explode"),
            media_type=None if "schema" in raw else next(iter(raw.get("content", {})), None),
        )

    @property
    def _schemas(self) -> Mapping[str, Schema]:
        return cast("Mapping[str, Schema]", self.bundle.document.get("components", {}).get("schemas", {}))

    def _request_body(self, raw: Mapping[str, Any] | None) -> RequestBody | None:
        if raw is None:
            return None
        body = self.bundle.resolved(raw)
        return RequestBody(required=body.get("required", False), content=_content(body))

    def _responses(self, raw: Mapping[str, Any]) -> dict[str, DocumentedResponse]:
        responses = {}
        for written, response in raw.items():
            if written.startswith("x-"):
                continue
            status = written.replace("x", "X")
            if STATUS.fullmatch(status) is None:
                raise ContractError(
                    f"`{written}` is no status of a response",
                    location=self.bundle.place(raw, written),
                    cure="Write a status as 200, a range as 4XX, or `default`.",
                )
            responses[status] = self._response(status, response)
        return responses

    def _response(self, status: str, raw: Mapping[str, Any]) -> DocumentedResponse:
        response = self.bundle.resolved(raw)
        return DocumentedResponse(
            status=status,
            headers=tuple(self._headers(response.get("headers", {}))),
            content=_content(response),
            location=self.bundle.place(response),
            owner=cast("Owner | None", response.get("x-contract-owner")),
            unreachable=response.get("x-contract-unreachable"),
            links={name: self.bundle.resolved(link) for name, link in response.get("links", {}).items()},
        )

    def _headers(self, raw: Mapping[str, Any]) -> Iterator[DocumentedHeader]:
        for name, header in raw.items():
            # "If a response header is defined with the name "Content-Type", it SHALL be ignored." (section 4.7.17.1)
            if name.lower() != "content-type":
                documented = self.bundle.resolved(header)
                yield DocumentedHeader(name, documented.get("required", False), described(documented))

    def _integration(self, operation: Mapping[str, Any]) -> Integration | None:
        if INTEGRATION not in operation:
            return None
        location = self.bundle.place(operation, INTEGRATION)
        settings = self._settings(operation[INTEGRATION], location)
        if not isinstance(settings, Mapping):
            raise ContractError(
                f"`{INTEGRATION}` must be an object", location=location, cure="Correct its indentation."
            )
        uri, problem = self._uri(settings.get("uri"))
        method = self._value(settings.get("httpMethod"))
        return Integration(
            kind=str(self._value(settings.get("type", ""))).lower(),
            uri=uri,
            http_method=method if isinstance(method, str) else None,
            timeout_milliseconds=self._timeout(settings, self.bundle.place(operation, INTEGRATION, "timeoutInMillis")),
            settings=settings,
            location=location,
            problem=problem,
        )

    def _settings(self, written: Any, location: Location) -> Any:
        """The integration, or the reusable one that it refers to (`components.x-amazon-apigateway-integrations`)."""
        if not (isinstance(written, Mapping) and isinstance(reference := written.get("$ref"), str)):
            return written
        reusable = self.bundle.document.get("components", {}).get("x-amazon-apigateway-integrations", {})
        name = reference.rpartition("/")[2]
        if name not in reusable:
            raise ContractError(
                f"the reference `{reference}` leads nowhere",
                location=location,
                cure=f"components.x-amazon-apigateway-integrations has: {', '.join(reusable) or 'nothing'}.",
            )
        return reusable[name]

    def _uri(self, written: Any) -> tuple[str | None, str | None]:
        """The integration's URI, or None and why."""
        if written is None:
            return None, None
        if isinstance(written, str):
            return self._substituted(written), None
        if self.resolve is None:
            return (
                None,
                f"the integration's uri is {_function_of(written)}, and there is no template to resolve it with",
            )
        value = self.resolve(written)
        if isinstance(value, Unresolved):
            return None, f"{value.expression}: {value.reason}"
        if not isinstance(value, str):
            return None, f"the integration's uri is {_function_of(written)}, which is no text"
        return value, None

    def _substituted(self, written: str) -> str:
        """`${AWS::Region}` and its like without Fn::Sub, as many files have it; `${stageVariables.x}` stays."""
        if "${" not in written or self.resolve is None:
            return written
        value = self.resolve({"Fn::Sub": written})
        return value if isinstance(value, str) else written

    def value(self, written: Any) -> Any:
        """Any value, the intrinsic functions in it resolved where there is a template."""
        return written if self.resolve is None else self.resolve(self._functions(written))

    def _functions(self, written: Any) -> Any:
        """The value with `${AWS::Region}` and its like inside of texts as the function that they are meant to be."""
        if isinstance(written, Mapping):
            own = len(written) == 1 and next(iter(written)).startswith(("Fn::", "Ref"))
            return written if own else {key: self._functions(member) for key, member in written.items()}
        if isinstance(written, list):
            return [self._functions(member) for member in written]
        return self._substituted(written) if isinstance(written, str) else written

    def _value(self, written: Any) -> Any:
        return written if self.resolve is None else self.resolve(written)

    def _timeout(self, settings: Mapping[str, Any], location: Location) -> int:
        value = self._value(settings.get("timeoutInMillis", DEFAULT_TIMEOUT))
        if isinstance(value, str) and value.isdecimal():
            value = int(value)
        if isinstance(value, (Mapping, Unresolved)):  # not known before a deployment
            return DEFAULT_TIMEOUT
        if not isinstance(value, int) or isinstance(value, bool) or value < LEAST_TIMEOUT:
            raise ContractError(
                f"`timeoutInMillis` cannot be {value!r}",
                location=location,
                cure=f"Write a whole number of milliseconds, {LEAST_TIMEOUT} or more.",
            )
        return value


def described(value: Mapping[str, Any]) -> Schema:
    """The schema of a parameter or header; {} where it has none."""
    if "schema" in value:
        return cast("Schema", value["schema"])
    return next((media.get("schema", {}) for media in value.get("content", {}).values()), {})


def extensions_of(value: Mapping[str, Any]) -> dict[str, Any]:
    """The `x-*` members of an object."""
    return {name: member for name, member in value.items() if name.startswith("x-")}


def requirements(bundle: Bundle, value: Mapping[str, Any]) -> Security:
    """
    The security requirements of an operation or of the document.

    Raises:
        ContractError: They are not a list of objects.
    """
    found = []
    for index, requirement in enumerate(value.get("security", [])):
        if not isinstance(requirement, Mapping) or not all(
            isinstance(scopes, (list, type(None))) for scopes in requirement.values()
        ):
            raise ContractError(
                "a security requirement must be an object of lists",
                location=bundle.place(value, "security", index),
                cure="Write it as `- <name of the scheme>: []`.",
            )
        found.append({name: tuple(str(scope) for scope in scopes or ()) for name, scopes in requirement.items()})
    return tuple(found)


def validator_name(bundle: Bundle, value: Mapping[str, Any], validators: Mapping[str, RequestValidator]) -> str | None:
    """
    The request validator that an operation or the document names.

    Raises:
        ContractError: The document has none of that name.
    """
    name = value.get(VALIDATOR)
    if name is None or (isinstance(name, str) and name in validators):
        return name
    nearest = difflib.get_close_matches(str(name), validators, 1)
    known = ", ".join(validators) or "none"
    raise ContractError(
        f"there is no request validator `{name}` (API Gateway: {NO_VALIDATOR})",
        location=bundle.place(value, VALIDATOR),
        cure=f"Did you mean `{nearest[0]}`?" if nearest else f"{VALIDATOR}s has: {known}.",
    )


def _identity(parameter: Parameter) -> tuple[str, str]:
    name = parameter.name.lower() if parameter.place == "header" else parameter.name
    return parameter.place, name


def _content(value: Mapping[str, Any]) -> dict[str, Schema | None]:
    return {name: media.get("schema") for name, media in value.get("content", {}).items()}


def _function_of(written: Any) -> str:
    """An intrinsic function in a few words."""
    return f"{{{next(iter(written))}: ...}}" if isinstance(written, Mapping) and written else repr(written)[:60]
