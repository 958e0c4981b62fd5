"""`contracts serve`, end to end: a real process, a real socket, real signals."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import IO, Any

import pytest

from contracts.cli import main
from contracts.serve import bound

NOTES = Path(__file__).parents[2] / "apps" / "notes"
GREETING = """\
Notes  {url}/Prod

  POST    /notes            createNote
  GET     /notes            listNotes
  GET     /notes/{{note_id}}  getNote
  DELETE  /notes/{{note_id}}  deleteNote

Documentation, to try it out: {url}/_docs
State is kept in memory until Ctrl-C stops the server.
"""
RELOADED = "the handlers' files changed: loaded anew"

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="signals of POSIX")


@dataclass
class Running:
    """A server in a process of its own; what it logs goes into a file."""

    process: subprocess.Popen[str]
    greeting: str
    folder: Path

    @property
    def port(self) -> int:
        """Where it listens, by its greeting."""
        return int(self.greeting.splitlines()[0].split(":")[-1].removesuffix("/Prod"))

    @property
    def log(self) -> list[str]:
        """The lines that it has logged."""
        return (self.folder / "log").read_text("utf-8").splitlines()

    def ended(self, number: signal.Signals) -> int:
        """The exit status after a signal."""
        self.process.send_signal(number)
        return self.process.wait()

    @property
    def source(self) -> str:
        """The module of the functions."""
        return (self.folder / "app" / "src" / "app.py").read_text("utf-8")

    def write(self, source: str) -> None:
        """Change the module of the functions, in one step."""
        (self.folder / "new.py").write_text(source, "utf-8")
        (self.folder / "new.py").replace(self.folder / "app" / "src" / "app.py")

    def ask(self, method: str, path: str, value: Any = None) -> tuple[int, Any]:
        """The status and the JSON value of an answer."""
        body = None if value is None else json.dumps(value)
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request(method, f"/Prod{path}", body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            return response.status, json.loads(response.read() or b"null")


@contextmanager
def running(folder: Path) -> Iterator[Running]:
    """The command in a folder with the notes service, until the test is over."""
    shutil.copytree(NOTES, folder / "app", ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-c", "from contracts.cli import main; main()", "serve", "--port", "0"]
    with (
        (folder / "log").open("w", encoding="utf-8") as log,
        subprocess.Popen(command, cwd=folder / "app", stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        try:
            yield Running(process, "".join(_paragraphs(process.stdout)), folder)
        finally:
            process.kill()


def _paragraphs(lines: IO[str] | None) -> Iterator[str]:
    for line in lines or ():
        yield line
        if line.startswith("State"):
            return


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One server for the tests that end none."""
    with running(tmp_path_factory.mktemp("served")) as server:
        yield server


def test_it_says_where_it_is_and_what_can_be_asked(service: Running) -> None:
    """The URL with the stage, each operation, and the documentation."""
    assert service.greeting == GREETING.format(url=f"http://127.0.0.1:{service.port}")


def test_it_answers_and_remembers(service: Running) -> None:
    """What is created can be read, and each request is a line of the log, with the function that answered it."""
    status, note = service.ask("POST", "/notes", {"text": "Buy bread"})
    found = service.ask("GET", f"/notes/{note['note_id']}")

    assert (status, found) == (201, (200, note))
    assert [line.rsplit(" ", 2)[0] for line in service.log[-2:]] == [
        "POST /Prod/notes 201 CreateNote",
        f"GET /Prod/notes/{note['note_id']} 200 GetNote",
    ]


def test_what_is_no_operation_is_told_so_by_the_gateway(service: Running) -> None:
    """As API Gateway tells it; no function is asked."""
    assert service.ask("PUT", "/notes") == (403, {"message": "Missing Authentication Token"})
    assert service.log[-1].startswith("PUT /Prod/notes 403 ")


def test_a_handler_that_changes_is_loaded_anew(service: Running) -> None:
    """From the next look on, and the state stays; a handler that cannot be loaded is told of, until it can."""
    right = service.source
    _, note = service.ask("POST", "/notes", {"text": "kept"})

    service.write(right.replace('value.get("priority", 3)', 'value.get("priority", 4)'))
    created = _until(service, lambda answer: answer[1].get("priority") == 4)
    service.write(f"{right}\nimport no_such_module\n")
    broken = _until(service, lambda answer: answer[0] != 201)
    said = service.log[-1]
    service.write(right)
    repaired = _until(service, lambda answer: answer[0] == 201)

    assert (created[0], broken[0], repaired[1]["priority"]) == (201, 502, 3)
    assert "no_such_module" in said
    assert RELOADED in service.log
    assert service.ask("GET", f"/notes/{note['note_id']}") == (200, note)


def _until(service: Running, seen: Any) -> tuple[int, Any]:
    """Ask until the answer is as it should be."""
    while True:
        answer = service.ask("POST", "/notes", {"text": "again"})
        if seen(answer):
            return answer


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it(tmp_path: Path, number: signal.Signals) -> None:
    """Exit status 0, nothing complained of, the port free again; what a loop holds up is cut off."""
    with running(tmp_path) as server:
        reached = tmp_path / "reached"
        os.mkfifo(reached)
        loops = f"def list_notes(event, context):\n    open({str(reached)!r}, 'w').close()\n    while True: pass\n"
        server.write(f"{server.source}\n{loops}")
        _until(server, lambda _answer: RELOADED in server.log)
        with closing(HTTPConnection("127.0.0.1", server.port, timeout=60)) as waiting:
            waiting.request("GET", "/Prod/notes")
            reached.read_text("utf-8")
            status = server.ended(number)
            answer = waiting.getresponse()
            said = answer.read()

        assert (status, answer.status, said) == (0, 503, b"The server is stopping.\n")
        assert "Traceback" not in "\n".join(server.log)
        bound(server.port).close()


def status(*arguments: str) -> int:
    """The exit status of a command line."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert isinstance(caught.value.code, int)
    return caught.value.code


def test_a_port_that_is_taken_is_one_message(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And exit status 2."""
    monkeypatch.chdir(NOTES)
    with closing(bound(0)) as taken:
        taken.listen()
        port = taken.getsockname()[1]

        assert status("serve", "--port", str(port)) == 2

    [message, cure] = capsys.readouterr().err.splitlines()
    assert message == f"contracts: error: nothing can listen on port {port}: Address already in use"
    assert "--port" in cure


def test_a_contract_that_is_none_is_one_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With its place, and exit status 2."""
    shutil.copy(NOTES / "template.yaml", tmp_path)
    (tmp_path / "openapi.yaml").write_text("openapi: 3.0.1\npaths: 7\n", "utf-8")
    monkeypatch.chdir(tmp_path)

    assert status("serve", "--port", "0") == 2

    assert capsys.readouterr().err.startswith("contracts: error: openapi.yaml:")
