"""Two tenants on one service: neither reads, changes or learns anything of what belongs to the other."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import Exchange, ServiceUnderTest
from contracts.http import Response
from tests.identities import ACME, BETA
from tests.ours import settings as configured

TOKENS = {each.name: f"Bearer {each.bearer}" for each in configured().identities}
GLOSSARY = {"source_language": "en", "target_language": "de", "terms": [{"source": "key", "target": "Schlüssel"}]}
PASSING = ("instance", "request_id")
FEW = settings(derandomize=True, database=None, deadline=None, max_examples=8)


@dataclass(frozen=True)
class Thing:
    """
    Something that a tenant made.

    Attributes:
        path: The parameters that name it.
        tag: Its entity tag; None where it has none.
        words: Texts that stand in it and nowhere else.
    """

    path: Mapping[str, str]
    tag: str | None
    words: tuple[str, ...]


@dataclass(frozen=True)
class Kind:
    """
    One kind of thing, by the path parameter that names it.

    Attributes:
        make: Makes one for a tenant.
        unknown: A name that no thing has.
        bodies: What a request of an operation that wants a body has.
        own: Operations by which a client gives such a name itself, so that every tenant has one of its own.
    """

    make: Callable[[ServiceUnderTest, str], Thing]
    unknown: str
    bodies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    own: tuple[str, ...] = ()


def as_tenant(service: ServiceUnderTest, tenant: str, operation: str, **options: Any) -> Exchange:
    """An exchange of a tenant."""
    headers = {"Authorization": TOKENS[tenant], **options.pop("headers", {})}
    return service.call(operation, headers=headers, **options)


def translation(service: ServiceUnderTest, tenant: str) -> Thing:
    """A new translation."""
    new = {"text": f"the secret of {tenant}", "source_language": "en", "target_language": "ko"}
    response = as_tenant(service, tenant, "createTranslation", json=new).response
    made = response.json()
    path = {"translation_id": made["translation_id"]}
    return Thing(path, response.headers.get("ETag"), (made["translation_id"], made["text"], made["translated_text"]))


def glossary(service: ServiceUnderTest, tenant: str) -> Thing:
    """A new glossary, whose name tells whose it is."""
    terms = [{"source": "key", "target": f"the key of {tenant}"}]
    new = {"source_language": "en", "target_language": "ko", "terms": terms}
    path = {"glossary_name": f"of-{tenant}"}
    response = as_tenant(service, tenant, "putGlossary", path=path, json=new).response
    return Thing(path, response.headers.get("ETag"), (path["glossary_name"], terms[0]["target"]))


def document(service: ServiceUnderTest, tenant: str) -> Thing:
    """A new document."""
    response = as_tenant(
        service,
        tenant,
        "createDocument",
        query={"target_language": "ko", "file_name": f"of {tenant}.txt"},
        body=f"the letter of {tenant}".encode(),
    ).response
    made = response.json()
    path = {"document_id": made["document_id"]}
    return Thing(path, response.headers.get("ETag"), (made["document_id"], made["file_name"]))


KINDS = {
    "glossary_name": Kind(glossary, "of-nobody", own=("putGlossary",)),
    "document_id": Kind(document, "01JGFJJZ00A9K3Q8X5T2V7W4YE"),
    "translation_id": Kind(
        translation,
        "01JGFJJZ00A9K3Q8X5T2V7W4YE",
        {"replaceTranslation": {"json": {"translated_text": "another's"}}},
    ),
}


def named(service: ServiceUnderTest) -> list[tuple[str, str]]:
    """Each operation of tenants that names a thing, with the parameter."""
    return [
        (operation.name, parameter.name)
        for operation in service.contract.operations
        for parameter in operation.parameters
        if parameter.place == "path" and any("Tenant" in each for each in operation.security)
    ]


def seen(exchange: Exchange) -> tuple[Any, ...]:
    """What the client can tell an answer by: everything but what names the request."""
    response = exchange.response
    value = response.json() if response.body else None
    if isinstance(value, dict):
        value = {name: member for name, member in value.items() if name not in PASSING}
    names = sorted(name.lower() for name, _ in response.headers)
    return response.status, names, value


def test_every_operation_that_names_a_thing_is_asked(contract_service: ServiceUnderTest) -> None:
    """None is forgotten here: each path parameter of a tenant's operation is a kind of thing that is made here."""
    assert {parameter for _, parameter in named(contract_service)} == set(KINDS)


def conditions(tag: str | None) -> list[dict[str, str]]:
    """The conditions that a request may have, those with the thing's own entity tag among them."""
    tags = ["*", *([] if tag is None else [tag])]
    return [{"If-Match": each} for each in tags] + [{"If-None-Match": each} for each in tags] + [{}]


