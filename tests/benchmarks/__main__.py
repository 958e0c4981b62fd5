"""How fast it is: `tox -e benchmark`, or `python -m tests.benchmarks [--rounds N] [NAME ...]`.

Everything is a ratio of two things that were measured in the same run, turn and turn about; nothing is asserted of it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping

import click
from rich.console import Console
from rich.table import Table

from tests.benchmarks import cold_starts, gateways, invocations, memory, promises, runs, shares, starts, taps
from tests.benchmarks.measuring import Row

# Each with the rounds that it takes, since some take a tenth of a second and some half a minute.
BENCHMARKS: Mapping[str, tuple[Callable[[int], Iterator[Row]], int]] = {
    "gateways": (gateways.rows, 15),
    "invocations": (invocations.rows, 15),
    "taps": (taps.rows, 9),
    "starts": (starts.rows, 9),
    "cold_starts": (cold_starts.rows, 5),
    "runs": (runs.rows, 3),
    "shares": (shares.rows, 3),
    "promises": (promises.rows, 1),
    "memory": (memory.rows, 1),
}


@click.command()
@click.option(
    "--rounds", type=click.IntRange(min=1), help="How often each is measured. [default: as often as it needs]"
)
@click.argument("names", nargs=-1, type=click.Choice(list(BENCHMARKS)))
def main(rounds: int | None, names: tuple[str, ...]) -> None:
    """Measure what is named, else everything, and print one table."""
    table = Table("what", "median", "middle half", "of", "note", title=f"Python {sys.version.split()[0]}")
    for name in names or tuple(BENCHMARKS):
        click.echo(f"{name} ...", err=True)
        measure, usual = BENCHMARKS[name]
        for row in measure(rounds or usual):
            table.add_row(row.what, row.middle, row.spread, row.against, row.note)
        table.add_section()
    Console(width=max(170, Console().width)).print(table)


if __name__ == "__main__":
    main()
