"""Serving: the service, standing, behind a loopback socket, for people and tools that speak HTTP."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from contracts import serve
from contracts.cases import plain_document
from contracts.contract import Operation
from contracts.errors import DefectError
from contracts.exchange import Case, Exchange
from contracts.finding import Gap, Unavailable
from contracts.http import Headers, Request, Response
from contracts.identities import Identity
from contracts.run.service import Service
from contracts.run.subject import Settings, Subject, read, standing

# How often files are looked at: people save a file and then press a button.
LOOK_SECONDS = 0.5

_LOG = logging.getLogger(__name__)

Told = Callable[[Exchange, float], None]
"""Called after each exchange, with how long it took in seconds."""


@dataclass(frozen=True, slots=True)
class ServedService:
    """
    A service that is served.

    Attributes:
        url: Where its paths begin, stage included: `http://127.0.0.1:8000/v1`.
        docs: Where its documentation is.
        region: What signatures of requests are made for.
        identities: Whose credentials work.
        operations: Those of the contract, in its order.
        unavailable: What of them cannot be answered as AWS would, and why.
        omitted: What is not done as API Gateway does it, whatever the operation.
    """

    title: str
    url: str
    docs: str
    region: str
    identities: tuple[Identity, ...]
    operations: tuple[Operation, ...]
    unavailable: tuple[Unavailable, ...]
    omitted: tuple[Gap, ...] = ()


@contextmanager
def served(
    settings: Settings,
    *,
    port: int,
    told: Told = lambda _exchange, _seconds: None,
    reloaded: Callable[[], None] = lambda: None,
    failed: Callable[[DefectError], None] = lambda _defect: None,
    ended: Callable[[], bool] = lambda: False,
) -> Iterator[ServedService]:
    """
    Serve a service on loopback while the context is open, on mocked AWS services whose state lasts as long.

    Functions see the time of the machine, and are loaded anew when a file of theirs changes.

    Args:
        port: 0 takes one that is free.
        told: Told of each exchange.
        reloaded: Told when functions are loaded anew.
        failed: Told when this package fails in answering a request; the client gets a 500.
        ended: Whether it is to end: then loading and handlers are cut off with KeyboardInterrupt.

    Raises:
        ContractsError: The contract, the template or the port is not usable.
    """
    subject = read(settings)
    listener = serve.bound(port)
    try:
        with standing(subject, settings.seed, ended=ended) as (service, unavailable):
            sources = Sources([each.code for each in subject.functions.values() if each.code is not None])
            target = _Target(subject, service, sources, told, reloaded, failed)
            documentation = serve.Documentation.of(
                subject.contract.title, plain_document(subject.contract.document), base_path=subject.base_path
            )
            with serve.serving(target.answer, documentation, listener) as place:
                yield ServedService(
                    title=subject.contract.title,
                    url=f"{place.url}{subject.base_path}",
                    docs=place.docs,
                    region=subject.stack.region,
                    identities=subject.identities,
                    operations=subject.contract.operations,
                    unavailable=unavailable,
                    omitted=subject.omitted,
                )
    finally:
        listener.close()


class Sources:
    """The files that functions were loaded from, and whether they changed since somebody last asked."""

    def __init__(self, folders: Iterable[Path], clock: Callable[[], float] = monotonic) -> None:
        self._folders = tuple(dict.fromkeys(folders))
        self._clock = clock
        self._looked = clock()
        self._seen = self._state()

    def changed(self) -> bool:
        """Whether a file was added, removed or written; looks no more often than `LOOK_SECONDS`."""
        now = self._clock()
        if now - self._looked < LOOK_SECONDS:
            return False
        self._looked = now
        former, self._seen = self._seen, self._state()
        return self._seen != former

    def _state(self) -> frozenset[tuple[str, int, int]]:
        # Folders, too, may go away while they are looked at, which `os.walk` bears.
        walked = (step for folder in self._folders for step in os.walk(folder))
        files = (Path(folder, name) for folder, _, names in walked for name in names if not name.endswith(".pyc"))
        return frozenset((str(file), stat.st_mtime_ns, stat.st_size) for file in files if (stat := _stat(file)))


def _stat(file: Path) -> os.stat_result | None:
    try:
        return file.stat() if file.is_file() else None
    except OSError:
        return None  # it went away between two looks, which is a change that the next look sees


@dataclass(slots=True)
class _Target:
    """Answers requests, one at a time, and never raises."""

    subject: Subject
    service: Service
    sources: Sources
    told: Told
    reloaded: Callable[[], None]
    failed: Callable[[DefectError], None]
    _answered: int = field(default=0, init=False)

    def answer(self, request: Request) -> Response:
        try:
            return self._answer(request)
        except KeyboardInterrupt:  # what it was asked for is cut off, since the server is to end
            return _plain(503, "The server is stopping.")
        except Exception as error:  # noqa: BLE001 - it is told, and the next request has its turn
            doing = "a request was answered"
            _LOG.debug("while %s", doing, exc_info=error)
            self.failed(DefectError.of(error, doing))
            return _plain(500, "contracts itself failed: its output says in what.")

    def _answer(self, request: Request) -> Response:
        began = monotonic()
        if self.sources.changed():
            self.service.functions.cool()
            self.reloaded()
        self.service.functions.set_clock(datetime.now(UTC))
        self._answered += 1
        entered = self.service.entrances.entered(request).deployment
        operation = self.subject.documented(request, entered)
        exchange = self.service.conduct(Case(f"served-{self._answered}", operation, request, "served"))
        self.told(exchange, monotonic() - began)
        return exchange.response


def _plain(status: int, text: str) -> Response:
    return Response(status, Headers((("Content-Type", "text/plain"),)), f"{text}\n".encode())
