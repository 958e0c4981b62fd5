"""The console report: a table of operations and promises, then what a person has to look at, then the verdict.

All words of its own are ASCII, so that a log, a dumb terminal and a screen reader show the same.
What the run brought along (bodies, headers, messages) goes through `printable`.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from textwrap import wrap

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from contracts.errors import Location
from contracts.finding import Gap, Unavailable, Verdict
from contracts.reports.evidence import Evidence, Line, evidence
from contracts.reports.printable import one_line
from contracts.reports.table import STYLES, table

_WIDEST = 160
_NARROWEST = 40


@dataclass(frozen=True, slots=True)
class Look:
    """
    What the place that the report is written to can show.

    Attributes:
        width: In columns.
        color: Whether it obeys control sequences; without, the text holds no control character but newlines.
        ascii_only: Whether characters beyond ASCII must be written as escapes.
        command: The command line that repeats the run, without what narrows it to one failure.
    """

    width: int = 100
    color: bool = False
    ascii_only: bool = False
    command: str = "contracts run"


def text(verdict: Verdict, look: Look | None = None) -> str:
    """The report, a newline at its end."""
    look = look or Look()
    written = io.StringIO()
    console = Console(
        file=written,
        width=_columns(look),
        force_terminal=look.color,
        color_system="standard" if look.color else None,
        no_color=not look.color,
        legacy_windows=False,
        markup=False,
        highlight=False,
        emoji=False,
        _environ={},
    )
    for part in _parts(verdict, look):
        # A line that would be pasted must not be broken: soft wrapping leaves that to the terminal.
        console.print(part, soft_wrap=isinstance(part, Text) and bool(part.no_wrap))
    lines = written.getvalue().split("\n")
    return "\n".join(line if look.color else line.rstrip() for line in lines)


def _columns(look: Look) -> int:
    return min(max(look.width, _NARROWEST), _WIDEST)


def _parts(verdict: Verdict, look: Look) -> Iterator[RenderableType]:
    yield _title(verdict, look)
    if verdict.operations:
        yield ""
        yield from table(verdict, _columns(look), ascii_only=look.ascii_only)
    if verdict.failures:
        yield from _heading(f"Broken ({len(verdict.failures)})")
        for number, failure in enumerate(verdict.failures, 1):
            if number > 1:
                yield ""
            found = evidence(failure, seed=verdict.seed, command=look.command, ascii_only=look.ascii_only)
            yield from _evidence(found, number, width=_columns(look))
    if unavailable := _everything_unavailable(verdict):
        yield from _heading(f"Could not run ({len(unavailable)})")
        yield from _unavailable(unavailable, look)
    if verdict.gaps:
        yield from _heading(f"Gaps ({len(verdict.gaps)}): what the contract leaves open or the run did not reach")
        yield _gaps(verdict, look)
    if verdict.notes:
        yield from _heading("Notes")
        yield from (Padding(Text(one_line(note, ascii_only=look.ascii_only)), (0, 0, 0, 2)) for note in verdict.notes)
    yield ""
    yield _conclusion(verdict)


def _title(verdict: Verdict, look: Look) -> Text:
    files = " and ".join(path for path in (verdict.contract, verdict.template) if path)
    title = Text(no_wrap=True)
    if words := one_line(verdict.title, ascii_only=look.ascii_only):
        title.append(f"{words}  ", style="bold")
    return title.append(one_line(files, ascii_only=look.ascii_only), style="dim")


def _heading(words: str) -> Iterator[RenderableType]:
    yield ""
    yield Text(words, style="bold")
    yield ""


def _evidence(found: Evidence, number: int, *, width: int) -> Iterator[RenderableType]:
    indent = len(str(number)) + 2
    head = Table.grid(padding=(0, 2, 0, 0))
    head.add_row(
        str(number), Text(found.title, style="bold red", overflow="fold").append(f"  {found.check}", style="dim")
    )
    yield head
    yield Padding(Text(found.message), (0, 0, 0, indent))
    yield ""
    for line in found.commands:
        if line.words:
            yield Text(" " * (indent + 2), no_wrap=True).append(line.words, style="cyan").append(line.note, style="dim")
        else:
            yield from _comment(line.note.removeprefix("# "), indent + 4, width=width)
    yield ""
    yield Padding(_labelled(found.lines), (0, 0, 0, indent))
    yield Text(" " * indent, no_wrap=True).append("repeat", style="dim").append(f"  {found.repeat}")


def _comment(words: str, indent: int, *, width: int) -> Iterator[Text]:
    """What stands between two commands: each line of it is one that a shell passes over."""
    for line in wrap(words, max(width - indent - 2, 10)):
        yield Text(f"{' ' * indent}# {line}", no_wrap=True, style="dim")


def _labelled(lines: Iterable[Line]) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim", no_wrap=True, min_width=len("repeat"))
    grid.add_column(overflow="fold")
    for line in lines:
        grid.add_row(line.note, Text(line.words))
    return grid


def _everything_unavailable(verdict: Verdict) -> tuple[Unavailable, ...]:
    """What could not run, with the reasons of rows that say no more than the row's own."""
    said = {each.reason for each in verdict.unavailable}
    rows = [row for row in verdict.operations if row.reason and row.reason not in said]
    return (*verdict.unavailable, *(Unavailable(row.reason or "", row.operation) for row in rows))


