"""An answer of AWS as bytes on the wire, in each protocol that its services speak."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from contracts.errors import EmulationError

REQUEST_ID = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service sends back: the status, the headers and the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def parts(self) -> tuple[int, dict[str, str], bytes]:
        """The three parts in the order and the types that moto uses; the headers are the caller's own."""
        return self.status, dict(self.headers), self.body


def json_answer(body: Mapping[str, Any], *, status: int = 200) -> Answer:
    """An answer of the `json` protocol."""
    headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-RequestId": REQUEST_ID}
    return Answer(status, headers, json.dumps(body).encode())


def error_answer(
    model: Any,
    code: str,
    *,
    status: int,
    message: str,
    method: str = "POST",
    members: Mapping[str, Any] | None = None,
) -> Answer:
    """
    An error as the service would send it, so that botocore raises the exception of that error.

    Args:
        model: botocore's `ServiceModel` of the service.
        code: The error's code, or the name of its shape where the two differ.
        status: The HTTP status.
        message: What AWS would say.
        method: Of the request; an answer to HEAD has no body.
        members: Further members of the error, for example `CancellationReasons`; only JSON carries them.

    Raises:
        EmulationError: The service speaks a protocol that we cannot write.
    """
    if method == "HEAD":
        return Answer(status, {"x-amz-request-id": REQUEST_ID}, b"")
    protocol = model.resolved_protocol
    if protocol in {"json", "rest-json"}:
        return _json_error(model, code, status=status, message=message, members=members or {})
    if protocol in {"query", "ec2", "rest-xml"}:
        body = _XML[protocol].format(code=escape(_wire_code(model, code)), message=escape(message), id=REQUEST_ID)
        return Answer(status, {"Content-Type": "text/xml", "x-amz-request-id": REQUEST_ID}, body.encode())
    raise EmulationError(
        f"{model.service_name} speaks {protocol}, and no error can be injected into that",
        cure="Leave this service out of the fault plan.",
    )


# https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#operation-error-serialization and its siblings.
_FAULT = "<Error>{type}<Code>{{code}}</Code><Message>{{message}}</Message></Error>"
_XML = {
    "query": "<ErrorResponse>"
    + _FAULT.format(type="<Type>Sender</Type>")
    + "<RequestId>{id}</RequestId></ErrorResponse>",
    "ec2": "<Response><Errors>" + _FAULT.format(type="") + "</Errors><RequestID>{id}</RequestID></Response>",
    "rest-xml": "<Error><Code>{code}</Code><Message>{message}</Message><RequestId>{id}</RequestId></Error>",
}


def _json_error(model: Any, code: str, *, status: int, message: str, members: Mapping[str, Any]) -> Answer:
    """https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html#operation-error-serialization"""
    body = {"__type": code, "message": message, "Message": message, **members}
    headers = {
        "Content-Type": "application/x-amz-json-1.0",
        "x-amzn-RequestId": REQUEST_ID,
        "x-amzn-ErrorType": code,
    }
    if "awsQueryCompatible" in model.metadata:
        # https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#aws-protocols-awsquerycompatible-trait
        headers["x-amzn-query-error"] = f"{_wire_code(model, code)};{'Receiver' if status >= 500 else 'Sender'}"
    return Answer(status, headers, json.dumps(body).encode())


def _wire_code(model: Any, code: str) -> str:
    """An error's shape may be sent under another code: SNS's `NotFoundException` is `NotFound`."""
    for shape in model.error_shapes:
        if shape.name == code:
            return str(shape.error_code)
    return code