def test_things_of_another_are_as_if_they_had_never_been(contract_service: ServiceUnderTest) -> None:
    """Whatever operation, whatever condition: the answer is that for an unknown name, and nothing is written."""
    for operation, parameter in named(contract_service):
        kind = KINDS[parameter]
        if operation in kind.own:
            continue
        thing = kind.make(contract_service, "acme")
        before = contract_service.snapshot()
        for condition in conditions(thing.tag):
            foreign, unknown = (
                as_tenant(
                    contract_service,
                    "beta",
                    operation,
                    path={**thing.path, parameter: name},
                    headers=condition,
                    **kind.bodies.get(operation, {}),
                )
                for name in (thing.path[parameter], kind.unknown)
            )
            told = (operation, condition)
            assert seen(foreign) == seen(unknown), told
            assert foreign.response.status >= 400, told
            assert not contract_service.change_since(before), told
            assert contract_service.findings(foreign) == (), told


def test_a_name_that_both_give_is_two_things(contract_service: ServiceUnderTest) -> None:
    """Whoever gives a name that another has given makes, replaces and deletes a thing of their own."""
    contract_service.restore()
    ours, theirs = (glossary(contract_service, "acme"), {"path": {"glossary_name": "of-acme"}})
    before = as_tenant(contract_service, "acme", "getGlossary", **theirs).response.body
    new = {"source_language": "en", "target_language": "ko", "terms": [{"source": "key", "target": "another"}]}

    assert as_tenant(contract_service, "beta", "putGlossary", **theirs, json=new).response.status == 201
    assert as_tenant(contract_service, "beta", "deleteGlossary", **theirs).response.status == 204
    assert as_tenant(contract_service, "acme", "getGlossary", **theirs).response.body == before
    assert ours.words[1].encode() in before


def test_lists_show_nothing_of_another(contract_service: ServiceUnderTest) -> None:
    """Whatever one tenant has made, the lists of the other have none of it."""
    things = [kind.make(contract_service, "acme") for kind in KINDS.values()]
    lists = [
        each.name
        for each in contract_service.contract.operations
        if each.method == "GET" and "{" not in each.path and any("Tenant" in scheme for scheme in each.security)
    ]
    assert lists
    for operation in lists:
        own, other = (as_tenant(contract_service, tenant, operation).response.body for tenant in ("acme", "beta"))
        words = [word.encode() for thing in things for word in thing.words]
        assert any(word in own for word in words), operation
        assert not any(word in other for word in words), operation


@pytest.mark.parametrize("operation", ["listTranslations", "listGlossaries"])
def test_cursors_of_another_are_none(contract_service: ServiceUnderTest, operation: str) -> None:
    """A cursor that one tenant was given is refused to the other, as any text is that was never one."""
    terms = [{"source": "key", "target": "Schlüssel"}]
    new = {"source_language": "en", "target_language": "de", "terms": terms}
    for tenant in ("acme", "acme", "beta", "beta"):
        translation(contract_service, tenant)
    for tenant, name in (("acme", "a"), ("acme", "b"), ("beta", "a"), ("beta", "b")):
        as_tenant(contract_service, tenant, "putGlossary", path={"glossary_name": name}, json=new)
    page = as_tenant(contract_service, "acme", operation, query={"limit": 1}).response.json()
    foreign, garbage = (
        as_tenant(contract_service, "beta", operation, query={"cursor": cursor})
        for cursor in (page["next_cursor"], "A" * len(page["next_cursor"]))
    )

    assert foreign.response.status == 400
    assert seen(foreign) == seen(garbage)


def test_idempotency_keys_of_another_are_free(contract_service: ServiceUnderTest) -> None:
    """Both use one key, for the same request or another one: each has an answer of its own."""
    key = {"Idempotency-Key": "one-key-of-two-tenants"}
    new = {"text": "hello", "source_language": "en", "target_language": "ko"}
    first = as_tenant(contract_service, "acme", "createTranslation", json=new, headers=key).response
    for other in (new, new | {"text": "good bye"}):
        contract_service.pass_time(timedelta(days=2))
        as_tenant(contract_service, "acme", "createTranslation", json=new, headers=key)
        answered = as_tenant(contract_service, "beta", "createTranslation", json=other, headers=key).response
        assert answered.status == 201
        assert "Idempotent-Replayed" not in [name for name, _ in answered.headers]
        assert answered.json()["translation_id"] != first.json()["translation_id"]


STEPS = st.lists(
    st.tuples(st.sampled_from(["acme", "beta"]), st.integers(0, 99), st.integers(0, 5), st.integers(0, 4)),
    min_size=1,
    max_size=8,
)


@given(steps=STEPS)
@FEW
def test_whatever_one_does_is_done_to_its_own(
    contract_service: ServiceUnderTest, steps: list[tuple[str, int, int, int]]
) -> None:
    """Any requests in any order, with ids, names and entity tags of either: what changes is of the one who asks."""
    contract_service.restore()
    ids = {"acme": ACME, "beta": BETA}
    things = {tenant: [(name, kind.make(contract_service, tenant)) for name, kind in KINDS.items()] for tenant in ids}
    everything = [each for made in things.values() for each in made]
    operations = named(contract_service)
    for tenant, which, number, condition in steps:
        operation, parameter = operations[which % len(operations)]
        thing = [each for name, each in everything if name == parameter][number % 2]
        before = contract_service.snapshot()
        exchange = as_tenant(
            contract_service,
            tenant,
            operation,
            path=thing.path,
            headers=conditions(thing.tag)[condition % len(conditions(thing.tag))],
            **(KINDS[parameter].bodies.get(operation) or ({"json": GLOSSARY} if operation == "putGlossary" else {})),
        )
        other = next(each for each in ids if each != tenant)
        words = [word for _, each in things[other] for word in each.words if word not in thing.path.values()]

        assert exchange.response.status < 500, operation
        assert all(ids[tenant] in json.dumps(each.key) for each in contract_service.change_since(before).differences)
        assert not [word for word in words if word.encode() in exchange.response.body], operation


