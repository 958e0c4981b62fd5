"""Lambda authorizers of REST APIs: what they receive, and what their answers mean.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html (D)

* TOKEN: `{type, authorizationToken, methodArn}` (CH); REQUEST: the proxy event without its body, with `type` and
  `methodArn`, empty maps as `{}` (D: the guide's sample).
* Without a token, one that the validation expression does not fit, or an identity source that is missing or empty:
  401, and the authorizer is not called (CH, SAGE; D).
* It raises "Unauthorized": 401 (CH). It raises anything else, or answers what is no answer, or more
  than 8 KB (D): 500 (R).
* An answer counts for every operation of the authorizer with the same identity, 300 seconds unless the document says
  otherwise, and 0 turns it off (D).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.exchange import Event, Reply
from contracts.gateway import json_text
from contracts.gateway.authorizers.admission import Desk, method_arn
from contracts.gateway.callers import Caller
from contracts.gateway.calls import Call
from contracts.gateway.events_v1 import event, request_context
from contracts.gateway.refusals import AUTHORIZER_CONFIGURATION, UNAUTHORIZED, Refusal
from contracts.gateway.responses import written
from contracts.policies import PolicyError, problems, statements
from contracts.stack import Function

DEFAULT_TTL_SECONDS = 300
LONGEST_TTL_SECONDS = 3600
TIMEOUT_MILLISECONDS = 29_000  # D: that of an integration
LONGEST_RESULT = 8192  # bytes; D: quotas of REST APIs, "Lambda authorizer result size"
EMPTY_IN_EVENTS = (
    *("queryStringParameters", "multiValueQueryStringParameters", "pathParameters"),
    "stageVariables",
)


@dataclass(frozen=True, slots=True)
class LambdaAuthorizer:
    """
    A Lambda authorizer of a REST API.

    Attributes:
        token: Whether it is of the type TOKEN, which receives one header alone.
        sources: Where the identity is: `method.request.header.X` and its like; of a TOKEN authorizer one header.
        expression: What a token must fit, or None.
        function: None where the API may not call it: every call then fails.
    """

    name: str
    token: bool
    sources: tuple[str, ...]
    function: Function | None
    expression: re.Pattern[str] | None = None
    ttl_seconds: int = DEFAULT_TTL_SECONDS
    judges: bool = True
    needs_allow: bool = False

    def admit(self, call: Call, desk: Desk) -> Caller | Refusal:
        """Who calls, by the function's answer or by one that is remembered."""
        identity = tuple(identity_value(call, source) for source in self.sources)
        if not all(identity):
            return Refusal(UNAUTHORIZED)
        # SAM tells a token from its beginning; whether the expression must fit all of it is not recorded.
        if self.expression is not None and self.expression.match(str(identity[0])) is None:
            return Refusal(UNAUTHORIZED)
        key = (self.name, *map(str, identity))
        answer = desk.cache.find(key, call.moment.epoch_milliseconds)
        if answer is not None:
            return caller_of(answer)
        if self.function is None:
            return Refusal(AUTHORIZER_CONFIGURATION)
        made = token_event(call, str(identity[0])) if self.token else request_event(call)
        reply = desk.invoke(self.function, made)
        outcome = _answer(reply)
        if isinstance(outcome, Refusal):
            return outcome
        caller = caller_of(outcome)
        if self.ttl_seconds and self.sources and isinstance(caller, Caller):
            desk.cache.keep(key, outcome, call.moment.epoch_milliseconds + 1000 * self.ttl_seconds)
        return caller


def identity_value(call: Call, source: str) -> str | None:
    """The value of one identity source; None when the request does not have it, or has it empty."""
    place, _, name = source.rpartition(".")
    if source.startswith("method.request.header."):
        return call.request.headers.get(source.removeprefix("method.request.header.")) or None
    if source.startswith("method.request.querystring."):
        return dict(call.query).get(source.removeprefix("method.request.querystring.")) or None
    if place == "stageVariables":
        return call.deployment.stage_variables.get(name) or None
    value: Any = request_context(call, user_agent=call.request.headers.get("User-Agent"))
    for member in source.removeprefix("context.").split("."):
        value = value.get(member) if isinstance(value, Mapping) else None
    return written(value) or None


def token_event(call: Call, token: str) -> Event:
    """What a TOKEN authorizer receives."""
    return {"type": "TOKEN", "methodArn": method_arn(call), "authorizationToken": token}


def request_event(call: Call) -> Event:
    """What a REQUEST authorizer receives."""
    whole = {key: value for key, value in event(call).items() if key not in ("body", "isBase64Encoded")}
    empty: Event = {key: {} for key in EMPTY_IN_EVENTS if whole[key] is None}
    return {"type": "REQUEST", "methodArn": method_arn(call), **whole, **empty}


def _answer(reply: Reply) -> Mapping[str, Any] | Refusal:
    if reply.error is not None and reply.error.message == "Unauthorized":
        return Refusal(UNAUTHORIZED)
    if reply.error is not None or reply.payload is None or reply.duration_milliseconds > TIMEOUT_MILLISECONDS:
        return Refusal(AUTHORIZER_CONFIGURATION)
    if len(reply.payload.encode("utf-8", "replace")) > LONGEST_RESULT:
        return Refusal(AUTHORIZER_CONFIGURATION)
    try:
        answer = json_text.read(reply.payload)
    except ValueError:
        return Refusal(AUTHORIZER_CONFIGURATION)
    return answer if isinstance(answer, dict) else Refusal(AUTHORIZER_CONFIGURATION)


def caller_of(answer: Mapping[str, Any]) -> Caller | Refusal:
    """
    The caller of an answer with a policy.

    `principalId` is required; `context` has texts, numbers and booleans alone, which reach the event as texts (D, CH).
    """
    principal, usage_key = answer.get("principalId"), answer.get("usageIdentifierKey")
    context = _context(answer.get("context") or {})
    try:
        policy = statements(answer.get("policyDocument"))
    except PolicyError:
        policy = ()
    if not isinstance(principal, str) or not principal or context is None or not policy or any(problems(policy)):
        return Refusal(AUTHORIZER_CONFIGURATION)
    return Caller(
        context={**context, "principalId": principal},
        statements=policy,
        usage_key=usage_key if isinstance(usage_key, str) else None,
    )


def _context(value: Any) -> dict[str, str] | None:
    """
    The members as texts, or None where there is one that is none.

    D: "you can't set a JSON object or array as a valid value of any key". Of null nothing is recorded; it says nothing.
    """
    if not isinstance(value, Mapping) or any(isinstance(member, (Mapping, list)) for member in value.values()):
        return None
    return {name: str(written(member)) for name, member in value.items() if member is not None}
