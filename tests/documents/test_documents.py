"""Documents seen from outside: through the gateway, on the table and the bucket that the template makes."""

from __future__ import annotations

import io
import re
import zipfile
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts import Exchange, ServiceUnderTest
from tests import ours
from tests.identities import ACME, BETA
from webapi.contract import contract

FEW = settings(
    derandomize=True, database=None, deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow]
)
SCHEMAS = contract().schemas
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TYPES = ("text/plain", "text/html", WORD)
UNKNOWN = "01JGFJJZ00A9K3Q8X5T2V7W4YE"
QUERY = {"source_language": "en", "target_language": "de", "file_name": "letter.txt"}


def word(text: str) -> bytes:
    """A Word document of one paragraph."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:document>")
    return packed.getvalue()


def identity(name: str) -> dict[str, str]:
    """The credentials of a configured identity."""
    return {"Authorization": f"Bearer {next(each.bearer for each in ours.settings().identities if each.name == name)}"}


def create(
    service: ServiceUnderTest, content: bytes = b"Hello", kind: str = "text/plain", **query: str | None
) -> Exchange:
    """The exchange of a createDocument, which must be as the contract documents it."""
    exchange = service.call("createDocument", query=QUERY | query, body=content, headers={"Content-Type": kind})
    assert service.findings(exchange) == ()
    return exchange


def created(service: ServiceUnderTest, content: bytes = b"Hello", kind: str = "text/plain", **query: str | None) -> str:
    """The id of a new document."""
    exchange = create(service, content, kind, **query)
    assert exchange.response.status == 201
    return str(exchange.response.json()["document_id"])


def asked(service: ServiceUnderTest, operation: str, document_id: str, **headers: str) -> Exchange:
    """An exchange about one document."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return service.call(operation, path={"document_id": document_id}, headers=sent)


@pytest.mark.parametrize(
    ("content", "kind", "translated"),
    [
        ("Grüße".encode(), "text/plain", "[de] Grüße~~".encode()),
        (b"<p>Hi</p>", "text/html", b"<p>[de] Hi~</p>"),
        (word("Hi"), WORD, b"<w:t>[de] Hi~</w:t>"),
    ],
)
@pytest.mark.parametrize("accept", [None, "*/*", "text/plain", WORD])
def test_what_is_translated_comes_back_byte_for_byte(
    contract_service: ServiceUnderTest, content: bytes, kind: str, translated: bytes, accept: str | None
) -> None:
    """Of the type that the original had, under its name, whatever the client says that it accepts."""
    document_id = created(contract_service, content, kind, file_name="Brief 1.txt")
    answer = asked(
        contract_service, "getDocumentContent", document_id, **({"Accept": accept} if accept else {})
    ).response
    body = answer.body
    if kind == WORD:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body = archive.read("word/document.xml")

    assert (answer.status, answer.headers.get("Content-Type")) == (200, kind)
    assert translated in body
    assert answer.headers.get("Content-Disposition") == "attachment; filename*=UTF-8''Brief%201.txt"
    assert answer.headers.get("Content-Language") == "de"
    assert answer.headers.get("X-Content-Type-Options") == "nosniff"


def test_life_of_a_document(contract_service: ServiceUnderTest) -> None:
    """What is created is known and read, what the client has is not sent again, and what is deleted is gone."""
    contract_service.restore()
    exchange = create(contract_service, source_language="auto")
    document = exchange.response.json()
    document_id = document["document_id"]
    known, content = (
        asked(contract_service, each, document_id).response for each in ("getDocument", "getDocumentContent")
    )

    assert (document["source_language"], document["source_language_detected"], document["size"]) == ("en", True, 5)
    assert exchange.response.headers.get("Location") == f"/v1/documents/{document_id}"
    assert known.json() == document
    for operation, answer in (("getDocument", known), ("getDocumentContent", content)):
        again = asked(contract_service, operation, document_id, If_None_Match=answer.headers.get("ETag") or "")
        assert (again.response.status, again.response.body) == (304, b"")
        assert contract_service.findings(again) == ()

    deleted = asked(contract_service, "deleteDocument", document_id)
    assert deleted.response.status == 204
    assert (contract_service.items("Documents"), contract_service.objects("DocumentContents")) == ([], {})
    for operation in ("getDocument", "getDocumentContent", "deleteDocument"):
        gone = asked(contract_service, operation, document_id)
        assert (gone.response.status, contract_service.findings(gone)) == (404, ())
        assert not gone.change


