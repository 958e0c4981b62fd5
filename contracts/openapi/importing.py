"""Importing: what API Gateway makes of a document, and what of it it refuses, in its own words.

Keys of sources are those of `contracts.gateway`. What the document says beyond this is ignored:
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html (D)

Words that are recorded stand behind LS; others are those that people quote (R), since the guide has only the rule (D).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from contracts.schemas import ANY_METHOD, METHODS

Kind = Literal["REST", "HTTP"]
Keys = tuple[str | int, ...]

INTEGRATION = "x-amazon-apigateway-integration"
AUTHORIZER = "x-amazon-apigateway-authorizer"
AUTHTYPE = "x-amazon-apigateway-authtype"
VALIDATOR = "x-amazon-apigateway-request-validator"
CORS = "x-amazon-apigateway-cors"
DEFAULT_ROUTE = "/$default"
# The SAM transform writes this requirement for `Authorizer: NONE`, and what it writes is imported.
OPEN = "NONE"

_SEGMENT = re.compile(r"[A-Za-z0-9_\-.,:]+|\{[A-Za-z0-9_\-.,:]+\+?\}")  # D: important notes
_MODEL_NAME = re.compile(r"[A-Za-z0-9]+")
_ARN = re.compile(r"arn:[\w-]+:apigateway:([^:]*):([^:]+):(.*)", re.DOTALL)
_FUNCTION = re.compile(r"path/2015-03-31/functions/.+/invocations", re.DOTALL)

ONE_PARAMETER_NAME = "Parameter names must be unique across querystring, header and path"  # LS
NO_PATH_OR_ACTION = "AWS ARN for integration must contain path or action"  # LS
NO_ARN = "Invalid ARN specified in the request"  # LS
NO_FUNCTION = (  # LS
    "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations."
)
NO_AUTHORIZER = (  # R
    "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid "
    "authorizer."
)
NO_VALIDATOR = "Invalid Request Validator identifier specified"  # R
BAD_SEGMENT = (  # R
    "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the beginning "
    "and the end."
)
BAD_ROUTE_KEY = (  # R
    "The provided route key is not formatted properly for HTTP protocol. Format should be "
    '"<HTTP METHOD> /<RESOURCE PATH>" or "$default"'
)
NO_PAYLOAD_FORMAT = "PayloadFormatVersion is a required parameter for integration"  # D
ONE_AUTHORIZER = "A route of an HTTP API can have one authorizer"  # D: only the rule
NO_CREDENTIALS = "allow-credentials is not supported if 'allow-origin' is *"  # CAP: aws/aws-cdk issue 9076, 2020-07-15


@dataclass(frozen=True, slots=True)
class ImportedMethod:
    """
    A method or route as API Gateway has it.

    Attributes:
        authorization_type: `NONE`, `AWS_IAM`, `CUSTOM`, `COGNITO_USER_POOLS` or `JWT`.
        integration_type: Upper case, or None where there is no integration.
    """

    authorization_type: str
    integration_type: str | None
    api_key_required: bool = False


@dataclass(frozen=True, slots=True)
class ImportRefusal:
    """
    Why a document is not imported.

    Attributes:
        keys: Where in the document.
        route: Method and path that it is about; None where it is about the whole document.
    """

    message: str
    keys: Keys
    route: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What a document comes to: methods by `GET /jobs` (`$default` for that route), and why some are refused."""

    methods: Mapping[str, ImportedMethod]
    refusals: tuple[ImportRefusal, ...] = ()


def imported(document: Mapping[str, Any], kind: Kind) -> Imported:
    """
    What API Gateway makes of a document.

    Args:
        document: OpenAPI 3.0, or Swagger 2.0, its intrinsic functions resolved as far as they can be.
    """
    reading = _Import(document, kind)
    refusals = list(reading.whole())
    methods: dict[str, ImportedMethod] = {}
    for method, path, operation, keys in reading.operations():
        name = "$default" if path == DEFAULT_ROUTE and kind == "HTTP" else f"{method} {path}"
        methods[name] = reading.method(operation)
        refusals += [
            ImportRefusal(message, at, (method, path)) for message, at in reading.refusals(path, operation, keys)
        ]
    return Imported(methods, tuple(refusals))


