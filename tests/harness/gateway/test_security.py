"""API keys and usage plans."""

from __future__ import annotations

import pytest

from contracts import gateway
from tests.harness.gateway.apis import KEYS, guarded, send


@pytest.mark.parametrize(
    ("key", "usage", "status", "message"),
    [
        (None, "within", 403, "Forbidden"),
        ("z" * 20, "within", 403, "Forbidden"),
        ("abcdefghij0123456789", "throttled", 429, "Too Many Requests"),
        ("abcdefghij0123456789", "quota exceeded", 429, "Limit Exceeded"),
    ],
    ids=["missing", "disabled", "throttled", "quota"],
)
def test_a_call_without_a_good_key_is_refused(key: str | None, usage: gateway.Usage, status: int, message: str) -> None:
    """Missing and disabled keys are forbidden; a good one counts against the usage plan."""
    headers = [] if key is None else [("x-api-key", key)]

    sent = send(guarded("key", api_keys=KEYS), "GET /v1/jobs", headers=headers, usage=usage)

    assert (sent.response.status, sent.message) == (status, {"message": message})


def test_the_key_of_the_call_is_part_of_its_identity() -> None:
    """Only on a method that requires one."""
    event = send(guarded("key", api_keys=KEYS), "GET /v1/jobs", headers=[("x-api-key", KEYS[0].value)]).event

    identity = event["requestContext"]["identity"]
    assert (identity["apiKey"], identity["apiKeyId"]) == (KEYS[0].value, "k1")
