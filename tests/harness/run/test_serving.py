"""Serving: files that change are seen, exchanges are told, and a failure of ours ends nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contracts.errors import DefectError
from contracts.exchange import Exchange
from contracts.http import Headers, Request, Response
from contracts.identities import Identity
from contracts.run import Settings
from contracts.run.serving import LOOK_SECONDS, ServedService, Sources, served
from tests.harness.serve.wire import asked

Lines = tuple[tuple[str, str], ...]

NOTES = Path(__file__).parents[2] / "apps" / "notes"


class Clock:
    """A clock that goes on by one look each time it is read."""

    now = 0.0

    def __call__(self) -> float:
        self.now += LOOK_SECONDS
        return self.now


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A code folder with a module in a package."""
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "module.py").write_text("A = 1\n", "utf-8")
    return tmp_path


def test_files_that_stay_as_they_are_did_not_change(folder: Path) -> None:
    """However often they are looked at; compiled modules do not count."""
    sources = Sources([folder], Clock())
    (folder / "module.pyc").write_bytes(b"code")

    assert [sources.changed() for _ in range(3)] == [False, False, False]


def test_a_change_is_told_once(folder: Path) -> None:
    """A file that is written, added, renamed or removed is a change, below the folder too."""
    sources = Sources([folder], Clock())
    module = folder / "package" / "module.py"
    seen = []
    for change in (
        lambda: module.write_text("A = 10\n", "utf-8"),
        lambda: (folder / "data.json").write_text("{}", "utf-8"),
        lambda: module.rename(folder / "package" / "renamed.py"),
        (folder / "data.json").unlink,
    ):
        change()
        seen.append((sources.changed(), sources.changed()))

    assert seen == [(True, False)] * 4


def test_a_file_of_the_same_size_changes_with_its_time(folder: Path) -> None:
    """An edit that leaves the size as it was is one."""
    sources = Sources([folder], Clock())
    module = folder / "package" / "module.py"
    module.write_text("A = 2\n", "utf-8")
    os.utime(module, ns=(0, 0))

    assert sources.changed()


def test_files_are_looked_at_now_and_then(folder: Path) -> None:
    """A burst of requests looks once; what changed meanwhile is seen by the next look."""
    moments = iter([0.0, LOOK_SECONDS / 2, LOOK_SECONDS * 0.9, LOOK_SECONDS])
    sources = Sources([folder], lambda: next(moments))
    (folder / "new.py").write_text("", "utf-8")

    assert [sources.changed() for _ in range(3)] == [False, False, True]


def test_a_folder_that_went_away_is_a_change(tmp_path: Path) -> None:
    """And no error: a build may take it away for a moment."""
    build = tmp_path / "build"
    build.mkdir()
    (build / "app.py").write_text("", "utf-8")
    sources = Sources([build, build], Clock())
    (build / "app.py").unlink()
    build.rmdir()

    assert (sources.changed(), sources.changed()) == (True, False)


@dataclass
class Told:
    """What a server tells; the first exchange can be made to be too much for it."""

    exchanges: list[Exchange] = field(default_factory=list)
    defects: list[DefectError] = field(default_factory=list)
    fails: bool = False

    def exchange(self, exchange: Exchange, seconds: float) -> None:
        """An exchange was made."""
        assert seconds >= 0
        if self.fails:
            raise LookupError("unforeseen")
        self.exchanges.append(exchange)


@pytest.fixture
def notes() -> Iterator[tuple[ServedService, Told]]:
    """The notes service, served, and what is told of it."""
    told = Told()
    settings = Settings(NOTES / "openapi.yaml", NOTES / "template.yaml")
    with served(settings, port=0, told=told.exchange, failed=told.defects.append) as service:
        yield service, told


def asking(
    service: ServedService,
    method: str,
    path: str,
    body: bytes | None = None,
    *,
    lines: Lines = (),
) -> Response:
    """The answer to a request for a path of the contract."""
    authority, _, stage = service.url.removeprefix("http://").partition("/")
    head = [("Host", authority), *([("Content-Length", str(len(body)))] if body is not None else ()), *lines]
    return asked(int(authority.rpartition(":")[2]), Request(method, f"/{stage}{path}", Headers.of(head), body))


def test_what_was_exchanged_is_told(notes: tuple[ServedService, Told]) -> None:
    """With the operation that the gateway chose, or none, and what happened inside."""
    service, told = notes
    asking(service, "POST", "/notes", b'{"text": "Buy bread"}')
    asking(service, "PUT", "/notes")

    [created, refused] = told.exchanges
    assert created.case.operation is service.operations[0]
    assert [call.action for call in created.calls] == ["dynamodb:PutItem"]
    assert refused.case.operation is None


def test_functions_see_the_time_of_the_machine(notes: tuple[ServedService, Told]) -> None:
    """What people try out happens today, and not when a run begins."""
    service, told = notes
    before = datetime.now(UTC).timestamp() * 1000
    asking(service, "GET", "/notes")

    sent = told.exchanges[-1].invocations
    assert sent is not None
    assert int(before) <= sent[0].event["requestContext"]["requestTimeEpoch"] <= datetime.now(UTC).timestamp() * 1000


def test_a_failure_of_ours_is_told_and_the_next_request_is_answered(notes: tuple[ServedService, Told]) -> None:
    """The client gets a 500 that does not look like one of the service."""
    service, told = notes
    told.fails = True
    failed = asking(service, "GET", "/notes")
    told.fails = False

    assert (failed.status, failed.body) == (500, b"contracts itself failed: its output says in what.\n")
    assert ["LookupError: unforeseen" in defect.message for defect in told.defects] == [True]
    assert asking(service, "GET", "/notes").status == 200


def test_credentials_that_are_configured_let_in() -> None:
    """Over the socket, as AWS would: with an API key and the header that the authorizer wants, and not without."""
    folder = NOTES.parent / "tenants"
    alice = Identity("alice", headers={"X-Tenant-Token": "tok-acme"}, api_key="an-api-key-of-twenty-signs")
    settings = Settings(folder / "openapi.yaml", folder / "template.yaml", identities=(alice,))
    shown = tuple(alice.shown().items())
    with served(settings, port=0) as service:
        statuses = [
            asking(service, "POST", "/tasks", b'{"title": "Buy bread"}', lines=lines).status
            for lines in ((), shown[1:], shown)
        ]

    assert service.identities == (alice,)
    assert statuses == [401, 403, 201]
