"""Nothing secret is in a log."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contracts.checks import registered
from contracts.exchange import Reply
from contracts.finding import Finding

TOKEN = "q7Zk-92hd-Lm3x"


def found(make: Any, log: str, *, contract: Any = None, secrets: tuple[str, ...] = (), **more: Any) -> list[Finding]:
    contract = contract or make.notes()
    check: Any = next(each for each in registered(contract) if each.name == "nothing-secret-in-the-log")
    invocation = make.invocation(Reply('{"statusCode": 200}', log=log))
    invocation = replace(invocation, function=replace(invocation.function, secrets=secrets))
    shown = make.exchange(make.of(contract, "createNote"), 201, {}, invocations=(invocation,), **more)
    return list(check.after_exchange(shown))


@pytest.mark.parametrize("header", [("Authorization", f"Bearer {TOKEN}"), ("X-Api-Key", TOKEN)])
def test_a_credential_in_the_log_is_broken(make: Any, header: tuple[str, str]) -> None:
    """The sentence names the header and the function, and does not repeat the secret."""
    (finding,) = found(make, f"asked by {TOKEN}\n", request_headers=[header])

    assert finding.message == f"Notes, asked for createNote, logged the {header[0]} header of the request"


def test_a_password_by_the_contract_is_one(make: Any) -> None:
    """`format: password` says so."""
    body = {"type": "object", "properties": {"pin": {"type": "string", "format": "password"}}}
    contract = make.notes(createNote=make.operation("createNote", "POST", "/notes", make.response("201"), body=body))

    (finding,) = found(make, f"{{'pin': '{TOKEN}'}}", contract=contract, sent={"pin": TOKEN})

    assert "logged `pin` of the request, a password" in finding.message


def test_a_noecho_parameter_in_the_log_is_broken(make: Any) -> None:
    """CloudFormation shows it to nobody, and a log does."""
    (finding,) = found(make, f"environ({{'KEY': '{TOKEN}'}})", secrets=(TOKEN,))

    assert "a NoEcho parameter of its template" in finding.message


@pytest.mark.parametrize(
    ("log", "more"),
    [
        ("nothing of it", {"request_headers": [("Authorization", f"Bearer {TOKEN}")]}),
        ("key 1234", {"request_headers": [("X-Api-Key", "1234")]}),
        ("00000000", {"request_headers": [("X-Api-Key", "00000000")]}),
        (TOKEN, {"request_headers": [("X-Api-Key", TOKEN), ("X-Request-Id", TOKEN)]}),
        (TOKEN, {"request_headers": [("X-Request-Id", TOKEN)]}),
        (TOKEN, {"sent": {"text": TOKEN}}),
    ],
)
def test_what_may_stand_in_a_log_is_right(make: Any, log: str, more: dict[str, Any]) -> None:
    """What is no secret, what is not there, what may be there by chance, and what came from elsewhere as well."""
    assert found(make, log, **more) == []
