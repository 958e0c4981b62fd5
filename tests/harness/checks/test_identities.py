"""Who is let in, and what one identity learns of another."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.checks.identities.forgery import absent, claims_of, damaged, forged
from contracts.checks.identities.parties import stranger_of
from contracts.checks.identities.telling import difference
from contracts.checks.scope import Scope
from contracts.credentials import Callers, Signer
from contracts.http import Headers, Request
from contracts.identities import Identity, Needs
from tests.harness.gateway.apis import HOST, NOON
from tests.harness.gateway.authorizers.keys import KEYS, token

CLAIMS = {"iss": "https://issuer.example/", "sub": "alice", "exp": NOON // 1000 + 3600}
ALICE = Identity("alice", owner="red", bearer=token(CLAIMS), api_key="key-of-alice")
BOB = Identity("bob", owner="blue")


def scoped(make: Any, needs: Needs, *identities: Identity) -> tuple[Scope, Any]:
    """A contract whose `getNote` asks for something, and that operation."""
    contract = make.notes()
    signer = Signer("eu-west-1", HOST)
    callers = Callers(identities, {"getNote": identities}, {"getNote": needs}, frozenset({"getNote"}), signer)
    return Scope.of(contract, promises=["statuses"], callers=callers), make.of(contract, "getNote")


def asking(scope: Scope, operation: Any) -> Request:
    return scope.callers.showing(operation, Request("GET", "/v1/notes/n-0001", Headers.of([("Host", HOST)])), NOON)


def test_who_shows_nothing_shows_nothing_at_all(make: Any) -> None:
    """Everything is left out, and then each thing that is asked for beside another."""
    scope, operation = scoped(make, Needs(api_key=True, headers=("Authorization",)), ALICE)
    request = asking(scope, operation)

    made = {each.what: set(dict(each.make(request).headers)) for each in absent(scope, operation, request)}

    assert made == {
        "without credentials": {"Host"},
        "without Authorization": {"Host", "x-api-key"},
        "without x-api-key": {"Host", "Authorization"},
    }


def test_no_forged_token_is_good(make: Any) -> None:
    """But the one that is only too late: it is good now, and not when it is shown."""
    scope, operation = scoped(make, Needs(headers=("Authorization",), verified=True), ALICE)
    request = asking(scope, operation)

    def good(text: str, milliseconds: int) -> bool:
        found = KEYS.verified(text, issuers=["https://issuer.example/"], audiences=[], seconds=milliseconds // 1000)
        return hasattr(found, "claims")

    forgeries = {each.what: each for each in forged(scope, operation, request, set())}
    shown = {what: str(each.make(request).headers.get("Authorization")) for what, each in forgeries.items()}
    late = forgeries.pop("with a token that has expired")

    assert good(str(ALICE.bearer), NOON)
    assert late.at is not None
    assert not good(str(ALICE.bearer), round(late.at.timestamp() * 1000))
    assert set(forgeries) == {
        "with credentials that are nonsense",
        "with nothing behind Bearer",
        "with a token whose signature was changed",
        "with a token whose claims were changed",
        "with a token that nobody signed (`alg: none`)",
        "with a token that a foreign key signed",
    }
    assert not any(good(shown[what].removeprefix("Bearer "), NOON) for what in forgeries)
    assert (claims_of(shown["with a token whose claims were changed"].rpartition(" ")[2]) or {})["sub"] != "alice"


def test_a_guard_is_asked_about_forgeries_once(make: Any) -> None:
    """The authorizer is the same behind every operation; a function that looks itself is another each time."""
    asked: set[tuple[str, ...]] = set()
    guarded, operation = scoped(make, Needs(headers=("Authorization",)), ALICE)

    assert list(forged(guarded, operation, asking(guarded, operation), asked))
    assert not list(forged(guarded, operation, asking(guarded, operation), asked))


def test_a_signature_is_forged_without_its_key(make: Any) -> None:
    """One is by nobody, one by another secret, one is of long ago, and one is none; what is wrong is not renewed."""
    carol = Identity("carol", access_key="AKIDCAROL", secret_key="c")
    scope, operation = scoped(make, Needs(signature=True), carol)
    request = asking(scope, operation)
    forgeries = list(forged(scope, operation, request, set()))

    assert [each.verbatim for each in forgeries] == [False, True, True, False]
    assert forgeries[1].at == datetime.fromtimestamp(NOON // 1000, UTC)
    guessed = forgeries[1].make(request)
    assert "Credential=AKIDCAROL/" in (guessed.headers.get("Authorization") or "")
    assert guessed.headers.get("X-Amz-Date") == request.headers.get("X-Amz-Date")
    assert all(
        each.make(request).headers.get("Authorization") != request.headers.get("Authorization") for each in forgeries
    )


@pytest.mark.parametrize("text", ["tok-acme", "a", "9", "Zz", "e30.e30.c2ln", "--", ""])
def test_a_damaged_text_is_another_of_its_form(text: str) -> None:
    """Lower case stays lower case, and digits stay digits."""
    other = damaged(text)

    assert other != text
    assert not text.isalnum() or [each.isdigit() for each in other] == [each.isdigit() for each in text]


def test_strangers_have_different_owners(make: Any) -> None:
    """Or none, where the contract says that things belong to whoever made them; nobody is one where they are shared."""
    nobody, somebody = Identity("nobody"), Identity("somebody")
    for ownership, maker, others, expected in (
        (None, ALICE, (ALICE, BOB), BOB),
        (None, ALICE, (ALICE, nobody), None),
        (None, nobody, (nobody, somebody), None),
        ("caller", nobody, (nobody, somebody), somebody),
        ("shared", ALICE, (ALICE, BOB), None),
    ):
        extensions = {"x-contract-ownership": ownership} if ownership else {}
        contract = make.changed("getNote", extensions=extensions)
        scope = Scope.of(contract, promises=["sequences"], callers=Callers(others, {"getNote": others}))

        assert stranger_of(scope, make.of(contract, "getNote"), maker) == expected


@pytest.mark.parametrize(
    ("foreign", "where"),
    [
        ({"message": "no such note", "id": "c"}, None),
        ({"message": "not yours", "id": "c"}, "`message`"),
        ({"message": "no such note"}, None),
        ({"message": "no such note", "id": "c", "owner": "alice"}, "`owner`"),
    ],
)
def test_what_is_equal_for_all_that_never_existed_tells(make: Any, foreign: Any, where: str | None) -> None:
    """What differs from one of these to the next, such as the id of the request, tells nothing."""
    of = make.of(make.notes(), "getNote")
    unknown, other = ({"message": "no such note", "id": each} for each in ("a", "b"))

    assert difference(*(make.exchange(of, 404, body) for body in (foreign, unknown, other))) == where


def test_a_header_tells_as_well(make: Any) -> None:
    """But not one that belongs to the message."""
    of = make.of(make.notes(), "getNote")
    one, two = make.exchange(of, 404, {}), make.exchange(of, 404, {})
    for name, where in (("ETag", "the header etag"), ("x-amzn-RequestId", None)):
        foreign = make.exchange(of, 404, {}, headers=[("Content-Type", "application/json"), (name, "1")])

        assert difference(foreign, one, two) == where
