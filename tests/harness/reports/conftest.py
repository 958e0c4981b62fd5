"""Verdicts to write reports from, made by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from contracts.contract import Operation
from contracts.errors import Location
from contracts.exchange import (
    AwsCall,
    AwsError,
    Case,
    Change,
    Difference,
    Exchange,
    FunctionError,
    Invocation,
    Reply,
)
from contracts.finding import Failure, Finding, Gap, OperationRow, Standing, Unavailable, Verdict
from contracts.http import Headers, Request, Response
from contracts.stack import Function

PROMISES = ("payloads", "statuses", "methods")
HERE = Location("openapi.yaml", 12)
TABLE_ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/Translations"


GOLDEN = Path(__file__).parents[2] / "golden"

Golden = Callable[[str, str], None]


@pytest.fixture
def golden(request: pytest.FixtureRequest, tmp_path: Path) -> Golden:
    """Compare a text with a file of `tests/golden/`; `--update-golden` writes the file instead."""

    def compare(name: str, text: str) -> None:
        if request.config.getoption("--update-golden"):
            (GOLDEN / name).write_text(text, encoding="utf-8")
        actual = tmp_path / name  # stays after a failure, for a comparison by eye
        actual.write_text(text, encoding="utf-8")

        assert text == (GOLDEN / name).read_text(encoding="utf-8"), f"{actual} differs from {GOLDEN / name}"

    return compare


def _function(logical_id: str) -> Function:
    return Function(
        logical_id=logical_id,
        name=f"stack-{logical_id}",
        arn=f"arn:aws:lambda:eu-west-1:123456789012:function:stack-{logical_id}",
        handler="translations.create.handler",
        runtime="python3.13",
        code=Path("handlers"),
        environment={},
        role=None,
        timeout_seconds=3,
        memory_megabytes=128,
        location=Location("template.yaml", 40),
    )


def _operation(operation_id: str, method: str, path: str) -> Operation:
    return Operation(operation_id, method, path, (), None, {}, None, HERE)


CREATE = _operation("createTranslation", "POST", "/translations")
GET = _operation("getTranslation", "GET", "/translations/{translation_id}")


def exchange(
    operation: Operation,
    request: Request,
    response: Response,
    **inside: object,
) -> Exchange:
    """An exchange of the fuzzing phase; `inside` are the members that somebody observed."""
    return Exchange(Case("case-1", operation, request, "fuzzing"), response, **inside)  # type: ignore[arg-type]  # whatever a test observes


def _row(
    operation: Operation, exchanges: int, statuses: dict[int, int], standings: tuple[Standing, Standing, Standing]
) -> OperationRow:
    by_promise = dict(zip(PROMISES, standings, strict=True))
    return OperationRow(operation.name, operation.method, operation.path, exchanges, statuses, by_promise)


def _verdict(*operations: OperationRow, **members: object) -> Verdict:
    known: dict[str, object] = {
        "contract": "openapi.yaml",
        "template": "template.yaml",
        "title": "Translations",
        "seed": 7,
        "exchanges": sum(row.exchanges for row in operations),
        "fingerprint": "0f" * 32,
        "duration_seconds": 12.345,
        "promises": PROMISES,
        "operations": operations,
    }
    return Verdict(**(known | members))  # type: ignore[arg-type]  # members of Verdict


@pytest.fixture
def kept() -> Verdict:
    """Everything is kept; the contract leaves some things open."""
    return _verdict(
        _row(CREATE, 1204, {201: 900, 400: 304}, ("kept", "kept", "kept")),
        _row(GET, 350, {200: 120, 404: 230}, ("kept", "kept", "kept")),
        gaps=(
            Gap("payloads", "schema-missing", "getTranslation", "the 404 has no schema", Location("openapi.yaml", 88)),
            Gap("statuses", "status-not-reached", "createTranslation", "429 was never answered"),
            Gap("statuses", "status-not-reached", "getTranslation", "429 was never answered"),
        ),
        notes=("Time and uuid are seeded; os.urandom is not.",),
    )


@pytest.fixture
def broken() -> Verdict:
    """Two promises are broken: one by a single exchange, one by a sequence, seen from the inside."""
    create = exchange(
        CREATE,
        Request(
            "POST",
            "/prod/translations",
            Headers.of([("Host", "internal"), ("Content-Type", "application/json"), ("Accept", "*/*")]),
            '{"text": "it\'s é", "target_language": "de"}'.encode(),
        ),
        Response(
            502,
            Headers.of([("Content-Type", "application/json"), ("x-amzn-RequestId", "1")]),
            b'{"message": "Internal server error"}',
        ),
        invocations=(
            Invocation(
                _function("CreateTranslation"),
                {"httpMethod": "POST", "resource": "/translations"},
                Reply(
                    None,
                    FunctionError(
                        "TypeError",
                        "Object of type Decimal is not JSON serializable",
                        (
                            '  File "/var/task/translations/create.py", line 20, in handler\n',
                            "    return reply(item)\n",
                        ),
                    ),
                ),
                (
                    AwsCall(
                        "translate",
                        "TranslateText",
                        {"Text": "it's é"},
                        None,
                        AwsError("ThrottlingException", "Rate exceeded", 400, injected=True),
                        3,
                        "translate:TranslateText",
                        (),
                        "Read",
                    ),
                    AwsCall(
                        "dynamodb",
                        "PutItem",
                        {"Item": {"id": "1", "score": Decimal("0.1"), "blob": b"\0\1", "tags": {"b", "a"}}},
                        {},
                        None,
                        1,
                        "dynamodb:PutItem",
                        (TABLE_ARN,),
                        "Write",
                    ),
                ),
            ),
        ),
        change=Change((Difference("item", "Translations", {"id": {"S": "1"}}, None, {"id": {"S": "1"}}),)),
    )
    get = exchange(
        GET,
        Request("GET", "/prod/translations/1"),
        Response(404, Headers.of([("Content-Type", "application/problem+json")]), b'{\n  "title": "Not Found"\n}'),
        invocations=(Invocation(_function("GetTranslation"), {}, Reply("{}"), ()),),
        change=Change(),
    )
    failures = (
        Failure(
            Finding(
                "payloads",
                "server-error",
                "createTranslation",
                "A valid request is answered with 502, which the contract does not document.",
                (create,),
            ),
            12,
        ),
        Failure(
            Finding(
                "methods",
                "location-finds-what-was-created",
                "getTranslation",
                "The Location of a created translation answers 404.",
                (create, get),
            ),
            1,
            (Failure(Finding("sequences", "answers-agree", "getTranslation", "It finds nothing.", (create, get)), 3),),
        ),
    )
    return _verdict(
        _row(CREATE, 1204, {502: 12, 201: 1192}, ("broken", "kept", "kept")),
        _row(GET, 350, {200: 120, 404: 230}, ("kept", "kept", "broken")),
        failures=failures,
    )


@pytest.fixture
def could_not_run() -> Verdict:
    """One operation could not run, and one promise was not asked of the other."""
    lost = OperationRow(
        GET.name,
        GET.method,
        GET.path,
        0,
        {},
        {"payloads": "could not run", "statuses": "could not run", "methods": "could not run"},
        "its function GetTranslation is not in the template",
    )
    return _verdict(
        _row(CREATE, 9, {201: 9}, ("kept", "kept", "not asked")),
        lost,
        unavailable=(
            Unavailable(
                "its function GetTranslation is not in the template",
                "getTranslation",
                None,
                Location("openapi.yaml", 61),
                "Add the function to template.yaml, or correct the integration's uri.",
            ),
        ),
    )


@pytest.fixture
def interrupted() -> Verdict:
    """One promise was broken, one was asked to the end, and one operation was not reached before the interruption."""
    row = _row(CREATE, 120, {201: 100, 502: 20}, ("broken", "kept", "not asked"))
    reason = "the run was interrupted before any request was made to it"
    lost = OperationRow(GET.name, GET.method, GET.path, 0, {}, dict.fromkeys(PROMISES, "could not run"), reason)
    request = Request("POST", "/prod/translations", Headers.of([("Host", "api.example")]), b"{}")
    found = Finding(
        "payloads", "server-error", CREATE.name, "It answers 502.", (exchange(CREATE, request, Response(502)),)
    )
    unavailable = (Unavailable(reason, GET.name, location=HERE),)
    return replace(
        _verdict(row, lost, failures=(Failure(found, 20),), unavailable=unavailable), exchanges=120, interrupted=True
    )