def test_a_deletion_takes_the_content_first(contract_service: ServiceUnderTest) -> None:
    """As long as the document is known it can be deleted again."""
    document_id = created(contract_service)
    with contract_service.failing("dynamodb:DeleteItem", "ProvisionedThroughputExceededException"):
        assert asked(contract_service, "deleteDocument", document_id).response.status == 503
    assert asked(contract_service, "getDocumentContent", document_id).response.status == 404

    assert asked(contract_service, "deleteDocument", document_id).response.status == 204
    assert asked(contract_service, "getDocument", document_id).response.status == 404


@pytest.mark.parametrize(
    ("call", "error", "status"),
    [
        ("translate:TranslateDocument", "TooManyRequestsException", 503),
        ("translate:TranslateDocument", "AccessDeniedException", 500),
        ("s3:PutObject", "SlowDown", 503),
        ("s3:PutObject", "NoSuchBucket", 500),
        ("dynamodb:PutItem", "ThrottlingException", 503),
        ("dynamodb:PutItem", "timeout", 503),
    ],
)
def test_what_fails_half_way_leaves_nothing(
    contract_service: ServiceUnderTest, call: str, error: str, status: int
) -> None:
    """Neither a content that nobody knows of nor a document without content, and none of AWS's words."""
    before = contract_service.snapshot()
    with contract_service.failing(call, error, message="arn:aws:s3:::secret"):
        exchange = create(contract_service)

    assert exchange.response.status == status
    assert b"secret" not in exchange.response.body
    assert not contract_service.change_since(before)


def test_a_write_whose_answer_got_lost_is_not_taken_back(contract_service: ServiceUnderTest) -> None:
    """Where nobody can say whether the document is stored, what is stored says it; else the content stays."""
    contract_service.restore()
    with (
        contract_service.failing("dynamodb:PutItem", "timeout"),
        contract_service.failing("dynamodb:GetItem", "timeout"),
    ):
        assert create(contract_service).response.status == 503

    assert len(contract_service.objects("DocumentContents")) == 1


@pytest.mark.parametrize(
    ("content", "kind", "query", "kind_of_problem"),
    [
        (b"\xff\xfe", "text/plain", {}, "document-unreadable"),
        (b"PK\x03\x04", WORD, {}, "document-unreadable"),
        (
            "Grüße".encode(),
            "text/plain",
            {"source_language": "de", "target_language": "fr"},
            "unsupported-language-pair",
        ),
        ("안녕".encode(), "text/plain", {"source_language": "auto"}, "unsupported-language-pair"),
        (b"Hi", "text/html", {"glossary_name": "nobodys"}, "glossary-invalid"),
    ],
)
def test_what_cannot_be_translated_is_refused(
    contract_service: ServiceUnderTest, content: bytes, kind: str, query: dict[str, str], kind_of_problem: str
) -> None:
    """With the reason, and nothing is stored."""
    exchange = create(contract_service, content, kind, **query)

    assert exchange.response.status == 422
    assert exchange.response.json()["type"] == f"/problems/{kind_of_problem}"
    assert not exchange.change


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"x" * 100_000, "text/plain", 201),
        (b"x" * 100_001, "text/plain", 413),
        (b"", "text/plain", 400),
        (b"%PDF", "application/pdf", 415),
        (b"{}", "application/json", 415),
    ],
)
def test_limits(contract_service: ServiceUnderTest, content: bytes, kind: str, status: int) -> None:
    """The limit is that of the contract, to the byte; other types and no file at all are refused."""
    exchange = create(contract_service, content, kind)

    assert exchange.response.status == status
    assert bool(exchange.change) == (status == 201)


