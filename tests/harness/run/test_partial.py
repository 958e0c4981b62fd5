"""A part of a service: what is asked of one operation alone, and what one that cannot run means for the others."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from contracts.run import Settings, run

NOTES = Path(__file__).parents[2] / "apps" / "notes"


def notes(folder: Path, **changes: tuple[str, str]) -> Settings:
    """The notes app with a pattern replaced in files, named by their stems; little is generated."""
    shutil.copytree(NOTES, folder, dirs_exist_ok=True)
    for file in (folder / "openapi.yaml", folder / "template.yaml", folder / "src" / "app.py"):
        if file.stem in changes:
            text, count = re.subn(*changes[file.stem], file.read_text("utf-8"), flags=re.DOTALL)
            assert count == 1
            file.write_text(text, "utf-8")
    return Settings(folder / "openapi.yaml", folder / "template.yaml", examples=5, scenarios=8, steps=4)


def test_one_operation_is_asked_about_things_that_exist(tmp_path: Path) -> None:
    """Also where the contract links nothing: what makes them is found by the paths, and called for it."""
    settings = notes(tmp_path, openapi=(r" {10}links:.*?(?= {8}\"400\")", ""))

    verdict = run(Settings(settings.contract, settings.template, operations=("getNote",), scenarios=8, steps=4))

    [row] = verdict.operations
    assert (verdict.standing, row.statuses.get(200, 0) > 0) == ("kept", True)


def test_a_location_whose_reader_cannot_run_breaks_nothing(tmp_path: Path) -> None:
    """Nobody knows whether it would have been found: the reader is a row "could not run", and that is all."""
    settings = notes(
        tmp_path,
        template=(r"app\.get_note", "app.got_note"),
        app=(r"Location=f\"\{event.*?item\['note_id'\]\}\"", "Location=f\"/notes/{item['note_id']}\""),
    )

    verdict = run(settings)

    assert [each.finding.message for each in verdict.failures] == []
    assert {each.operation for each in verdict.unavailable} == {"getNote"}