PAGED = ("listTranslations", "listGlossaries")
ASKED = st.lists(
    st.tuples(st.sampled_from(["acme", "beta"]), st.integers(0, 5), st.integers(0, 3)), min_size=1, max_size=8
)


@given(steps=ASKED)
@FEW
def test_cursors_and_keys_of_either_serve_their_own(
    contract_service: ServiceUnderTest, steps: list[tuple[str, int, int]]
) -> None:
    """Any lists and creates in any order, with cursors and keys of either: nobody gets what is another's."""
    contract_service.restore()
    ids = {"acme": ACME, "beta": BETA}
    owned: dict[str, list[str]] = {tenant: [] for tenant in ids}
    for tenant in ids:
        for number in range(2):
            owned[tenant].append(
                created(contract_service, tenant, f"of {tenant}", f"the-key-of-number-{number}").json()[
                    "translation_id"
                ]
            )
            owned[tenant].append(f"{tenant}-{number}")
            path = {"glossary_name": f"{tenant}-{number}"}
            as_tenant(contract_service, tenant, "putGlossary", path=path, json=GLOSSARY)
    cursors = [
        (tenant, operation, as_tenant(contract_service, tenant, operation, query={"limit": 1}).response.json())
        for tenant in ids
        for operation in PAGED
    ]
    for tenant, which, number in steps:
        before = contract_service.snapshot()
        if which < len(cursors):
            owner, operation, page = cursors[which]
            query = {"limit": 1, "cursor": page["next_cursor"]}
            response = as_tenant(contract_service, tenant, operation, query=query).response
            assert response.status == (200 if owner == tenant else 400), operation
        else:
            response = created(contract_service, tenant, f"of {sorted(ids)[which % 2]}", f"the-key-of-number-{number}")
            assert response.status in (201, 422)
        other = next(each for each in ids if each != tenant)

        assert not [name for name in owned[other] if name.encode() in response.body]
        assert all(ids[tenant] in json.dumps(each.key) for each in contract_service.change_since(before).differences)


def created(service: ServiceUnderTest, tenant: str, text: str, key: str) -> Response:
    """The answer to a create with an idempotency key."""
    new = {"text": text, "source_language": "en", "target_language": "ko"}
    return as_tenant(service, tenant, "createTranslation", json=new, headers={"Idempotency-Key": key}).response


CLAIMS = st.dictionaries(
    st.sampled_from(["tenant_id", "tenant", "owner", "principalId"]), st.sampled_from(sorted(TOKENS)), max_size=2
)


@given(headers=CLAIMS, query=CLAIMS, members=CLAIMS)
@FEW
def test_nobody_says_themselves_whose_a_request_is(
    contract_service: ServiceUnderTest, headers: dict[str, str], query: dict[str, str], members: dict[str, str]
) -> None:
    """Whatever a client sends beside its token: what is made belongs to the token's tenant, or is not made."""
    contract_service.restore()
    body = {"text": "hello", "source_language": "en", "target_language": "ko", **members}
    target = "/v1/translations?" + "&".join(f"{name}={value}" for name, value in query.items())
    sent = {"Authorization": TOKENS["beta"], "Content-Type": "application/json"}
    sent |= {f"X-{name}": value for name, value in headers.items()}
    status = contract_service.send("POST", target, headers=sent, body=json.dumps(body).encode()).response.status

    assert status == (400 if members else 201)
    listed = {
        tenant: as_tenant(contract_service, tenant, "listTranslations").response.json()["items"]
        for tenant in ("acme", "beta")
    }
    assert (len(listed["acme"]), len(listed["beta"])) == (0, 0 if members else 1)


@pytest.mark.parametrize(
    ("operation", "options"),
    [
        ("createTranslation", {"json": {"text": "a", "source_language": "en", "target_language": "ko"}}),
        ("deleteTranslation", {"path": {"translation_id": "01JGFJJZ00A9K3Q8X5T2V7W4YE"}}),
    ],
)
def test_who_may_only_read_changes_nothing(
    contract_service: ServiceUnderTest, operation: str, options: dict[str, Any]
) -> None:
    """A token without the scope `write` is refused before any function of the operation is called."""
    exchange = as_tenant(contract_service, "acme's reader", operation, **options)

    assert exchange.response.status == 403
    assert exchange.calls == ()
    assert as_tenant(contract_service, "acme's reader", "listTranslations").response.status == 200
