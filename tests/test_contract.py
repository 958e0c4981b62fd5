"""The point of it all: our handlers keep openapi.yaml."""

from pathlib import Path

import contracts

ROOT = Path(__file__).parent.parent


def test_our_handlers_keep_their_contract() -> None:
    """Every promise of openapi.yaml is kept by the handlers, the way template.yaml deploys them."""
    verdict = contracts.verify(contracts.Settings(ROOT / "openapi.yaml", ROOT / "template.yaml", examples=20))

    assert verdict.standing == "kept", [str(failure.finding.message) for failure in verdict.failures]
