"""Lambda authorizers of HTTP APIs, in the payload formats 1.0 and 2.0, with simple answers and with policies.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html (D)

* An identity source that is missing or empty: 401, and the authorizer is not called (CAP; D).
* A simple answer is `{"isAuthorized": true, "context": {}}`; a policy is judged for the route's ARN. No is 403 (CAP),
  a failure and what is no answer is 500 (D).
* The context reaches an event of format 2.0 as `authorizer.lambda`, its types kept (D).
* Answers are remembered only when the document says for how long: "to enable caching" it must (D).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.exchange import Event, Reply
from contracts.gateway import json_text
from contracts.gateway.authorizers.admission import Desk, method_arn
from contracts.gateway.callers import Caller
from contracts.gateway.calls import Call
from contracts.gateway.http_api import events_v1, events_v2
from contracts.gateway.refusals import ACCESS_DENIED, AUTHORIZER_CONFIGURATION, UNAUTHORIZED, Refusal
from contracts.gateway.responses import written
from contracts.policies import PolicyError, problems, statements
from contracts.stack import Function

TIMEOUT_MILLISECONDS = 10_000  # D: http-api-quotas
HEADER, QUERY, STAGE, CONTEXT = "$request.header.", "$request.querystring.", "$stageVariables.", "$context."
BODY = ("body", "isBase64Encoded")
# D: the guide's sample of format 1.0 has these and no more of an event.
FIRST_FORMAT = (
    *("resource", "path", "httpMethod", "headers", "queryStringParameters", "pathParameters", "stageVariables"),
    "requestContext",
)


@dataclass(frozen=True, slots=True)
class HttpLambdaAuthorizer:
    """
    A Lambda authorizer of an HTTP API.

    Attributes:
        sources: Where the identity is: `$request.header.X` and its like; without any it is always asked.
        simple: Whether it answers yes or no, and no policy.
        function: None where the API may not call it: every call then fails.
    """

    name: str
    version: str
    simple: bool
    sources: tuple[str, ...]
    function: Function | None
    ttl_seconds: int = 0
    judges: bool = True
    needs_allow: bool = False

    def admit(self, call: Call, desk: Desk) -> Caller | Refusal:
        """Who calls, by the function's answer or by one that is remembered."""
        identity = [identity_value(call, source) or "" for source in self.sources]
        if not all(identity):
            return Refusal(UNAUTHORIZED)
        key = (self.name, *identity)
        answer = desk.cache.find(key, call.moment.epoch_milliseconds)
        if answer is not None:
            return self._caller(answer)
        if self.function is None:
            return Refusal(AUTHORIZER_CONFIGURATION)
        made = EVENTS[self.version](call, identity)
        outcome = _answer(desk.invoke(self.function, made))
        if outcome is None:
            return Refusal(AUTHORIZER_CONFIGURATION)
        if self.ttl_seconds and self.sources:
            desk.cache.keep(key, outcome, call.moment.epoch_milliseconds + 1000 * self.ttl_seconds)
        return self._caller(outcome)

    def _caller(self, answer: Mapping[str, Any]) -> Caller | Refusal:
        context = answer.get("context")
        if context is not None and not isinstance(context, Mapping):
            return Refusal(AUTHORIZER_CONFIGURATION)
        known = Caller(context=dict(context or {}), context_v2={"lambda": context})
        if self.simple:
            authorized = answer.get("isAuthorized")
            if not isinstance(authorized, bool):
                return Refusal(AUTHORIZER_CONFIGURATION)
            return known if authorized else Refusal(ACCESS_DENIED)
        principal = answer.get("principalId")
        try:
            policy = statements(answer.get("policyDocument"))
        except PolicyError:
            return Refusal(AUTHORIZER_CONFIGURATION)
        if not isinstance(principal, str) or any(problems(policy)):
            return Refusal(AUTHORIZER_CONFIGURATION)
        named = {**(known.context or {}), "principalId": principal}
        return Caller(context=named, context_v2=known.context_v2, statements=policy)


def identity_value(call: Call, source: str) -> str | None:
    """The value of one identity source; None where the request does not have it."""
    if source.startswith(HEADER):
        return call.request.headers.get(source.removeprefix(HEADER))
    if source.startswith(QUERY):
        return dict(call.query).get(source.removeprefix(QUERY))
    if source.startswith(STAGE):
        return call.deployment.stage_variables.get(source.removeprefix(STAGE))
    value: Any = events_v2.request_context(call, user_agent="")
    for member in source.removeprefix(CONTEXT).split("."):
        value = value.get(member) if isinstance(value, Mapping) else None
    return written(value)


def _first_event(call: Call, identity: list[str]) -> Event:
    whole = events_v1.event(call)
    joined = ",".join(identity)
    empty: dict[str, Any] = {key: {} for key in ("queryStringParameters", "pathParameters", "stageVariables")}
    return {
        "version": "1.0",
        "type": "REQUEST",
        "methodArn": method_arn(call),
        "identitySource": joined,
        "authorizationToken": joined,
        **{key: whole[key] or empty.get(key, whole[key]) for key in FIRST_FORMAT},
    }


def _second_event(call: Call, identity: list[str]) -> Event:
    whole = {key: value for key, value in events_v2.event(call).items() if key not in BODY}
    return {"type": "REQUEST", "routeArn": method_arn(call), "identitySource": identity or None, **whole}


EVENTS: Mapping[str, Callable[[Call, list[str]], Event]] = {"1.0": _first_event, "2.0": _second_event}


def _answer(reply: Reply) -> Mapping[str, Any] | None:
    if reply.error is not None or reply.payload is None or reply.duration_milliseconds > TIMEOUT_MILLISECONDS:
        return None
    try:
        answer = json_text.read(reply.payload)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None
