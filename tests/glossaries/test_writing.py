"""Two stores are written one after the other: whatever fails in between, or comes in between, they agree in the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from glossaries.delete import delete
from glossaries.get import get
from glossaries.put import put
from glossaries.store import Store
from glossaries.terminologies import Terminologies
from tests.glossaries.conftest import DEPLOYMENT, FakeTranslate
from tests.identities import ACME, BETA
from webapi.failures import AwsFailure
from webapi.problems import Refusal
from webapi.replies import Answer
from webapi.terminologies import terminology
from webapi.validation import Call

NAME = "products"
KNOWN_AS = terminology(DEPLOYMENT, ACME, NAME)
THROTTLED = ClientError({"Error": {"Code": "ThrottlingException"}}, "PutItem")


def body(target: str) -> dict[str, Any]:
    """A glossary of one term."""
    return {"source_language": "en", "target_language": "de", "terms": [{"source": "key", "target": target}]}


def call(value: Any = None, **headers: str) -> Call:
    """A call about the glossary."""
    named = {name.replace("_", "-"): said for name, said in headers.items()}
    return Call({"glossary_name": NAME, **named}, value, f"/v1/glossaries/{NAME}")


def write(target: str, store: Store, terminologies: Terminologies, **headers: str) -> Answer:
    """The answer of putGlossary."""
    return put(call(body(target), **headers), store, terminologies, clock=lambda: 0)


def file(target: str) -> str:
    """What Amazon Translate has of it."""
    return f"en,de\nkey,{target}\n"


class Meanwhile(Store):
    """A store in which something happens after the first reading."""

    def __init__(self, table: Any, act: Callable[[], object]) -> None:
        super().__init__(table, ACME)
        self._act: Callable[[], object] | None = act

    def get(self, name: str) -> Any:
        found = super().get(name)
        act, self._act = self._act, None
        if act is not None:
            act()
        return found


class Failing(Store):
    """A store that writes nothing, or that writes and loses its answers."""

    def __init__(self, table: Any, failure: Exception, *, written: bool = False) -> None:
        super().__init__(table, ACME)
        self._failure = failure
        self._written = written

    def put(self, glossary: Any, *, instead_of: Any) -> None:
        if self._written:
            super().put(glossary, instead_of=instead_of)
        raise self._failure

    def delete(self, glossary: Any) -> None:
        if self._written:
            super().delete(glossary)
        raise self._failure


def test_what_is_stored_is_what_translations_use(
    store: Store, terminologies: Terminologies, translate: FakeTranslate
) -> None:
    """Created, replaced, deleted: both stores always say the same, and each answer has a tag of its own."""
    created, replaced = write("Taste", store, terminologies), write("Schlüssel", store, terminologies)

    assert (created.status, replaced.status) == (201, 200)
    assert created.headers["Location"] == f"/v1/glossaries/{NAME}"
    assert created.headers["ETag"] != replaced.headers["ETag"]
    assert translate.files == {KNOWN_AS: file("Schlüssel")}
    assert get(call(), store).body == replaced.body
    assert delete(call(), store, terminologies).status == 204
    assert translate.files == {}


def test_a_name_that_is_given_again_has_another_tag(store: Store, terminologies: Terminologies) -> None:
    """Whoever knows the glossary that was deleted does not write over the new one by mistake."""
    tag = write("Taste", store, terminologies).headers["ETag"]
    delete(call(), store, terminologies)
    write("Schlüssel", store, terminologies)

    with pytest.raises(Refusal) as refused:
        write("Taste", store, terminologies, If_Match=tag)
    assert refused.value.status == 412


@pytest.mark.parametrize(
    ("headers", "there", "status"),
    [
        ({"If_None_Match": "*"}, False, 201),
        ({"If_None_Match": "*"}, True, 412),
        ({"If_None_Match": '"other"'}, True, 200),
        ({"If_Match": "*"}, True, 200),
        ({"If_Match": "*"}, False, 412),
        ({"If_Match": '"other"'}, True, 412),
    ],
)
def test_a_write_may_say_what_it_is_meant_for(
    store: Store, terminologies: Terminologies, headers: dict[str, str], there: bool, status: int
) -> None:
    """Where that does not hold nothing is written."""
    before = write("Taste", store, terminologies).body if there else None
    try:
        answered = write("neu", store, terminologies, **headers).status
    except Refusal as refusal:
        answered = refusal.status
        stored = store.get(NAME)
        assert (stored and stored.representation()) == before

    assert answered == status


def test_the_faster_of_two_replacements_wins(
    table: Any, store: Store, terminologies: Terminologies, translate: FakeTranslate
) -> None:
    """Both have the right tag: one is stored, the other is refused, and translations use what is stored."""
    tag = write("Taste", store, terminologies).headers["ETag"]
    slower = Meanwhile(table, lambda: write("schnell", store, terminologies, If_Match=tag))

    with pytest.raises(Refusal) as refused:
        write("langsam", slower, terminologies, If_Match=tag)
    assert refused.value.status == 412
    assert translate.files == {KNOWN_AS: file("schnell")}
    assert get(call(), store).body["terms"][0]["target"] == "schnell"


def test_a_replacement_of_whatever_there_is_comes_second(
    table: Any, store: Store, terminologies: Terminologies, translate: FakeTranslate
) -> None:
    """It said nothing of a state, so that it is done again on what there is now."""
    slower = Meanwhile(table, lambda: write("schnell", store, terminologies))

    assert write("langsam", slower, terminologies).status == 200
    assert translate.files == {KNOWN_AS: file("langsam")}
    assert get(call(), store).body["version"] == 2


def test_a_deletion_in_between(
    table: Any, store: Store, terminologies: Terminologies, translate: FakeTranslate
) -> None:
    """What is replaced while it is deleted is created anew; what is deleted while it is replaced is deleted."""
    write("Taste", store, terminologies)
    slower = Meanwhile(table, lambda: delete(call(), store, terminologies))
    assert write("neu", slower, terminologies).status == 201
    assert translate.files == {KNOWN_AS: file("neu")}

    slower = Meanwhile(table, lambda: write("schnell", store, terminologies))
    assert delete(call(), slower, terminologies).status == 204
    assert (store.get(NAME), translate.files) == (None, {})


def test_a_deletion_of_what_was_replaced_leaves_it(
    table: Any, store: Store, terminologies: Terminologies, translate: FakeTranslate
) -> None:
    """It was meant for another state: the glossary stays, and translations can use it."""
    tag = write("Taste", store, terminologies).headers["ETag"]
    slower = Meanwhile(table, lambda: write("schnell", store, terminologies))

    with pytest.raises(Refusal) as refused:
        delete(call(If_Match=tag), slower, terminologies)
    assert refused.value.status == 412
    assert translate.files == {KNOWN_AS: file("schnell")}


def test_an_import_that_fails_stores_nothing(
    store: Store, terminologies: Terminologies, translate: FakeTranslate
) -> None:
    """And the same request again does it all."""
    translate.failure = ReadTimeoutError(endpoint_url="x")
    with pytest.raises(AwsFailure):
        write("Taste", store, terminologies, If_None_Match="*")
    assert store.get(NAME) is None

    assert write("Taste", store, terminologies, If_None_Match="*").status == 201


@pytest.mark.parametrize("there", [False, True])
def test_a_glossary_that_is_not_stored_is_not_used(
    table: Any, store: Store, terminologies: Terminologies, translate: FakeTranslate, there: bool
) -> None:
    """The terminology is what it was, and the same request again does it all."""
    if there:
        write("Taste", store, terminologies)
    before = dict(translate.files)
    with pytest.raises(AwsFailure):
        write("neu", Failing(table, AwsFailure("dynamodb", "ThrottlingException", passing=False)), terminologies)

    assert translate.files == before
    assert write("neu", store, terminologies).status == (200 if there else 201)


def test_an_answer_that_got_lost_changes_nothing(
    table: Any, store: Store, terminologies: Terminologies, translate: FakeTranslate
) -> None:
    """Stored or deleted after all: what translations use is what there is."""
    lost = AwsFailure("dynamodb", "ReadTimeoutError", passing=True)
    with pytest.raises(AwsFailure):
        write("Taste", Failing(table, lost, written=True), terminologies)
    assert translate.files == {KNOWN_AS: file("Taste")}

    with pytest.raises(AwsFailure):
        delete(call(), Failing(table, lost, written=True), terminologies)
    assert translate.files == {}


def test_a_deletion_that_fails_can_be_done_again(
    table: Any, store: Store, terminologies: Terminologies, translate: FakeTranslate
) -> None:
    """The glossary is still there with its terms; a terminology that is gone already is no failure."""
    write("Taste", store, terminologies)
    with pytest.raises(AwsFailure):
        delete(call(), Failing(table, AwsFailure("dynamodb", "Throttled", passing=False)), terminologies)
    assert translate.files == {KNOWN_AS: file("Taste")}

    translate.files.clear()
    assert delete(call(), store, terminologies).status == 204


def test_terms_that_are_left_out_are_a_failure(
    store: Store, terminologies: Terminologies, translate: FakeTranslate
) -> None:
    """The contract allows only what Amazon Translate takes: else the contract is wrong."""
    translate.skipped = 1
    with pytest.raises(AwsFailure, match="TermsSkipped"):
        write("Taste", store, terminologies)


def test_tenants_have_their_own(
    table: Any, store: Store, terminologies: Terminologies, translate: FakeTranslate
) -> None:
    """Two tenants with one name have two glossaries and two terminologies."""
    write("Taste", store, terminologies)
    write("Schlüssel", Store(table, BETA), Terminologies(translate, DEPLOYMENT, BETA))

    assert translate.files == {KNOWN_AS: file("Taste"), terminology(DEPLOYMENT, BETA, NAME): file("Schlüssel")}
    assert get(call(), store).body["terms"][0]["target"] == "Taste"


def test_the_longest_name_is_one_for_everybody() -> None:
    """
    A terminology's name has at most 256 characters, and a key of DynamoDB at most 1,024 bytes.

    The name of a stack has at most 128 characters.
    """
    from webapi.contract import contract

    longest = "a" * contract().schemas["GlossaryName"]["maxLength"]

    assert len(terminology("s" * 128, ACME, longest)) <= 256
    assert len(longest.encode()) <= 1024
