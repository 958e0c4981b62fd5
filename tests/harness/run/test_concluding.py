"""From findings to failures: roots instead of consequences, and what is sure and grave first."""

from __future__ import annotations

from dataclasses import replace

from contracts import checks
from contracts.contract import Contract, Operation, Parameter
from contracts.errors import Location
from contracts.exchange import Case, Exchange, Meanwhile
from contracts.finding import Failure, Finding
from contracts.http import Headers, Request, Response
from contracts.run.concluding import concluded, ruled

HERE = Location("openapi.yaml", 1)
GET = Operation("getThing", "GET", "/things/{id}", (), None, {}, None, HERE)
CONTRACT = Contract("Things", "openapi.yaml", {"openapi": "3.0.1"}, (GET,), HERE)
PROMISES = ("payloads", "statuses", "methods", "sequences", "identities")


def exchange(status: int = 200, *, phase: str = "some-check") -> Exchange:
    """An exchange with the operation."""
    return Exchange(Case("c", GET, Request("GET", "/v1/things/1", Headers(), None), phase), Response(status))


def finding(promise: str, *exchanges: Exchange, alone: bool = True) -> Finding:
    """A finding with this evidence."""
    return Finding(promise, f"{promise}-check", "getThing", "It is wrong.", exchanges or (exchange(),), alone=alone)


def test_the_surest_and_gravest_stand_first() -> None:
    """What others may see or lose, then what fails, then the rest; what did not show by itself comes last."""
    found = [
        finding("payloads"),
        finding("sequences", alone=False),
        finding("statuses", exchange(500)),
        finding("methods"),
        finding("identities"),
    ]

    order = [each.finding.promise for each in concluded(found, CONTRACT, promises=PROMISES)]

    assert order == ["identities", "methods", "statuses", "payloads", "sequences"]


def test_what_is_equally_grave_stands_in_the_order_of_the_promises() -> None:
    """As it stands in the table."""
    order = [
        each.finding.promise
        for each in concluded([finding("statuses"), finding("payloads")], CONTRACT, promises=PROMISES)
    ]

    assert order == ["payloads", "statuses"]


def test_a_failed_answer_on_the_way_is_the_root() -> None:
    """It is told in place of everything that a check makes of it, once."""
    failed = exchange(500)
    found = [finding("methods", failed, exchange(404)), finding("sequences", exchange(), failed, exchange())]

    [failure] = concluded(found, CONTRACT, promises=PROMISES)

    assert (failure.finding.promise, failure.count) == ("payloads", 2)
    assert failure.finding.exchanges == (failed,)
    assert [each.finding for each in failure.consequences] == found


def test_what_shows_in_a_failed_answer_is_no_consequence_of_it() -> None:
    """Nor is one of two requests at once that fails, nor anything where the promise of answers was not asked for."""
    failed = exchange(500)
    at_once = (replace(failed, meanwhile=Meanwhile("c", 2)), exchange())
    found = [finding("methods", exchange(), failed), finding("sequences", *at_once)]
    unasked = [finding("methods", failed, exchange())]

    assert [each.finding for each in concluded(found, CONTRACT, promises=PROMISES)] == found
    assert [each.finding for each in concluded(unasked, CONTRACT, promises=("methods",))] == unasked


def test_a_failure_has_the_sentence_of_its_check() -> None:
    """What the check says that it asks; one that has a sentence of its own keeps it."""

    class Asking:
        """A thing stays what it is."""

        promise, name = "methods", "methods-check"

        def after_exchange(self, exchange: Exchange) -> list[Finding]:
            return []

    told, own, unknown = finding("methods"), replace(finding("methods"), rule="Its own."), finding("sequences")

    ruled_failures = ruled([Failure(each, 1) for each in (told, own, unknown)], [Asking()])

    assert [each.finding.rule for each in ruled_failures] == ["A thing stays what it is.", "Its own.", ""]


def test_every_name_that_a_failure_can_have_has_a_sentence() -> None:
    """No failure stands there without the promise that it breaks."""
    every = [Failure(Finding("payloads", name, "getThing", "It is wrong.", ()), 1) for name in sorted(checks.names())]

    sentences = {each.finding.check: each.finding.rule for each in ruled(every, checks.registered(CONTRACT))}

    assert [name for name, sentence in sentences.items() if not sentence.endswith(".")] == []


def test_what_follows_from_a_failure_is_told_with_it() -> None:
    """And only there: a request that was let through, and what came of it."""
    sent = Request("GET", "/v1/things/1?limit=none", Headers(), None)
    limited = replace(
        GET, parameters=(Parameter("limit", "query", required=False, schema={"type": "integer"}, location=HERE),)
    )
    let_through = Exchange(Case("c", limited, sent, "coverage"), Response(200))
    wrong = Exchange(Case("c", limited, sent, "coverage"), Response(500))
    refused = Finding("payloads", "invalid-request-refused", "getThing", "200", (let_through,), "query type")
    error = Finding("payloads", "server-error", "getThing", "500", (wrong,), "500")
    contract = replace(CONTRACT, operations=(limited,))

    [failure] = concluded([error, refused, error], contract, promises=PROMISES)

    assert (failure.finding.check, failure.count) == ("invalid-request-refused", 1)
    assert [(each.finding.check, each.count) for each in failure.consequences] == [("server-error", 2)]
