"""Lambda authorizers of REST APIs: TOKEN and REQUEST."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.exchange import FunctionError, Reply
from tests.harness.gateway.apis import KEYS, deployed, operation
from tests.harness.gateway.authorizers.guards import (
    ARN,
    EXPLICITLY_DENIED,
    MISCONFIGURED,
    NOT_ALLOWED,
    UNAUTHORIZED,
    Line,
    answer,
    behind,
    scheme,
    told,
)

TOKEN = scheme("token")
SIGNED_IN = ("Authorization", "let me in")


def test_a_token_authorizer_receives_one_header() -> None:
    """And the ARN of what is asked for, the path as it was sent."""
    line = Line(behind(TOKEN, routes=["GET /jobs/{id}"]))

    line.send("GET /v1/jobs/a%20b?x=1", ("authorization", "let me in"))

    assert line.asked == [{"type": "TOKEN", "authorizationToken": "let me in", "methodArn": f"{ARN}/v1/GET/jobs/a%20b"}]


def test_a_token_may_be_in_another_header() -> None:
    """The header that the security scheme names, or the identity source where there is one."""
    for written in (scheme("token", header="X-Token"), scheme("token", identitySource="method.request.header.X-Token")):
        line = Line(behind(written))

        assert told(line.send("GET /v1/jobs", SIGNED_IN)) == UNAUTHORIZED
        assert line.send("GET /v1/jobs", ("x-token", "t")).status == 200


def test_a_token_that_does_not_fit_is_not_asked_about() -> None:
    """The validation expression is tried before the function."""
    line = Line(behind(scheme("token", identityValidationExpression="^Bearer [a-z]+$")))

    assert told(line.send("GET /v1/jobs", ("Authorization", "Bearer 7"))) == UNAUTHORIZED
    assert line.asked == []
    assert line.send("GET /v1/jobs", ("Authorization", "Bearer seven")).status == 200


def test_an_expression_that_cannot_be_read_is_said() -> None:
    """The operation could not run."""
    (problem,) = behind(scheme("token", identityValidationExpression="(")).unsupported

    assert problem.reason == "identityValidationExpression of its authorizer `guard` cannot be read here: ("


def test_a_request_authorizer_receives_the_request_without_its_body() -> None:
    """Maps that are empty are empty, and not null as in the function's event."""
    line = Line(behind(scheme("request", identitySource="method.request.header.X-Tenant"), routes=["POST /jobs"]))

    line.send("POST /v1/jobs?a=1&a=2", ("X-Tenant", "acme"), body=b"secret")

    (event,) = line.asked
    function_event = line.event
    assert event["type"] == "REQUEST"
    assert event["methodArn"] == f"{ARN}/v1/POST/jobs"
    assert event["pathParameters"] == {}
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"]}
    assert set(event) == {"type", "methodArn", *function_event} - {"body", "isBase64Encoded"}
    assert "authorizer" not in event["requestContext"]


@pytest.mark.parametrize(
    ("source", "line", "header"),
    [
        ("method.request.header.X-Tenant", "GET /v1/jobs", ("x-tenant", "acme")),
        ("method.request.querystring.token", "GET /v1/jobs?token=t", None),
        ("stageVariables.table", "GET /v1/jobs", None),
        ("context.httpMethod", "GET /v1/jobs", None),
        ("context.identity.sourceIp", "GET /v1/jobs", None),
    ],
)
def test_an_identity_may_come_from_many_places(source: str, line: str, header: tuple[str, str] | None) -> None:
    """Where it is there, the authorizer is asked."""
    caller = Line(behind(scheme("request", identitySource=source)))

    assert caller.send(line, *([header] if header else [])).status == 200


@pytest.mark.parametrize(
    "source",
    [
        *("method.request.header.X-Tenant", "method.request.querystring.token", "stageVariables.none"),
        *("context.authorizer.principalId", "method.request.header.X-Empty"),
    ],
)
def test_an_identity_that_is_not_there_is_not_asked_about(source: str) -> None:
    """One missing or empty source is enough."""
    line = Line(behind(scheme("request", identitySource=f"method.request.header.Authorization, {source}")))

    assert told(line.send("GET /v1/jobs?token=", SIGNED_IN, ("X-Empty", ""))) == UNAUTHORIZED
    assert line.asked == []


def test_context_reaches_the_function_as_text() -> None:
    """Texts, numbers and booleans, beside the principal."""
    line = Line(behind(TOKEN), answer(context={"plan": "pro", "seats": 3, "rate": 1.5, "beta": True, "none": None}))

    line.send("GET /v1/jobs", SIGNED_IN)

    assert line.event["requestContext"]["authorizer"] == {
        "principalId": "user-7",
        "plan": "pro",
        "seats": "3",
        "rate": "1.5",
        "beta": "true",
    }


