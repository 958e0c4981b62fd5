"""
Many seeds, to find a false alarm that one seed does not show: a line for each, and an exit status of 1 if any fails.

Run by `tox -e seeds`; how many seeds, and from which one on, are its arguments, and so are other files:
`tox -e seeds -- 20 0 --contract deploy/http-contract.yaml --template deploy/http-api.yaml`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from contracts import configuration
from contracts.finding import Verdict
from contracts.run import Settings, run

SEEDS = 20


def told(seeds: Iterable[int], ask: Callable[[int], Verdict]) -> Iterator[tuple[bool, str]]:
    """For each seed whether every promise is kept, and a line: seed, verdict, exchanges, seconds, and what is wrong."""
    for seed in seeds:
        verdict = ask(seed)
        wrong = [
            *(f"{each.finding.operation}: {each.finding.check}: {each.finding.message}" for each in verdict.failures),
            *(f"{each.operation or 'everything'}: {each.reason}" for each in verdict.unavailable),
        ]
        line = f"{seed:>4}  {verdict.standing:<13}  {verdict.exchanges:>6,}  {verdict.duration_seconds:>6.1f} s"
        yield verdict.standing == "kept", "\n      ".join([line, *wrong])


def main(arguments: list[str], *, ask: Callable[[int], Verdict] | None = None) -> int:
    """
    Ask every seed, and say what it comes to.

    Args:
        arguments: How many seeds, and the first one; both may be left out. `--contract` and `--template` as ever.
        ask: The verdict for a seed; the run of what is configured when None.
    """
    parser = argparse.ArgumentParser("seeds")
    parser.add_argument("count", type=int, nargs="?", default=SEEDS)
    parser.add_argument("first", type=int, nargs="?", default=0)
    parser.add_argument("--contract", type=Path)
    parser.add_argument("--template", type=Path)
    given = parser.parse_args(arguments)
    count, first = given.count, given.first
    if ask is None:
        asked = Settings.of(configuration.find().overridden(contract=given.contract, template=given.template))

        def ask(seed: int) -> Verdict:
            return run(replace(asked, seed=seed))

    failed = 0
    for kept, line in told(range(first, first + count), ask):
        failed += not kept
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    sys.stdout.write(f"{failed} of {count} seeds are not kept\n" if failed else "every seed is kept\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
