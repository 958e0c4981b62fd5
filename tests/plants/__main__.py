"""Bugs planted in our own service: `tox -e plants`, or `python -m tests.plants [--jobs N] [NAME ...]`.

Each is asked as a user would, by a whole `contracts run` in a process of its own. The exit status is 1 if a bug is not
named, or a rewrite that breaks nothing is not kept.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import click

from tests.plants.planting import Outcome, Plant, lines, plants, tried


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--jobs", type=click.IntRange(min=1), default=2, show_default=True, help="How many run at a time.")
@click.option("--keep", type=click.Path(path_type=Path), help="A folder for the JSON report of each.")
@click.option("--option", "options", multiple=True, help="An option of `contracts run`, as --option=--seed=3.")
@click.argument("names", nargs=-1)
def main(jobs: int, keep: Path | None, options: tuple[str, ...], names: tuple[str, ...]) -> None:
    """Ask the service with each of the plants that are named, else with all of them."""
    try:
        chosen = plants(names)
    except KeyError as error:
        raise click.UsageError(f"there is no plant {error}") from error
    good = 0
    for outcome in outcomes(
        chosen, jobs=jobs, keep=keep, options=[each for one in options for each in one.split("=", 1)]
    ):
        good += outcome.good
        for position, (verdict, where, message) in enumerate(lines(outcome)):
            name = f"{outcome.plant.name:<34} {outcome.seconds:>5.0f} s {outcome.cpu_seconds:>5.0f} s"
            told = name if not position else " " * len(name)
            click.echo(f"{told}  {verdict:<13}  {where}\n{' ' * 36}{message}" if message else f"{told}  {verdict}")
    click.echo(f"{good} of {len(chosen)} plants are what they should be")
    sys.exit(0 if good == len(chosen) else 1)


def outcomes(
    chosen: Sequence[Plant], *, jobs: int, keep: Path | None = None, options: Sequence[str] = ()
) -> Iterator[Outcome]:
    """What is said of each plant, in the order in which the runs end."""
    with ThreadPoolExecutor(jobs) as pool:
        for done in as_completed([pool.submit(_tried, plant, keep, options) for plant in chosen]):
            yield done.result()


def _tried(plant: Plant, keep: Path | None, options: Sequence[str]) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="plant-") as folder:
        outcome = tried(plant, Path(folder), options=options)
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        text = json.dumps(outcome.failures, indent=2, ensure_ascii=True)
        (keep / f"{plant.name}.json").write_text(text, encoding="utf-8")
    return outcome


if __name__ == "__main__":
    main()