@pytest.mark.parametrize(
    ("answers", "refusal"),
    [
        (answer("Deny"), EXPLICITLY_DENIED),
        (answer(resource=f"{ARN}/v1/POST/*"), NOT_ALLOWED),
        (Reply(None, FunctionError("Exception", "Unauthorized")), UNAUTHORIZED),
        (Reply(None, FunctionError("Exception", "unauthorized")), MISCONFIGURED),
        (Reply('{"principalId": "u"', None), MISCONFIGURED),
        (Reply("{}", duration_milliseconds=29_001), MISCONFIGURED),
        ("Allow", MISCONFIGURED),
        ({**answer(), "principalId": None}, MISCONFIGURED),
        ({**answer(), "policyDocument": {"Version": "2012-10-17", "Statement": []}}, MISCONFIGURED),
        (answer(context={"roles": ["a"]}), MISCONFIGURED),
        (answer(context="pro"), MISCONFIGURED),
        ({"isAuthorized": True}, MISCONFIGURED),
        (answer(context={"text": "a" * 8192}), MISCONFIGURED),
    ],
    ids=[
        *("deny", "no allow", "unauthorized", "raises", "no json", "late", "text", "no principal", "empty policy"),
        *("context", "text context", "simple", "too long"),
    ],
)
def test_what_is_no_allow_is_refused(answers: Any, refusal: tuple[int, str, Any]) -> None:
    """Each with its status, type and body; no function is called."""
    line = Line(behind(TOKEN), answers)

    assert told(line.send("GET /v1/jobs", SIGNED_IN)) == refusal
    assert line.events == []


def test_without_permission_to_call_it_an_authorizer_fails() -> None:
    """An authorizer whose function is not there answers nothing."""
    one = operation("GET /jobs", security=({"guard": ()},))
    line = Line(deployed(one, security_schemes={"guard": TOKEN}))

    assert told(line.send("GET /v1/jobs", SIGNED_IN)) == MISCONFIGURED


def test_an_answer_is_remembered() -> None:
    """For 300 seconds, for each identity by itself, and for every operation behind the authorizer."""
    line = Line(behind(TOKEN, routes=["GET /jobs", "GET /users"]))

    line.send("GET /v1/jobs", SIGNED_IN)
    line.milliseconds += 299_999
    line.send("GET /v1/users", SIGNED_IN)
    assert len(line.asked) == 1
    line.send("GET /v1/jobs", ("Authorization", "another"))
    assert len(line.asked) == 2
    line.milliseconds += 1
    line.send("GET /v1/jobs", SIGNED_IN)
    assert len(line.asked) == 3


def test_a_remembered_policy_is_judged_anew() -> None:
    """One that allows the first operation alone refuses the second: what caching makes of a narrow policy."""
    line = Line(behind(TOKEN, routes=["GET /jobs", "GET /users"]), answer(resource=f"{ARN}/v1/GET/jobs"))

    assert line.send("GET /v1/jobs", SIGNED_IN).status == 200
    assert told(line.send("GET /v1/users", SIGNED_IN)) == NOT_ALLOWED
    assert len(line.asked) == 1


@pytest.mark.parametrize(("ttl", "calls"), [(0, 2), ("60", 1), (60, 1)])
def test_the_document_says_how_long_an_answer_is_remembered(ttl: Any, calls: int) -> None:
    """0 turns it off."""
    line = Line(behind(scheme("token", authorizerResultTtlInSeconds=ttl)))

    line.send("GET /v1/jobs", SIGNED_IN)
    line.send("GET /v1/jobs", SIGNED_IN)

    assert len(line.asked) == calls


def test_a_failure_is_not_remembered() -> None:
    """An authorizer that fails is asked again."""
    line = Line(behind(TOKEN), Reply(None, FunctionError("Exception", "boom")))

    line.send("GET /v1/jobs", SIGNED_IN)
    line.answers = answer()

    assert line.send("GET /v1/jobs", SIGNED_IN).status == 200


def test_nothing_is_remembered_once_the_world_is_reset() -> None:
    """Whoever owns the cache clears it."""
    line = Line(behind(TOKEN))

    line.send("GET /v1/jobs", SIGNED_IN)
    line.cache.clear()
    line.send("GET /v1/jobs", SIGNED_IN)

    assert len(line.asked) == 2


def test_an_api_key_may_come_from_the_authorizer() -> None:
    """Where the API says so, the header counts for nothing."""
    source = {"x-amazon-apigateway-api-key-source": "AUTHORIZER"}
    line = Line(behind(scheme("token", authorizerResultTtlInSeconds=0), keys=["key"], api_keys=KEYS, extensions=source))

    assert line.send("GET /v1/jobs", SIGNED_IN, ("x-api-key", KEYS[0].value)).status == 403
    line.answers = answer(usageIdentifierKey=KEYS[0].value)
    assert line.send("GET /v1/jobs", SIGNED_IN).status == 200
    assert line.event["requestContext"]["identity"]["apiKeyId"] == "k1"


def test_an_authorizer_comes_before_the_api_key() -> None:
    """A caller without either is told of the authorizer."""
    line = Line(behind(TOKEN, keys=["key"], api_keys=KEYS))

    assert told(line.send()) == UNAUTHORIZED
    assert line.send("GET /v1/jobs", SIGNED_IN).status == 403
    assert line.send("GET /v1/jobs", SIGNED_IN, ("x-api-key", KEYS[0].value)).status == 200


def test_a_gateway_response_may_speak_of_the_refusal() -> None:
    """A customised type replaces status and body; null is what there is to say of a failure."""
    said = {
        "AUTHORIZER_CONFIGURATION_ERROR": {
            "responseTemplates": {"application/json": '{"m":$context.error.messageString}'}
        }
    }
    line = Line(behind(TOKEN, gateway_responses=said), "no answer")

    assert told(line.send("GET /v1/jobs", SIGNED_IN)) == (500, "AuthorizerConfigurationException", {"m": None})
