"""What the mocked AWS accepts and the real one refuses: our own code refuses it, or it cannot occur."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from contracts import ServiceUnderTest
from tests.identities import ACME, BETA
from tests.translations.calling import NEW, body, call
from translations import create
from translations import list as listing
from translations.store import Store
from webapi.cursors import Cursors
from webapi.terminologies import terminology

HANDLERS = Path(create.__file__).parents[1]
ID = "01JGFJJZ00A9K3Q8X5T2V7W4YE"


def test_a_position_is_never_one_of_another_partition(store: Store, table: Any, wired: None) -> None:
    """DynamoDB refuses a start key of another partition: ours is made of the tenant and filter that are asked for."""
    asked: list[dict[str, Any]] = []

    class Watched:
        name = table.name
        meta = table.meta

        def query(self, **parameters: Any) -> Any:
            asked.append(parameters)
            return table.query(**parameters)

    for tenant in (ACME, BETA):
        Store(Watched(), tenant).page(limit=1, target_language=None, after=ID)
        Store(Watched(), tenant).page(limit=1, target_language="ko", after=ID)
    for parameters in asked:
        [(name, value)] = [
            (
                parameters["ExpressionAttributeNames"]["#partition"],
                parameters["ExpressionAttributeValues"][":partition"],
            )
        ]
        assert parameters["ExclusiveStartKey"][name] == value


@pytest.mark.parametrize("cursor", ["eyJ0ZW5hbnRfaWQiOiJ4In0", "bnVsbA", "W10"])
def test_a_position_never_has_another_shape(wired: None, cursor: str) -> None:
    """Nothing of a cursor gets to DynamoDB that was not signed; JSON in base64 is no cursor."""
    assert call(listing, cursor=cursor)["statusCode"] == 400


def test_a_page_of_exactly_the_limit(wired: None) -> None:
    """AWS names a last key when a page is full, the mock does not: one item more says which page is the last."""
    for _ in range(2):
        call(create, NEW)

    assert "next_cursor" not in body(call(listing, limit="2"))
    assert "next_cursor" in body(call(listing, limit="1"))


@pytest.mark.parametrize("text", ['"\\ud800"', '"a\\udfffb"'])
@pytest.mark.parametrize(
    ("operation", "path", "body"),
    [
        ("createTranslation", {}, '{{"text":{},"target_language":"ko","source_language":"en"}}'),
        ("replaceTranslation", {"translation_id": ID}, '{{"translated_text":{}}}'),
        (
            "putGlossary",
            {"glossary_name": "g"},
            '{{"source_language":"en","target_language":"ko","terms":[{{"source":{},"target":"b"}}]}}',
        ),
    ],
)
def test_half_characters(
    contract_service: ServiceUnderTest, operation: str, path: dict[str, str], body: str, text: str
) -> None:
    """A lone surrogate can be neither stored nor sent: it is refused before anything is asked of AWS."""
    headers = {"If-Match": "*"} if operation == "replaceTranslation" else {}
    exchange = contract_service.call(operation, path=path, body=body.format(text).encode(), headers=headers)

    assert (exchange.response.status, exchange.calls) == (400, ())


@pytest.mark.parametrize(
    ("operation", "path"),
    [
        ("getTranslation", {"translation_id": ID}),
        ("getGlossary", {"glossary_name": "g"}),
        ("deleteGlossary", {"glossary_name": "g"}),
        ("getDocument", {"document_id": ID}),
        ("deleteDocument", {"document_id": ID}),
    ],
)
def test_no_read_is_stale(contract_service: ServiceUnderTest, operation: str, path: dict[str, str]) -> None:
    """DynamoDB may read what was written before, the mock never does: whoever reads one thing asks for the newest."""
    exchange = contract_service.call(operation, path=path)

    assert [(each.operation, each.parameters.get("ConsistentRead")) for each in exchange.calls] == [("GetItem", True)]


def test_no_batches() -> None:
    """BatchWriteItem takes 25 requests and may leave some undone: nobody here uses it."""
    called = {
        node.attr
        for module in HANDLERS.rglob("*.py")
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
    }

    assert "transact_write_items" in called
    assert called & {"batch_write_item", "batch_get_item", "batch_writer", "scan"} == set()


def test_transactions_are_within_limits(wired: None, tables: dict[str, Any]) -> None:
    """A transaction takes 100 writes of 4 MB, and an item 400 KB: the longest text with its answer is far below."""
    longest = NEW | {"text": "🙂" * 2500, "tags": [f"{'🙂' * 31}{number}" for number in range(10)]}
    assert call(create, longest, headers={"Idempotency-Key": "a-key-of-16-chars"})["statusCode"] == 201

    items = [item for table in tables.values() for item in table.scan()["Items"]]
    assert len(items) == 3
    assert max(len(json.dumps(item, default=str, ensure_ascii=False).encode()) for item in items) < 100_000


def test_names_of_terminologies() -> None:
    """Amazon Translate takes names up to 256 characters; two tenants never have one together."""
    assert len(terminology("s" * 128, ACME, "a" * 64)) <= 256
    assert terminology("s", ACME, "b") != terminology("s", BETA, "b")
    assert Cursors(b"k").cursor(ID, ACME, {}) != Cursors(b"k").cursor(ID, BETA, {})
