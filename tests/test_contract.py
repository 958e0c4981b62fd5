"""The point of it all: our handlers keep openapi.yaml."""

import pytest

from tests.conftest import OurRun

pytestmark = pytest.mark.service


def test_our_handlers_keep_their_contract(our_run: OurRun) -> None:
    """Every promise of openapi.yaml is kept by the handlers, the way template.yaml deploys them."""
    assert our_run.status == 0, our_run.out + our_run.err


def test_every_operation_is_reached_and_answers(our_run: OurRun) -> None:
    """Every operation accepts some requests of its own; without any parameter there are only a few."""
    accepted = {
        row["operation"]: sum(row["statuses"].get(status, 0) for status in ("200", "201", "204"))
        for row in our_run.report["operations"]
    }

    assert {operation for operation, count in accepted.items() if count < 5} == set()
