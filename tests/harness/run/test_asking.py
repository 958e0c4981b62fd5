"""Requests built by the contract: paths, queries, headers and bodies as OpenAPI writes them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.contract import Contract, Operation, Parameter, ParameterPlace
from contracts.errors import ConfigurationError, Location
from contracts.http import Request
from contracts.run.asking import Values, body_of, operation_of, request_of, target_of

HERE = Location("openapi.yaml", 3)


def parameter(name: str, place: ParameterPlace = "query", **written: Any) -> Parameter:
    return Parameter(name, place, place == "path", {}, HERE, **written)


def operation(*parameters: Parameter, path: str = "/things") -> Operation:
    return Operation("listThings", "GET", path, parameters, None, {}, None, HERE)


def contract(*operations: Operation, **members: Any) -> Contract:
    return Contract("T", "openapi.yaml", {}, operations, HERE, **members)


def target(asked: Operation, path: Values | None = None, query: Values | None = None) -> str:
    return target_of(contract(asked), asked, path=path or {}, query=query or {}, base="/v1")


def made(headers: Values, body: Any = None, *parameters: Parameter) -> Request:
    content = body_of(body, None, ["application/vnd.thing+json; charset=utf-8"])
    return request_of(
        "POST", "/v1/things", headers=headers, body=content, host="api.example", operation=operation(*parameters)
    )


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
@settings(derandomize=True, database=None, deadline=None, max_examples=50)
def test_any_text_is_one_segment_of_a_path(text: str) -> None:
    """Whatever a variable holds is percent-encoded: it is one segment, and decodes to what it was."""
    sent = target(operation(parameter("id", "path"), path="/things/{id}/parts"), {"id": text})

    assert sent.isascii()
    assert [unquote(each) for each in sent.split("/")] == ["", "v1", "things", text, "parts"]


def test_a_greedy_variable_keeps_its_slashes() -> None:
    """The variable of a proxy resource may be several segments."""
    assert target(operation(path="/files/{key+}"), {"key": "a/b c"}) == "/v1/files/a/b%20c"


@pytest.mark.parametrize(
    ("value", "text"), [(5, "5"), (True, "true"), (0.5, "0.5"), (["a", 1], "a%2C1"), ({"a": 1}, "a%2C1")]
)
def test_values_in_a_path(value: Any, text: str) -> None:
    """Numbers and truths are written as JSON writes them, members of arrays and objects with commas between."""
    assert target(operation(parameter("id", "path"), path="/{id}"), {"id": value}) == f"/v1/{text}"


@pytest.mark.parametrize(
    ("written", "value", "query"),
    [
        ({}, "a&b=c", "?q=a%26b%3Dc"),
        ({}, None, ""),
        ({}, "", "?q="),
        ({}, [1, "b c"], "?q=1&q=b%20c"),
        ({}, [], ""),
        ({}, {"a": 1, "b": "x,y"}, "?a=1&b=x%2Cy"),
        ({"explode": False}, [1, "x,y"], "?q=1,x%2Cy"),
        ({"explode": False}, {"a": 1}, "?q=a,1"),
        ({"style": "spaceDelimited"}, [1, 2], "?q=1%202"),
        ({"style": "pipeDelimited"}, [1, 2], "?q=1%7C2"),
        ({"style": "pipeDelimited", "explode": True}, [1, 2], "?q=1&q=2"),
        ({"style": "deepObject", "explode": True}, {"a": 1, "b": "x"}, "?q%5Ba%5D=1&q%5Bb%5D=x"),
        ({"media_type": "application/json"}, {"a": [1]}, "?q=%7B%22a%22%3A%20%5B1%5D%7D"),
    ],
)
def test_values_in_a_query(written: dict[str, Any], value: Any, query: str) -> None:
    """Values are written in the parameter's style; form, exploded, where it names none (OpenAPI 3.0.3, 4.7.12.2)."""
    assert target(operation(parameter("q", **written)), query={"q": value}) == f"/v1/things{query}"


def test_an_api_key_may_stand_in_the_query() -> None:
    """A key that a security scheme wants in the query is no parameter, and yet known."""
    scheme = {"type": "apiKey", "in": "query", "name": "key"}
    asked = operation()

    sent = target_of(
        contract(asked, security_schemes={"key": scheme}), asked, path={}, query={"key": "secret"}, base=""
    )
    assert sent == "/things?key=secret"


def test_a_json_body_says_what_it_is() -> None:
    """JSON goes out in UTF-8 with the contract's own JSON media type and its length."""
    request = made({}, {"text": "é"})

    assert request.body == '{"text": "é"}'.encode()
    assert dict(request.headers) == {
        "Host": "api.example",
        "Content-Type": "application/vnd.thing+json; charset=utf-8",
        "Content-Length": "14",
    }


def test_half_a_surrogate_pair_can_be_sent() -> None:
    """What UTF-8 cannot hold, an escape in JSON can."""
    assert json.loads(made({}, "\ud800").body or b"") == "\ud800"


def test_headers_replace_and_leave_out() -> None:
    """A header that is given stands in place of the usual one, whatever its case; None sends none."""
    request = made({"content-type": "text/plain", "HOST": None, "X-Tags": ["a", 1]}, "x")

    assert [line for line in request.headers if line[0] != "Content-Length"] == [
        ("content-type", "text/plain"),
        ("X-Tags", "a,1"),
    ]


def test_an_exploded_object_in_a_header() -> None:
    """The style of a header parameter counts whatever the case of its name."""
    request = made({"x-range": {"from": 1, "to": 2}}, None, parameter("X-Range", "header", explode=True))

    assert request.headers.get("X-Range") == "from=1,to=2"
    assert request.body is None


def test_bytes_have_the_first_media_type() -> None:
    """Bytes go out as they are, called what the contract calls its first body; without a contract they have no name."""
    content = body_of(None, b"\xff", ["image/png", "application/json"])

    assert (content.content, content.content_type) == (b"\xff", "image/png") if content else False
    assert body_of(None, b"", []) is not None
    assert body_of(None, None, ["image/png"]) is None


def test_a_style_that_is_not_built_is_refused() -> None:
    """Nothing is written in another style than the contract's."""
    with pytest.raises(ConfigurationError, match="has the style matrix, which is not built"):
        target(operation(parameter("id", "path", style="matrix"), path="/{id}"), {"id": 1})


def test_an_operation_without_an_id_has_its_method_and_path() -> None:
    """An operation is found by its name; an unknown one is refused with the nearest right one."""
    plain = Operation(None, "GET", "/things", (), None, {}, None, HERE)

    assert operation_of(contract(plain), "GET /things") is plain
    with pytest.raises(ConfigurationError, match="there is no operation `GET /thing`") as refused:
        operation_of(contract(plain), "GET /thing")
    assert refused.value.cure == "Did you mean `GET /things`?"
