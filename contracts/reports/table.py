"""The table of operations and promises, in the shape that the width allows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from rich.cells import cell_len
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from contracts.finding import OperationRow, Standing, Verdict
from contracts.reports.printable import one_line

# What a person has to look at comes first.
STYLES: Mapping[Standing, str] = {"broken": "bold red", "could not run": "yellow", "not asked": "dim", "kept": "green"}

# Columns with the two spaces behind them.
_REQUESTS = len("requests") + 2
_GAPS = len("gaps") + 2
_SHORTEST_NAME = 12


def table(verdict: Verdict, width: int, *, ascii_only: bool) -> Iterable[RenderableType]:
    """
    Operation x promise, where no word of it need be broken; else a list of operations with their promises.

    Args:
        width: In columns.
    """
    gaps = Counter(gap.operation for gap in verdict.gaps)
    names = [one_line(row.operation, ascii_only=ascii_only) for row in verdict.operations]
    promises = [one_line(promise, ascii_only=ascii_only) for promise in verdict.promises]
    left = width - _REQUESTS - (_GAPS if gaps else 0)
    widths = _widths(names, [[promise, *_column(verdict, promise)] for promise in promises], left)
    if widths is None:
        return _listed(verdict, names, gaps)
    found = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    found.add_column("operation", overflow="fold", width=widths[0])
    found.add_column("requests", justify="right", no_wrap=True)
    for promise, columns in zip(promises, widths[1:], strict=True):
        found.add_column(promise, overflow="fold", width=columns)
    if gaps:
        found.add_column("gaps", justify="right", no_wrap=True)
    for name, row in zip(names, verdict.operations, strict=True):
        cells = [Text(name), Text(f"{row.exchanges:,}")]
        cells += [Text(_word(row, promise), style=STYLES[_standing(row, promise)]) for promise in verdict.promises]
        cells += [Text(str(gaps[row.operation] or ""))] if gaps else []
        found.add_row(*cells)
    return [found]


def _widths(names: list[str], columns: list[list[str]], width: int) -> list[int] | None:
    """
    How wide the column of names and those of the promises are: as wide as they like, else folded between words;
    None where words would have to be broken.
    """
    longest = max(len("operation"), *map(cell_len, names))
    shortest = min(longest, _SHORTEST_NAME)
    natural = [max(map(cell_len, each)) for each in columns]
    by_word = [max(cell_len(word) for phrase in each for word in phrase.split()) for each in columns]
    for widths, name in ((natural, longest), (by_word, shortest)):
        left = width - sum(widths) - 2 * len(widths) - 2
        if left >= name:
            return [min(longest, left), *widths]
    return None


def _listed(verdict: Verdict, names: list[str], gaps: Mapping[str | None, int]) -> Iterable[RenderableType]:
    """Two lines an operation or more: its name, and below it how many requests, and where its promises stand."""
    for name, row in zip(names, verdict.operations, strict=True):
        yield Text(name, overflow="fold")
        facts = [f"{row.exchanges:,} request{'' if row.exchanges == 1 else 's'}"]
        facts += (
            [f"{gaps[row.operation]:,} gap{'' if gaps[row.operation] == 1 else 's'}"] if gaps[row.operation] else []
        )
        line = Text(", ".join(facts), style="dim")
        for standing, style in STYLES.items():
            promises = [promise for promise in verdict.promises if _standing(row, promise) == standing]
            if promises:
                words = standing if len(promises) == len(verdict.promises) else f"{standing}: {', '.join(promises)}"
                line.append("; ").append(one_line(words), style=f"not dim {style}")
        yield Padding(line, (0, 0, 0, 2))


def _column(verdict: Verdict, promise: str) -> list[str]:
    return [_word(row, promise) for row in verdict.operations]


def _word(row: OperationRow, promise: str) -> str:
    standing = _standing(row, promise)
    return "-" if standing == "not asked" else standing


def _standing(row: OperationRow, promise: str) -> Standing:
    return row.standings.get(promise, "not asked")
