"""
What a request asks for, checked against the contract.

The gateway checks nothing, so the whole of the contract is checked here, and from the contract itself.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jsonschema_rs import Draft4Validator

from webapi.bodies import json_body, media_type, whole
from webapi.contract import Operation, Parameter, Schema, contract
from webapi.max_bytes import MAX_BYTES, MaxBytes
from webapi.problems import Fault, Refusal, refused
from webapi.requests import Request
from webapi.tenants import tenant

JSON = "application/json"
PRECONDITION = "If-Match"
LONGEST_DETAIL = 300
"""Characters; a client's own words can be in a detail."""

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,18})")  # the grammar of JSON, up to 64 bits


@dataclass(frozen=True, slots=True)
class Call:
    """
    What a valid request asks for; defaults of the contract are filled in.

    Attributes:
        parameters: Path, query and header parameters by name, converted to the type that the contract gives them.
        body: The JSON value; the bytes of a body of another media type; None where there is none.
        path: The path as the client sent it, with stage or base path.
        media_type: Of the body, in lower case; "" without one.
        claims: What the authorizer says of the caller.
        method: Of the operation.
    """

    parameters: Mapping[str, Any]
    body: Any
    path: str
    media_type: str = ""
    claims: Mapping[str, Any] = field(default_factory=dict)
    method: str = "GET"

    @property
    def tenant(self) -> str:
        """
        Whose things the caller may see and change: always what the authorizer says, never what a client does.

        Raises:
            Refusal: 403, the caller is nobody's, or may not do what this method does.
        """
        return tenant(self.claims, self.method)


def checked(operation: Operation, request: Request) -> Call:
    """
    What a request asks for.

    Raises:
        Refusal: 400 where the contract does not allow the request, 413 where it is allowed but too large,
            415 where its body is of another type, 428 where it has no If-Match and must have one.
    """
    parameters, faults = _parameters(operation, request)
    if faults:
        raise Refusal(400, faults)
    body, essence = _body(operation, request)
    return Call(parameters, body, request.path, essence, request.claims, operation.method)


def _parameters(operation: Operation, request: Request) -> tuple[dict[str, Any], list[Fault]]:
    """The documented parameters; others are ignored."""
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    precondition: Refusal | None = None
    for parameter in operation.parameters:
        try:
            given = _given(parameter, request)
            if given is None:
                _default(values, parameter.name, parameter.schema)
            else:
                values[parameter.name] = _converted(parameter, given)
        except Refusal as refusal:
            if refusal.status == 428:
                precondition = refusal
            else:
                faults += refusal.faults
    if precondition is not None and not faults:
        raise precondition
    return values, faults


def _given(parameter: Parameter, request: Request) -> str | None:
    """
    What was sent for a parameter, None for nothing.

    Raises:
        Refusal: A required parameter is missing, or one was sent more than once.
    """
    sent: tuple[str, ...]
    if parameter.place == "path":
        sent = tuple(value for name, value in request.path_parameters.items() if name == parameter.name)
    elif parameter.place == "header":
        sent = request.header(parameter.name)
        sent = (", ".join(sent),) if sent else ()  # several lines are one list (RFC 9110, 5.3)
    else:
        sent = request.query.get(parameter.name, ())
    if len(sent) > 1:
        raise refused(Fault("parameter", parameter.name, "repeated", "must be given once"))
    if not sent and parameter.required:
        if parameter.name == PRECONDITION:
            raise Refusal(428, [Fault("header", PRECONDITION, "required", "must be given")])  # RFC 6585, 3
        raise refused(Fault("parameter", parameter.name, "required", "must be given"))
    return sent[0] if sent else None


def _converted(parameter: Parameter, given: str) -> Any:
    """
    A parameter's value in the type that the contract gives it.

    Raises:
        Refusal: The text is not of that type, or breaks another rule of the contract.
    """
    where = "header" if parameter.place == "header" else "parameter"
    if not whole(given):
        raise refused(Fault(where, parameter.name, "encoding", "must be UTF-8"))
    value: Any = given
    if contract().resolved(parameter.schema).get("type") == "integer":
        if not _INTEGER.fullmatch(given):
            raise refused(Fault(where, parameter.name, "type", "must be an integer"))
        value = int(given)
    for error in _validator(json.dumps(parameter.schema)).iter_errors(value):
        raise refused(Fault(where, parameter.name, error.kind.name, error.message[:LONGEST_DETAIL]))
    return value


def _body(operation: Operation, request: Request) -> tuple[Any, str]:
    """
    The body and its media type: a JSON value with defaults filled in, or the bytes of another media type.

    Raises:
        Refusal: 400, 413 or 415.
    """
    if not operation.body:
        return None, ""
    if request.body is None:
        if operation.body_required:
            raise refused(Fault("pointer", "", "required", "must be given"))
        return None, ""
    essence, charset = media_type(request)
    if essence not in operation.body:
        accepted = " or ".join(operation.body)
        raise Refusal(415, [Fault("header", "Content-Type", "content-type", f"must be {accepted}")])
    schema = operation.body[essence]
    if essence != JSON:
        most = contract().resolved(schema).get(MAX_BYTES)
        if most is not None and len(request.body) > most:
            raise Refusal(413, [Fault("pointer", "", MAX_BYTES, f"must not have more than {most} bytes")])
        return request.body, essence
    value = json_body(request, charset)
    _refuse_faults(schema, value)
    filled = dict(value)
    for name, member in contract().properties(schema).items():
        if name not in filled:
            _default(filled, name, member)
    return filled, essence


def _refuse_faults(schema: Schema, value: Any) -> None:
    """
    Checks a body.

    Raises:
        Refusal: 400 for anything that the schema does not allow; 413 if nothing is wrong but a number of bytes.
    """
    found = [
        Fault("pointer", _pointer(error.instance_path), error.kind.name, error.message[:LONGEST_DETAIL])
        for error in _validator(json.dumps(schema)).iter_errors(value)
    ]
    faults = sorted(found, key=lambda fault: (fault.name, fault.code))
    if not faults:
        return
    if all(fault.code == MAX_BYTES for fault in faults):
        raise Refusal(413, faults)
    raise Refusal(400, faults)


def _default(values: dict[str, Any], name: str, schema: Schema) -> None:
    """Fills in what the contract says of a member that was not sent; nothing where it says nothing."""
    default = contract().resolved(schema).get("default")
    if default is not None:
        # A list would be shared by all requests of a warm function.
        values[name] = list(default) if isinstance(default, list) else default


def _pointer(path: list[str | int]) -> str:
    """A JSON Pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


@functools.cache
def _validator(schema: str) -> Draft4Validator:
    """
    A validator for one schema, compiled once per warm function; its messages do not repeat what was sent.

    Args:
        schema: As JSON text, since it is what the validators are remembered by.
    """
    return Draft4Validator(
        {"allOf": [json.loads(schema)], "schemas": contract().schemas},
        keywords={MAX_BYTES: MaxBytes},
        mask="value",
    )
