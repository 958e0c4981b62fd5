"""The table: what is written is what is read, and nothing else changes."""

from dataclasses import replace
from itertools import chain
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.identities import ACME, BETA
from tests.translations.calling import AT_ONCE
from translations.store import Store
from translations.translation import Rendering, Replacement, Translation, translated
from webapi.failures import AwsFailure
from webapi.identifiers import ulid

NEW = {"text": "안녕", "source_language": "ko", "target_language": "de", "tags": ["a"], "client_reference": "r"}


def made(second: float = 1.0, target: str = "de") -> Translation:
    """A translation that was made at some time."""
    return translated(NEW | {"target_language": target}, Rendering("Hallo", "ko"), now=second, random=bytes(10))


def filled(store: Store, seconds: int, target: str = "de") -> list[str]:
    """The ids of translations stored at each second, newest first."""
    for second in range(1, seconds + 1):
        store.create(made(second, target), waiting=AT_ONCE)
    return [made(second).translation_id for second in range(seconds, 0, -1)]


def walked(store: Store, limit: int, target_language: str | None = None) -> list[list[str]]:
    """The ids on every page of a list."""
    pages, after = [], None
    while True:
        page = store.page(limit=limit, target_language=target_language, after=after)
        pages.append([each.translation_id for each in page.translations])
        if page.last_id is None:
            return pages
        after = page.last_id


class Awkward:
    """A table on which one method answers in its own way."""

    def __init__(self, table: Any, **methods: Any) -> None:
        self._table = table
        self.__dict__ |= methods

    def __getattr__(self, name: str) -> Any:
        return getattr(self._table, name)


def test_round_trip(store: Store) -> None:
    """What was created is read, whole."""
    store.create(made(), waiting=AT_ONCE)

    assert store.get(made().translation_id) == made()


def test_unknown(store: Store) -> None:
    """What was never created is not there."""
    assert store.get(ulid(1, bytes(10))) is None


def test_never_over_another(store: Store) -> None:
    """A new translation does not take the place of another that has its id."""
    store.create(made(), waiting=AT_ONCE)

    with pytest.raises(AwsFailure) as failure:
        store.create(replace(made(), text="another"), waiting=AT_ONCE)

    assert failure.value.code == "ConditionalCheckFailedException"
    assert store.get(made().translation_id) == made()


def test_lost_answer_of_a_create(store: Store) -> None:
    """When the SDK tries again and finds what it stored itself, it is stored."""
    store.create(made(), waiting=AT_ONCE)
    store.create(made(), waiting=AT_ONCE)

    assert store.get(made().translation_id) == made()


def test_replace(store: Store) -> None:
    """A replacement sets what a client can set and leaves the rest; the version grows."""
    store.create(made(), waiting=AT_ONCE)

    now = store.replace(made().translation_id, Replacement("Tag", ("b",), True, "s"), updated_at="later")

    assert now == store.get(made().translation_id)
    assert now == replace(
        made(),
        translated_text="Tag",
        tags=("b",),
        reviewed=True,
        client_reference="s",
        version=2,
        updated_at="later",
    )


def test_replace_removes(store: Store) -> None:
    """A reference that the replacement does not have is gone."""
    store.create(made(), waiting=AT_ONCE)
    store.replace(made().translation_id, Replacement("Tag", (), False), updated_at="later")

    assert store.get(made().translation_id) == replace(
        made(), translated_text="Tag", tags=(), client_reference=None, version=2, updated_at="later"
    )


def test_replace_makes_nothing(store: Store, table: Any) -> None:
    """Replacing what is not there fails and leaves nothing."""
    with pytest.raises(AwsFailure, match="ConditionalCheckFailedException"):
        store.replace(made().translation_id, Replacement("Tag", (), False), updated_at="later")

    assert table.scan()["Count"] == 0


def test_delete(store: Store) -> None:
    """What was deleted is gone, and its neighbours are not."""
    first, second = filled(store, 2)
    store.delete(first)

    assert store.get(first) is None
    assert store.get(second) is not None


def test_delete_unknown(store: Store) -> None:
    """Deleting what is not there fails."""
    with pytest.raises(AwsFailure, match="ConditionalCheckFailedException"):
        store.delete(made().translation_id)


def test_lost_answer_of_a_delete(table: Any) -> None:
    """When an earlier attempt may have deleted it, "not found" is not what is said."""

    def delete_item(**_: Any) -> Any:
        response: Any = {"Error": {"Code": "ConditionalCheckFailedException"}, "ResponseMetadata": {"RetryAttempts": 1}}
        raise ClientError(response, "DeleteItem")

    with pytest.raises(AwsFailure) as failure:
        Store(Awkward(table, delete_item=delete_item), ACME).delete(made().translation_id)

    assert failure.value.passing
    assert failure.value.code != "ConditionalCheckFailedException"


def test_empty_list(store: Store) -> None:
    """An empty list has one page with nothing on it."""
    assert walked(store, 2) == [[]]


@pytest.mark.parametrize(("count", "sizes"), [(1, [1]), (2, [2]), (3, [2, 1]), (4, [2, 2])])
def test_pages(store: Store, count: int, sizes: list[int]) -> None:
    """Pages have every item once, newest first, and the last page says that it is the last."""
    ids = filled(store, count)
    pages = walked(store, 2)

    assert [len(page) for page in pages] == sizes
    assert list(chain(*pages)) == ids


def test_pages_where_aws_always_names_the_last_key(store: Store, table: Any) -> None:
    """AWS names a LastEvaluatedKey whenever the limit is reached: pages are the same there."""
    ids = filled(store, 4)

    def query(**parameters: Any) -> Any:
        answer = table.query(**parameters)
        if len(answer["Items"]) == parameters["Limit"]:
            answer["LastEvaluatedKey"] = {"translation_id": answer["Items"][-1]["translation_id"]}
        return answer

    assert walked(Store(Awkward(table, query=query), ACME), 2) == [ids[:2], ids[2:]]


def test_pages_that_dynamodb_cuts(store: Store, table: Any) -> None:
    """A page that DynamoDB ends after 1 MB is shorter, and not the last."""
    ids = filled(store, 3)

    def query(**parameters: Any) -> Any:
        return table.query(**parameters | {"Limit": 1})

    assert list(chain(*walked(Store(Awkward(table, query=query), ACME), 2))) == ids


def test_filter(store: Store) -> None:
    """A filtered list has what it asks for, page by page, and nothing else."""
    filled(store, 3, "de")
    store.create(made(9, "ko"), waiting=AT_ONCE)

    assert [len(page) for page in walked(store, 2, "de")] == [2, 1]
    assert walked(store, 2, "ko") == [[made(9).translation_id]]
    assert walked(store, 2, "fr") == [[]]


def test_tenants(store: Store, table: Any) -> None:
    """What belongs to one tenant does not exist for another."""
    store.create(made(), waiting=AT_ONCE)
    other = Store(table, BETA)

    assert other.get(made().translation_id) is None
    assert walked(other, 2) == walked(other, 2, "de") == [[]]
    with pytest.raises(AwsFailure):
        other.delete(made().translation_id)
