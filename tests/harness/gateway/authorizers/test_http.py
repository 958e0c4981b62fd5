"""Authorizers of HTTP APIs: Lambda, JWT and AWS_IAM."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contracts import gateway
from contracts.exchange import FunctionError, Reply
from contracts.http import Response
from tests.harness.gateway.apis import NOON
from tests.harness.gateway.authorizers.guards import ARN, Line, answer, behind
from tests.harness.gateway.authorizers.keys import KEYS, token
from tests.harness.gateway.authorizers.test_signatures import KEY, PLAIN, SIGV4, signed

SECONDS = NOON // 1000
ISSUER = "https://issuer.example/pool"
SIGNED_IN = ("Authorization", "let me in")
YES, NO = {"isAuthorized": True}, {"isAuthorized": False}

UNAUTHORIZED = (401, {"message": "Unauthorized"})
FORBIDDEN = (403, {"message": "Forbidden"})
FAILED = (500, {"message": "Internal Server Error"})


def told(response: Response) -> tuple[int, Any]:
    """Status and body of a refusal."""
    return response.status, json.loads(response.body)


def request_scheme(version: str = "2.0", *, simple: bool = True, **settings: Any) -> dict[str, Any]:
    """A Lambda authorizer of an HTTP API."""
    written = {"type": "request", "authorizerPayloadFormatVersion": version, "enableSimpleResponses": simple}
    sources = {"identitySource": "$request.header.Authorization"}
    return {"type": "apiKey", "x-amazon-apigateway-authorizer": {**written, **sources, **settings}}


def lambda_line(
    answers: Any,
    version: str = "2.0",
    *,
    payload: str = "2.0",
    routes: tuple[str, ...] = ("GET /jobs",),
    **settings: Any,
) -> Line:
    """Somebody who calls an HTTP API behind a Lambda authorizer."""
    return Line(behind(request_scheme(version, **settings), routes=routes, payload=payload), answers)


def jwt_line(*, scopes: tuple[str, ...] = (), payload: str = "2.0", **configuration: Any) -> Line:
    """Somebody who calls an HTTP API behind a JWT authorizer."""
    jwt = {"issuer": ISSUER, "audience": ["app"], **configuration}
    written = {"type": "jwt", "identitySource": ["$request.header.Authorization"], "jwtConfiguration": jwt}
    scheme = {"type": "oauth2", "x-amazon-apigateway-authorizer": written}
    return Line(behind(scheme, payload=payload, tokens=KEYS, scopes=scopes))


def good(**claims: Any) -> tuple[str, str]:
    """The header of a good token."""
    return "Authorization", f"Bearer {token({'iss': ISSUER, 'aud': 'app', 'exp': SECONDS + 60, **claims})}"


def test_an_authorizer_of_format_2_receives_the_event_without_its_body() -> None:
    """With the values of its identity sources and the route's ARN."""
    sources = "$request.header.Authorization, $request.querystring.a, $context.http.method, $stageVariables.table"
    line = lambda_line(YES, routes=("POST /jobs/{id}",), identitySource=sources)

    line.send("POST /v1/jobs/a%20b?a=1", SIGNED_IN, body=b"secret")

    (event,) = line.asked
    assert event["routeArn"] == f"{ARN}/v1/POST/jobs/a b"
    assert event["identitySource"] == ["let me in", "1", "POST", "things"]
    assert (event["version"], event["type"], event["routeKey"]) == ("2.0", "REQUEST", "POST /jobs/{id}")
    assert event["pathParameters"] == {"id": "a b"}
    assert not {"body", "isBase64Encoded"} & set(event)


def test_an_authorizer_of_format_1_receives_the_event_of_format_1() -> None:
    """With all identity sources in one text, as a token too."""
    line = lambda_line(answer(), "1.0", simple=False, identitySource="$request.header.Authorization,$request.header.X")

    line.send("GET /v1/jobs", SIGNED_IN, ("X", "2"))

    (event,) = line.asked
    assert event["methodArn"] == f"{ARN}/v1/GET/jobs"
    assert event["identitySource"] == event["authorizationToken"] == "let me in,2"
    assert (event["version"], event["type"], event["resource"]) == ("1.0", "REQUEST", "/jobs")
    assert event["pathParameters"] == {}


def test_the_context_keeps_its_types_in_format_2() -> None:
    """Below `lambda`; without a context there is null."""
    line = lambda_line({**YES, "context": {"seats": 3, "roles": ["a"], "plan": None}})

    line.send("GET /v1/jobs", SIGNED_IN)
    assert line.event["requestContext"]["authorizer"] == {"lambda": {"seats": 3, "roles": ["a"], "plan": None}}

    line.answers = YES
    line.send("GET /v1/jobs", SIGNED_IN)
    assert line.event["requestContext"]["authorizer"] == {"lambda": None}


def test_the_context_stands_beside_the_principal_in_format_1() -> None:
    """As in events of REST APIs."""
    line = lambda_line(answer(context={"plan": "pro"}), simple=False, payload="1.0")

    line.send("GET /v1/jobs", SIGNED_IN)

    assert line.event["requestContext"]["authorizer"] == {"plan": "pro", "principalId": "user-7"}


