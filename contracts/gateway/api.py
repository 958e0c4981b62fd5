"""The API: one immutable value a deployment, and the one ordered chain that every request goes through.

front door -> stage -> route -> API key -> parameters -> body -> integration   (C, partly LS: parameters before body)

At each step the call goes on or is refused; a refusal is a gateway response.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from contracts.contract import Contract, Operation
from contracts.exchange import Event, Invoke
from contracts.gateway import refusals
from contracts.gateway.calls import Call, place_of, query_of, verb
from contracts.gateway.deployment import ApiKey, Deployment, Moment
from contracts.gateway.events_v1 import event
from contracts.gateway.methods import Method, Unsupported, method_of
from contracts.gateway.refusals import Customisation, Refusal, customisations, refused
from contracts.gateway.replies import answered
from contracts.gateway.routing import Match, Resource, match, tree
from contracts.gateway.security import key_of
from contracts.http import Request, Response
from contracts.stack import Function

# D: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
LONGEST_BODY = 10_485_760
LONGEST_TARGET = 10_240
LONGEST_HEADERS = 10_240  # all values together
LONGEST_EVENT = 6_291_456  # of a synchronous invocation, as JSON
# A body below this cannot make an event too long: JSON escapes one byte with six characters at most.
_HARMLESS_BODY = LONGEST_EVENT // 12


@dataclass(frozen=True, slots=True)
class Api:
    """
    A deployed API.

    Attributes:
        resources: The tree that requests are routed by.
        unsupported: Operations that `answer` cannot be trusted with; they answer 500.
    """

    contract: Contract
    deployment: Deployment
    resources: Resource[Method]
    customised: Mapping[str, Customisation]
    unsupported: tuple[Unsupported, ...] = ()


def deploy(contract: Contract, deployment: Deployment, functions: Mapping[str, Function]) -> Api:
    """
    Deploy a contract.

    Args:
        functions: The function of each operation, by `Operation.name`. An operation with a Lambda integration that
            is not among them answers as API Gateway does without permission to call it: 500.
    """
    problems: list[Unsupported] = []
    methods = []
    for operation in contract.operations:
        method, why_not = method_of(contract, operation, deployment=deployment, function=functions.get(operation.name))
        problems += why_not
        methods.append((operation.method, operation.path, method))
    resources, refused_methods = tree(methods)
    problems += [Unsupported(of.what.operation, of.reason, of.what.operation.location) for of in refused_methods]
    once: dict[str, Unsupported] = {}
    for each in problems:
        once.setdefault(each.operation.name, each)
    return Api(contract, deployment, resources, customisations(contract.gateway_responses), tuple(once.values()))


def route(api: Api, request: Request) -> Operation | None:
    """The operation that a request goes to, or None where no method of the stage takes it."""
    place = place_of(request.target)
    found = match(api.resources, verb(request), place.path) if place.stage == api.deployment.stage else None
    return None if found is None else found.found.operation


def answer(api: Api, request: Request, moment: Moment, invoke: Invoke) -> Response:
    """
    What API Gateway answers.

    Args:
        moment: The clock and the ids of this request.
        invoke: Calls a function with an event; what it raises is not caught.
    """
    place = place_of(request.target)
    call = Call(api.deployment, request, moment, verb(request), place, query_of(request.query))
    outcome: Response | Refusal | None = _front_door(request)
    if outcome is None and place.stage != api.deployment.stage:
        outcome = Refusal(refusals.NO_STAGE)
    if outcome is None:
        found = match(api.resources, call.method, place.path)
        if found is None:
            outcome = _no_route(request)
        else:
            call = _routed(call, found)
            outcome = _behind_the_door(api, call, method=found.found, invoke=invoke)
    return refused(call, outcome, api.customised) if isinstance(outcome, Refusal) else outcome


def _routed(call: Call, found: Match[Method]) -> Call:
    return replace(
        call,
        operation=found.found.operation,
        resource_id=found.found.resource_id,
        path_parameters=dict(found.parameters),
    )


def _front_door(request: Request) -> Refusal | None:
    """Limits that are the same for all APIs (SAGE for the body; D)."""
    if request.body is not None and len(request.body) > LONGEST_BODY:
        return Refusal(refusals.BODY_TOO_LONG)
    if len(request.target) > LONGEST_TARGET:
        return Refusal(refusals.URI_TOO_LONG)
    if sum(len(value) for _, value in request.headers.lines) > LONGEST_HEADERS:
        return Refusal(refusals.HEADERS_TOO_LONG)
    return Refusal(refusals.BAD_REQUEST) if "|" in request.query else None


def _no_route(request: Request) -> Refusal:
    """
    An unknown path or verb (LS), where a foreign Authorization header is complained about first.

    CAP, SAGE: a value without an equal sign; R for one that has some.
    """
    value = (request.headers.get("Authorization") or "").strip()
    if not value or value.startswith("AWS4-"):
        return Refusal(refusals.NO_ROUTE)
    digest = base64.b64encode(hashlib.sha256(value.encode("utf-8", "replace")).digest()).decode("ascii")
    hashed = "ashed with SHA-256 and encoded with Base64)"
    if "=" not in value:
        message = f"Invalid key=value pair (missing equal-sign) in Authorization header (h{hashed}: '{digest}'."
    else:
        missing = " ".join(
            f"Authorization header requires '{name}' parameter."
            for name in ("Credential", "Signature", "SignedHeaders")
        )
        date = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
        message = f"{missing} {date} (H{hashed} Authorization={digest}"
    return Refusal(refusals.BAD_AUTHORIZATION, message)


def _behind_the_door(api: Api, call: Call, *, method: Method, invoke: Invoke) -> Response | Refusal:
    key: ApiKey | Refusal | None = key_of(call) if method.guard.api_key else None
    if isinstance(key, Refusal):
        return key
    problem = method.validation.problem(call)
    if problem is not None:
        return problem
    if method.broken:
        return Refusal(refusals.MISCONFIGURED)
    if method.mock is not None:
        return method.mock.answer(call)
    return _invoked(api, call, method=method, invoke=invoke, key=key)


def _invoked(api: Api, call: Call, *, method: Method, invoke: Invoke, key: ApiKey | None) -> Response | Refusal:
    binary = api.contract.binary_media_types
    made = event(call, binary, api_key=key)
    if len(call.request.body or b"") > _HARMLESS_BODY and _size(made) > LONGEST_EVENT:
        return Refusal(refusals.REQUEST_TOO_LARGE)
    if method.function is None:
        return Refusal(refusals.MISCONFIGURED)
    reply = invoke(method.function, made)
    return answered(call, reply, timeout_milliseconds=method.timeout_milliseconds, binary_media_types=binary)


def _size(made: Event) -> int:
    return len(json.dumps(made, ensure_ascii=False).encode("utf-8", "replace"))