@dataclass(frozen=True, slots=True)
class _Import:
    document: Mapping[str, Any]
    kind: Kind
    _variables: dict[tuple[str, ...], str] = field(default_factory=dict)

    def whole(self) -> Iterator[ImportRefusal]:
        """What is wrong with the document itself."""
        swagger, version = self.document.get("swagger"), str(self.document.get("openapi"))
        if swagger is not None and self.kind == "HTTP":  # D
            yield ImportRefusal("HTTP APIs are imported from OpenAPI 3.0 alone, and this is Swagger 2.0", ("swagger",))
        elif swagger is None and not version.startswith("3.0"):
            yield ImportRefusal(f"Invalid OpenAPI input: version {version}", ("openapi",))
        if self.kind == "REST":
            place = ("definitions",) if swagger is not None else ("components", "schemas")
            for name in self._member(*place):
                if _MODEL_NAME.fullmatch(str(name)) is None:  # D
                    message = f"Unable to create model '{name}': Model name must be alphanumeric: {name}"
                    yield ImportRefusal(message, (*place, name))
        cors = self._member(CORS)
        if self.kind == "HTTP" and str(cors.get("allowCredentials")).lower() == "true":
            origins = cors.get("allowOrigins")
            if "*" in (origins if isinstance(origins, list) else [origins]):
                yield ImportRefusal(NO_CREDENTIALS, (CORS, "allowCredentials"))

    def operations(self) -> Iterator[tuple[str, str, Mapping[str, Any], Keys]]:
        """Method, path, operation and where it stands."""
        for path, item in self._member("paths").items():
            for member, operation in (item if isinstance(item, Mapping) else {}).items():
                if (member in METHODS or member == ANY_METHOD) and isinstance(operation, Mapping):
                    method = "ANY" if member == ANY_METHOD else member.upper()
                    yield method, str(path), operation, ("paths", path, member)

    def method(self, operation: Mapping[str, Any]) -> ImportedMethod:
        """The method of an operation; security of the whole document counts where it has none of its own (LS)."""
        schemes = [scheme for _, _, scheme in self._schemes(operation)]
        kinds = [each for each in map(_authorization_type, schemes) if each is not None]
        integration = operation.get(INTEGRATION)
        written = integration.get("type") if isinstance(integration, Mapping) else None
        return ImportedMethod(
            authorization_type=kinds[0] if kinds else "NONE",
            integration_type=None if written is None else str(written).upper(),
            api_key_required=any(_is_api_key(scheme) for scheme in schemes) and self.kind == "REST",
        )

    def refusals(self, path: str, operation: Mapping[str, Any], keys: Keys) -> Iterator[tuple[str, Keys]]:
        """What is wrong with one operation, and where."""
        for message in self._of_path(path):
            yield message, keys[:2]
        yield from self._of_security(operation, keys)
        integration = operation.get(INTEGRATION)
        if self.kind == "HTTP":
            if isinstance(integration, Mapping) and integration.get("payloadFormatVersion") is None:
                yield NO_PAYLOAD_FORMAT, (*keys, INTEGRATION)
            return
        doubled = self._doubled_parameter(operation, keys)
        if doubled is not None:
            yield ONE_PARAMETER_NAME, doubled
        validator = operation.get(VALIDATOR, self.document.get(VALIDATOR))
        if isinstance(validator, str) and validator not in self._member(f"{VALIDATOR}s"):
            yield NO_VALIDATOR, (*(keys if VALIDATOR in operation else ()), VALIDATOR)
        if isinstance(integration, Mapping):
            for message in _of_uri(integration):
                yield message, (*keys, INTEGRATION, "uri")

    def _of_path(self, path: str) -> Iterator[str]:
        segments = path.strip("/").split("/") if path.strip("/") else []
        if self.kind == "HTTP":
            if path != "/" and path.endswith("/"):  # D
                yield BAD_ROUTE_KEY
            return
        for position, segment in enumerate(segments):
            if _SEGMENT.fullmatch(segment) is None:
                yield BAD_SEGMENT
                return
            if not segment.startswith("{"):
                continue
            other = self._variables.setdefault(tuple(segments[:position]), segment)
            if other != segment:  # LS
                yield (f"A sibling ({other}) of this resource already has a variable path part -- only one is allowed")
            if segment.endswith("+}") and position < len(segments) - 1:  # LS
                yield f"Cannot create a child of a resource with a greedy path variable: {segment}"

    def _of_security(self, operation: Mapping[str, Any], keys: Keys) -> Iterator[tuple[str, Keys]]:
        at = (*(keys if "security" in operation else ()), "security")
        named = list(self._schemes(operation))
        for index, name, scheme in named:
            custom = str(scheme.get(AUTHTYPE, "")).lower() not in ("", "awssigv4")
            if not scheme or (custom and not isinstance(scheme.get(AUTHORIZER), Mapping)):
                yield f"{NO_AUTHORIZER} ({name})", (*at, index)
        authorizers = {name for _, name, scheme in named if _authorization_type(scheme) is not None}
        if len(authorizers) > 1 and self.kind == "HTTP":
            yield ONE_AUTHORIZER, at

    def _schemes(self, operation: Mapping[str, Any]) -> Iterator[tuple[int, str, Mapping[str, Any]]]:
        """The security schemes that an operation asks for, by requirement; {} for one that is not defined."""
        known = {**self._member("securityDefinitions"), **self._member("components", "securitySchemes")}
        written = operation.get("security", self.document.get("security"))
        for index, requirement in enumerate(written if isinstance(written, list) else ()):
            for name in requirement if isinstance(requirement, Mapping) else ():
                if name == OPEN and name not in known:
                    continue
                scheme = known.get(name)
                yield index, str(name), scheme if isinstance(scheme, Mapping) else {}

    def _doubled_parameter(self, operation: Mapping[str, Any], keys: Keys) -> Keys | None:
        """Where a parameter stands whose name another place has as well."""
        item = self._member(*map(str, keys[:-1]))
        places: dict[str, str] = {}
        for owner, at in ((item, keys[:-1]), (operation, keys)):
            for index, written in enumerate(owner.get("parameters") or ()):
                parameter = self._resolved(written) if isinstance(written, Mapping) else {}
                name, place = str(parameter.get("name")), str(parameter.get("in"))
                if place in ("path", "query", "header") and places.setdefault(name, place) != place:
                    return (*at, "parameters", index)
        return None

    def _resolved(self, written: Mapping[str, Any]) -> Mapping[str, Any]:
        reference = written.get("$ref")
        if not isinstance(reference, str) or not reference.startswith("#/"):
            return written
        keys = [token.replace("~1", "/").replace("~0", "~") for token in reference.removeprefix("#/").split("/")]
        return self._member(*keys)

    def _member(self, *keys: str) -> Mapping[str, Any]:
        value: Any = self.document
        for key in keys:
            value = value.get(key) if isinstance(value, Mapping) else None
        return value if isinstance(value, Mapping) else {}


