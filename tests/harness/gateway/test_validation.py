"""Validation beyond the recorded cases: media types, what is no JSON, and what the model does not mean."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness.gateway.apis import Sent, deployed, operation, send

MODEL = {"type": "object", "properties": {"a": {"type": "integer", "nullable": True}}, "required": ["a"]}


def checked(body: bytes | None, model: Any = MODEL, *, media_type: str | None = "application/json") -> Sent:
    """A body that is judged by a model."""
    api = deployed(operation("POST /things", models={"application/json": model}))
    headers = [] if media_type is None else [("Content-Type", media_type)]
    return send(api, "POST /v1/things", headers=headers, body=body)


@pytest.mark.parametrize(
    "body",
    [b"{", b" ", b'{"a": NaN}', b"[" * 100_000, b'{"a": null}', b'{"a": "\xff"}', b'"\\ud800"'],
    ids=["cut", "blank", "nan", "deep", "null", "bytes", "surrogate"],
)
def test_a_body_that_the_model_does_not_allow_is_refused(body: bytes) -> None:
    """Whatever it is, the answer is the same, and the function is not called."""
    sent = checked(body)

    assert (sent.response.status, sent.message, sent.functions) == (400, {"message": "Invalid request body"}, ())


@pytest.mark.parametrize("media_type", ["Application/JSON; charset=utf-8", None])
def test_the_model_is_found_by_media_type(media_type: str | None) -> None:
    """Parameters and letters do not matter; without a type it is JSON."""
    assert checked(b"{}", media_type=media_type).response.status == 400


@pytest.mark.parametrize(("model", "status"), [({"type": "object"}, 200), ({}, 200), ({"type": "array"}, 400)])
def test_a_missing_body_is_judged_as_an_empty_object(model: Any, status: int) -> None:
    """It passes where nothing is required of an object."""
    assert checked(None, model).response.status == status


def test_a_type_without_a_schema_is_not_judged() -> None:
    """A media type may be documented without a schema."""
    assert checked(b"{", None).response.status == 200


def test_formats_are_not_judged() -> None:
    """What is no date passes."""
    model = {"type": "object", "properties": {"on": {"type": "string", "format": "date-time"}}}

    assert checked(b'{"on": "soon"}', model).response.status == 200


def test_a_cookie_is_nothing_that_api_gateway_requires() -> None:
    """Required cookie parameters are not checked."""
    assert send(deployed(operation("GET /a", required=[("cookie", "sid")])), "GET /v1/a").response.status == 200


def test_a_header_with_one_spelling_is_found_in_any() -> None:
    """A client may write `authorization` for the required header Authorization."""
    api = deployed(operation("GET /a", required=[("header", "Authorization")]))

    assert send(api, "GET /v1/a", headers=[("authorization", "Bearer t")]).response.status == 200
