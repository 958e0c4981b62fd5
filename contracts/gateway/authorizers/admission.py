"""Admission: an authorizer's word and the API's resource policy together.

The order of evaluation is the developer guide's (D):
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html

* A resource policy alone must allow the call.
* Before a Lambda authorizer is called, a Deny of the resource policy ends it; what the authorizer answers then counts
  together with the resource policy: one Allow is enough, one Deny is too much (table A).
* A Cognito authorizer knows the caller first, then the resource policy must allow the call.
* A caller with a signature needs an Allow of one of the two (table A, same account). What users of the account may do
  by their own policies is not known here, and taken as allowed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from contracts.contract import Contract
from contracts.exchange import Invoke
from contracts.gateway.authorizers.caching import Cache
from contracts.gateway.callers import Caller
from contracts.gateway.calls import Call
from contracts.gateway.deployment import Deployment
from contracts.gateway.refusals import ACCESS_DENIED, URI_TOO_LONG, Refusal
from contracts.policies import PolicyError, Question, decide, problems, statements
from contracts.stack import Statement, Unresolved

ACTION = "execute-api:Invoke"
POLICY = "x-amazon-apigateway-policy"
SHORT_RESOURCE = "execute-api:/"
# D, "Amazon API Gateway quotas and important notes": where a method has authorization, or the API a resource policy.
LONGEST_METHOD_ARN = 1600

Policy = tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """What an authorizer may use: functions, and a memory that is not its own."""

    invoke: Invoke
    cache: Cache


class Authorizer(Protocol):
    """Somebody who knows callers."""

    @property
    def judges(self) -> bool:
        """Whether it decides by a policy of its own (Lambda authorizers)."""
        ...

    @property
    def needs_allow(self) -> bool:
        """Whether a resource policy must allow whom it knows (Cognito)."""
        ...

    def admit(self, call: Call, desk: Desk) -> Caller | Refusal:
        """Who calls, or why the call is refused."""
        ...


def admitted(call: Call, authorizer: Authorizer | None, policy: Policy | None, desk: Desk) -> Call | Refusal:
    """The call with its caller, or why it is refused."""
    if call.deployment.kind == "REST" and len(method_arn(call)) > LONGEST_METHOD_ARN:
        return Refusal(URI_TOO_LONG)
    return _admitted(call, authorizer, policy, desk)


def _admitted(call: Call, authorizer: Authorizer | None, policy: Policy | None, desk: Desk) -> Call | Refusal:
    if authorizer is None:
        return call if policy is None else _by_resource_policy(call, policy, Caller(), needs_allow=True)
    if authorizer.judges and policy is not None:
        denied = _by_resource_policy(call, policy, Caller(), needs_allow=False)
        if isinstance(denied, Refusal):
            return denied
    caller = authorizer.admit(call, desk)
    if isinstance(caller, Refusal):
        return caller
    if caller.statements is not None:
        refused = _by_answer(call, (*(policy or ()), *caller.statements), caller)
        if refused is not None:
            return refused
    elif policy is not None:
        refused_by_policy = _by_resource_policy(call, policy, caller, needs_allow=authorizer.needs_allow)
        if isinstance(refused_by_policy, Refusal):
            return refused_by_policy
    return replace(call, caller=caller)


def method_arn(call: Call) -> str:
    """
    `arn:aws:execute-api:<region>:<account>:<api>/<stage>/<VERB>/<path>` (D, CH).

    The path is the one that was sent (CH), of an HTTP API the decoded one that routes are found by (I).
    """
    deployment = call.deployment
    path = call.place.path if deployment.kind == "REST" else "/" + "/".join(call.place.segments)
    where = f"{deployment.region}:{deployment.account_id}:{deployment.api_id}"
    return f"arn:aws:execute-api:{where}/{deployment.stage}/{call.method}{path}"


def resource_policy(contract: Contract, deployment: Deployment) -> tuple[Policy | None, str | None]:
    """The API's resource policy, or why nobody can judge by it; a policy nobody can judge lets nobody in."""
    document = contract.extensions.get(POLICY)
    if not document or deployment.kind == "HTTP":  # D: resource policies are for REST APIs
        return None, None
    try:
        policy = statements(document)
    except PolicyError as error:
        return (), f"Invalid policy document ({POLICY}): {error}"
    problem = next(problems(policy), None)
    where = f"{deployment.region}:{deployment.account_id}:{deployment.api_id}"
    said = None if problem is None else f"the API's resource policy ({POLICY}) cannot be judged: {problem}"
    return tuple(_expanded(each, f"arn:aws:execute-api:{where}/") for each in policy), said


def _expanded(statement: Statement, arn: str) -> Statement:
    """The statement with `execute-api:/...` as the ARN that API Gateway makes of it (D)."""

    def whole(resource: str | Unresolved) -> str | Unresolved:
        short = isinstance(resource, str) and resource.startswith(SHORT_RESOURCE)
        return arn + str(resource).removeprefix(SHORT_RESOURCE) if short else resource

    return replace(
        statement,
        resources=tuple(whole(each) for each in statement.resources),
        not_resources=tuple(whole(each) for each in statement.not_resources),
    )


def question(call: Call, caller: Caller) -> Question:
    """What policies are asked: the condition keys are those that the developer guide lists for resource policies."""
    headers, deployment = call.request.headers, call.deployment
    seconds = call.moment.epoch_milliseconds // 1000
    known = {
        "aws:SourceIp": deployment.source_ip,
        "aws:SecureTransport": "true",
        "aws:CurrentTime": datetime.fromtimestamp(seconds, UTC).isoformat(),
        "aws:EpochTime": str(seconds),
        "aws:UserAgent": headers.get("User-Agent"),
        "aws:Referer": headers.get("Referer"),
        "aws:PrincipalArn": caller.identity.get("userArn"),
        "aws:PrincipalAccount": caller.identity.get("accountId"),
        "aws:userid": caller.identity.get("user"),
        "aws:username": str(caller.identity["userArn"]).rpartition("/")[2] if "userArn" in caller.identity else None,
    }
    context = {name: (value,) for name, value in known.items() if isinstance(value, str)}
    return Question(ACTION, method_arn(call), context, caller.principals)


def _by_resource_policy(call: Call, policy: Policy, caller: Caller, *, needs_allow: bool) -> Call | Refusal:
    answer = decide(policy, question(call, caller)).answer
    if answer == "allowed" or (answer == "not allowed" and not needs_allow):
        return call
    who = caller.identity.get("userArn", "anonymous")
    account = call.deployment.account_id
    arn = method_arn(call).replace(f":{account}:", f":{'*' * 8}{account[-4:]}:", 1)
    # FL R5, R6 for the Deny; R for want of an Allow.
    why = " with an explicit deny in a resource-based policy" if answer == "denied" else ""
    return Refusal(ACCESS_DENIED, f"User: {who} is not authorized to perform: {ACTION} on resource: {arn}{why}")


def _by_answer(call: Call, policy: Policy, caller: Caller) -> Refusal | None:
    answer = decide(policy, question(call, caller)).answer
    if answer == "allowed":
        return None
    why = " with an explicit deny in an identity-based policy" if answer == "denied" else ""  # CAP; R without
    return Refusal(ACCESS_DENIED, f"User is not authorized to access this resource{why}")
