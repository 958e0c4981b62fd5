"""What holds for any glossary, seen from outside: through the gateway, on what the template makes."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts import ServiceUnderTest
from tests import ours
from webapi.contract import contract

FEW = settings(
    derandomize=True, database=None, deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow]
)
SCHEMAS = contract().schemas
NAME = SCHEMAS["GlossaryName"]["pattern"]
NAMES = st.from_regex(NAME, fullmatch=True).filter(lambda name: len(name) <= SCHEMAS["GlossaryName"]["maxLength"])
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
BODY = {"source_language": "en", "target_language": "de", "terms": [{"source": "key", "target": "Taste"}]}


def beta() -> dict[str, str]:
    """The credentials of another tenant."""
    return {
        "Authorization": f"Bearer {next(each.bearer for each in ours.settings().identities if each.name == 'beta')}"
    }


def put(service: ServiceUnderTest, name: str, body: Any = BODY, **headers: str | None) -> Any:
    """The exchange of a putGlossary."""
    return service.call("putGlossary", path={"glossary_name": name}, json=body, headers=headers)


@given(names=st.sets(NAMES, max_size=6), limits=st.lists(st.integers(1, 3), min_size=1, max_size=3))
@FEW
def test_a_walk_over_pages_sees_each_glossary_once(
    contract_service: ServiceUnderTest, names: set[str], limits: list[int]
) -> None:
    """By name, whatever is written or deleted meanwhile, and without the terms."""
    contract_service.restore()
    made = {name: put(contract_service, name).response.json() for name in sorted(names)}
    seen: list[dict[str, Any]] = []
    cursor = None
    for step in range(len(names) + 2):
        limit = limits[step % len(limits)]
        exchange = contract_service.call("listGlossaries", query={"limit": limit, "cursor": cursor})
        assert contract_service.findings(exchange) == ()
        page = exchange.response.json()
        assert len(page["items"]) <= limit
        seen += page["items"]
        cursor = page.get("next_cursor")
        if cursor is None:
            break
        put(contract_service, "-")  # before all others: who walks on does not meet it
        contract_service.call("deleteGlossary", path={"glossary_name": seen[-1]["glossary_name"]})

    wanted = [{member: value for member, value in each.items() if member != "terms"} for each in made.values()]
    assert [each for each in seen if each["glossary_name"] != "-"] == [
        each for each in wanted if each["glossary_name"] != "-"
    ]


@given(name=ANYTHING | NAMES)
@FEW
def test_any_name_gets_a_documented_answer(contract_service: ServiceUnderTest, name: str) -> None:
    """`#`, `%`, slashes, any script: what cannot be a name is refused before AWS is asked, and others are found."""
    exchange = put(contract_service, name)
    allowed = re.fullmatch(NAME, name) is not None

    assert contract_service.findings(exchange) == ()
    if allowed:
        assert exchange.response.status in (200, 201)
        found = contract_service.call("getGlossary", path={"glossary_name": name})
        assert found.response.json() == exchange.response.json()
    elif "/" not in name and name not in (".", ".."):
        assert exchange.response.status == 400
        assert exchange.calls == ()


@pytest.mark.parametrize("name", ["a#b", "a%b", "%41", "단어", "a b", "a__b", "_a", "a" * 65, "a/../b"])
def test_names_that_mean_something_elsewhere_are_refused(contract_service: ServiceUnderTest, name: str) -> None:
    """Nothing is read or written for them."""
    exchange = put(contract_service, name)

    assert exchange.response.status in (400, 403)
    assert exchange.calls == ()


@given(
    body=st.binary(max_size=60)
    | st.dictionaries(st.sampled_from([*BODY, "x"]), ANYTHING).map(json.dumps).map(str.encode)
)
@settings(FEW, max_examples=30)
def test_any_body_gets_a_documented_answer(contract_service: ServiceUnderTest, body: bytes) -> None:
    """No failure of ours, and a refusal changes nothing."""
    headers = {"Content-Type": "application/json"}
    exchange = contract_service.call("putGlossary", path={"glossary_name": "any"}, body=body, headers=headers)

    assert contract_service.findings(exchange) == ()
    assert exchange.response.status in (400, 413, 422)
    assert not exchange.change


@pytest.mark.parametrize(
    ("terms", "languages", "status"),
    [
        ([("key", "a"), ("KEY", "b")], ("en", "de"), 422),
        ([("key", "a")], ("en", "en"), 422),
        ([("가" * 67, "a")], ("ko", "de"), 413),
        ([("가" * 66, "a")], ("ko", "de"), 201),
        ([(f"t{n}", "a") for n in range(257)], ("en", "de"), 400),
        ([("a\nb", "c")], ("en", "de"), 400),
        ([(" key", "c")], ("en", "de"), 400),
    ],
)
def test_what_amazon_translate_would_not_take_is_refused(
    contract_service: ServiceUnderTest, terms: list[tuple[str, str]], languages: tuple[str, str], status: int
) -> None:
    """Terms that are twice, too long in bytes, too many, or of characters that no file can hold."""
    contract_service.restore()
    body = {
        "source_language": languages[0],
        "target_language": languages[1],
        "terms": [{"source": source, "target": target} for source, target in terms],
    }
    exchange = put(contract_service, "limits", body)

    assert contract_service.findings(exchange) == ()
    assert exchange.response.status == status
    assert bool(exchange.change) == (status == 201)


def test_a_foreign_glossary_is_one_that_never_was(contract_service: ServiceUnderTest) -> None:
    """By its name, its tag and its cursor: the answers are those for what nobody has, and nothing changes."""
    contract_service.restore()
    tag = put(contract_service, "ours").response.headers.get("ETag")
    put(contract_service, "ours-too")
    cursor = contract_service.call("listGlossaries", query={"limit": 1}).response.json()["next_cursor"]
    before = contract_service.snapshot()

    def theirs(operation: str, name: str, **headers: str) -> tuple[int, str]:
        answer = contract_service.call(operation, path={"glossary_name": name}, headers=beta() | headers).response
        return answer.status, re.sub('urn:request:[^"]+', "", answer.body.decode())

    for operation in ("getGlossary", "deleteGlossary"):
        assert theirs(operation, "ours") == theirs(operation, "nobodys")
        assert theirs(operation, "ours", **{"If-Match": tag or ""})[0] == 404
    assert contract_service.call("listGlossaries", headers=beta()).response.json() == {"items": []}
    page = contract_service.call("listGlossaries", query={"cursor": cursor}, headers=beta())
    assert page.response.status == 400
    assert not contract_service.change_since(before)


def test_a_translation_can_name_its_tenants_glossary_alone(contract_service: ServiceUnderTest) -> None:
    """The same name is another tenant's glossary, or none."""
    contract_service.restore()
    put(contract_service, "products")
    new = {"text": "The key", "source_language": "en", "target_language": "de", "glossary_name": "products"}
    ours_, theirs = (contract_service.call("createTranslation", json=new, headers=headers) for headers in ({}, beta()))

    assert "Taste" in ours_.response.json()["translated_text"]
    assert theirs.response.status == 422
    assert theirs.response.json()["type"].endswith("glossary-invalid")
