"""The same functions behind an HTTP API, as deploy/http-api.yaml deploys them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from contracts import Exchange, ServiceUnderTest
from tests.ours import ROOT, settings

TOKENS = {each.name: f"Bearer {each.bearer}" for each in settings().identities}
NEW = {"text": "hello", "source_language": "en", "target_language": "ko"}


@pytest.fixture(scope="module")
def service() -> Iterator[ServiceUnderTest]:
    """The service behind its HTTP API, with the configured users."""
    with ServiceUnderTest(ROOT / "deploy" / "http-contract.yaml", ROOT / "deploy" / "http-api.yaml") as standing:
        yield standing


def told(service: ServiceUnderTest, operation: str, **options: Any) -> Exchange:
    """An exchange that is as the contract documents it."""
    exchange = service.call(operation, **options)
    assert service.findings(exchange) == ()
    return exchange


def test_events_are_of_format_2(service: ServiceUnderTest) -> None:
    """What the functions receive is an event of an HTTP API, with the token's claims where API Gateway puts them."""
    exchange = told(service, "listTranslations", query={"limit": 5})

    assert exchange.invocations is not None
    [invocation] = exchange.invocations
    assert invocation.event["version"] == "2.0"
    assert invocation.event["requestContext"]["authorizer"]["jwt"]["claims"]["scope"] == "read write"


def test_life_of_a_translation(service: ServiceUnderTest) -> None:
    """What is created is found where its Location says, replaced, listed and deleted, as behind the REST API."""
    created = told(service, "createTranslation", json=NEW).response
    path = {"translation_id": created.json()["translation_id"]}
    tag = created.headers.get("ETag")

    assert created.headers.get("Location") == f"/v1/translations/{path['translation_id']}"
    assert told(service, "getTranslation", path=path).response.json() == created.json()
    assert told(service, "getTranslation", path=path, headers={"If-None-Match": tag}).response.status == 304
    body = {"translated_text": "안녕하세요"}
    replaced = told(service, "replaceTranslation", path=path, json=body, headers={"If-Match": tag}).response
    stale = told(service, "replaceTranslation", path=path, json=body, headers={"If-Match": tag}).response
    assert (replaced.status, stale.status) == (200, 412)
    assert told(service, "listTranslations").response.json() == {"items": [replaced.json()]}
    assert told(service, "deleteTranslation", path=path).response.status == 204
    assert told(service, "getTranslation", path=path).response.status == 404


@pytest.mark.parametrize(
    ("token", "status"), [(None, 401), ("Bearer x.y.z", 401), (TOKENS["acme's reader"], 403), (TOKENS["acme"], 201)]
)
def test_who_may_write(service: ServiceUnderTest, token: str | None, status: int) -> None:
    """API Gateway asks for a token that is good; what it is good for is asked by the function."""
    exchange = told(service, "createTranslation", json=NEW, headers={"Authorization": token})

    assert exchange.response.status == status
    assert status == 201 or exchange.calls == ()


def test_tenants_are_told_apart(service: ServiceUnderTest) -> None:
    """A translation is its tenant's, and for the other one it never was."""
    path = {"translation_id": told(service, "createTranslation", json=NEW).response.json()["translation_id"]}

    foreign = told(service, "getTranslation", path=path, headers={"Authorization": TOKENS["beta"]}).response
    assert (foreign.status, told(service, "getTranslation", path=path).response.status) == (404, 200)


def test_usage_wants_a_signature(service: ServiceUnderTest) -> None:
    """A tenant's token is none."""
    options: Any = {
        "path": {"tenant_id": "01JGFJJZ00ACMEACMEACMEACME"},
        "query": {"from": "2025-01-01", "to": "2035-01-01"},
    }

    assert told(service, "getUsage", **options).response.json()["characters"] > 0
    assert service.call("getUsage", **options, headers={"Authorization": TOKENS["acme"]}).response.status == 403
