"""A failure in plain lines: for what shows text and nothing else."""

from __future__ import annotations

from contracts.reports.evidence import Evidence, Line


def prose(found: Evidence, *, repeat: str | None = None) -> str:
    """
    The evidence as text: the sentence on its first line, then requests, facts, and how to repeat it.

    Args:
        repeat: The command line that repeats it, where that of the evidence is not the one to show.
    """
    facts = (Line(found.check, "check"), *found.lines, Line(repeat or found.repeat, "repeat"))
    width = max(len(line.note) for line in facts)
    return "\n".join(
        (
            found.message,
            "",
            *(f"  {line.words}{line.note}" for line in found.commands),
            *([""] if found.commands else []),
            *(f"{line.note:<{width}}  {line.words}" for line in facts),
        )
    )
