"""Refusals: the gateway's own errors, which are gateway response types, and what a client sees of them.

The types are the developer guide's (supported-gateway-response-types); their default statuses are recorded (LS, CRUD
snapshot of all types). A body that is made at or after validation has a space behind the colon, an earlier one has
none (LS, CAP where bytes were counted; I for the rest).

A customised type replaces status, headers and template; a type of its own is before DEFAULT_4XX and DEFAULT_5XX
(MS). Templates are no VTL: `$context...` and `$stageVariables...` are put in, nothing else happens (D).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.gateway.calls import Call
from contracts.gateway.events_v1 import request_context
from contracts.gateway.media_types import DEFAULT_MEDIA_TYPE
from contracts.gateway.responses import Line, line, response, written
from contracts.http import Response


@dataclass(frozen=True, slots=True)
class Kind:
    """
    One way to refuse.

    Attributes:
        type: The gateway response type that it is customised by; None when it cannot be.
        error_type: The header x-amzn-ErrorType; None when there is none.
        message: What `$context.error.message` says, unless the refusal knows better.
        early: Whether it is decided before validation.
        member: The member of the default body that has the message; None for plain text.
    """

    type: str | None
    status: int
    error_type: str | None
    message: str | None
    early: bool = True
    member: str | None = "message"

    @property
    def family(self) -> str:
        """The type that stands for all of its class."""
        return "DEFAULT_4XX" if self.status < 500 else "DEFAULT_5XX"


INTERNAL = "Internal server error"
NO_ROUTE = Kind(
    "MISSING_AUTHENTICATION_TOKEN", 403, "MissingAuthenticationTokenException", "Missing Authentication Token"
)
BAD_AUTHORIZATION = Kind("INVALID_SIGNATURE", 403, "IncompleteSignatureException", None)
NO_STAGE = Kind(None, 403, "ForbiddenException", "Forbidden")
UNAUTHORIZED = Kind("UNAUTHORIZED", 401, "UnauthorizedException", "Unauthorized")
AUTHORIZER_CONFIGURATION = Kind("AUTHORIZER_CONFIGURATION_ERROR", 500, "AuthorizerConfigurationException", None)
INVALID_API_KEY = Kind("INVALID_API_KEY", 403, "ForbiddenException", "Forbidden")
THROTTLED = Kind("THROTTLED", 429, "TooManyRequestsException", "Too Many Requests")
QUOTA_EXCEEDED = Kind("QUOTA_EXCEEDED", 429, "LimitExceededException", "Limit Exceeded")
ACCESS_DENIED = Kind("ACCESS_DENIED", 403, "AccessDeniedException", None, member="Message")
BAD_PARAMETERS = Kind("BAD_REQUEST_PARAMETERS", 400, "BadRequestException", None, early=False)
BAD_BODY = Kind("BAD_REQUEST_BODY", 400, "BadRequestException", "Invalid request body", early=False)
UNSUPPORTED_MEDIA_TYPE = Kind("UNSUPPORTED_MEDIA_TYPE", 415, "BadRequestException", "Unsupported Media Type")
REQUEST_TOO_LARGE = Kind("REQUEST_TOO_LARGE", 413, "RequestTooLargeException", "Request Too Long")
MISCONFIGURED = Kind("API_CONFIGURATION_ERROR", 500, "InternalServerErrorException", INTERNAL, early=False)
BAD_REPLY = Kind("DEFAULT_5XX", 502, "InternalServerErrorException", INTERNAL, early=False)
BAD_BASE64 = Kind("DEFAULT_5XX", 500, "InternalServerErrorException", INTERNAL, early=False)
TIMED_OUT = Kind("INTEGRATION_TIMEOUT", 504, "InternalServerErrorException", "Endpoint request timed out", early=False)
# Said before the API is even known, so that no API can change them.
BODY_TOO_LONG = Kind(None, 413, None, "HTTP content length exceeded 10485760 bytes.", member=None)  # SAGE: plain text
URI_TOO_LONG = Kind(None, 414, None, "Request URI too long")  # D
HEADERS_TOO_LONG = Kind(None, 431, None, "Request header fields too large")  # R
BAD_REQUEST = Kind(None, 400, "BadRequestException", "Bad Request")  # D refuses a plain `|`; its words are unrecorded


@dataclass(frozen=True, slots=True)
class Refusal:
    """
    A refusal of one call.

    Attributes:
        message: What the kind leaves to the call.
        detail: `$context.error.validationErrorString`.
        lines: Headers that it has besides those of all refusals (HTTP APIs).
    """

    kind: Kind
    message: str | None = None
    detail: str = ""
    lines: tuple[Line, ...] = ()

    @property
    def said(self) -> str | None:
        """What is said; None, which is null in a body, where there is nothing (R: of authorizers that fail)."""
        return self.message if self.message is not None else self.kind.message

    @property
    def text(self) -> str:
        """What is said, as text."""
        return self.said or ""


@dataclass(frozen=True, slots=True)
class Customisation:
    """
    A gateway response of the API (x-amazon-apigateway-gateway-responses).

    Attributes:
        status: None keeps the type's own.
        headers: What `gatewayresponse.header.<name>` is given, by name.
        template: Media type and text; None keeps the default body.
    """

    status: int | None
    headers: tuple[tuple[str, str], ...]
    template: tuple[str, str] | None


Customisations = Mapping[str, Customisation]

HEADER_PREFIX = "gatewayresponse.header."
VARIABLE = re.compile(r"\$(context|stageVariables)\.([A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*)")


def customisations(gateway_responses: Mapping[str, Mapping[str, Any]]) -> dict[str, Customisation]:
    """The gateway responses of a document; what is no text (an intrinsic function that nobody resolved) is left out."""
    return {name.upper(): _customisation(each) for name, each in gateway_responses.items()}


def _customisation(document: Mapping[str, Any]) -> Customisation:
    status = str(document.get("statusCode") or "")
    templates = _texts(document.get("responseTemplates"))
    chosen = DEFAULT_MEDIA_TYPE if DEFAULT_MEDIA_TYPE in templates else next(iter(templates), None)
    return Customisation(
        status=int(status) if re.fullmatch(r"[2-5][0-9][0-9]", status) else None,
        headers=tuple(
            (name.removeprefix(HEADER_PREFIX), value)
            for name, value in _texts(document.get("responseParameters")).items()
            if name.startswith(HEADER_PREFIX)
        ),
        template=None if chosen is None else (chosen, templates[chosen]),
    )


def _texts(value: Any) -> dict[str, str]:
    pairs = value.items() if isinstance(value, Mapping) else ()
    return {str(key): member for key, member in pairs if isinstance(member, str)}


def refused(call: Call, refusal: Refusal, customised: Customisations) -> Response:
    """The response of a refusal."""
    kind = refusal.kind
    custom = None if kind.type is None else customised.get(kind.type) or customised.get(kind.family)
    lines = [] if kind.error_type is None else [("x-amzn-ErrorType", kind.error_type)]
    media_type = DEFAULT_MEDIA_TYPE if kind.member is not None else "text/plain"
    if custom is None:
        return response(call, kind.status, media_type=media_type, lines=lines, body=_default_body(refusal))
    variables = Variables(call, refusal)
    added = [each for name, said in custom.headers if (each := _line(name, said, variables=variables))]
    names = {name.lower() for name, _ in added}
    if custom.template is not None:
        media_type = custom.template[0]
    body = _default_body(refusal) if custom.template is None else variables.filled(custom.template[1])
    return response(
        call,
        custom.status or kind.status,
        media_type=media_type,
        lines=[*(each for each in lines if each[0].lower() not in names), *added],
        body=body if isinstance(body, bytes) else body.encode("utf-8", "replace"),
    )


def _default_body(refusal: Refusal) -> bytes:
    kind = refusal.kind
    if kind.member is None:
        return refusal.text.encode()
    separator = ":" if kind.early else ": "
    return f'{{"{kind.member}"{separator}{json.dumps(refusal.said, ensure_ascii=False)}}}'.encode("utf-8", "replace")


def _line(name: str, expression: str, *, variables: Variables) -> Line | None:
    value = variables.value(expression)
    return None if value is None else line(name, value)


class Variables:
    """What gateway responses and mock integrations can say of a call, looked up only when they do."""

    def __init__(self, call: Call, refusal: Refusal | None = None) -> None:
        self._call = call
        self._refusal = refusal
        self._context: dict[str, Any] | None = None

    def value(self, expression: str) -> str | None:
        """
        A value of `responseParameters`; None where there is nothing to say.

        One of: `'literal'`, `method.request.{header|querystring|path}.<name>`, `context.<name>`,
        `stageVariables.<name>` (MS; D).
        """
        if len(expression) >= 2 and expression.startswith("'") and expression.endswith("'"):
            return expression[1:-1]
        for prefix, find in self._sources():
            if expression.startswith(prefix):
                return find(expression.removeprefix(prefix))
        return None

    def _sources(self) -> tuple[tuple[str, Callable[[str], str | None]], ...]:
        call = self._call
        return (
            ("method.request.header.", call.request.headers.get),
            ("method.request.querystring.", lambda name: dict(call.query).get(name)),
            ("method.request.path.", call.path_parameters.get),
            ("context.", self._of_context),
            ("stageVariables.", call.deployment.stage_variables.get),
        )

    def filled(self, template: str) -> str:
        """A template with its variables put in; what is unknown is nothing."""
        return VARIABLE.sub(lambda found: self.value(f"{found[1]}.{found[2]}") or "", template)

    def _of_context(self, path: str) -> str | None:
        value: Any = self._known()
        for name in path.split("."):
            value = value.get(name) if isinstance(value, Mapping) else None
        return written(value)

    def _known(self) -> dict[str, Any]:
        if self._context is None:
            call = self._call
            context = request_context(call, user_agent=call.request.headers.get("User-Agent"))
            self._context = {**context, "error": self._error()}
        return self._context

    def _error(self) -> dict[str, str]:
        refusal = self._refusal
        if refusal is None:
            return {}
        return {
            "message": refusal.text,
            "messageString": json.dumps(refusal.said, ensure_ascii=False),
            "responseType": refusal.kind.type or "",
            # It stands between quotes of JSON in AWS's own examples, so it is escaped as JSON text is.
            "validationErrorString": json.dumps(refusal.detail, ensure_ascii=False)[1:-1],
        }