def _unavailable(unavailable: Iterable[Unavailable], look: Look) -> Iterator[RenderableType]:
    """Each reason once, with everything that it keeps from running."""
    reasons: dict[tuple[str, Location | None, str | None], list[str]] = {}
    for each in unavailable:
        what = ", ".join(part for part in (each.operation, each.promise) if part) or "everything"
        reasons.setdefault((each.reason, each.location, each.cure), []).append(what)
    for (reason, location, cure), subjects in reasons.items():
        head = Text(one_line("; ".join(subjects), ascii_only=look.ascii_only), style="yellow")
        yield Padding(head.append(f": {one_line(reason, ascii_only=look.ascii_only)}", style="default"), (0, 0, 0, 2))
        for words in (str(location) if location else "", cure):
            if words:
                yield Padding(Text(one_line(words, ascii_only=look.ascii_only)), (0, 0, 0, 4))


def _gaps(verdict: Verdict, look: Look) -> Padding:
    """One line a kind, the kind with the most gaps first, the first gap of it in full."""
    kinds: dict[tuple[str, str], list[Gap]] = {}
    for gap in verdict.gaps:
        kinds.setdefault((gap.promise, gap.check), []).append(gap)
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(overflow="fold")
    for (promise, check), gaps in sorted(kinds.items(), key=lambda kind: -len(kind[1])):
        kind = one_line(f"{promise}, {check}: ", ascii_only=look.ascii_only)
        words = Text(f"{kind} ", style="dim").append(_gap(gaps[0], look), style="not dim")
        if len(gaps) > 1:
            words.append(f" (and {len(gaps) - 1:,} more like it)", style="dim")
        grid.add_row(Text(f"{len(gaps):,}"), words)
    return Padding(grid, (0, 0, 0, 2))


def _gap(gap: Gap, look: Look) -> str:
    operation = f"{gap.operation}: " if gap.operation else ""
    place = f" ({gap.location})" if gap.location else ""
    return one_line(f"{operation}{gap.message}{place}", ascii_only=look.ascii_only)


def _conclusion(verdict: Verdict) -> Text:
    """The last line: the verdict and the four numbers that one tells others."""
    operations = _count(len(verdict.operations), "operation")
    facts = ["interrupted before its end"] if verdict.interrupted else []
    if verdict.failures:
        broken = len({failure.finding.operation for failure in verdict.failures})
        facts.insert(0, f"{_count(len(verdict.failures), 'failure')} in {broken} of {operations}")
    elif verdict.unavailable:
        reasons = {(each.reason, each.location, each.cure) for each in verdict.unavailable}
        facts.insert(0, f"{_count(len(reasons), 'reason')} above, {operations}")
    elif not verdict.interrupted:
        facts.append(f"{_count(len(verdict.promises), 'promise')} over {operations}")
    facts += [
        *([_count(len(verdict.gaps), "gap")] if verdict.gaps else []),
        f"{_count(verdict.exchanges, 'exchange')} in {verdict.duration_seconds:,.1f} s",
        f"seed {verdict.seed}",
    ]
    words = Text(verdict.standing, style=STYLES[verdict.standing], no_wrap=True)
    return words.append(f": {'; '.join(facts)}", style="default not bold")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
