"""The functions as API Gateway calls them, on a table of moto's and a fake Amazon Translate."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from botocore.exceptions import ClientError

from tests.identities import ACME, BETA
from tests.translations.calling import NEW, body, call
from translations import create, delete, get, get_usage, replace, wiring
from translations import list as listing
from translations.store import Store
from translations.transactions import PATIENCE
from translations.translator import Translator
from webapi.contract import contract
from webapi.cursors import Cursors
from webapi.failures import AwsFailure
from webapi.validation import Call

CURSORS = Cursors(b"a key that nobody else has")
TEMPLATE = Path(__file__).parents[2] / "template.yaml"
UNKNOWN = "01JGFJJZ00A9K3Q8X5T2V7W4YE"


pytestmark = pytest.mark.usefixtures("wired")


def test_life_of_a_translation() -> None:
    """What is created is read, replaced, listed, deleted, and gone."""
    created = call(create, NEW)
    id_ = body(created)["translation_id"]

    assert created["statusCode"] == 201
    assert created["headers"]["Location"] == f"/v1/translations/{id_}"
    assert body(call(get, id_=id_)) == body(created)
    replaced = call(replace, {"translated_text": "Hallo", "reviewed": True}, id_=id_)
    assert body(call(get, id_=id_)) == body(replaced)
    assert body(call(listing)) == {"items": [body(replaced)]}
    assert call(delete, id_=id_)["statusCode"] == 204
    assert call(get, id_=id_)["statusCode"] == 404


@pytest.mark.parametrize("module", [get, delete], ids=["get", "delete"])
def test_unknown(module: Any) -> None:
    """What was never created is not found."""
    assert call(module, id_=UNKNOWN)["statusCode"] == 404


def test_replace_unknown(table: Any) -> None:
    """Replacing what was never created finds nothing, and makes nothing."""
    assert call(replace, {"translated_text": "x"}, id_=UNKNOWN)["statusCode"] == 404
    assert table.scan()["Count"] == 0


def test_replacing_twice() -> None:
    """The same replacement again changes nothing but what the service sets."""
    id_ = body(call(create, NEW))["translation_id"]
    once, twice = (body(call(replace, {"translated_text": "x"}, id_=id_)) for _ in range(2))

    for member in contract().schemas["Translation"]["x-contract-server-fields"]:
        once.pop(member, None), twice.pop(member, None)
    assert once == twice


def test_numbers_are_integers() -> None:
    """Numbers that come back from DynamoDB are integers in the text of the answer."""
    id_ = body(call(create, NEW))["translation_id"]

    assert '"characters":2,' in call(get, id_=id_)["body"]
    assert '"version":1,' in call(get, id_=id_)["body"]


def test_failed_translation(table: Any, translate: Any) -> None:
    """When Amazon Translate does not translate, nothing is stored."""
    translate.failure = ClientError({"Error": {"Code": "UnsupportedLanguagePairException"}}, "TranslateText")

    assert call(create, NEW)["statusCode"] == 422
    assert table.scan()["Count"] == 0


def test_refused_before_anything_is_paid(translate: Any) -> None:
    """A text that is too large never gets to Amazon Translate."""
    assert call(create, NEW | {"text": "안" * 4000})["statusCode"] == 413
    assert translate.calls == []


def test_conditional_reads() -> None:
    """Who knows the tag of what there is now is not sent it again; another tag gets it."""
    created = call(create, NEW)
    id_, tag = body(created)["translation_id"], created["headers"]["ETag"]

    known = call(get, id_=id_, headers={"If-None-Match": f'"other", W/{tag}'})
    assert (known["statusCode"], known["headers"]["ETag"]) == (304, tag)
    assert call(get, id_=id_, headers={"If-None-Match": '"other"'})["statusCode"] == 200
    assert call(get, id_=id_, headers={"If-None-Match": "*"})["statusCode"] == 304


def test_conditional_writes() -> None:
    """A replacement must say which version it is meant for, and is not made of another; a deletion may say it."""
    created = call(create, NEW)
    id_, first = body(created)["translation_id"], created["headers"]["ETag"]
    new = {"translated_text": "Hallo"}

    assert call(replace, new, id_=id_, headers={"If-Match": ""})["statusCode"] == 400
    replaced = call(replace, new, id_=id_, headers={"If-Match": f'"other", {first}'})
    assert replaced["statusCode"] == 200
    assert replaced["headers"]["ETag"] != first
    for tag in (first, f"W/{replaced['headers']['ETag']}", '"other"'):
        assert call(replace, new, id_=id_, headers={"If-Match": tag})["statusCode"] == 412
        assert call(delete, id_=id_, headers={"If-Match": tag})["statusCode"] == 412
    assert call(get, id_=id_)["body"] == replaced["body"]
    assert call(delete, id_=id_, headers={"If-Match": replaced["headers"]["ETag"]})["statusCode"] == 204


@pytest.mark.parametrize("module", [get, replace, delete], ids=["get", "replace", "delete"])
def test_things_of_others(module: Any) -> None:
    """What belongs to another tenant is answered as what never existed, whatever is known of it."""
    created = call(create, NEW)
    new = {"translated_text": "x"} if module is replace else None
    header = "If-None-Match" if module is get else "If-Match"
    foreign, unknown = (
        call(module, new, id_=id_, tenant=BETA, headers={header: created["headers"]["ETag"]})
        for id_ in (body(created)["translation_id"], UNKNOWN)
    )

    assert foreign == unknown
    assert foreign["statusCode"] == 404
    assert call(get, id_=body(created)["translation_id"])["body"] == created["body"]


def test_usage_is_counted_with_each_translation() -> None:
    """Characters are summed over the days of a period, both ends included, and nothing is taken back."""
    for _ in range(3):
        id_ = body(call(create, NEW))["translation_id"]
    call(delete, id_=id_)
    today = body(call(create, NEW))["created_at"][:10]

    event = {
        "pathParameters": {"tenant_id": ACME},
        "queryStringParameters": {"from": today, "to": today},
        "requestContext": {"requestId": "r"},
    }
    assert body(get_usage.handler(event, None))["characters"] == 4 * len(NEW["text"])
    event["pathParameters"]["tenant_id"] = BETA
    assert body(get_usage.handler(event, None))["characters"] == 0


def test_missing_table(table: Any) -> None:
    """A table that is not there is our fault, not something that was not found."""
    table.delete()

    assert call(get, id_=UNKNOWN)["statusCode"] == 500


def test_pages() -> None:
    """A list is walked by handing back the cursor; the last page has none."""
    ids = [body(call(create, NEW))["translation_id"] for _ in range(3)]
    first = body(call(listing, limit="2", target_language="de"))
    second = body(call(listing, limit="2", target_language="de", cursor=first["next_cursor"]))

    assert sorted(each["translation_id"] for each in first["items"] + second["items"]) == sorted(ids)
    assert "next_cursor" not in second


def test_cursor_of_another_list() -> None:
    """A cursor is bound to the list that it came from."""
    for _ in range(2):
        call(create, NEW)
    cursor = body(call(listing, limit="1"))["next_cursor"]

    assert call(listing, limit="1", cursor=cursor, target_language="de")["statusCode"] == 400


def asked(parameters: dict[str, Any]) -> Call:
    """A call of acme's."""
    return Call(parameters, None, "/", claims={"tenant_id": ACME, "scope": "read"})


