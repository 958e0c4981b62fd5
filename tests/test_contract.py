"""The point of it all: our handlers keep openapi.yaml."""

from contracts import Verdict


def test_our_handlers_keep_their_contract(our_verdict: Verdict) -> None:
    """Every promise of openapi.yaml is kept by the handlers, the way template.yaml deploys them."""
    assert our_verdict.standing == "kept", [str(failure.finding.message) for failure in our_verdict.failures]


def test_every_operation_is_reached_and_answers(our_verdict: Verdict) -> None:
    """Hundreds of requests are made, and every operation accepts some of its own."""
    accepted = {
        row.operation: sum(row.statuses.get(status, 0) for status in (200, 201, 204)) for row in our_verdict.operations
    }

    assert our_verdict.exchanges > 500
    assert {operation for operation, count in accepted.items() if count < 10} == set()
