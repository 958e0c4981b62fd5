"""What counts as a JSON body, and what is done with everything else."""

import base64
from typing import Any

import pytest

from webapi.bodies import json_body, media_type
from webapi.contract import contract
from webapi.problems import Refusal
from webapi.requests import read
from webapi.validation import checked

GOOD = '{"text": "안녕", "source_language": "ko", "target_language": "de"}'


def posted(body: str | bytes | None, content_type: str | None = "application/json") -> Any:
    """What createTranslation understands of a body: the value, or the refusal."""
    text, encoded = (body, False) if not isinstance(body, bytes) else (base64.b64encode(body).decode(), True)
    headers = {"content-type": content_type} if content_type is not None else None
    event = {"body": text, "isBase64Encoded": encoded, "headers": headers}
    try:
        return checked(contract().operations["createTranslation"], read(event, None)).body
    except Refusal as refusal:
        return refusal


def test_plain_and_base64_are_the_same() -> None:
    """A body means the same whether the gateway encodes it or not."""
    assert posted(GOOD)["text"] == posted(GOOD.encode())["text"] == "안녕"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(None, id="no body"),
        pytest.param("", id="empty"),
        pytest.param(" ", id="blank"),
        pytest.param("{", id="cut off"),
        pytest.param("{'text': 1}", id="not JSON"),
        pytest.param("[]", id="array"),
        pytest.param('"text"', id="string"),
        pytest.param("null", id="null"),
        pytest.param("1", id="number"),
        pytest.param("\ufeff" + GOOD, id="byte order mark"),
        pytest.param(GOOD.encode("utf-16"), id="UTF-16"),
        pytest.param(b'{"text": "\xff"}', id="not UTF-8"),
        pytest.param(GOOD.replace("{", '{"text": "a", '), id="duplicate names"),
        pytest.param(GOOD.replace("}", ', "tags": [{"a": 1, "a": 2}]}'), id="duplicate names within"),
        pytest.param(GOOD.replace('"de"', "NaN"), id="NaN"),
        pytest.param(GOOD.replace('"de"', "-Infinity"), id="Infinity"),
        pytest.param(GOOD.replace('"de"', "1e999"), id="number out of range"),
        pytest.param(GOOD.replace('"de"', "9" * 5000), id="integer of 5,000 digits"),
        pytest.param(GOOD.replace("안녕", "\\ud800"), id="lone surrogate"),
        pytest.param(GOOD.replace('"text"', '"\\udc00": 1, "text"'), id="lone surrogate in a name"),
        pytest.param("[" * 100_000, id="endless nesting"),
        pytest.param('{"a":' * 200 + "1" + "}" * 200, id="deep nesting"),
        pytest.param(GOOD.replace("}", ', "version": 1}'), id="a member of the service's own"),
        pytest.param(GOOD.replace('"ko"', '"xx"'), id="a language that is none"),
        pytest.param(GOOD.replace('"ko"', "true"), id="a boolean for a string"),
    ],
)
def test_malformed_bodies(body: str | bytes | None) -> None:
    """What is not the JSON that the contract wants is an invalid request."""
    assert posted(body).status == 400


@pytest.mark.parametrize("content_type", [None, "", "text/plain", "application/jsonp", "application/xml; a=b"])
def test_other_media_types(content_type: str | None) -> None:
    """A body of another type, or of none, is refused as such."""
    assert posted(GOOD, content_type).status == 415


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json; charset=utf-8",
        'Application/JSON;charset="UTF-8"',
        "application/json ; Charset = utf8",
        "application/json; profile=x; charset=UTF_8",
    ],
)
def test_spellings_of_utf_8(content_type: str) -> None:
    """UTF-8 may be spelled in every way that people spell it."""
    assert posted(GOOD, content_type)["text"] == "안녕"


def test_other_charsets() -> None:
    """Another charset than UTF-8 is an invalid request, whatever the bytes are."""
    assert posted(GOOD, "application/json; charset=iso-8859-1").status == 400


def test_not_base64() -> None:
    """A body that is said to be base64, and is not, is an invalid request."""
    with pytest.raises(Refusal) as refusal:
        read({"body": "%%%", "isBase64Encoded": True}, None)

    assert refusal.value.status == 400


def test_half_a_character_in_the_event() -> None:
    """An event whose body has half a character is an invalid request."""
    with pytest.raises(Refusal) as refusal:
        read({"body": "\ud800"}, None)

    assert refusal.value.status == 400


def test_two_media_types() -> None:
    """Two Content-Type headers that differ say nothing."""
    event = {"body": GOOD, "multiValueHeaders": {"Content-Type": ["application/json", "text/plain"]}}

    assert media_type(read(event, None)) == ("", "")


def test_escaped_pairs() -> None:
    """A character outside the basic plane may be written as an escaped pair."""
    event = {"body": '{"a": "\\ud83d\\ude00"}'}

    assert json_body(read(event, None), "") == {"a": "😀"}


def test_more_characters_than_bytes_allowed() -> None:
    """4,000 Korean syllables satisfy the schema, and are too large: they have 12,000 bytes."""
    refusal = posted(GOOD.replace("안녕", "안" * 4000))

    assert (refusal.status, refusal.faults[0].name, refusal.faults[0].code) == (413, "/text", "x-contract-max-bytes")


def test_more_characters_than_allowed() -> None:
    """10,001 letters do not satisfy the schema, which counts more than their size."""
    assert posted(GOOD.replace("안녕", "a" * 10_001)).status == 400


def test_exactly_as_long_as_allowed() -> None:
    """10,000 letters are as many as there may be."""
    assert len(posted(GOOD.replace("안녕", "a" * 10_000))["text"]) == 10_000


def test_defaults() -> None:
    """What was left out has the contract's default, and no request shares it with another."""
    first, second = posted(GOOD), posted(GOOD)

    assert first["tags"] == []
    assert first["tags"] is not second["tags"]
