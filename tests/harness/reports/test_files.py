"""Reports in files and on streams: the format by the ending, no report lost over another."""

from __future__ import annotations

import errno
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from contracts import reports
from contracts.errors import ConfigurationError
from contracts.finding import Verdict


class Stream(io.StringIO):
    """A stream with an encoding that may be a terminal."""

    def __init__(self, *, terminal: bool = False, encoding: str = "utf-8") -> None:
        super().__init__()
        self._terminal = terminal
        self._encoding = encoding

    @property
    def encoding(self) -> str:  # type: ignore[override]  # StringIO has none to keep
        return self._encoding

    def isatty(self) -> bool:
        return self._terminal


def test_the_ending_says_the_format(broken: Verdict, tmp_path: Path) -> None:
    """A `.json` file gets the JSON report, in a folder that is made for it."""
    path = tmp_path / "build" / "report.JSON"
    reports.ready([path])
    reports.write(broken, path)

    assert json.loads(path.read_text(encoding="utf-8"))["verdict"] == "broken"


@pytest.mark.parametrize("name", ["report.pdf", "report"])
def test_an_unknown_ending_names_the_known_ones(name: str) -> None:
    """A format that nobody writes is an error that says which are written."""
    with pytest.raises(ConfigurationError, match=r"\.json") as caught:
        reports.ready([Path(name)])

    assert caught.value.location is not None
    assert caught.value.location.path == name


def test_what_cannot_be_written_is_said_before_the_run(tmp_path: Path) -> None:
    """A folder in the file's place, and a file in the folder's place, are found before anything runs."""
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "folder.json", tmp_path / "file" / "report.json"):
        with pytest.raises(ConfigurationError, match="folder"):
            reports.ready([path])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_said_before_the_run(tmp_path: Path) -> None:
    """A folder that may not be written to is found before anything runs."""
    tmp_path.chmod(0o500)
    with pytest.raises(ConfigurationError, match="cannot be written to"):
        reports.ready([tmp_path / "report.json"])


def test_one_lost_report_does_not_lose_the_others(kept: Verdict, tmp_path: Path) -> None:
    """When a report cannot be written after all, the others are, and the error is handed back."""
    (tmp_path / "a.json").mkdir()
    [error] = reports.write_all(kept, [tmp_path / "a.json", tmp_path / "b.json"])

    assert "Is a directory" in str(error)
    assert (tmp_path / "b.json").is_file()


def test_a_report_takes_the_place_of_an_earlier_one_in_one_step(
    kept: Verdict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until the new text is complete the old one stays, and nothing else is left beside it."""
    path = tmp_path / "a.json"
    path.write_text("earlier", encoding="utf-8")
    before: list[str] = []
    replace = Path.replace

    def watched(temporary: Path, place: Path) -> Path:
        before.append(path.read_text(encoding="utf-8"))
        json.loads(temporary.read_text(encoding="utf-8"))
        return replace(temporary, place)

    monkeypatch.setattr(Path, "replace", watched)
    reports.write(kept, path)

    assert before == ["earlier"]
    assert json.loads(path.read_text(encoding="utf-8"))["verdict"] == "kept"
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]


def test_a_full_disk_leaves_the_earlier_report(kept: Verdict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk error in the middle of writing is said, the earlier report is whole, and the other reports are written."""
    path = tmp_path / "a.json"
    path.write_text("earlier", encoding="utf-8")
    write_text = Path.write_text

    def full(place: Path, text: str, **options: Any) -> int:
        if "a.json" in place.name:
            write_text(place, text[: len(text) // 2], **options)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write_text(place, text, **options)

    monkeypatch.setattr(Path, "write_text", full)
    [error] = reports.write_all(kept, [path, tmp_path / "b.json"])
    monkeypatch.undo()

    assert "No space left on device" in str(error)
    assert path.read_text(encoding="utf-8") == "earlier"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.json", "b.json"]


def test_a_link_stays_a_link(kept: Verdict, tmp_path: Path) -> None:
    """What a symbolic link leads to is written, with the permissions that it had."""
    target, link = tmp_path / "real.json", tmp_path / "a.json"
    target.write_text("earlier", encoding="utf-8")
    target.chmod(0o640)
    link.symlink_to(target)
    reports.write(kept, link)

    assert link.is_symlink()
    assert json.loads(target.read_text(encoding="utf-8"))["verdict"] == "kept"
    assert target.stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_a_pipe_is_written_to_and_not_replaced(kept: Verdict, tmp_path: Path) -> None:
    """What is no regular file (a named pipe, a device) stays what it is."""
    path = tmp_path / "a.json"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    reports.write(kept, path)

    assert json.loads(os.read(reader, 65_536))["verdict"] == "kept"
    os.close(reader)
    assert path.is_fifo()


@pytest.mark.parametrize(
    ("stream", "environment", "colored"),
    [
        (Stream(terminal=True), {}, True),
        (Stream(terminal=True), {"NO_COLOR": "1"}, False),
        (Stream(terminal=True), {"NO_COLOR": ""}, True),
        (Stream(terminal=True), {"TERM": "dumb"}, False),
        (Stream(), {}, False),
        (Stream(), {"FORCE_COLOR": "1"}, True),
        (Stream(), {"CLICOLOR_FORCE": "1"}, True),
        (Stream(), {"CLICOLOR_FORCE": "0"}, False),
        (Stream(), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
    ids=[
        "terminal",
        "NO_COLOR",
        "empty NO_COLOR",
        "dumb",
        "pipe",
        "FORCE_COLOR",
        "CLICOLOR_FORCE",
        "CLICOLOR_FORCE=0",
        "forced and not",
    ],
)
def test_color_on_terminals_alone(stream: Stream, environment: dict[str, str], colored: bool, kept: Verdict) -> None:
    """Control sequences go to a terminal that obeys them, unless NO_COLOR is set."""
    reports.show(kept, stream, environment=environment)

    assert ("\x1b" in stream.getvalue()) == colored


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_a_stream_that_is_not_unicode_gets_ascii(encoding: str, broken: Verdict) -> None:
    """Where UTF-8 is not spoken, nothing is written that could fail to be encoded."""
    stream = Stream(encoding=encoding)
    reports.show(broken, stream, environment={})

    assert stream.getvalue().isascii()
