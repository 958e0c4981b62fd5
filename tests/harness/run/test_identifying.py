"""As whom operations are called, by what stands before them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contracts import gateway
from contracts.credentials import Signer
from contracts.errors import ConfigurationError
from contracts.http import Headers, Request
from contracts.identities import Identity
from contracts.run.identifying import access_keys, api_keys, callers_of, verifier
from tests.harness.gateway.apis import HOST, NOON, deployed, operation
from tests.harness.gateway.authorizers.guards import scheme
from tests.harness.gateway.authorizers.keys import DOCUMENT, KEYS
from tests.harness.gateway.authorizers.test_signatures import SIGV4

SCHEMES = {
    "token": scheme("token", header="X-Token"),
    "query": scheme("request", identitySource="method.request.querystring.key, context.httpMethod"),
    "pool": scheme("cognito_user_pools", providerARNs=["arn:aws:cognito-idp:eu-west-1:1:userpool/p"]),
    "iam": SIGV4,
    "key": {"type": "apiKey", "in": "header", "name": "x-api-key"},
    "own": {"type": "http", "scheme": "bearer"},
}
FILE = Path("keys.json")
EVERYTHING = Identity(
    "all", headers={"x-token": "t"}, query={"key": "k"}, bearer="b", api_key="a", access_key="AKID", secret_key="s"
)


def called(one: gateway.Api, identities: list[Identity], key_set: Path | None) -> Any:
    """Who calls the operations of an API."""
    operations = one.contract.operations
    needs = {each.name: gateway.needs(one, each.name) for each in operations}
    return callers_of(operations, needs, identities, Signer("eu-west-1", HOST), key_set=key_set)


def api(*schemes: str) -> gateway.Api:
    """An API whose one operation asks for these schemes."""
    one = operation("GET /jobs", security=(dict.fromkeys(schemes, ()),) if schemes else ())
    return deployed(one, security_schemes=SCHEMES, api_keys=(), access_keys=(), tokens=KEYS, authorizers=["token"])


@pytest.mark.parametrize(
    ("schemes", "identity", "reason", "cure"),
    [
        (["key"], Identity("a", bearer="b"), "an API key", "`api-key` to the identity `a`"),
        (
            ["token", "key"],
            Identity("a", api_key="k"),
            "an API key and the header X-Token",
            "`headers` with X-Token to",
        ),
        (["query"], Identity("a"), "the query parameter key", "`query` with key to"),
        (["pool"], Identity("a"), "the header Authorization", "`bearer` to"),
        (["iam"], Identity("a"), "a signature", "`access-key` and `secret-key` to"),
    ],
    ids=["key", "token", "query", "pool", "iam"],
)
def test_an_operation_is_called_by_who_has_what_it_needs(
    schemes: list[str], identity: Identity, reason: str, cure: str
) -> None:
    """The first such identity; where there is none, what it needs and how to give it is said."""
    callers, missing, problems = called(api(*schemes), [identity, EVERYTHING], FILE)
    assert (callers.able, missing, problems) == ({"GET /jobs": (EVERYTHING,)}, (), ())

    _, (problem,), _ = called(api(*schemes), [identity], FILE)
    assert problem.reason.startswith(f"a call of it needs {reason}, and no identity is configured that has ")
    assert problem.cure is not None
    assert cure in problem.cure


def test_a_token_needs_keys_that_verify_it() -> None:
    """Nothing is fetched."""
    _, _, (problem,) = called(api("pool"), [EVERYTHING], None)

    assert problem.reason == "its authorizer verifies tokens, and nobody said which keys sign them"
    assert problem.cure == "Name a JSON Web Key Set as `key-set` under [tool.contracts]."


@pytest.mark.parametrize(("schemes", "expected"), [([], {}), (["own"], {"GET /jobs": (EVERYTHING,)})])
def test_an_operation_that_only_its_handler_guards_is_called_by_somebody(schemes: list[str], expected: Any) -> None:
    """Where the contract documents a requirement, the first identity calls; an open operation is called by nobody."""
    callers, _, problems = called(api(*schemes), [EVERYTHING], None)

    assert (callers.able, problems) == (expected, ())
    assert called(api(*schemes), [], None)[1] == ()


def test_a_request_is_signed_where_a_signature_is_wanted() -> None:
    """And shows no more than it must elsewhere."""
    request = Request("GET", "/v1/jobs", Headers.of([("Host", HOST)]))
    for schemes, begins in ((["iam"], "AWS4-HMAC-SHA256 Credential=AKID/"), (["key"], "Bearer b")):
        one = api(*schemes)
        callers, _, _ = called(one, [EVERYTHING], None)
        made = callers.showing(one.contract.operations[0], request, NOON)
        assert str(made.headers.get("Authorization")).startswith(begins)
        assert callers.showing(None, request, NOON) == request


def test_keys_are_those_of_the_identities() -> None:
    """Each under the name of its identity."""
    assert api_keys([Identity("a"), EVERYTHING]) == (gateway.ApiKey("all", "a"),)
    assert access_keys([Identity("a"), EVERYTHING]) == (gateway.AccessKey("AKID", "s", "all"),)


def test_a_key_set_is_read_from_its_file(tmp_path: Path) -> None:
    """A file that is none is an error with its place; without a file no token is good."""
    file = tmp_path / "keys.json"
    file.write_text(json.dumps(DOCUMENT))
    assert isinstance(verifier(file), gateway.KeySet)
    assert isinstance(verifier(None).verified("x", issuers=(), audiences=(), seconds=0), gateway.InvalidToken)

    for text in ("[]", "{", '{"keys": []}'):
        file.write_text(text)
        with pytest.raises(ConfigurationError, match="the key set cannot be used"):
            verifier(file)
    with pytest.raises(ConfigurationError, match="the key set cannot be used"):
        verifier(tmp_path / "none.json")
