"""What an identity shows, and signatures that API Gateway takes."""

from __future__ import annotations

from dataclasses import replace

from contracts import gateway
from contracts.credentials import Callers, Signer, shown
from contracts.http import Headers, Request
from contracts.identities import Identity, Needs
from tests.harness.gateway.apis import HOST, NOON, operation
from tests.harness.gateway.authorizers.guards import Line
from tests.harness.gateway.authorizers.test_signatures import line

ALICE = Identity("alice", access_key="AKIDEXAMPLE", secret_key="wJalrXUtnFEMI")
SIGNER = Signer("eu-west-1", HOST)
OPERATION = operation("GET /jobs")
REQUEST = Request("PUT", "/v1/jobs/a%20b?x=1&y", Headers.of([("Host", HOST), ("X-One", "1")]), b'{"a": 1}')


def answered(request: Request, milliseconds: int = NOON) -> int:
    """The status of a call of an API that wants Alice's signature."""
    caller: Line = line()
    caller.milliseconds = milliseconds
    return caller.carry(request).status


def test_a_signature_is_good() -> None:
    """API Gateway computes the same one."""
    assert answered(SIGNER.signed(REQUEST, ALICE, NOON)) == 200
    assert answered(REQUEST) == 403


def test_a_signature_is_renewed_by_whoever_signed() -> None:
    """A request that was changed, or is made again later, is signed anew; one without a signature stays as it is."""
    later = NOON + 3_600_000
    changed = replace(SIGNER.signed(REQUEST, ALICE, NOON), target="/v1/jobs/other", body=b"")

    assert answered(changed, later) == 403
    assert answered(SIGNER.renewed(changed, [Identity("bob"), ALICE], later), later) == 200
    assert SIGNER.renewed(REQUEST, [ALICE], later) == REQUEST
    assert SIGNER.renewed(changed, [Identity("bob", access_key="AKIDOTHER", secret_key="x")], later) == changed


def test_an_identity_shows_what_it_has() -> None:
    """In place of headers and parameters of the same names."""
    identity = Identity(
        "alice", headers={"X-Tenant": "acme"}, query={"token": "a b"}, bearer="t0k3n", api_key="an-api-key"
    )
    made_up = Request("GET", "/v1/jobs?token=0&x=1", Headers.of([("authorization", "?"), ("x-tenant", ""), ("A", "1")]))

    request = shown(made_up, identity)

    assert request.target == "/v1/jobs?x=1&token=a%20b"
    assert list(request.headers) == [
        ("A", "1"),
        ("Authorization", "Bearer t0k3n"),
        ("x-api-key", "an-api-key"),
        ("X-Tenant", "acme"),
    ]


def test_an_identity_with_nothing_to_show_changes_nothing() -> None:
    """Not a byte."""
    assert shown(REQUEST, Identity("nobody")) == REQUEST


def test_the_user_of_an_access_key_is_the_identity() -> None:
    """Functions see who called by its name."""
    caller = line()

    caller.carry(SIGNER.signed(REQUEST, ALICE, NOON))

    assert caller.event["requestContext"]["identity"]["userArn"].endswith(":user/alice")
    assert isinstance(caller.api, gateway.Api)


def test_a_request_can_be_made_as_somebody_else() -> None:
    """What the usual caller shows is taken away, headers and parameters, and the other's put in its place."""
    bob = Identity("bob", headers={"X-Token": "b"})
    alice = Identity("alice", headers={"x-token": "a", "X-Team": "red"}, query={"key": "k"})
    callers = Callers((alice, bob), {OPERATION.name: (alice, bob)})
    request = callers.showing(OPERATION, Request("GET", "/v1/jobs?limit=1", Headers.of([("Accept", "*/*")])), NOON)

    other = callers.made_by(bob, OPERATION, request)

    assert (request.target, dict(request.headers)) == (
        "/v1/jobs?limit=1&key=k",
        {"Accept": "*/*", "x-token": "a", "X-Team": "red"},
    )
    assert (other.target, dict(other.headers)) == ("/v1/jobs?limit=1", {"Accept": "*/*", "X-Token": "b"})


def test_somebody_else_signs_what_is_signed() -> None:
    """With their own key; the signature is renewed when the request is made."""
    bob = Identity("bob", access_key="AKIDBOB", secret_key="b")
    needs = {OPERATION.name: Needs(signature=True)}
    callers = Callers((ALICE, bob), {OPERATION.name: (ALICE, bob)}, needs, signer=SIGNER)

    other = callers.made_by(bob, OPERATION, callers.showing(OPERATION, REQUEST, NOON))

    assert "Credential=AKIDBOB/" in str(other.headers.get("Authorization"))
    assert callers.renewed(other, NOON) == SIGNER.signed(REQUEST, bob, NOON)