@pytest.mark.parametrize(
    ("answers", "simple", "outcome"),
    [
        (NO, True, FORBIDDEN),
        ({"isAuthorized": "true"}, True, FAILED),
        (answer(), True, FAILED),
        ({**YES, "context": "pro"}, True, FAILED),
        (answer("Deny"), False, FORBIDDEN),
        (answer(resource=f"{ARN}/v1/POST/*"), False, FORBIDDEN),
        (YES, False, FAILED),
        ({**answer(), "principalId": None}, False, FAILED),
        (Reply(None, FunctionError("Exception", "Unauthorized")), True, FAILED),
        (Reply("{", None), True, FAILED),
        (Reply('{"isAuthorized": true}', duration_milliseconds=10_001), True, FAILED),
        ("yes", True, FAILED),
    ],
)
def test_what_is_no_yes_is_refused(answers: Any, simple: bool, outcome: tuple[int, Any]) -> None:
    """No is 403, what is no answer is 500."""
    line = lambda_line(answers, simple=simple)

    assert told(line.send("GET /v1/jobs", SIGNED_IN)) == outcome
    assert line.events == []


def test_without_an_identity_the_authorizer_is_not_asked() -> None:
    """Unless it has no identity sources."""
    line = lambda_line(YES)
    assert told(line.send()) == UNAUTHORIZED
    assert told(line.send("GET /v1/jobs", ("Authorization", ""))) == UNAUTHORIZED
    assert line.asked == []

    assert lambda_line(YES, identitySource=None).send().status == 200


def test_answers_are_remembered_only_when_the_document_says_so() -> None:
    """For as long as it says, at most an hour."""
    for ttl, calls in ((None, 2), (0, 2), (1, 1), (7200, 1)):
        line = lambda_line(NO, authorizerResultTtlInSeconds=ttl)
        line.send("GET /v1/jobs", SIGNED_IN)
        line.send("GET /v1/jobs", SIGNED_IN)
        assert len(line.asked) == calls
    line.milliseconds += 3_600_000
    line.send("GET /v1/jobs", SIGNED_IN)
    assert len(line.asked) == 2


def test_claims_reach_the_function_as_text() -> None:
    """Whatever they were; nulls are left out, and scopes are null on a route without scopes."""
    line = jwt_line()

    line.send("GET /v1/jobs", good(n=1.5, yes=False, list=["a", 1], map={"k": [1]}, none=None, scope="a b"))

    jwt = line.event["requestContext"]["authorizer"]["jwt"]
    assert jwt["scopes"] is None
    assert jwt["claims"] == {
        "iss": ISSUER,
        "aud": "app",
        "exp": str(SECONDS + 60),
        "n": "1.5",
        "yes": "false",
        "list": "[a 1]",
        "map": '{"k":[1]}',
        "scope": "a b",
    }


def test_a_route_with_scopes_wants_one_of_them() -> None:
    """And its function receives all of the token's."""
    line = jwt_line(scopes=("jobs/read", "jobs/write"), payload="1.0")

    assert told(line.send("GET /v1/jobs", good(scope="openid"))) == FORBIDDEN
    assert line.send("GET /v1/jobs", good(scope="openid jobs/read")).status == 200
    assert line.event["requestContext"]["authorizer"]["scopes"] == ["openid", "jobs/read"]


def test_a_token_that_is_not_good_is_told_why() -> None:
    """In www-authenticate; without a token there is nothing to tell."""
    line = jwt_line()

    missing, expired = line.send(), line.send("GET /v1/jobs", good(exp=SECONDS))

    assert told(missing) == told(expired) == UNAUTHORIZED
    assert missing.headers.get("www-authenticate") == "Bearer"
    reason = 'Bearer scope="" error="invalid_token" error_description="the token has expired"'
    assert expired.headers.get("www-authenticate") == reason


def test_a_signature_is_checked_like_that_of_a_rest_api(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is wrong is only forbidden; the caller stands below `iam`."""
    api = behind(SIGV4, routes=["ANY /jobs/{id}"], payload="2.0", access_keys=(KEY,))
    line = Line(api)
    request = signed(monkeypatch, PLAIN)

    assert told(line.send("GET /v1/jobs/7")) == FORBIDDEN
    assert told(line.carry(signed(monkeypatch, PLAIN, region="us-east-1"))) == FORBIDDEN
    assert line.carry(request).status == 200
    iam = line.event["requestContext"]["authorizer"]["iam"]
    assert (iam["accessKey"], iam["userArn"]) == (KEY.id, "arn:aws:iam::123456789012:user/alice")
    assert set(iam) == {
        *("accessKey", "accountId", "callerId", "cognitoIdentity", "principalOrgId", "userArn", "userId"),
    }


@pytest.mark.parametrize(
    ("scheme", "reason"),
    [
        (request_scheme("3.0"), "of the format 3.0, which HTTP APIs do not have"),
        (request_scheme(type="token"), "of the type `token`, which HTTP APIs do not have"),
        (SIGV4, "nobody said whose signatures are good"),
        (
            {"x-amazon-apigateway-authorizer": {"type": "jwt", "jwtConfiguration": {"issuer": ISSUER}}},
            "nobody said which",
        ),
        ({"x-amazon-apigateway-authorizer": {"type": "jwt"}}, "issuer or audience of its authorizer"),
    ],
    ids=["format", "token", "signature", "keys", "issuer"],
)
def test_what_an_http_api_cannot_have_is_said(scheme: dict[str, Any], reason: str) -> None:
    """The operation could not run."""
    (problem,) = behind(scheme, payload="2.0").unsupported

    assert reason in problem.reason


def test_an_http_api_has_neither_keys_nor_a_resource_policy() -> None:
    """What a document says of them means nothing to it."""
    policy = {"x-amazon-apigateway-policy": {"Version": "2012-10-17", "Statement": []}}
    api = behind(request_scheme(), payload="2.0", keys=["key"], extensions=policy)

    assert api.unsupported == ()
    assert isinstance(api, gateway.Api)
    assert Line(api, YES).send("GET /v1/jobs", SIGNED_IN).status == 200