def test_large_pages(store: Store) -> None:
    """A page that would not fit into a reply is cut short, and goes on with the item that was cut."""
    ids = [body(call(create, NEW))["translation_id"] for _ in range(3)]
    seen, cursor = [], None
    for _ in ids:
        parameters = {"limit": 100, "order": "-created"} | ({"cursor": cursor} if cursor else {})
        page = listing.list_page(asked(parameters), store, CURSORS, largest=1).body
        seen += [each["translation_id"] for each in page["items"]]
        cursor = page.get("next_cursor")

    assert sorted(seen) == sorted(ids)
    assert cursor is None


def test_translation_that_cannot_be_kept(translate: Any) -> None:
    """A translation longer than the contract allows is a failure, not an answer."""
    with pytest.raises(AwsFailure):
        Translator(translate, longest=3, languages=("ko",)).translate(NEW)


def test_language_that_is_none_of_ours(translate: Any) -> None:
    """A text that turns out to be in a language which the contract does not have is a failure, too."""
    with pytest.raises(AwsFailure):
        Translator(translate, longest=100, languages=("de",)).translate(NEW)


def test_settings_and_glossary(translate: Any) -> None:
    """What is asked for goes to Amazon Translate, a glossary by its name there; what is applied is answered."""
    new = NEW | {"formality": "FORMAL", "profanity": "MASK", "glossary_name": "products"}
    answered = body(call(create, new))

    assert translate.calls[0]["Settings"] == {"Formality": "FORMAL", "Profanity": "MASK"}
    assert translate.calls[0]["TerminologyNames"] == [f"translations-{ACME}-products"]
    assert {name: answered.get(name) for name in ("formality", "profanity", "glossary_name")} == {
        "formality": "FORMAL",
        "profanity": None,
        "glossary_name": "products",
    }


def test_language_found_out() -> None:
    """Without a source language, the one that was found out is said, and that it was."""
    found = body(call(create, {"text": "안녕", "target_language": "de"}))

    assert (found["source_language"], found["source_language_detected"]) == ("ko", True)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("UnsupportedLanguagePairException", "/problems/unsupported-language-pair"),
        ("DetectedLanguageLowConfidenceException", "/problems/undetectable-language"),
        ("ResourceNotFoundException", "/problems/glossary-invalid"),
    ],
)
def test_what_cannot_be_translated(translate: Any, error: str, kind: str) -> None:
    """What Amazon Translate refuses because of the request has its own kind of problem."""
    translate.failure = ClientError({"Error": {"Code": error}}, "TranslateText")
    refused = call(create, NEW)

    assert (refused["statusCode"], body(refused)["type"]) == (422, kind)


def test_order() -> None:
    """The oldest come first where that is asked for, page by page."""
    ids = [body(call(create, NEW))["translation_id"] for _ in range(3)]
    first = body(call(listing, limit="2", order="created"))
    second = body(call(listing, limit="2", order="created", cursor=first["next_cursor"]))

    assert [each["translation_id"] for each in first["items"] + second["items"]] == sorted(ids)


def test_nothing_of_a_text_in_the_log(translate: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Texts are not logged, whatever goes wrong."""
    translate.failure = ValueError("안녕")
    assert call(create, NEW)["statusCode"] == 500

    assert "안녕" not in json.dumps(json.loads(capsys.readouterr().out), ensure_ascii=False)


def test_time_limits() -> None:
    """All attempts of all calls of one invocation end before the function is cut off."""
    limit = yaml.safe_load(TEMPLATE.read_text())["Globals"]["Function"]["Timeout"]

    failing_late = (wiring.DYNAMODB, wiring.TRANSLATE, wiring.DYNAMODB, wiring.DYNAMODB)
    assert sum(map(longest, failing_late)) + PATIENCE < limit - 2


def longest(config: Any) -> float:
    """Seconds that a call can take: every attempt in full, and the longest waiting between them (1, 2, 4 ... s)."""
    attempts = config.retries["total_max_attempts"]
    return float(attempts * (config.connect_timeout + config.read_timeout) + 2 ** (attempts - 1) - 1)
