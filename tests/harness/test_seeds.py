"""The seeds: a line for each, and a failure if any is not kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contracts.finding import Failure, Finding, Unavailable, Verdict
from tests.seeds import main

KEPT = Verdict("openapi.yaml", "template.yaml", "T", 0, 1_942, "", 21.34, ("payloads",), ())
ALARM = Failure(Finding("payloads", "some-check", "getX", "It answered 500.", ()), 1)


def test_a_line_for_each_seed(capsys: pytest.CaptureFixture[str]) -> None:
    """Seed, verdict, exchanges and seconds stand on a line; all kept is a status of 0."""
    assert main(["2", "7"], ask=lambda seed: replace(KEPT, seed=seed)) == 0
    assert capsys.readouterr().out.splitlines() == [
        "   7  kept            1,942    21.3 s",
        "   8  kept            1,942    21.3 s",
        "every seed is kept",
    ]


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (replace(KEPT, failures=(ALARM,)), "getX: some-check: It answered 500."),
        (replace(KEPT, unavailable=(Unavailable("no table"),)), "everything: no table"),
    ],
    ids=["broken", "could not run"],
)
def test_one_seed_that_is_not_kept_fails(verdict: Verdict, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The others are asked nevertheless, what is wrong stands below the seed, and the status is 1."""
    asked: list[int] = []

    def ask(seed: int) -> Verdict:
        asked.append(seed)
        return verdict if seed == 1 else KEPT

    assert main([], ask=ask) == 1
    assert asked == list(range(20))
    lines = capsys.readouterr().out.splitlines()
    assert (lines[1].split()[0], lines[2].strip(), lines[-1]) == (
        "1",
        said,
        "1 of 20 seeds are not kept",
    )
