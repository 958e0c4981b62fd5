"""What goes wrong within stays within: answers and logs tell nothing that is nobody's business."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from contracts import Exchange, ServiceUnderTest
from tests.ours import settings
from webapi.contract import contract

MESSAGE = "Rate of arn:aws:dynamodb:eu-west-1:123456789012:table/x exceeded for somebody"
TEXT = "a text that nobody else may read"
KEEPING = ("listLanguages",)
"""What a warm function may answer without asking AWS."""

KEY = {"Idempotency-Key": "a-key-for-this-request"}
UNKNOWN = "01JGFJJZ00A9K3Q8X5T2V7W4YE"
ERRORS = ("ThrottlingException", "AccessDeniedException", "ResourceNotFoundException", "SomethingNew", "timeout")

REQUESTS: Mapping[str, Mapping[str, Any]] = {
    "createTranslation": {"json": {"text": TEXT, "source_language": "en", "target_language": "ko"}, "headers": KEY},
    "listTranslations": {},
    "getTranslation": {"path": {"translation_id": UNKNOWN}},
    "replaceTranslation": {
        "path": {"translation_id": UNKNOWN},
        "json": {"translated_text": TEXT},
        "headers": {"If-Match": "*"},
    },
    "deleteTranslation": {"path": {"translation_id": UNKNOWN}},
    "listGlossaries": {},
    "putGlossary": {
        "path": {"glossary_name": "products"},
        "json": {"source_language": "en", "target_language": "ko", "terms": [{"source": TEXT, "target": TEXT}]},
    },
    "getGlossary": {"path": {"glossary_name": "products"}},
    "deleteGlossary": {"path": {"glossary_name": "products"}},
    "createDocument": {
        "query": {"target_language": "ko", "file_name": "letter.txt"},
        "body": TEXT.encode(),
        "headers": {"Content-Type": "text/plain"},
    },
    "getDocument": {"path": {"document_id": UNKNOWN}},
    "deleteDocument": {"path": {"document_id": UNKNOWN}},
    "listLanguages": {},
    "getUsage": {"path": {"tenant_id": UNKNOWN}, "query": {"from": "2025-01-01", "to": "2025-01-31"}},
}
"""A request of each function, good as far as the contract goes."""


def test_every_function_is_asked(contract_service: ServiceUnderTest) -> None:
    """None is forgotten here: each operation that a function answers has its request."""
    functions = {
        each.name
        for each in contract_service.contract.operations
        if each.integration is not None and each.integration.kind == "aws_proxy"
    }

    assert set(REQUESTS) == functions


def secrets(service: ServiceUnderTest) -> Iterator[str]:
    """What neither an answer nor a log may say."""
    yield from (table.name for table in service.stack.tables.values())
    yield from (bucket.name for bucket in service.stack.buckets.values())
    yield from (MESSAGE, "arn:aws:", "Traceback", 'File "', "botocore", "ClientError", TEXT)
    for identity in settings().identities:
        yield from (each for each in (identity.bearer, identity.api_key, identity.secret_key) if each is not None)
    yield settings().parameters["CursorKey"]


def told(exchange: Exchange) -> str:
    """All that a client is told, and all that is logged; JSON in a log is read, so that escapes hide nothing."""
    answer = [exchange.response.body.decode(), *(f"{name}: {value}" for name, value in exchange.response.headers)]
    logs = [line for invocation in exchange.invocations or () for line in invocation.reply.log.splitlines()]
    return "\n".join([*answer, *logs, *(json.dumps(_read(line), ensure_ascii=False) for line in logs)])


def _read(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


@pytest.mark.parametrize("operation", REQUESTS)
def test_failures_of_aws(contract_service: ServiceUnderTest, operation: str) -> None:
    """Whatever AWS refuses, at whichever of the calls: the answer is documented, and nothing of it is told."""
    contract_service.restore()
    contract_service.cool(operation)
    calls = [
        f"{call.service}:{call.operation}" for call in contract_service.call(operation, **REQUESTS[operation]).calls
    ]
    assert calls
    for call in dict.fromkeys(calls):
        for error in ERRORS:
            contract_service.restore()
            if operation in KEEPING:
                contract_service.cool(operation)
            with contract_service.failing(call, error, message=MESSAGE):
                exchange = contract_service.call(operation, **REQUESTS[operation])
            assert any(each.error is not None and each.error.injected for each in exchange.calls), (call, error)
            assert contract_service.findings(exchange) == (), (call, error)
            whole = told(exchange)
            own = exchange.response.body.decode() if exchange.response.status < 300 else ""
            assert [each for each in secrets(contract_service) if each in whole and each not in own] == [], (
                call,
                error,
            )
            if exchange.response.status >= 500:
                assert f"{call.partition(':')[0]}:" in whole, "the log says which service failed"


def test_a_bug_of_our_own(contract_service: ServiceUnderTest) -> None:
    """What nobody expected is an internal error: the log says its type and where it was, and not its text."""
    with contract_service.failing("translate:TranslateText", "SomethingNew", message=MESSAGE, status=400):
        exchange = contract_service.call("createTranslation", **REQUESTS["createTranslation"])

    assert exchange.response.status == 500
    assert set(exchange.response.json()) == set(contract().properties({"$ref": "#/schemas/InternalProblem"})) - {
        "errors"
    }