def _authorization_type(scheme: Mapping[str, Any]) -> str | None:
    """The type that a scheme makes of a method; None where it is no authorizer."""
    authtype = str(scheme.get(AUTHTYPE, "")).lower()
    settings = scheme.get(AUTHORIZER)
    kind = str(settings.get("type", "")).lower() if isinstance(settings, Mapping) else ""
    if authtype == "awssigv4":
        return "AWS_IAM"
    if "cognito_user_pools" in (authtype, kind):
        return "COGNITO_USER_POOLS"
    if kind == "jwt":
        return "JWT"
    return "CUSTOM" if authtype or kind else None


def _is_api_key(scheme: Mapping[str, Any]) -> bool:
    return _authorization_type(scheme) is None and str(scheme.get("name")).lower() == "x-api-key"


def _of_uri(integration: Mapping[str, Any]) -> Iterator[str]:
    """What PutIntegration says of a URI (LS); one that is not known before a deployment is not judged."""
    kind, uri = str(integration.get("type")).lower(), integration.get("uri")
    if kind not in ("aws", "aws_proxy") or not isinstance(uri, str) or "${" in uri:
        return
    arn = _ARN.fullmatch(uri)
    if arn is None:
        yield NO_ARN
    elif not arn[3].startswith(("path/", "action/")):
        yield NO_PATH_OR_ACTION
    elif kind == "aws_proxy" and arn[2] != "firehose" and not (arn[2] == "lambda" and _FUNCTION.fullmatch(arn[3])):
        yield NO_FUNCTION
