"""Services: integrations of type `aws` with Amazon S3, which the gateway calls by itself, without a function.

* The URI `arn:aws:apigateway:<region>:s3:path/<bucket>/<key>` names the object; `{variables}` in it, headers and
  query parameters are mapped from the request (D: "Create a REST API as an Amazon S3 proxy").
* The response is chosen by the status that the service answers: the first pattern that matches it, else `default`
  (D: selection patterns; for services the status is matched, not a message).
* A service that does not answer is INTEGRATION_TIMEOUT, 504 (D), whatever `responses` say.
* Nothing of the service's headers is passed on but what `responseParameters` name (D); without a Content-Type there
  the answer is `application/json` (LS).
* A response template takes the place of the service's body; `$context` and `$stageVariables` are put in.
* Bodies are bytes or text by `contentHandling`, the binary media types, and the request's Content-Type or Accept
  (D: "Content type conversions for API Gateway"); bytes that are no text are damaged where text is wanted (LS).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from contracts.contract import Integration
from contracts.exchange import CallService, ServiceRequest
from contracts.gateway import refusals
from contracts.gateway.calls import Call
from contracts.gateway.media_types import DEFAULT_MEDIA_TYPE, essence, is_binary
from contracts.gateway.mocks import is_program, template_of
from contracts.gateway.refusals import Refusal, Variables
from contracts.gateway.responses import Line, line, response
from contracts.http import Headers, Request, Response

# D: https://docs.aws.amazon.com/apigateway/latest/developerguide/integrating-api-with-aws-services-s3.html
S3_URI = re.compile(r"arn:[\w-]+:apigateway:(?P<region>[\w-]+):s3:path/(?P<path>.*)")
METHODS = frozenset({"DELETE", "GET", "HEAD", "PUT"})
_PLACES = ("header", "path", "querystring")
_REQUEST = "integration.request."
_RESPONSE_HEADER = "integration.response.header."
_METHOD_HEADER = "method.response.header."
NOT_S3 = "an integration of type `aws` with anything but an object of Amazon S3 (s3:path) is not supported yet"
_PATH_VARIABLE = re.compile(r"\{([^{}]+)\}")

Handling = str | None


@dataclass(frozen=True, slots=True)
class ServiceResponse:
    """
    One entry of `responses`.

    Attributes:
        pattern: None for `default`.
        handling: Its `contentHandling`.
        template: Its media type and text; None where the service's own body is passed on.
    """

    pattern: re.Pattern[str] | None
    status: int
    headers: tuple[tuple[str, str], ...]
    handling: Handling
    template: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class ServiceIntegration:
    """
    An integration of type `aws` with Amazon S3.

    Attributes:
        path: Bucket and key, with `{variables}`.
        mapped: What goes where: place (`header`, `path`, `querystring`), name, expression.
        credentials: The ARN of the role that the gateway takes; None when the document names none.
    """

    region: str
    path: str
    http_method: str
    credentials: str | None
    mapped: tuple[tuple[str, str, str], ...]
    responses: tuple[ServiceResponse, ...]
    handling: Handling

    def answer(self, call: Call, call_service: CallService | None) -> Response | Refusal:
        """Ask the service, and answer with what it said; a refusal where there is nobody to ask."""
        request = self._request(call)
        if request is None or call_service is None:
            return Refusal(refusals.MISCONFIGURED)
        found = call_service(ServiceRequest("s3", self.region, self.credentials, request))
        if found is None:
            return Refusal(refusals.TIMED_OUT)
        chosen = self._response(str(found.status))
        if chosen is None:
            return Refusal(refusals.MISCONFIGURED)
        lines = [each for name, said in chosen.headers if (each := _line(name, _said(said, call, found)))]
        media_type, body = DEFAULT_MEDIA_TYPE, _converted_answer(call, found, chosen.handling)
        if chosen.template is not None:
            media_type, text = chosen.template
            body = Variables(call).filled(text).encode("utf-8", "replace")
        if body is None:
            return Refusal(refusals.MISCONFIGURED)
        return response(call, chosen.status, media_type=media_type, lines=lines, body=body, traced=True)

    def _request(self, call: Call) -> Request | None:
        """The request to the service; None where a variable of its path has no value or its body no base64."""
        variables = Variables(call)
        values: dict[str, dict[str, str]] = {place: {} for place in _PLACES}
        for place, name, expression in self.mapped:
            value = variables.value(expression)
            if value is not None:
                values[place][name] = value
        if any(name not in values["path"] for name in _PATH_VARIABLE.findall(self.path)):
            return None
        # A path parameter arrives encoded, a header or a query parameter does not: each is encoded once.
        path = _PATH_VARIABLE.sub(lambda found: quote(unquote(values["path"][found[1]]), safe="/"), self.path)
        pairs = values["querystring"].items()
        query = "&".join(f"{quote(name, safe='')}={quote(said, safe='')}" for name, said in pairs)
        body = _converted_request(call, self.handling)
        if body is None and call.request.body:
            return None
        media_type = call.request.headers.get("Content-Type") or DEFAULT_MEDIA_TYPE
        headers = values["header"] if body is None else {"Content-Type": media_type, **values["header"]}
        sent = None if self.http_method in ("GET", "HEAD") else body
        return Request(self.http_method, f"/{path}{'?' if query else ''}{query}", Headers.of(headers.items()), sent)

    def _response(self, status: str) -> ServiceResponse | None:
        for each in self.responses:
            if each.pattern is not None and each.pattern.fullmatch(status):
                return each
        return next((each for each in self.responses if each.pattern is None), None)


def _said(expression: str, call: Call, found: Response) -> str | None:
    if expression.startswith(_RESPONSE_HEADER):
        return found.headers.get(expression.removeprefix(_RESPONSE_HEADER))
    return Variables(call).value(expression)


def _line(name: str, value: str | None) -> Line | None:
    return None if value is None else line(name, value)


def _converted_request(call: Call, handling: Handling) -> bytes | None:
    """The body for the service; None when there is none, or none can be made of it."""
    body = call.request.body
    if not body:
        return None
    binary = is_binary(essence(call.request.headers.get("Content-Type")), call.binary_media_types)
    return _CONVERSIONS[binary, binary, handling](body)


def _converted_answer(call: Call, found: Response, handling: Handling) -> bytes | None:
    """The body for the client; None where it should be base64 and is none."""
    accepted = call.request.headers.get_all("Accept")
    wanted = is_binary(essence(accepted[0]) if accepted else "", call.binary_media_types)
    binary = is_binary(essence(found.headers.get("Content-Type")), call.binary_media_types)
    return _CONVERSIONS[binary, wanted, handling](found.body)


def _as_it_is(body: bytes) -> bytes:
    return body


def _as_text(body: bytes) -> bytes:
    return body.decode("utf-8", "replace").encode()


def _decoded(body: bytes) -> bytes | None:
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        return None


# By what the body is, what is wanted, and `contentHandling`: D, the two tables of "Content type conversions for API
# Gateway" (gateway payload and integration payload).
_CONVERSIONS: Mapping[tuple[bool, bool, Handling], Callable[[bytes], bytes | None]] = {
    (False, False, None): _as_text,
    (False, False, "CONVERT_TO_TEXT"): _as_text,
    (False, False, "CONVERT_TO_BINARY"): _decoded,
    (False, True, None): _decoded,
    (False, True, "CONVERT_TO_TEXT"): _as_text,
    (False, True, "CONVERT_TO_BINARY"): _decoded,
    (True, False, None): base64.b64encode,
    (True, False, "CONVERT_TO_TEXT"): base64.b64encode,
    (True, False, "CONVERT_TO_BINARY"): _as_it_is,
    (True, True, None): _as_it_is,
    (True, True, "CONVERT_TO_TEXT"): base64.b64encode,
    (True, True, "CONVERT_TO_BINARY"): _as_it_is,
}
_HANDLINGS = (None, "CONVERT_TO_TEXT", "CONVERT_TO_BINARY")


def _problems(integration: Integration) -> Iterator[str]:
    settings, method = integration.settings, str(integration.http_method or "").upper()
    responses = _members(settings.get("responses"))
    found = S3_URI.fullmatch(integration.uri or "")
    if found is None or "/" not in found["path"]:
        yield NOT_S3
    if method not in METHODS:
        yield f"a call of Amazon S3 by {method or 'no method'} is not supported yet"
    if _texts(settings.get("requestTemplates")):
        yield "a mapping template for requests to Amazon S3 is not supported yet"
    if any(is_program(template[1]) for each in responses.values() if (template := template_of(each))):
        yield "its template is written in VTL, which is not run here"
    for name in _texts(settings.get("requestParameters")):
        if name.removeprefix(_REQUEST).partition(".")[0] not in _PLACES:
            yield f"Invalid mapping expression parameter specified: {name}"
    for name in responses:
        if name != "default" and not _is_pattern(name):
            yield f"the response pattern `{name}` is no regular expression"


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True


def service_of(integration: Integration) -> ServiceIntegration | str:
    """The integration that an `aws` integration describes, or why it is not supported here."""
    settings = integration.settings
    found = S3_URI.fullmatch(integration.uri or "")
    problem = next(_problems(integration), None)
    if found is None or problem is not None:
        return problem or NOT_S3
    method = str(integration.http_method).upper()
    mapped = [(name.removeprefix(_REQUEST), said) for name, said in _texts(settings.get("requestParameters")).items()]
    responses = tuple(_response(str(name), each) for name, each in _members(settings.get("responses")).items())
    credentials = settings.get("credentials")
    return ServiceIntegration(
        region=found["region"],
        path=found["path"],
        http_method=method,
        credentials=credentials if isinstance(credentials, str) else None,
        mapped=tuple((name.partition(".")[0], name.partition(".")[2], said) for name, said in mapped),
        responses=responses,
        handling=_handling(settings),
    )


def _response(name: str, document: Mapping[str, Any]) -> ServiceResponse:
    status = str(document.get("statusCode") or "200")
    return ServiceResponse(
        pattern=None if name == "default" else re.compile(name),
        status=int(status) if re.fullmatch(r"[2-5][0-9][0-9]", status) else 500,
        headers=tuple(
            (header.removeprefix(_METHOD_HEADER), value)
            for header, value in _texts(document.get("responseParameters")).items()
            if header.startswith(_METHOD_HEADER)
        ),
        handling=_handling(document),
        template=template_of(document),
    )


def _handling(document: Mapping[str, Any]) -> Handling:
    said = str(document.get("contentHandling") or "").upper() or None
    return said if said in _HANDLINGS else None


def _members(value: Any) -> dict[str, Mapping[str, Any]]:
    pairs = value.items() if isinstance(value, Mapping) else ()
    return {str(key): member for key, member in pairs if isinstance(member, Mapping)}


def _texts(value: Any) -> dict[str, str]:
    pairs = value.items() if isinstance(value, Mapping) else ()
    return {str(key): member for key, member in pairs if isinstance(member, str)}
