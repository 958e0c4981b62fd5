"""The API: one immutable value a deployment, and the one ordered chain that every request goes through.

front door -> stage -> route -> resource policy and authorizer -> API key -> parameters -> body -> integration
(C, partly LS: parameters before body; MS: the route before the authorizer)

At each step the call goes on or is refused; a refusal is a gateway response. What REST and HTTP APIs do in different
ways is in the `Rules` of the kind and in the `Payload` of the method.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from contracts.contract import Contract, Operation
from contracts.exchange import CallService, Event, Invoke
from contracts.gateway import refusals
from contracts.gateway.authorizers import Cache, Desk
from contracts.gateway.authorizers.admission import Policy, admitted, resource_policy
from contracts.gateway.calls import Call, Place
from contracts.gateway.deployment import ApiKey, Deployment, Kind, Moment
from contracts.gateway.http_api.rules import rules_of as http_rules
from contracts.gateway.methods import Method, Unsupported, method_of
from contracts.gateway.refusals import Customisation, Refusal, customisations
from contracts.gateway.rest import rules_of as rest_rules
from contracts.gateway.routing import Match
from contracts.gateway.rules import Router, Rules
from contracts.gateway.security import key_of
from contracts.http import Request, Response
from contracts.identities import Needs
from contracts.stack import Function

RULES: Mapping[Kind, Callable[[Mapping[str, Any]], Rules]] = {"REST": rest_rules, "HTTP": http_rules}

# D: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
LONGEST_EVENT = 6_291_456  # of a synchronous invocation, as JSON
# A body below this cannot make an event too long: JSON escapes one byte with six characters at most.
_HARMLESS_BODY = LONGEST_EVENT // 12


@dataclass(frozen=True, slots=True)
class Api:
    """
    A deployed API.

    Attributes:
        rules: Those of its kind.
        router: What requests are routed by.
        policy: The API's resource policy; None when it has none.
        needs: What a call of each operation must show, by `Operation.name`.
        unsupported: Operations that `answer` cannot be trusted with; they answer 500.
    """

    contract: Contract
    deployment: Deployment
    rules: Rules
    router: Router
    customised: Mapping[str, Customisation]
    policy: Policy | None = None
    needs: Mapping[str, Needs] = field(default_factory=dict)
    unsupported: tuple[Unsupported, ...] = ()


def deploy(
    contract: Contract,
    deployment: Deployment,
    functions: Mapping[str, Function],
    authorizers: Mapping[str, Function] | None = None,
) -> Api:
    """
    Deploy a contract.

    Args:
        functions: The function of each operation, by `Operation.name`. An operation with a Lambda integration that
            is not among them answers as API Gateway does without permission to call it: 500.
        authorizers: The function of each Lambda authorizer, by the name of its security scheme; without it, likewise,
            every call fails.
    """
    problems: list[Unsupported] = []
    policy, of_policy = resource_policy(contract, deployment)
    if of_policy is not None:
        problems += [Unsupported(each, of_policy, contract.location) for each in contract.operations]
    shown: dict[str, Needs] = {}
    methods = []
    for operation in contract.operations:
        method, why_not = method_of(
            contract,
            operation,
            deployment=deployment,
            function=functions.get(operation.name),
            authorizers=authorizers or {},
        )
        problems += why_not
        shown[operation.name] = method.guard.needs
        methods.append((operation.method, operation.path, method))
    rules = RULES[deployment.kind](contract.extensions)
    router, refused_methods = rules.router(methods)
    problems += [Unsupported(of.what.operation, of.reason, of.what.operation.location) for of in refused_methods]
    once: dict[str, Unsupported] = {}
    for each in problems:
        once.setdefault(each.operation.name, each)
    customised = customisations(contract.gateway_responses)
    return Api(contract, deployment, rules, router, customised, policy, shown, tuple(once.values()))


def route(api: Api, request: Request) -> Operation | None:
    """The operation that a request goes to, or None where no method of the stage takes it."""
    stage = api.deployment.stage
    place = api.rules.place(request.target, stage)
    found = api.router.find(api.rules.method(request), place) if place.stage == stage else None
    return None if found is None else found.found.operation


def needs(api: Api, name: str) -> Needs:
    """What a call of an operation, by its `Operation.name`, must show to be let in."""
    return api.needs.get(name, Needs())


def answer(
    api: Api,
    request: Request,
    moment: Moment,
    invoke: Invoke,
    cache: Cache | None = None,
    *,
    call_service: CallService | None = None,
) -> Response:
    """
    What API Gateway answers.

    Args:
        moment: The clock and the ids of this request.
        invoke: Calls a function with an event; what it raises is not caught.
        cache: What authorizers answered before; None when nothing is remembered from one request to the next.
        call_service: Asks a service of AWS that stands behind an operation instead of a function; None when there is
            nobody to ask, and such an operation fails.
    """
    rules, stage = api.rules, api.deployment.stage
    verb, place = rules.method(request), rules.place(request.target, stage)
    outcome: Response | Refusal | None = rules.front_door(request, place, stage)
    found = api.router.find(verb, place) if outcome is None else None
    call = _call(api, request, moment, verb=verb, place=place, found=found)
    if found is not None:
        known = _admitted(api, call, found.found, invoke=invoke, cache=cache)
        outcome = known if isinstance(known, Refusal) else _known(known, found.found, invoke, call_service)
    elif outcome is None:
        outcome = rules.no_route(call)
    answer = rules.refused(call, outcome, api.customised) if isinstance(outcome, Refusal) else outcome
    return rules.finished(call, answer)


def _call(api: Api, request: Request, moment: Moment, *, verb: str, place: Place, found: Match[Method] | None) -> Call:
    """The call of a request, with the method that was found for it."""
    query = api.rules.query(request.query)
    if found is None:
        return Call(api.deployment, request, moment, verb, place, query)
    return Call(
        api.deployment,
        request,
        moment,
        verb,
        place,
        query,
        operation=found.found.operation,
        resource_id=found.found.resource_id,
        path_parameters=found.parameters,
        binary_media_types=api.contract.binary_media_types,
    )


def _admitted(api: Api, call: Call, method: Method, *, invoke: Invoke, cache: Cache | None) -> Call | Refusal:
    guard = method.guard
    if guard.problem is not None:
        return Refusal(refusals.MISCONFIGURED)
    if guard.authorizer is None and api.policy is None:
        return call
    return admitted(call, guard.authorizer, api.policy, Desk(invoke, cache or Cache()))


def _known(call: Call, method: Method, invoke: Invoke, call_service: CallService | None) -> Response | Refusal:
    """What a call that was let in comes to."""
    key: ApiKey | Refusal | None = key_of(call, method.guard) if method.guard.api_key else None
    if isinstance(key, Refusal):
        return key
    problem = method.validation.problem(call)
    if problem is not None:
        return problem
    if method.broken:
        return Refusal(refusals.MISCONFIGURED)
    if method.mock is not None:
        return method.mock.answer(call)
    if method.service is not None:
        return method.service.answer(call, call_service)
    return _invoked(call if key is None else replace(call, api_key=key), method=method, invoke=invoke)


def _invoked(call: Call, *, method: Method, invoke: Invoke) -> Response | Refusal:
    made = method.payload.event(call)
    if len(call.request.body or b"") > _HARMLESS_BODY and _size(made) > LONGEST_EVENT:
        return Refusal(refusals.REQUEST_TOO_LARGE)
    if method.function is None:
        return Refusal(refusals.MISCONFIGURED)
    return method.payload.answered(call, invoke(method.function, made), method.timeout_milliseconds)


def _size(made: Event) -> int:
    return len(json.dumps(made, ensure_ascii=False).encode("utf-8", "replace"))