def test_a_large_unpacked_document_is_too_large(contract_service: ServiceUnderTest) -> None:
    """A small file that unpacks into megabytes is Amazon Translate's to refuse."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", " " * 10_000_001)

    assert create(contract_service, packed.getvalue(), WORD).response.status == 413


@given(content=st.binary(min_size=1, max_size=80) | st.text().map(str.encode), kind=st.sampled_from(TYPES))
@settings(FEW, max_examples=40)
def test_any_bytes_are_translated_or_refused(contract_service: ServiceUnderTest, content: bytes, kind: str) -> None:
    """Never a failure of ours, and a refusal changes nothing."""
    exchange = create(contract_service, content, kind)

    assert exchange.response.status in (201, 400, 422)
    assert bool(exchange.change) == (exchange.response.status == 201)


@given(name=st.from_regex(SCHEMAS["FileName"]["pattern"], fullmatch=True).filter(lambda name: len(name) <= 100))
@FEW
def test_any_file_name_gets_through(contract_service: ServiceUnderTest, name: str) -> None:
    """Quotes, semicolons, any script: the content is offered under the very name, and no header is broken."""
    document_id = created(contract_service, file_name=name)
    answer = asked(contract_service, "getDocumentContent", document_id).response
    said = answer.headers.get("Content-Disposition") or ""

    assert unquote(said.removeprefix("attachment; filename*=UTF-8''")) == name
    assert asked(contract_service, "getDocument", document_id).response.json()["file_name"] == name


@pytest.mark.parametrize("name", ["a/b", "a\\b", "a\r\nX: y", "a\x00", "", "x" * 101])
def test_a_name_that_is_none_is_refused(contract_service: ServiceUnderTest, name: str) -> None:
    """Folders, line breaks, nothing, and too much."""
    assert create(contract_service, file_name=name).response.status == 400


def test_a_foreign_document_is_one_that_never_was(contract_service: ServiceUnderTest) -> None:
    """By its id and its tags: the answers are those for what nobody has, and nothing changes."""
    contract_service.restore()
    document_id = created(contract_service)
    tags = [
        asked(contract_service, each, document_id).response.headers.get("ETag") or ""
        for each in ("getDocument", "getDocumentContent")
    ]
    before = contract_service.snapshot()

    def theirs(operation: str, identifier: str, **headers: str) -> tuple[int, str]:
        answer = asked(contract_service, operation, identifier, **identity("beta"), **headers).response
        return answer.status, re.sub('urn:request:[^"]+', "", answer.body.decode())

    for operation in ("getDocument", "getDocumentContent", "deleteDocument"):
        assert theirs(operation, document_id)[0] == 404
        assert theirs(operation, document_id) == theirs(operation, UNKNOWN)
    assert theirs("getDocument", document_id, If_None_Match=tags[0])[0] == 404
    assert theirs("getDocumentContent", document_id, If_None_Match=tags[1])[0] == 404
    assert not contract_service.change_since(before)


@pytest.mark.parametrize(
    "identifier",
    [f"../{ACME}/{{}}", f"..%2F{ACME}%2F{{}}", f"%2E%2E%2F{ACME}%2F{{}}", f"x%2F..%2F..%2F{ACME}%2F{{}}"],
)
def test_no_path_leads_to_another_tenants_content(contract_service: ServiceUnderTest, identifier: str) -> None:
    """The tenant in the key is the authorizer's, and what stands for the id comes behind it, whatever it is."""
    document_id = created(contract_service)
    target = f"/v1/documents/{identifier.format(document_id)}/content"
    answer = contract_service.send("GET", target, headers=identity("beta"))

    assert answer.response.status in (403, 404)
    assert all(f"/{BETA}/" in f"/{each}" for call in answer.calls for each in [str(call.parameters.get("Key"))])


def test_who_may_only_read_writes_nothing(contract_service: ServiceUnderTest) -> None:
    """A token without the scope `write` reads contents, and neither creates nor deletes."""
    document_id = created(contract_service)
    reader = identity("acme's reader")

    assert asked(contract_service, "getDocumentContent", document_id, **reader).response.status == 200
    assert asked(contract_service, "deleteDocument", document_id, **reader).response.status == 403


def test_keys_are_short_enough(contract_service: ServiceUnderTest) -> None:
    """Amazon S3 refuses keys of more than 1,024 bytes; ours have one length."""
    contract_service.restore()
    document_id = created(contract_service, file_name="x" * 100)

    assert list(contract_service.objects("DocumentContents")) == [f"{ACME}/{document_id}/translation"]


@pytest.mark.parametrize(
    ("error", "status"),
    [("AccessDenied", 500), ("InternalError", 503), ("SlowDown", 503), ("timeout", 504), ("connect", 504)],
)
def test_the_gateway_answers_for_the_bucket(contract_service: ServiceUnderTest, error: str, status: int) -> None:
    """In the words of the contract, or the gateway's own where nobody answers, and none of Amazon S3's."""
    document_id = created(contract_service)
    with contract_service.failing("s3:GetObject", error, message="arn:aws:s3:::secret"):
        exchange = asked(contract_service, "getDocumentContent", document_id)

    assert exchange.response.status == status
    assert contract_service.findings(exchange) == ()
    assert b"secret" not in exchange.response.body
