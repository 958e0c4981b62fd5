"""Memory: what a standing service keeps of exchanges that nobody else keeps, and what a corpus takes that is kept.

It is counted in blocks that Python has allocated: to count bytes would make every allocation several times as slow.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Sequence
from itertools import cycle, islice

from contracts.contract import Operation
from contracts.exchange import Case
from contracts.http import Headers, Request
from contracts.run.service import Service
from contracts.run.subject import Subject, read, standing
from tests.benchmarks.measuring import Row
from tests.ours import settings

EXCHANGES = 20_000
A_STEP = 1_000
# A world is brought back to its beginning after so many exchanges, as it is between phases and before each replay.
A_WORLD = 100
LANGUAGES = '"source_language": "en", "target_language": "de"'


def rows(_rounds: int) -> Iterator[Row]:
    """Growth for each thousand exchanges; the first thousands fill caches and do not count."""
    subject = read(settings())
    with standing(subject, 0) as (service, unavailable):
        assert not unavailable
        cases = _cases(subject, service)
        sizes = list(_sizes(service, cases))
        kept = _size_of_a_thousand(service, cases)
    steady = sizes[len(sizes) // 4 - 1 :]
    growth = (steady[-1] - steady[0]) / (len(steady) - 1)
    ended = f"{steady[-1]:,.0f} blocks against {steady[0]:,.0f}"
    # A process that shrinks has no leak; a ratio is above nought all the same.
    yield Row("memory after 20,000 exchanges", "after 5,000", (steady[-1] / steady[0],), "{:.4f} x", ended)
    yield Row(
        "memory that 1,000 exchanges leave behind",
        "a corpus of 1,000",
        (max(growth, 1.0) / kept,),
        "{:.5f} x",
        f"{growth:,.0f} blocks against {kept:,.0f}",
    )


def _sizes(service: Service, cases: Sequence[tuple[Case, int]]) -> Iterator[float]:
    """Blocks that are held after each thousand exchanges, in a world that stands at its beginning."""
    beginning = service.snapshot()
    for number, (case, status) in enumerate(islice(cycle(cases), EXCHANGES), start=1):
        assert service.conduct(case).response.status == status, case
        if number % A_WORLD == 0:
            service.restore(beginning)
        if number % A_STEP == 0:
            yield _blocks()
    service.restore(beginning)


def _size_of_a_thousand(service: Service, cases: Sequence[tuple[Case, int]]) -> float:
    before = _blocks()
    corpus = [service.conduct(case) for case, _ in islice(cycle(cases), A_STEP)]
    after = _blocks()
    assert len(corpus) == A_STEP
    return after - before


def _blocks() -> float:
    gc.collect()
    return float(sys.getallocatedblocks())


def _cases(subject: Subject, service: Service) -> list[tuple[Case, int]]:
    """Requests that create, read, list and are refused, each with the status of its answer."""
    operations = {each.name: each for each in subject.contract.operations}
    stage = subject.api.stage

    def case(status: int, name: str, target: str, body: str | None = None, *more: tuple[str, str]) -> tuple[Case, int]:
        operation: Operation = operations[name]
        lines = [("Host", "benchmark"), ("Accept", "application/json"), *more]
        if body is not None:
            lines += [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        request = Request(
            operation.method, f"/{stage}{target}", Headers.of(lines), None if body is None else body.encode()
        )
        return Case(f"{name} {target}", operation, service.showing(operation, request), "memory"), status

    nothing = "/translations/01ARZ3NDEKTSV4RRFFQ69G5FAV"
    return [
        case(201, "createTranslation", "/translations", f'{{{LANGUAGES}, "text": "good morning"}}'),
        case(400, "createTranslation", "/translations", f'{{{LANGUAGES}, "text": 1}}'),
        case(200, "listTranslations", "/translations?limit=5"),
        case(404, "getTranslation", nothing),
        case(404, "replaceTranslation", nothing, '{"translated_text": "guten Morgen"}', ("If-Match", "*")),
        case(404, "deleteTranslation", nothing),
        case(200, "listLanguages", "/languages?display_language=en"),
    ]
