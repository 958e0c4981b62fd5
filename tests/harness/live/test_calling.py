"""Who calls a live endpoint, and with what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.contract import Contract, Operation
from contracts.errors import ConfigurationError
from contracts.http import Headers, Request
from contracts.identities import Identity
from contracts.live import Caller
from tests.harness.gateway.apis import HOST, NOON, deployed, operation
from tests.harness.gateway.authorizers.guards import Line
from tests.harness.gateway.authorizers.test_signatures import KEY, SIGV4, line

URL = f"https://{HOST}"
SIGNER = {"AWS_ACCESS_KEY_ID": KEY.id, "AWS_SECRET_ACCESS_KEY": KEY.secret}
SCHEMES: Mapping[str, Mapping[str, Any]] = {
    "key": {"type": "apiKey", "in": "header", "name": "x-api-key"},
    "token": {"type": "http", "scheme": "bearer"},
    "tenant": {"type": "apiKey", "in": "query", "name": "tenant"},
    "sigv4": SIGV4,
}


def caller(*configured: Identity, **environment: str) -> Caller:
    """A caller of an API with every kind of scheme."""
    return Caller.of(api().contract, configured, environment)


def api() -> Any:
    """An API of which nothing but the contract is used."""
    return deployed("GET /open", security_schemes=SCHEMES)


def guarded(*schemes: str) -> Operation:
    """An operation that asks for all of these together."""
    return operation("GET /jobs", security=(dict.fromkeys(schemes, ()),) if schemes else ())


def sent(by: Caller, *schemes: str) -> dict[str, str]:
    """The headers, and the target, of a request for an operation that asks for these."""
    request = by.showing(guarded(*schemes), Request("GET", "/v1/jobs?a=b"), URL, NOON)
    return {"": request.target, **{name.lower(): value for name, value in request.headers}}


def test_each_operation_gets_what_it_asks_for() -> None:
    """By its security schemes; an operation that lets everybody in gets nothing."""
    by = caller(CONTRACTS_API_KEY="k", CONTRACTS_BEARER="t", **SIGNER)

    assert sent(by) == {"": "/v1/jobs?a=b"}
    assert sent(by, "key")["x-api-key"] == "k"
    assert sent(by, "key", "token")["authorization"] == "Bearer t"
    assert sent(by, "key", "sigv4")["authorization"].startswith(f"AWS4-HMAC-SHA256 Credential={KEY.id}/")
    assert sent(by, "key", "sigv4")["x-api-key"] == "k"


def test_the_environment_goes_before_the_configuration() -> None:
    """Secrets of a live endpoint are in no file; identities of the configuration are for where there are none."""
    alice = Identity("alice", api_key="configured")

    assert sent(caller(alice), "key")["x-api-key"] == "configured"
    assert sent(caller(alice, CONTRACTS_API_KEY="k"), "key")["x-api-key"] == "k"
    assert sent(caller(alice, CONTRACTS_BEARER=""), "key")["x-api-key"] == "configured"


def test_who_has_most_of_it_calls() -> None:
    """Of equals the first; what goes with a request of an identity goes along."""
    alice = Identity("alice", query={"tenant": "acme corp"})
    bob = Identity("bob", bearer="t", query={"tenant": "b"})

    assert sent(caller(alice, bob), "tenant") == {"": "/v1/jobs?a=b&tenant=acme%20corp"}
    assert sent(caller(alice, bob), "tenant", "token")["authorization"] == "Bearer t"


def test_where_nobody_has_it_a_request_stays_as_it_is() -> None:
    """The endpoint says itself that it lets nobody in."""
    alice = Identity("alice", headers={"X-Other": "1"})
    by = caller(alice)

    assert not by.knows(guarded("key"))
    assert caller(alice, CONTRACTS_API_KEY="k").knows(guarded("key"))
    assert sent(caller(), "key") == {"": "/v1/jobs?a=b"}


@pytest.mark.parametrize("name", SIGNER)
def test_half_of_a_pair_is_an_error(name: str) -> None:
    """It would sign nothing, and nobody would know why."""
    with pytest.raises(ConfigurationError, match=f"{name} is set and AWS_.* is not"):
        caller(**{name: "x"})


@pytest.mark.parametrize(
    ("host", "environment", "region"),
    [
        ("abc.execute-api.eu-central-1.amazonaws.com", {"AWS_REGION": "us-west-2"}, "eu-central-1"),
        ("abc.execute-api.cn-north-1.amazonaws.com.cn", {}, "cn-north-1"),
        ("api.example.com", {"AWS_REGION": "us-west-2", "AWS_DEFAULT_REGION": "us-east-2"}, "us-west-2"),
        ("127.0.0.1:8000", {"AWS_DEFAULT_REGION": "us-east-2"}, "us-east-2"),
        ("127.0.0.1:8000", {}, "us-east-1"),
    ],
)
def test_a_signature_is_for_the_region_of_the_host(host: str, environment: dict[str, str], region: str) -> None:
    """Else for that of the environment, as AWS's own tools have it."""
    by = caller(**SIGNER, **environment)
    request = by.showing(guarded("sigv4"), Request("GET", "/v1/jobs"), f"https://{host}", NOON)

    assert f"/20250414/{region}/execute-api/aws4_request" in str(request.headers.get("Authorization"))


def test_temporary_credentials_show_their_token() -> None:
    """It is signed like the time."""
    shown = sent(caller(**SIGNER, AWS_SESSION_TOKEN="session"), "sigv4")

    assert shown["x-amz-security-token"] == "session"
    assert "SignedHeaders=host;x-amz-date;x-amz-security-token," in shown["authorization"]


def test_a_space_is_signed_as_one() -> None:
    """Signature Version 4 has it as `%20`, and a plus would be a plus; requests that nobody signs stay as they are."""
    request = Request("GET", "/v1/jobs?q=a+b")
    targets = [
        caller(CONTRACTS_API_KEY="k", **SIGNER).showing(guarded(scheme), request, URL, NOON).target
        for scheme in ("sigv4", "key")
    ]

    assert targets == ["/v1/jobs?q=a%20b", "/v1/jobs?q=a+b"]


@given(
    query=st.lists(st.tuples(st.sampled_from(["a", "b", "a+b", "%2B", "%25"]), st.sampled_from(["", "1 2", "+", "é"]))),
    body=st.none() | st.binary(max_size=9),
)
@settings(derandomize=True, database=None, deadline=None, max_examples=50)
def test_api_gateway_takes_every_signature(query: list[tuple[str, str]], body: bytes | None) -> None:
    """Whatever the query and the body."""
    asked: Line = line()
    contract: Contract = asked.api.contract
    pairs = [f"{name}={quote(value, safe='+').replace('%20', '+')}" for name, value in query]
    request = Request("POST", f"/v1/jobs/1?{'&'.join(pairs)}", Headers.of([("Host", HOST)]), body)
    signed = Caller.of(contract, (), SIGNER).showing(contract.operations[0], request, URL, NOON)

    assert asked.carry(request).status == 403
    assert asked.carry(signed).status == 200
