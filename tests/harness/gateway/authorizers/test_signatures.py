"""AWS_IAM: what botocore signs is let in, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from contracts.gateway import AccessKey
from contracts.http import Headers, Request
from tests.harness.gateway.apis import HOST, NOON, deployed, operation
from tests.harness.gateway.authorizers.guards import Line, policy, told

KEY = AccessKey("AKIDEXAMPLE", "wJalrXUtnFEMI", "alice")
USER = "arn:aws:iam::123456789012:user/alice"
SIGV4 = {
    "type": "apiKey",
    "in": "header",
    "name": "Authorization",
    "x-amazon-apigateway-authtype": "awsSigv4",
}


def line(**more: object) -> Line:
    """Somebody who calls an API that wants signatures."""
    one = operation("ANY /jobs/{id}", security=({"sigv4": ()},))
    return Line(deployed(one, security_schemes={"sigv4": SIGV4}, access_keys=(KEY,), **more))  # type: ignore[arg-type]


def signed(
    monkeypatch: pytest.MonkeyPatch,
    request: Request,
    *,
    key: AccessKey = KEY,
    region: str = "eu-west-1",
    service: str = "execute-api",
    milliseconds: int = NOON,
    signer: Callable[..., SigV4Auth] = SigV4Auth,
) -> Request:
    """A request as botocore signs it at that time."""
    at = datetime.fromtimestamp(milliseconds // 1000, UTC).replace(tzinfo=None)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: at)
    headers = {name: value for name, value in request.headers if name != "Host"}
    made = AWSRequest(request.method, f"https://{HOST}{request.target}", headers=headers, data=request.body or b"")
    signer(Credentials(key.id, key.secret), service, region).add_auth(made)
    target = str(made.url).removeprefix(f"https://{HOST}")
    return Request(request.method, target, Headers.of([("Host", HOST), *made.headers.items()]), request.body)


PLAIN = Request("POST", "/v1/jobs/a%20b?b=2&a=%2F&a=1", Headers.of([("X-Tenant", "  acme  ")]), b'{"a":1}')


def test_a_signed_call_is_let_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who signed it is in the event's identity; the signature is not in its headers."""
    caller = line()

    assert caller.carry(signed(monkeypatch, PLAIN)).status == 200
    identity = caller.event["requestContext"]["identity"]
    assert (identity["accessKey"], identity["accountId"], identity["userArn"]) == (KEY.id, "123456789012", USER)
    assert identity["user"] == identity["caller"]
    assert "Authorization" not in caller.event["headers"]
    assert "authorizer" not in caller.event["requestContext"]


def test_a_signature_may_be_in_the_query(monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as it is good for."""
    caller = line()
    request = signed(monkeypatch, Request("GET", "/v1/jobs/7?a=1", Headers()), signer=SigV4QueryAuth)

    assert caller.carry(request).status == 200
    caller.milliseconds += 3_601_000
    assert told(caller.carry(request))[:2] == (403, "InvalidSignatureException")


@pytest.mark.parametrize(
    "change",
    [
        lambda request: replace(request, target=request.target.replace("b=2", "b=3")),
        lambda request: replace(request, target=request.target.replace("jobs/a", "jobs/b")),
        lambda request: replace(request, method="PUT"),
        lambda request: replace(request, body=b'{"a":2}'),
        lambda request: replace(request, headers=request.headers.without("X-Tenant").adding("X-Tenant", "other")),
    ],
    ids=["query", "path", "method", "body", "header"],
)
def test_what_was_signed_cannot_be_changed(
    monkeypatch: pytest.MonkeyPatch, change: Callable[[Request], Request]
) -> None:
    """A signature is good for one request alone."""
    status, kind, body = told(line().carry(change(signed(monkeypatch, PLAIN))))

    assert (status, kind) == (403, "InvalidSignatureException")
    assert body["message"].startswith("The request signature we calculated does not match")


def test_a_call_without_a_signature_is_told_that_its_token_is_missing() -> None:
    """And one with another Authorization header is told that it is no signature."""
    missing = (403, "MissingAuthenticationTokenException", {"message": "Missing Authentication Token"})

    assert told(line().send("GET /v1/jobs/7")) == missing
    assert told(line().send("GET /v1/jobs/7", ("Authorization", "Bearer x")))[:2] == (
        403,
        "IncompleteSignatureException",
    )


@pytest.mark.parametrize(
    "written",
    [
        *("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential=A/b/c", "AWS4-HMAC-SHA256 ä=\ud800"),
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20250414/eu-west-1/execute-api/aws4_request, SignedHeaders=host",
    ],
)
def test_half_a_signature_is_none(written: str) -> None:
    """Whatever stands behind the name of the algorithm."""
    response = line().send("GET /v1/jobs/7", ("Authorization", written), ("X-Amz-Date", "20250414T221248Z"))

    assert told(response)[:2] == (403, "IncompleteSignatureException")


def test_text_that_nobody_could_have_signed_does_not_match() -> None:
    """Not even what is no UTF-8 makes the gateway fail."""
    scope = "AKIDEXAMPLE/20250414/eu-west-1/execute-api/aws4_request"
    written = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-odd, Signature=é"
    response = line().send(
        "GET /v1/jobs/\ud800", ("Authorization", written), ("X-Amz-Date", "20250414T221248Z"), ("X-Odd", "\ud800")
    )

    assert told(response)[:2] == (403, "InvalidSignatureException")


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"key": AccessKey("AKIDOTHER", "x", "bob")}, "The security token included in the request is invalid."),
        ({"key": AccessKey(KEY.id, "wrong", "alice")}, "The request signature we calculated does not match"),
        ({"region": "us-east-1"}, "Credential should be scoped to a valid region, not 'us-east-1'."),
        ({"service": "s3"}, "Credential should be scoped to correct service: 'execute-api'."),
        ({"milliseconds": NOON - 301_000}, "Signature expired: 20250414T220747Z is now earlier than 20250414T220748Z"),
        ({"milliseconds": NOON + 301_000}, "Signature not yet current: 20250414T221749Z is still later than"),
    ],
    ids=["unknown key", "wrong secret", "region", "service", "expired", "early"],
)
def test_a_signature_of_somebody_else_or_another_time_is_refused(
    monkeypatch: pytest.MonkeyPatch, how: dict[str, object], words: str
) -> None:
    """Each with its reason."""
    status, _, body = told(line().carry(signed(monkeypatch, PLAIN, **how)))  # type: ignore[arg-type]

    assert status == 403
    assert body["message"].startswith(words)


@pytest.mark.parametrize(("effect", "principal", "status"), [("Deny", USER, 403), ("Deny", USER[:-5], 200)])
def test_a_resource_policy_may_name_the_caller(
    monkeypatch: pytest.MonkeyPatch, effect: str, principal: str, status: int
) -> None:
    """A Deny refuses; what a user may do by policies of their own is taken as allowed."""
    document = policy(effect, "execute-api:/*", Principal={"AWS": principal})

    caller = line(extensions={"x-amazon-apigateway-policy": document})

    assert caller.carry(signed(monkeypatch, PLAIN)).status == status
