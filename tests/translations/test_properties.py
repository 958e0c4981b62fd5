"""What holds for any translation, seen from outside: through the gateway, on the table that the template makes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts import Exchange, ServiceUnderTest
from webapi.contract import contract

FEW = settings(
    derandomize=True, database=None, deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow]
)
NEW = {"text": "안녕", "source_language": "ko", "target_language": "de"}
SECRET = "Rate of arn:aws:dynamodb:1:table/x exceeded"

SCHEMAS = contract().schemas
SERVER_FIELDS = frozenset(SCHEMAS["Translation"]["x-contract-server-fields"])
ID = SCHEMAS["TranslationId"]["pattern"]
CALLED = {"createTranslation": ("dynamodb", "translate")}
IDS = st.from_regex(ID, fullmatch=True)
LANGUAGES = st.sampled_from(SCHEMAS["LanguageCode"]["enum"])


def members(schema: str) -> Mapping[str, Any]:
    """The schemas of an object's members, references followed."""
    return contract().properties({"$ref": f"#/schemas/{schema}"})


def texts(schema: Mapping[str, Any]) -> st.SearchStrategy[str]:
    """Texts that a schema allows: short ones, and the longest in characters and in bytes."""
    longest, most_bytes = schema["maxLength"], schema.get("x-contract-max-bytes", 4 * schema["maxLength"])
    extremes = [character * min(longest, most_bytes // len(character.encode())) for character in "xé한🙂"]
    short = st.text(st.characters(exclude_categories=["Cs"]), min_size=schema["minLength"], max_size=min(30, longest))
    return short | st.sampled_from(extremes)


TAGS = st.lists(texts(members("NewTranslation")["tags"]["items"]), unique=True, max_size=SCHEMAS["Tags"]["maxItems"])
NEW_TRANSLATIONS = st.fixed_dictionaries(
    {"text": texts(members("NewTranslation")["text"]), "source_language": LANGUAGES, "target_language": LANGUAGES},
    optional={
        "tags": TAGS,
        "client_reference": texts(SCHEMAS["ClientReference"]),
    },
)
REPLACEMENTS = st.fixed_dictionaries(
    {"translated_text": texts(members("ReplaceTranslation")["translated_text"])},
    optional={"tags": TAGS, "client_reference": texts(SCHEMAS["ClientReference"]), "reviewed": st.booleans()},
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
BODIES = st.binary(max_size=60) | st.one_of(
    JSON,
    st.dictionaries(st.sampled_from(sorted({*members("NewTranslation"), *members("ReplaceTranslation")})), JSON),
).map(lambda value: json.dumps(value).encode())


def created(service: ServiceUnderTest, new: Mapping[str, Any] = NEW) -> dict[str, Any]:
    """A new translation as it was answered."""
    exchange = service.call("createTranslation", json=new)
    assert exchange.response.status == 201
    found: dict[str, Any] = exchange.response.json()
    return found


def asked(
    service: ServiceUnderTest, operation: str, translation: Mapping[str, Any], json: Any = None, **headers: str | None
) -> Exchange:
    """An exchange about one translation; a replacement is meant for whatever there is, unless it says otherwise."""
    sent: dict[str, Any] = {"If-Match": "*"} if operation == "replaceTranslation" else {}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    return service.call(operation, path={"translation_id": translation["translation_id"]}, json=json, headers=sent)


@given(new=NEW_TRANSLATIONS)
@FEW
def test_what_is_created_reads_back_equal(contract_service: ServiceUnderTest, new: dict[str, Any]) -> None:
    """For any text, languages and tags that the contract allows: what was sent is stored, answered, and read again."""
    exchange = contract_service.call("createTranslation", json=new)
    answered = exchange.response.json()

    assert contract_service.findings(exchange) == ()
    assert {name: answered[name] for name in new} == new
    assert asked(contract_service, "getTranslation", answered).response.json() == answered
    assert exchange.change is not None
    assert [each.before for each in exchange.change.differences if "translation_id" in each.key] == [None]


@given(replacement=REPLACEMENTS, other=REPLACEMENTS)
@FEW
def test_a_replacement_is_full(
    contract_service: ServiceUnderTest, replacement: dict[str, Any], other: dict[str, Any]
) -> None:
    """Whatever was there before: members that are left out have their defaults or are gone, and the text stays."""
    before = created(contract_service)
    for body in (other, replacement):
        exchange = asked(contract_service, "replaceTranslation", before, body)
        assert contract_service.findings(exchange) == ()
    after = asked(contract_service, "getTranslation", before).response.json()

    settable = {name: value for name, value in after.items() if name in members("ReplaceTranslation")}
    assert settable == {"tags": [], "reviewed": False} | replacement
    kept = ("translation_id", "text", "source_language", "target_language", "characters", "created_at")
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}


@given(replacement=REPLACEMENTS)
@FEW
def test_a_replacement_again_changes_nothing(contract_service: ServiceUnderTest, replacement: dict[str, Any]) -> None:
    """The same replacement twice is the same translation, but for what the service sets."""
    translation = created(contract_service)
    once, twice = (
        asked(contract_service, "replaceTranslation", translation, replacement).response.json() for _ in range(2)
    )

    assert {name: value for name, value in once.items() if name not in SERVER_FIELDS} == {
        name: value for name, value in twice.items() if name not in SERVER_FIELDS
    }
    assert twice["version"] > once["version"]
    assert twice["updated_at"] > once["updated_at"]


@given(new=NEW_TRANSLATIONS)
@FEW
def test_what_is_deleted_is_gone(contract_service: ServiceUnderTest, new: dict[str, Any]) -> None:
    """A deletion loses one item, and whatever is asked of it afterwards finds nothing."""
    translation, other = created(contract_service, new), created(contract_service)
    deletion = asked(contract_service, "deleteTranslation", translation)
    body = {"translated_text": "x"}
    afterwards = [
        asked(contract_service, name, translation, body if name == "replaceTranslation" else None)
        for name in ("getTranslation", "replaceTranslation", "deleteTranslation")
    ]

    assert (deletion.response.status, deletion.response.body) == (204, b"")
    assert deletion.change is not None
    assert [each.key["translation_id"]["S"] for each in deletion.change.differences] == [translation["translation_id"]]
    assert [each.response.status for each in afterwards] == [404, 404, 404]
    assert not any(each.change for each in afterwards)
    assert asked(contract_service, "getTranslation", other).response.json() == other


@given(
    languages=st.lists(st.sampled_from(["de", "ko"]), max_size=7),
    limits=st.lists(st.integers(1, 4), min_size=1, max_size=3),
    wanted=st.sampled_from([None, "de", "ko"]),
    order=st.sampled_from(SCHEMAS["Order"]["enum"]),
    meanwhile=st.lists(st.sampled_from(["create", "replace", "delete", None]), max_size=6),
)
@FEW
def test_a_walk_over_pages_sees_each_item_once(
    contract_service: ServiceUnderTest,
    *,
    languages: list[str],
    limits: list[int],
    wanted: str | None,
    order: str,
    meanwhile: list[str | None],
) -> None:
    """In its order, filtered or not, where the limit changes on the way, and whatever is written between two pages."""
    contract_service.restore()
    ids = [created(contract_service, NEW | {"target_language": each})["translation_id"] for each in languages]
    chosen = [each for each, language in zip(ids, languages, strict=True) if wanted in (None, language)]
    deleted: set[str] = set()
    seen: list[str] = []
    query: dict[str, Any] = {"target_language": wanted, "order": order}
    for step in range(len(ids) + len(meanwhile) + 2):
        page = contract_service.call("listTranslations", query={**query, "limit": limits[step % len(limits)]})
        assert contract_service.findings(page) == ()
        seen += [each["translation_id"] for each in page.response.json()["items"]]
        if "next_cursor" not in page.response.json():
            break
        query["cursor"] = page.response.json()["next_cursor"]
        _write(contract_service, meanwhile[step : step + 1], [each for each in ids if each not in deleted], deleted)
    else:
        pytest.fail("the walk does not end")

    assert len(set(seen)) == len(seen)
    assert seen == sorted(seen, reverse=order.startswith("-"))
    assert [each for each in sorted(seen) if each in chosen and each not in deleted] == [
        each for each in chosen if each not in deleted
    ]


def _write(service: ServiceUnderTest, what: list[str | None], ids: list[str], deleted: set[str]) -> None:
    """Something that somebody else writes: to the first of the translations, or a new one."""
    if what == ["create"]:
        created(service)
    elif what == ["replace"] and ids:
        asked(service, "replaceTranslation", {"translation_id": ids[0]}, {"translated_text": "x"})
    elif what == ["delete"] and ids:
        asked(service, "deleteTranslation", {"translation_id": ids[0]})
        deleted.add(ids[0])


@given(body=BODIES, content_type=st.sampled_from(["application/json", "application/json; charset=utf-8", "text/plain"]))
@settings(FEW, max_examples=40)
def test_any_body_gets_a_documented_answer(contract_service: ServiceUnderTest, body: bytes, content_type: str) -> None:
    """Whatever bytes a client sends: the answer is documented, no failure of ours, and a refusal changes nothing."""
    translation_id = "01JGFJJZ00A9K3Q8X5T2V7W4YE"
    for name, path in (("createTranslation", {}), ("replaceTranslation", {"translation_id": translation_id})):
        headers = {"Content-Type": content_type} | ({"If-Match": "*"} if path else {})
        exchange = contract_service.call(name, path=path, body=body, headers=headers)
        assert contract_service.findings(exchange) == ()
        assert exchange.response.status < 500
        assert exchange.response.status == 201 or not exchange.change


@given(translation_id=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30) | IDS)
@FEW
def test_any_id_gets_a_documented_answer(contract_service: ServiceUnderTest, translation_id: str) -> None:
    """What cannot be an id is refused before DynamoDB is asked, and what could be one is not found."""
    exchange = contract_service.call("getTranslation", path={"translation_id": translation_id})

    assert contract_service.findings(exchange) == ()
    assert exchange.response.status == (404 if re.fullmatch(ID, translation_id) else 400)
    assert exchange.response.status == 404 or exchange.calls == ()


@pytest.mark.parametrize(
    "operation", [name for name in contract().operations if name.endswith(("Translation", "Translations"))]
)
def test_every_failure_of_aws_has_its_documented_answer(contract_service: ServiceUnderTest, operation: str) -> None:
    """Each error of the fault map, and no answer at all: the documented status, nothing done, nothing told."""
    translation = created(contract_service)
    path = {"translation_id": translation["translation_id"]} if "{" in path_of(contract_service, operation) else {}
    headers = {"If-Match": "*"} if operation == "replaceTranslation" else {}
    body = {"createTranslation": NEW, "replaceTranslation": {"translated_text": "x"}}.get(operation)
    calls = CALLED.get(operation, ("dynamodb",))
    expected = {
        fault: status for fault, status in contract().operations[operation].fault_map.items() if fault.startswith(calls)
    }
    expected |= {f"{service}:{fault}": 503 for service in calls for fault in ("timeout", "connect")}
    answered = {}
    for fault, status in expected.items():
        service, _, error = fault.partition(":")
        with contract_service.failing(f"{service}:*", error, message=SECRET):
            exchange = contract_service.call(operation, path=path, json=body, headers=headers)
        answered[fault] = exchange.response.status
        told = b"".join([exchange.response.body, *(value.encode() for _, value in exchange.response.headers)])
        assert any(call.error is not None and call.error.injected for call in exchange.calls), fault
        assert contract_service.findings(exchange) == (), fault
        assert not exchange.change, fault
        assert not [word for word in (SECRET, error, *SECRET.split()) if len(word) > 4 and word.encode() in told], fault
        assert (exchange.response.headers.get("Retry-After") is not None) == (status == 503), fault

    assert answered == expected
    assert asked(contract_service, "getTranslation", translation).response.json() == translation


def path_of(service: ServiceUnderTest, operation: str) -> str:
    """The operation's path template."""
    return next(each.path for each in service.contract.operations if each.name == operation)
