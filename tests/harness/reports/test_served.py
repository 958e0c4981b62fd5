"""What a server says of itself."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import replace

from contracts.contract import Operation
from contracts.errors import Location
from contracts.exchange import Case, Exchange, FunctionError, Invocation, Reply
from contracts.finding import Gap, Unavailable
from contracts.http import Request, Response
from contracts.identities import Identity
from contracts.reports.served import answered, greeting
from tests.harness.gateway.apis import function, operation

ALICE = Identity("alice", headers={"X-Tenant": "it's acme"}, bearer="e30.e30.e30", api_key="a-key-of-twenty-signs")


def greeted(*identities: Identity, unavailable: Sequence[Unavailable] = (), omitted: Sequence[Gap] = ()) -> list[str]:
    """The lines for a service with two operations."""
    operations: list[Operation] = [operation("GET /jobs", operation_id="listJobs"), operation("DELETE /jobs/{id}")]
    url = "http://127.0.0.1:8000"
    return greeting(
        "Jobs",
        url=f"{url}/v1",
        docs=f"{url}/_docs",
        region="eu-west-1",
        operations=operations,
        identities=identities,
        unavailable=unavailable,
        omitted=omitted,
    ).splitlines()


def test_it_says_where_it_is_and_what_can_be_asked() -> None:
    """Operations stand in columns; one without an id has a method and a path all the same."""
    assert greeted() == [
        "Jobs  http://127.0.0.1:8000/v1",
        "",
        "  GET     /jobs       listJobs",
        "  DELETE  /jobs/{id}",
        "",
        "Documentation, to try it out: http://127.0.0.1:8000/_docs",
        "State is kept in memory until Ctrl-C stops the server.",
    ]


def test_what_is_not_as_deployed_is_told_with_its_line() -> None:
    """Whoever tries the service out would else take it for the function's doing."""
    gap = Gap("payloads", "gateway-as-it-is", None, "`CachingEnabled`: no", Location("template.yaml", 7))

    assert "template.yaml:7: not as deployed: `CachingEnabled`: no" in greeted(omitted=[gap])


def test_credentials_are_options_that_a_shell_takes() -> None:
    """Headers, a token, an API key and parameters together; a signature, which has the token's header, apart."""
    robot = Identity("robot", query={"client": "a b"}, access_key="AKIDEXAMPLE", secret_key="wJalr/XUtnFEMI")
    lines = greeted(ALICE, robot)
    headers = ["-H", "Authorization: Bearer e30.e30.e30", "-H", f"x-api-key: {ALICE.api_key}"]
    at = lines.index("Credentials that work, as options of curl:")

    assert [shlex.split(line) for line in lines[at + 2 : at + 5]] == [
        ["alice", *headers, "-H", "X-Tenant: it's acme"],
        ["robot", "-G", "-d", "client=a%20b"],
        ["robot", "--aws-sigv4", "aws:amz:eu-west-1:execute-api", "--user", "AKIDEXAMPLE:wJalr/XUtnFEMI"],
    ]


def test_what_cannot_run_is_told_with_its_cure() -> None:
    """Before the documentation's address."""
    lines = greeted(
        unavailable=[Unavailable("no such file", "listJobs", location=Location("t.yaml", 3), cure="Add it.")]
    )

    assert lines[5:7] == ["t.yaml:3: could not run: listJobs: no such file", "  Add it."]


def test_an_answer_is_one_line() -> None:
    """Who answered, how long it took, and what a function raised; what a terminal would obey is escaped."""
    request = Request("GET", "/v1/jobs?q=\x1b[31m\nx", body=None)
    error = FunctionError("KeyError", "no\n'id'")
    invocation = Invocation(function("listJobs"), {}, Reply(None, error), ())
    exchange = Exchange(Case("1", None, request, "served"), Response(502), (invocation,))

    assert answered(exchange, 1.2345) == r"GET /v1/jobs?q=\x1b[31m x 502 listJobs 1,234 ms (KeyError: no 'id')"
    assert answered(replace(exchange, invocations=()), 0) == r"GET /v1/jobs?q=\x1b[31m x 502 0 ms"
